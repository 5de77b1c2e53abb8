package views

import (
	"net/netip"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// fixedNow is the clock of every test of a screen.
var fixedNow = time.Date(2026, 11, 22, 10, 5, 0, 0, time.UTC)

// emptyState is the console before anything was loaded.
func emptyState() *State {
	return &State{Lang: "en", Words: English(), Theme: NewTheme(true, false), Now: fixedNow, Version: "1.0.0", Generation: 1}
}

// plannedState has kits, a site and a plan, but no run yet.
func plannedState() *State {
	s := emptyState()
	scope := fixtureScope()
	s.Site, s.Scope = scope.Site, scope
	s.Kits = []KitEntry{{Kit: scope.Kits[0], Active: true}, {Kit: strangersKit()}}
	s.Budget = probes.Budget{Hosts: scope.Plan.Hosts(), Flows: scope.Plan.Flows(), Conversations: 520, Packets: 2840,
		PerHost: 19, Estimate: 42 * time.Second}
	s.Generation = 2
	return s
}

// endedState shows a complete run over 40 hosts with every verdict in it. The judgements are the judge's
// own; only the observations are made up.
func endedState() *State {
	s := plannedState()
	s.Results = audit.NewResults(s.Scope)
	s.Results.Offender = func(uint16) string { return "198.18.90.1" } // in our own zone: in front of the firewall
	for i := range s.Scope.Plan.Hosts() {
		s.Results.Update(i, hostCells(s.Scope.Plan.Host(i), i), hostState(i))
	}
	s.Results.SetGates(probes.Gates{CanarySent: 4, ControlSent: 60, ControlLost: 1, TaintSent: 12, PacketsSent: 1730, Conversations: 402})
	s.Results.Counters = probes.Counters{Flows: s.Scope.Plan.Flows(), Settled: s.Scope.Plan.Flows(), Hosts: 40, Finished: 40,
		Packets: 1730, Conversations: 402, Elapsed: 38 * time.Second}
	for _, c := range s.Results.Cells {
		s.Results.Counters.ByClass[c.Class]++
	}
	s.Run = RunView{Run: fixtureRun("01JD0000000000000000000003", audit.RunComplete), Phase: RunEnded}
	s.Run.Total, s.Run.Gates = s.Results.Total, s.Results.Gates
	s.Runs = []audit.Run{s.Run.Run, fixtureRun("01JD0000000000000000000002", audit.RunPartial),
		fixtureRun("01JD0000000000000000000001", audit.RunComplete)}
	s.Evidence = fixtureEvidence(s)
	s.Generation = 3
	return s
}

// liveState is a run under way: a third of the hosts still wait, and the segment is simulated.
func liveState() *State {
	s := plannedState()
	s.Site.Simulated = true
	s.Results = audit.NewResults(s.Scope)
	board := probes.NewBoard(s.Scope.Plan)
	board.Begin(fixedNow.Add(-20 * time.Second))
	for i := range 26 {
		h := s.Scope.Plan.Host(i)
		for slot, c := range hostCells(h, i) {
			board.Set(probes.Observation{Flow: h.First + probes.FlowID(slot), Class: c.Class, Reason: c.Reason, Flags: c.Flags,
				Attempts: int(c.Attempts), RTT: time.Duration(c.RTT) * time.Microsecond, At: fixedNow, Weak: c.Weak})
		}
		board.SetHost(i, hostState(i))
	}
	board.SetActive(26, true)
	board.SetActive(27, true)
	board.End(fixedNow)
	s.Results.Counters = board.Drain(s.Results.Update)
	s.Live = board
	s.Run = RunView{Run: fixtureRun("01JD0000000000000000000003", audit.RunRunning), Phase: RunLive, Rate: 12.5, Left: 14 * time.Second}
	s.Run.Simulated, s.Run.Ended, s.Run.Total = true, time.Time{}, s.Results.Total
	s.Generation = 4
	return s
}

func fixtureRun(id string, state audit.RunState) audit.Run {
	r := audit.Run{ID: id, Site: "dc1", Kits: []string{"oob_reference@1.2.0"}, Vantage: "jump1", Zone: "trust", Tool: "1.0.0",
		Started: fixedNow.Add(-5 * time.Minute), Ended: fixedNow.Add(-4 * time.Minute), State: state, Flows: 260, Settled: 260, Left: 2}
	if state != audit.RunComplete {
		r.Settled, r.Why = 171, "interrupted"
	}
	return r
}

// hostState lets each tenth host be one that fakes accepts, and each eleventh go quiet.
func hostState(i int) probes.HostState {
	s := probes.HostState{Flags: probes.HostDone | probes.HostHonest, ControlSent: 2}
	switch {
	case i%10 == 9:
		s.Flags = probes.HostDone | probes.HostFakesOpen
	case i%11 == 10:
		s.Flags |= probes.HostQuiet
	case i%3 == 0:
		s.Flags |= probes.HostUDPControl
	}
	return s
}

// hostCells makes up what was seen on host i; the pattern repeats every 13 hosts and reaches each verdict.
func hostCells(h probes.Host, i int) []probes.Cell {
	good := []probes.Class{probes.OpenProto, probes.OpenProto, probes.Prohibited, probes.SilenceUnproven, probes.SilenceUnproven,
		probes.OpenProto, probes.SilenceUnproven}
	odd := []probes.Class{probes.OpenProto, probes.SilenceUnproven, probes.OpenProto, probes.RstHost, probes.RstUnknown, probes.OpenMute,
		probes.OpenProto, probes.Prohibited, probes.HostDown, probes.ProbeError, probes.OpenCut, probes.PortUnreach, probes.OpenOther}
	out := make([]probes.Cell, h.Count)
	for slot := range out {
		class := good[slot%len(good)]
		if slot == i%7 && i%4 != 0 {
			class = odd[i%13]
		}
		c := probes.Cell{Class: class, Attempts: 1, At: uint32(i*900 + slot*40)}
		switch {
		case class.Open() || class == probes.RstHost:
			c.RTT = uint32(400 + i*37 + slot*11)
		case class == probes.ProbeError:
			c.Reason = probes.NoFiles
		case class == probes.Prohibited:
			c.Offender, c.ICMPType, c.ICMPCode = 1, 3, 13
		default:
			c.Attempts = 3
		}
		if class == probes.OpenProto && slot == 0 && i%5 == 1 {
			c.Weak = c.Weak.With(probes.RedfishAnonymous).With(probes.TLSSelfSigned)
		}
		out[slot] = c
	}
	return out
}

func fixtureEvidence(s *State) func(probes.FlowID) (*probes.Observation, bool) {
	return func(id probes.FlowID) (*probes.Observation, bool) {
		c := s.Results.Cells[id]
		if !c.Class.Open() {
			return nil, false
		}
		fl := s.Scope.Plan.Flow(id)
		to := netip.AddrPortFrom(fl.Addr, fl.Endpoint.Port).String()
		o := &probes.Observation{Flow: id, Class: c.Class, Attempts: 1, Packets: 9, RTT: time.Duration(c.RTT) * time.Microsecond,
			At: fixedNow.Add(-4 * time.Minute), Weak: c.Weak}
		o.Evidence = probes.Evidence{
			Steps: []probes.Step{
				{AtMS: 0, Dir: "sent", What: "SYN", From: "198.18.90.10:40112", To: to},
				{AtMS: 0.4, Dir: "got", What: "SYN/ACK", From: to},
				{AtMS: 1.2, Dir: "sent", What: "GET /redfish/v1/", Bytes: 96, Hex: "474554202f72656466697368"},
				{AtMS: 3.8, Dir: "got", What: "HTTP/1.1 200", Bytes: 1412, Hex: "485454502f312e3120323030"},
			},
			Facts:  []probes.Fact{{Key: "product", Value: `rack \x1b[2Jcontroller`}, {Key: "redfish_version", Value: "1.18.0"}},
			Banner: "HTTP/1.1 200 OK", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		}
		if fl.Endpoint.TLS {
			o.Evidence.TLS = &probes.TLSFacts{Version: "TLS 1.2", Suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", Subject: "CN=bmc",
				Issuer: "CN=bmc", SelfSigned: true, NotBefore: "2020-01-01T00:00:00Z", NotAfter: "2030-01-01T00:00:00Z", Key: "RSA 2048"}
		}
		return o, true
	}
}

func kitText(en, ja string) kits.Text { return kits.Text{"en": en, "ja": ja} }
