package views

import (
	"net/netip"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// earlierState is a run over the segment of endedState two days before, as the rest of the fixture makes one: four
// hosts deviate elsewhere, the last six were not there yet, and four appliances of then are gone.
func earlierState() *State {
	s := endedState()
	sc := *s.Scope
	plan := *sc.Plan
	plan.Groups = []probes.Group{sc.Plan.Groups[0], sc.Plan.Groups[1]}
	plan.Groups[0].Addrs = plan.Groups[0].Addrs[:30]
	plan.Groups[1].Addrs = append(addrs("198.18.0.17", 4), netip.MustParseAddr("198.18.0.40"), netip.MustParseAddr("198.18.0.41"))
	plan.Seal()
	sc.Plan = &plan
	s.Scope = &sc
	s.Results = audit.NewResults(&sc)
	s.Results.Offender = func(uint16) string { return "198.18.90.1" }
	for i := range plan.Hosts() {
		h := plan.Host(i)
		like := i
		switch {
		case h.Group == 1:
			like = 36 + i - 30
		case i%6 == 1:
			like = i + 1 // other deviations than now
		}
		cells := hostCells(h, like)
		for slot := range cells {
			if h.Group == 0 && cells[slot].Class == probes.RstHost { // what is merely not enforced now was exposed then
				cells[slot].Class = probes.OpenProto
			}
		}
		s.Results.Update(i, cells, hostState(like))
	}
	s.Run.Run = fixtureRun("01JD0000000000000000000001", audit.RunComplete)
	s.Run.Started = fixedNow.AddDate(0, 0, -2)
	s.Run.Total = s.Results.Total
	return s
}

// driftState is endedState held against earlierState.
func driftState() *State {
	s, then := endedState(), earlierState()
	s.Drift = audit.Compare(then.Results, s.Results, audit.Seen{})
	s.Against = then.Run.Run
	s.Generation++
	return s
}

// sixDrift is a drift over long addresses.
func sixDrift() *State {
	s, then := sixState(), earlierState()
	list := then.Scope.Plan.Groups[0].Addrs
	copy(list, s.Scope.Plan.Groups[0].Addrs)
	s.Drift = audit.Compare(then.Results, s.Results, audit.Seen{})
	s.Against = then.Run.Run
	s.Generation++
	return s
}

// sameDrift is a run held against one that saw the same.
func sameDrift() *State {
	s, then := endedState(), endedState()
	s.Drift = audit.Compare(then.Results, s.Results, audit.Seen{})
	s.Against = fixtureRun("01JD0000000000000000000002", audit.RunPartial)
	return s
}

// readingState is a run while the one that it is held against is being read.
func readingState() *State {
	s := endedState()
	s.Against = earlierState().Run.Run
	return s
}

// againState is a run of flows that another run had asked.
func againState() *State {
	s := endedState()
	s.Scope.Options.Again = "01JD0000000000000000000002"
	return s
}

// waivedState is endedState with three waivers: one counts, one has run out, one waits for its approval.
func waivedState() *State {
	s := endedState()
	month := func(n int) time.Time { return fixedNow.AddDate(0, n, 0) }
	s.Scope.Waivers = []audit.Waiver{
		{ID: "w-261101-1", Rule: "clear_text_mgmt", Service: "cim-http", Verdict: "not_enforced", Target: s.Scope.Plan.Host(3).Addr,
			Reason: "array is replaced in Q1", RequestedBy: "netops", ApprovedBy: "security", Starts: month(-1), Expires: month(1), Origin: audit.WaiverInStore},
		{ID: "w-1", Rule: "icmp_probe", Service: "icmp-echo", Verdict: "broken", Target: s.Scope.Plan.Host(1).Addr,
			Reason: "filtered by the host", RequestedBy: "netops", ApprovedBy: "security", Starts: month(-3), Expires: month(-1), Origin: audit.WaiverInSite},
		{ID: "w-261102-1", Rule: "clear_text_mgmt", Service: "ipmi", Verdict: "exposed", Target: s.Scope.Plan.Host(25).Addr,
			Reason: "until the firmware is updated", RequestedBy: "netops", Starts: month(-1), Expires: month(1), Origin: audit.WaiverInStore},
	}
	s.Results.ApplyWaivers(fixedNow, s.Evidence)
	s.Run.Total = s.Results.Total
	return s
}
