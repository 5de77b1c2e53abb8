package probes

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestLossAndTries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		g         Gates
		low, high float64
		tries     int
	}{
		{"nothing asked", Gates{}, 0, 0, 1},
		{"nothing lost", Gates{ControlSent: 50, TriesSent: 900}, 0, 0, 1},
		{"one of twenty", Gates{TriesSent: 20, TriesLost: 1}, 0.05, 0.05, 3},
		{"one of two thousand", Gates{TriesSent: 2000, TriesLost: 1}, 0.0005, 0.0005, 1},
		{"one in a hundred, measured well", Gates{TriesSent: 2000, TriesLost: 20}, 0.01, 0.02, 2},
		{"one in twenty, measured well", Gates{TriesSent: 2000, TriesLost: 100}, 0.05, 0.07, 3},
		{"three of twenty may be more", Gates{ControlSent: 10, TriesSent: 10, TriesLost: 3}, 0.3, 0.45, 8},
		{"all", Gates{ControlSent: 9, ControlLost: 9}, 0.99, 1, math.MaxInt32},
		{"numbers of a damaged file", Gates{TriesSent: -5, TriesLost: 7}, 0, 0, 1},
		{"more lost than sent", Gates{TriesSent: 5, TriesLost: 70}, 0.99, 1, math.MaxInt32},
	} {
		loss, tries := c.g.Loss(), c.g.TriesNeeded()
		if math.IsNaN(loss) || loss < c.low || loss > c.high || tries != c.tries {
			t.Errorf("%s: loss %.4f, %d tries, want %.4f to %.4f, %d", c.name, loss, tries, c.low, c.high, c.tries)
		}
	}
}

func TestPaceTries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		proto   Proto
		connect time.Duration
		flags   Flags
		want    int
	}{{TCP, 3 * time.Second, 0, 4}, {TCP, time.Second, 0, 2}, {UDP, 3 * time.Second, 0, 2}, {ICMP, 3 * time.Second, 0, 2}, {TCP, 3 * time.Second, Single, 2}} {
		if got := (Pace{Connect: c.connect}).Tries(c.proto, 2, c.flags); got != c.want {
			t.Errorf("%s with %s: %d", c.proto, c.connect, got)
		}
	}
}

// losing is the fake segment through a path that loses some first packets: those of the lucky ports are answered at
// the second try.
type losing struct{ *segment }

func (l losing) Probe(ctx context.Context, t Target) Observation {
	o := l.segment.Probe(ctx, t)
	if !o.Class.Silent() {
		t.Line.Answered(o.Attempts)
	}
	return o
}

// A path that loses packets makes two tries too few: silent flows are asked again, and only what stays silent then is
// called so.
func TestConfirmAsksAgainWherePacketsAreLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(30, tcpPort(80), udpPort(81), udpPort(82))
		p.Pace.Connect = 500 * time.Millisecond
		s := newSegment(t, p.Pace.Gap, func(to netip.AddrPort, proto Proto, n int) Class {
			last := to.Addr().As4()[3]
			switch {
			case to.Port() == 81 && (n > 2 || last > 4): // open, and unlucky three times on four hosts
				return OpenProto
			case to.Port() == 80 && (n > 0 || last > 6):
				return OpenProto
			case to.Port() == 80, to.Port() == 81, to.Port() == 82:
				return SilenceUnproven
			}
			return RstHost
		})
		pr := s.probers()
		pr["fake"] = losing{s}
		m, board := newMemory(), NewBoard(p)
		sum, err := (&Runner{Plan: p, Probers: pr, Board: board, Sink: m}).Run(t.Context())
		if err != nil || !sum.Complete {
			t.Fatalf("%+v, %v", sum, err)
		}
		if g := board.Gates(); g.TriesLost == 0 || g.TriesNeeded() <= 2 || g.Lossy() {
			t.Fatalf("gates %+v", g)
		}
		for id := range FlowID(p.Flows()) {
			f, o := p.Flow(id), m.seen[id]
			class, tries := OpenProto, 0
			if f.Endpoint.Port == 82 {
				class, tries = SilenceUnproven, 4
			}
			if o.Class != class || tries > 0 && o.Attempts != tries {
				t.Errorf("%s: %s after %d tries", netip.AddrPortFrom(f.Addr, f.Endpoint.Port), o.Class, o.Attempts)
			}
		}
	})
}

// Where nothing is lost nothing is asked again.
func TestConfirmLeavesACleanPathAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(3, tcpPort(80), tcpPort(81))
		s := newSegment(t, p.Pace.Gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 80 {
				return OpenProto
			}
			return SilenceUnproven
		})
		pr := s.probers()
		pr["fake"] = losing{s}
		m := newMemory()
		if _, err := (&Runner{Plan: p, Probers: pr, Board: NewBoard(p), Sink: m}).Run(t.Context()); err != nil || len(m.twice) != 0 {
			t.Errorf("%d flows were kept twice, %v", len(m.twice), err)
		}
	})
}

// A limiter swallows most of what comes at first, and nothing later. Silence from that time does not count: who was
// silent is asked again when it is over, and what stays so has only those tries to its name.
func TestConfirmAfterABadWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(20, tcpPort(80), tcpPort(81), tcpPort(82))
		p.Pace.Connect = 500 * time.Millisecond
		s := newSegment(t, p.Pace.Gap, func(to netip.AddrPort, _ Proto, n int) Class {
			switch {
			case to.Port() == 80 && n > 0, to.Port() == 81 && n > 1:
				return OpenProto
			case to.Port() >= 80 && to.Port() <= 82:
				return SilenceUnproven
			}
			return RstHost
		})
		pr := s.probers()
		pr["fake"] = losing{s}
		m, board := newMemory(), NewBoard(p)
		if sum, err := (&Runner{Plan: p, Probers: pr, Board: board, Sink: m}).Run(t.Context()); err != nil || !sum.Complete {
			t.Fatalf("%+v, %v", sum, err)
		}
		g := board.Gates()
		if g.LossyUntil == 0 || g.Lossy() || g.TriesLost > 0 {
			t.Fatalf("gates %+v", g)
		}
		for id := range FlowID(p.Flows()) {
			f, o := p.Flow(id), m.seen[id]
			row, _ := board.Row(f.Host, nil)
			switch at := row[f.Slot].At; {
			case f.Endpoint.Port == 82 && (!o.Class.Silent() || o.Attempts != 2 || at < g.LossyUntil):
				t.Errorf("%s: %s after %d tries at %d ms", netip.AddrPortFrom(f.Addr, f.Endpoint.Port), o.Class, o.Attempts, at)
			case f.Endpoint.Port != 82 && o.Class != OpenProto:
				t.Errorf("%s: %s", netip.AddrPortFrom(f.Addr, f.Endpoint.Port), o.Class)
			}
		}
	})
}

func TestLossWatch(t *testing.T) {
	t.Parallel()
	var w lossWatch
	at := time.Unix(1000, 0)
	ask := func(seconds, openings, tries int) {
		for range openings {
			w.add(at.Add(time.Duration(seconds)*time.Second), tries)
		}
	}
	ask(0, 40, 1)
	ask(1, 4, 2)
	if sent, lost, until := w.total(); sent != 48 || lost != 4 || !until.IsZero() {
		t.Errorf("a little loss: %d of %d, bad until %s", lost, sent, until)
	}
	ask(10, 10, 2)
	if sent, lost, until := w.total(); sent != 48 || lost != 4 || until != at.Add(10*time.Second) {
		t.Errorf("a bad while: %d of %d, bad until %s", lost, sent, until)
	}
	ask(20, 30, 1)
	if sent, lost, until := w.total(); sent != 78 || lost != 4 || until != at.Add(10*time.Second) {
		t.Errorf("after it: %d of %d, bad until %s", lost, sent, until)
	}
}

// The limiter that swallowed most of what came at first strikes again when silent flows are asked again, and those are
// so few that their loss shows nowhere. A control behind each of them is swallowed as well, and so their new silence does
// not count.
func TestConfirmBehindALimiterThatStrikesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(20, tcpPort(80), tcpPort(81))
		p.Pace.Connect = 500 * time.Millisecond
		const unlucky = 3 // hosts whose second port is swallowed to the end, with everything behind it
		s := newSegment(t, p.Pace.Gap, nil)
		s.answer = func(to netip.AddrPort, _ Proto, n int) Class {
			switch last := int(to.Addr().As4()[3]); {
			case to.Port() == 80 && n == 0, to.Port() == 81 && (last <= unlucky || n == 0):
				return SilenceUnproven
			case to.Port() == 80 && last <= unlucky && s.tries[fmt.Sprint(netip.AddrPortFrom(to.Addr(), 81), TCP)] > 2:
				return SilenceUnproven
			case to.Port() == 80, to.Port() == 81:
				return OpenProto
			}
			return RstHost
		}
		pr := s.probers()
		pr["fake"] = losing{s}
		m, board := newMemory(), NewBoard(p)
		if sum, err := (&Runner{Plan: p, Probers: pr, Board: board, Sink: m}).Run(t.Context()); err != nil || !sum.Complete {
			t.Fatalf("%+v, %v", sum, err)
		}
		g := board.Gates()
		if g.LossyUntil == 0 || g.ControlLost < unlucky {
			t.Fatalf("gates %+v", g)
		}
		silent := 0
		for id := range FlowID(p.Flows()) {
			f := p.Flow(id)
			row, _ := board.Row(f.Host, nil)
			if c := row[f.Slot]; c.Class.Silent() {
				if silent++; c.At >= g.LossyUntil {
					t.Errorf("%s is open; silent at %d ms, and the bad while ended at %d", netip.AddrPortFrom(f.Addr, f.Endpoint.Port), c.At, g.LossyUntil)
				}
			}
		}
		if silent != unlucky {
			t.Errorf("%d flows are silent, want %d", silent, unlucky)
		}
	})
}
