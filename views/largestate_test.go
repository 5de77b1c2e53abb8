package views

import (
	"net/netip"

	"oobscope/audit"
	"oobscope/probes"
)

// largeState is a complete run over n controllers, each asked twelve questions; about one flow in thirty
// deviates.
func largeState(n int) *State {
	s := plannedState()
	sc := *s.Scope
	place := sc.Places[0]
	group := probes.Group{Role: "bmc", Addrs: addrs("10.0.0.0", n)}
	small := sc.Plan.Groups[0].Endpoints
	decisions := place.Decisions
	place.Decisions = nil
	for slot := range 12 {
		e := small[slot%len(small)]
		if e.Port > 0 {
			e.Port += uint16(slot / len(small) * 1000)
		}
		group.Endpoints = append(group.Endpoints, e)
		place.Decisions = append(place.Decisions, decisions[slot%len(small)])
	}
	sc.Plan = &probes.Plan{Pace: sc.Plan.Pace, Groups: []probes.Group{group}}
	sc.Plan.Seal()
	sc.Places = []audit.Place{place}
	sc.Left = append(sc.Left[:1:1], audit.Untested{Rule: 2, Intent: audit.IntentReject, Reason: audit.NotFromHere, Service: svcSLP,
		Proto: probes.UDP, Port: 427, Role: "bmc", Zone: "management", From: "trust", Addrs: group.Addrs})
	s.Scope = &sc
	s.Results = audit.NewResults(&sc)
	s.Results.Offender = func(uint16) string { return "198.18.90.1" }
	for i := range n {
		s.Results.Update(i, hostCells(sc.Plan.Host(i), i), hostState(i))
	}
	s.Results.Counters = probes.Counters{Flows: sc.Plan.Flows(), Settled: sc.Plan.Flows(), Hosts: n, Finished: n}
	s.Run = RunView{Run: fixtureRun("01JD0000000000000000000009", audit.RunComplete), Phase: RunEnded}
	s.Evidence = func(probes.FlowID) (*probes.Observation, bool) { return nil, false }
	s.Generation = 9
	return s
}

// sixState is a small run over IPv6 targets with long addresses.
func sixState() *State {
	s := endedState()
	first := netip.MustParseAddr("2001:db8:20:0:a1b2:c3d4:e5f6:1001")
	list := s.Scope.Plan.Groups[0].Addrs
	for i := range list {
		list[i] = first
		first = first.Next()
	}
	return s
}
