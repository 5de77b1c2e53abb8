package probes

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// scout is a Scout that has seen what a test says of each slot: accepted, answered, silent, or nothing at all.
type scout struct {
	sees  func(host, slot int) Class // OpenMute: accepted; OpenProto: answered; SilenceUnproven; RstUnknown; Unobserved: not asked
	state HostFlags
	last  time.Time
}

func (s *scout) Engine() Engine { return Sweep }

func (s *scout) Scout(ctx context.Context, job *Search) error {
	p := job.Plan
	swept := make([]Swept, p.Hosts())
	for host := range p.Hosts() {
		h := p.Host(host)
		w := &swept[host]
		w.Parting = Parting{Host: host, State: HostState{Flags: s.state}}
		for slot := range h.Count {
			id := h.First + FlowID(slot)
			o := Observation{Flow: id, Class: s.sees(host, slot), At: time.Now(), Attempts: 1, Packets: 1}
			switch {
			case o.Class == Unobserved:
				w.Unasked, w.Parting.Unasked = append(w.Unasked, id), w.Parting.Unasked+1
			case o.Class == RstUnknown:
				o.Evidence.TTL = 60
				w.Resets, w.Parting.Resets = append(w.Resets, o), w.Parting.Resets+1
				job.Settle(o, References{})
			case o.Class.Open():
				w.Seen, w.Open = append(w.Seen, o), w.Open+1
			default:
				job.Settle(o, References{})
			}
			job.Sent(1, 1)
		}
	}
	s.last = time.Now()
	for host := range swept {
		swept[host].Last = s.last
		job.Leave(swept[host].Parting, func(i int) Swept { return swept[i] })
	}
	return ctx.Err()
}

func runScout(t *testing.T, p *Plan, s *segment, sc Scout) (*memory, *Board, Summary) {
	t.Helper()
	m, b := newMemory(), NewBoard(p)
	sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m, Scout: sc}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m, b, sum
}

// What the first packets have decided is settled; what they found is visited, no sooner than the gap; what their
// probers have no first packet for is asked.
func TestScoutHandsOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(10, tcpPort(443), tcpPort(5989), udpPort(623), echo)
		sees := []Class{OpenMute, SilenceUnproven, Unobserved, OpenProto}
		sc := &scout{sees: func(_, slot int) Class { return sees[slot] }}
		var visited time.Time
		s := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 5989 {
				t.Errorf("a settled flow of %s was asked", to.Addr())
			}
			if visited.IsZero() {
				visited = time.Now()
			}
			return OpenProto
		})
		m, b, sum := runScout(t, p, s, sc)
		if !sum.Complete || len(m.seen) != p.Flows() || len(m.twice) != 0 || sum.Gates.Engine != "sweep" {
			t.Errorf("summary %+v, %d observations, %d twice", sum, len(m.seen), len(m.twice))
		}
		if visited.Sub(sc.last) < gap {
			t.Errorf("the first visit came %s after the last first packet", visited.Sub(sc.last))
		}
		if c := b.Counters(); c.Of(OpenProto) != 30 || c.Of(SilenceUnproven) != 10 || c.Finished != 10 {
			t.Errorf("counters %+v", c)
		}
		if o := m.seen[0]; o.Attempts != 2 || o.Packets < 3 {
			t.Errorf("the first packet does not count: %+v", o)
		}
	})
}

// An accept that was seen is never called silence, whatever becomes of the conversation after it.
func TestAcceptIsNeverSilence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, then, want Class
	}{
		"accepted, then silent":  {OpenMute, SilenceUnproven, OpenMute},
		"answered, then silent":  {OpenProto, SilenceUnproven, OpenProto},
		"strange, then silent":   {OpenOther, SilenceUnproven, OpenOther},
		"accepted, then nothing": {OpenMute, ProbeError, OpenMute},
		"accepted, then proved":  {OpenMute, OpenProto, OpenProto},
		"accepted, then refused": {OpenMute, RstUnknown, RstUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, tcpPort(443))
				s := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return c.then })
				m, b, sum := runScout(t, p, s, &scout{sees: func(int, int) Class { return c.first }})
				counters := b.Counters()
				if !sum.Complete || m.seen[0].Class != c.want || counters.Of(c.want) != 1 {
					t.Errorf("%+v, %+v", m.seen[0], sum)
				}
			})
		})
	}
}

// A host that went quiet is not visited: what was seen of it before stands, and the rest says why it was left.
func TestQuietHostIsNotVisited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(3, tcpPort(443), tcpPort(22))
		s := newSegment(t, gap, func(to netip.AddrPort, _ Proto, n int) Class {
			if to.Port() != 443 {
				t.Errorf("%s was asked", to)
			}
			return SilenceUnproven // the taint check
		})
		sees := []Class{OpenMute, Unobserved}
		m, _, sum := runScout(t, p, s, &scout{state: HostQuiet, sees: func(_, slot int) Class { return sees[slot] }})
		for id, o := range m.seen {
			want := []Class{OpenMute, ProbeError}[id%2]
			if o.Class != want || o.Reason != WentQuiet {
				t.Errorf("flow %d: %s/%s", id, o.Class, o.Reason)
			}
		}
		if !sum.Complete || sum.Gates.TaintLost != 3 {
			t.Errorf("summary %+v", sum)
		}
	})
}

func TestChooseEngine(t *testing.T) {
	t.Parallel()
	few, many, simulated := testPlan(sweepFrom-1, tcpPort(443)), testPlan(sweepFrom, tcpPort(443)), testPlan(1000, tcpPort(443))
	crowd := testPlan(20000, tcpPort(443)) // more than any pace visits at once
	simulated.Simulated = true
	for _, c := range []struct {
		plan *Plan
		raw  bool
		want Engine
	}{{few, true, Visits}, {few, false, Visits}, {many, true, Sweep}, {many, false, Visits}, {crowd, false, Crowd}, {crowd, true, Sweep}, {simulated, true, Visits}} {
		if got := ChooseEngine(c.plan, c.raw); got != c.want {
			t.Errorf("%d hosts, raw %v: %s, want %s", c.plan.Hosts(), c.raw, got, c.want)
		}
	}
	for _, e := range []Engine{Visits, Sweep, Crowd} {
		if got, ok := ParseEngine(e.String()); !ok || got != e {
			t.Errorf("ParseEngine(%q) = %v, %v", e, got, ok)
		}
	}
}
