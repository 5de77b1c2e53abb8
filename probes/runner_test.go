package probes

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func openAll(netip.AddrPort, Proto, int) Class { return OpenProto }

func runPlan(t *testing.T, ctx context.Context, p *Plan, s *segment, m *memory) (Summary, *Board) {
	t.Helper()
	b := NewBoard(p)
	sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m}).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return sum, b
}

func TestRunSettlesEveryFlowOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(50, echo, tcpPort(443), tcpPort(5989), udpPort(623))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 5989 {
				return SilenceUnproven
			}
			return OpenProto
		}), newMemory()
		sum, b := runPlan(t, t.Context(), p, s, m)
		if !sum.Complete || sum.Flows != 200 || sum.Settled != 200 || sum.Before != 0 {
			t.Errorf("summary %+v", sum)
		}
		if len(m.seen) != 200 || len(m.twice) != 0 || len(m.hosts) != 50 {
			t.Errorf("%d observations, %d twice, %d hosts", len(m.seen), len(m.twice), len(m.hosts))
		}
		c := b.Counters()
		if c.Settled != 200 || c.Finished != 50 || c.Active != 0 || c.Of(OpenProto) != 150 || c.Of(SilenceUnproven) != 50 {
			t.Errorf("counters %+v", c)
		}
		if c.Packets != 2*c.Conversations || c.Packets != sum.Gates.PacketsSent || c.Elapsed != sum.Elapsed {
			t.Errorf("counters %+v, summary %+v", c, sum)
		}
		budget := Estimate(p, s.probers())
		if c.Conversations > budget.Conversations || c.Packets > budget.Packets {
			t.Errorf("sent %d in %d conversations, the budget was %+v", c.Packets, c.Conversations, budget)
		}
	})
}

func TestRunResumesExactly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(20, echo, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, openAll), newMemory()
		done := func(id FlowID) bool { return id%3 == 1 || id < 9 }
		b := NewBoard(p)
		before := 0
		for id := range FlowID(p.Flows()) {
			if done(id) {
				before++
				b.Set(Observation{Flow: id, Class: OpenProto})
			}
		}
		b.SetHost(0, HostState{Flags: HostDone})
		b.SetGates(Gates{PacketsSent: 1000, Conversations: 500, ControlSent: 4})
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m, Done: done}).Run(t.Context())
		if err != nil || !sum.Complete || sum.Before != before || sum.Settled != p.Flows()-before {
			t.Errorf("summary %+v, %v", sum, err)
		}
		if g, c := sum.Gates, b.Counters(); g.PacketsSent != 1000+c.Packets || g.Conversations != 500+c.Conversations || g.ControlSent != 4 {
			t.Errorf("gates %+v do not go on from the run before", g)
		}
		for id := range FlowID(p.Flows()) {
			if _, seen := m.seen[id]; seen == done(id) {
				t.Errorf("flow %d: done %v, probed %v", id, done(id), seen)
			}
		}
		if _, again := m.hosts[0]; again {
			t.Error("a finished host was visited again")
		}
		if _, ok := m.hosts[1]; !ok { // all its flows were done, but not its checks
			t.Error("a host without its checks was not visited")
		}
	})
}

func TestRunCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(10, tcpPort(443), tcpPort(22), tcpPort(80))
		s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return SilenceUnproven }), newMemory()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		sum, b := runPlan(t, ctx, p, s, m)
		if sum.Complete || time.Since(start) != 5*time.Second {
			t.Errorf("summary %+v after %s", sum, time.Since(start))
		}
		for id, o := range m.seen {
			if o.Class != SilenceUnproven {
				t.Errorf("flow %d was settled as %s/%s", id, o.Class, o.Reason)
			}
		}
		if sum.Settled != len(m.seen) || b.Counters().Settled != len(m.seen) || len(m.hosts) != 0 {
			t.Errorf("settled %d, stored %d, board %d, hosts %d", sum.Settled, len(m.seen), b.Counters().Settled, len(m.hosts))
		}
		resumed := newMemory()
		again := &Runner{Plan: p, Probers: s.probers(), Board: b, Sink: resumed, Done: func(id FlowID) bool {
			_, ok := m.seen[id]
			return ok
		}}
		if sum, err := again.Run(t.Context()); err != nil || !sum.Complete || len(resumed.seen)+len(m.seen) != p.Flows() {
			t.Errorf("resumed: %+v, %v; %d and %d flows", sum, err, len(m.seen), len(resumed.seen))
		}
	})
}

func TestRunEndsWithTheSink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(100, tcpPort(443))
		full := errors.New("no space left")
		m := newMemory()
		m.limit, m.err = 5, full
		s := newSegment(t, gap, openAll)
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: m}).Run(t.Context())
		if !errors.Is(err, full) || sum.Complete || sum.Settled != 5 {
			t.Errorf("Run = %+v, %v", sum, err)
		}
	})
}

func TestRunCatchesAPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443), tcpPort(22), tcpPort(80))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 22 {
				return Unobserved // the fake panics with the line in hand
			}
			return OpenProto
		}), newMemory()
		p.Simulated = true
		sum, _ := runPlan(t, t.Context(), p, s, m)
		o := m.seen[1]
		if !sum.Complete || o.Class != ProbeError || o.Reason != LocalError || o.Evidence.Error == "" || !o.Evidence.Simulated {
			t.Errorf("summary %+v, observation %+v", sum, o)
		}
		if sum.Elapsed > 10*time.Second {
			t.Errorf("the line was not given back: %s", sum.Elapsed)
		}
	})
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	p := testPlan(1, tcpPort(443))
	s := newSegment(t, gap, openAll)
	for name, probers := range map[string]Probers{
		"no prober": {KnockTCP: s, KnockUDP: s},
		"no knock":  {"fake": s, KnockUDP: s},
	} {
		if _, err := (&Runner{Plan: p, Probers: probers, Board: NewBoard(p), Sink: newMemory()}).Run(t.Context()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	p.Groups[0].Addrs[0] = netip.MustParseAddr("224.0.0.1")
	if _, err := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: newMemory()}).Run(t.Context()); err == nil {
		t.Error("multicast: no error")
	}
	if len(s.order) != 0 {
		t.Errorf("a refused run sent to %v", s.order)
	}
}

func TestRunHostBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ports []Endpoint
		for port := range uint16(40) {
			ports = append(ports, tcpPort(1000+port))
		}
		p := testPlan(1, ports...)
		p.Pace.Host = 20 * time.Second
		s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return SilenceUnproven }), newMemory()
		sum, _ := runPlan(t, t.Context(), p, s, m)
		spent, untouched := 0, 0
		for _, o := range m.seen {
			if o.Class == ProbeError && o.Reason == HostBudget {
				spent++
				if o.Attempts == 0 {
					untouched++
				}
			} else if o.Class != SilenceUnproven {
				t.Errorf("flow %d is %s/%s", o.Flow, o.Class, o.Reason)
			}
		}
		if !sum.Complete || sum.Elapsed > 21*time.Second || spent == 0 || untouched < 20 {
			t.Errorf("%d spent, %d untouched, summary %+v", spent, untouched, sum)
		}
	})
}
