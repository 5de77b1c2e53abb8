package probes

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// away is a host that answers echoes and port 22, drops port 80, and cannot be reached for a while.
func away(from, until time.Duration) func(netip.AddrPort, Proto, int) Class {
	start := time.Now()
	return func(to netip.AddrPort, proto Proto, _ int) Class {
		if at := time.Since(start); at >= from && at < until {
			return SilenceUnproven
		}
		if proto == ICMP || to.Port() == 22 {
			return OpenProto
		}
		return SilenceUnproven
	}
}

// A link that flaps, a firewall that fails over, a tunnel that is dialled again: the control behind the silent flows is
// lost once or twice and then answered. It vouches for nothing of that time, so the flows are asked again.
func TestSilenceOfAnOutage(t *testing.T) {
	t.Parallel()
	for name, until := range map[string]time.Duration{"one control lost": 11 * time.Second, "two controls lost": 14 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, echo, tcpPort(22), tcpPort(80))
				s, m := newSegment(t, gap, away(500*time.Millisecond, until)), newMemory()
				sum, _ := runPlan(t, t.Context(), p, s, m)
				if h := m.hosts[0]; h.ControlLost == 0 || h.Flags&HostQuiet != 0 || !sum.Complete || sum.Settled != 3 {
					t.Fatalf("host %+v, summary %+v", h, sum)
				}
				if o := m.seen[1]; o.Class != OpenProto {
					t.Errorf("the open port is %s/%s after %d tries", o.Class, o.Reason, o.Attempts)
				}
				if o := m.seen[2]; !o.Class.Silent() || o.Reason != NoReason || o.Attempts != 2 || s.asked(hostOne, TCP, 80) != 4 {
					t.Errorf("the dropped port is %s/%s after %d tries of %d", o.Class, o.Reason, o.Attempts, s.asked(hostOne, TCP, 80))
				}
			})
		})
	}
}

// The path goes away for good when the flows are asked again: their silence stays one that proves nothing.
func TestSilenceOfAnOutageThatComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, echo, tcpPort(22), tcpPort(80))
		first, second := away(500*time.Millisecond, 11*time.Second), away(12*time.Second, time.Hour)
		s, m := newSegment(t, gap, func(to netip.AddrPort, proto Proto, n int) Class {
			if c := first(to, proto, n); c.Silent() {
				return c
			}
			return second(to, proto, n)
		}), newMemory()
		runPlan(t, t.Context(), p, s, m)
		for _, id := range []FlowID{1, 2} {
			if o := m.seen[id]; !o.Class.Silent() || o.Reason != Shaken {
				t.Errorf("flow %d is %s/%s", id, o.Class, o.Reason)
			}
		}
	})
}

// Another flow was answered while the control was lost three times, perhaps before it: that proves nothing of what was
// silent beside it, and the host is asked once more at the end.
func TestAnAnswerBesideALostControlProvesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, echo, tcpPort(22), tcpPort(80))
		var v *visit
		s := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class {
			v.mu.Lock()
			v.answers = 1
			v.mu.Unlock()
			return SilenceUnproven
		})
		m := newMemory()
		x := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: m}).begin(func(error) {})
		defer x.pulse.start(t.Context())()
		x.Board.Begin(time.Now())
		v = x.newVisit(p.Host(0), nil)
		v.classes[0] = OpenProto
		silent := Observation{Flow: 2, Class: SilenceUnproven, At: time.Now()}
		v.record(p.Flow(2), v.line, silent)
		v.wait(p.Flow(2), silent)
		v.learn(2, SilenceUnproven)
		v.checkQuiet(t.Context())
		if v.proven || v.isQuiet() || m.seen[2].Reason != Shaken {
			t.Errorf("proven %v, quiet %v, the silent flow is %s/%s", v.proven, v.isQuiet(), m.seen[2].Class, m.seen[2].Reason)
		}
	})
}

// The time of the host is over before its last control: what nobody has vouched for is asked again.
func TestNoTimeForTheLastControl(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443), tcpPort(22))
		p.Pace.Host = 8 * time.Second
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 443 {
				return OpenProto
			}
			return SilenceUnproven
		}), newMemory()
		start := time.Now()
		answer := s.answer
		s.answer = func(to netip.AddrPort, proto Proto, n int) Class {
			if n == 0 || to.Port() == 22 {
				return answer(to, proto, n)
			}
			if time.Since(start) < 9*time.Second {
				return ProbeError // no port is free for it
			}
			return OpenProto
		}
		sum, _ := runPlan(t, t.Context(), p, s, m)
		if o := m.seen[1]; !sum.Complete || !o.Class.Silent() || o.Reason != NoReason || s.asked(hostOne, TCP, 22) != 4 {
			t.Errorf("the silent flow is %s/%s, asked %d times, %+v", o.Class, o.Reason, s.asked(hostOne, TCP, 22), sum)
		}
	})
}

// A run is stopped before a control could vouch for a silent flow: it counts as not asked, and a resumed run asks it.
func TestStoppedBeforeTheControl(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, n int) Class {
			if to.Port() == 443 && n == 0 {
				return OpenProto
			}
			return SilenceUnproven // it dies
		}), newMemory()
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		sum, _ := runPlan(t, ctx, p, s, m)
		if o := m.seen[1]; sum.Complete || sum.Settled != 1 || o.Class != ProbeError || o.Reason != Cancelled || o.Attempts != 2 {
			t.Errorf("the silent flow is %s/%s after %d tries, %+v", o.Class, o.Reason, o.Attempts, sum)
		}
	})
}

// A run was killed while hosts were under way that had fallen silent. They were down, and are up again when the run goes
// on: nothing that answers now vouches for the silence of then. What was silent before an answer stands, and so does what
// must have had its control long before.
func TestSilenceOfAnotherDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(5, tcpPort(443), tcpPort(22), tcpPort(80))
		s, m := newSegment(t, gap, openAll), newMemory()
		b := NewBoard(p)
		began := time.Now().Add(-time.Hour)
		b.Begin(began)
		before := map[FlowID]*Observation{}
		for _, c := range []struct {
			flow   FlowID
			class  Class
			second time.Duration
		}{
			{0, SilenceUnproven, 60}, {1, OpenProto, 62}, {2, SilenceUnproven, 64}, // before and behind its answer
			{3, SilenceUnproven, 60},                                               // a host that had answered nothing
			{6, OpenProto, 60}, {7, SilenceUnproven, 64}, {8, SilenceUnproven, 64}, // one whose checks were made
			{9, OpenProto, 1}, {10, SilenceUnproven, 20}, // long before
			{12, OpenProto, 60}, {13, SilenceUnproven, 61}, {14, ProbeError, 62}, // one that had gone quiet
		} {
			o := Observation{Flow: c.flow, Class: c.class, At: began.Add(c.second * time.Second)}
			if c.class == ProbeError {
				o.Reason = WentQuiet
			}
			b.Set(o)
			before[o.Flow] = &o
		}
		b.SetHost(2, HostState{Flags: HostDone})
		sum, err := (&Runner{
			Plan: p, Probers: s.probers(), Board: b, Sink: m, Done: func(id FlowID) bool { return before[id] != nil },
			Before: func(id FlowID) (*Observation, bool) { return before[id], before[id] != nil },
		}).Run(t.Context())
		if err != nil || !sum.Complete || sum.Settled != 3 {
			t.Fatalf("%+v, %v", sum, err)
		}
		for id, want := range map[FlowID]Reason{0: NoReason, 2: Unvouched, 3: Unvouched, 7: NoReason, 8: NoReason, 10: NoReason, 13: Unvouched} {
			f := p.Flow(id)
			row, _ := b.Row(f.Host, nil)
			if c := row[f.Slot]; !c.Class.Silent() || c.Reason != want || s.asked(f.Addr.String(), TCP, f.Endpoint.Port) != 0 {
				t.Errorf("flow %d is %s/%s, want silence/%s, asked %d times", id, c.Class, c.Reason, want, s.asked(f.Addr.String(), TCP, f.Endpoint.Port))
			}
		}
		if m.seen[2].Reason != Unvouched || m.seen[2].At != before[2].At {
			t.Errorf("stored: %+v", m.seen[2])
		}
		for host, quiet := range map[int]bool{0: false, 3: false, 4: true} {
			if got := m.hosts[host].Flags&HostQuiet != 0; got != quiet {
				t.Errorf("host %d: quiet %v", host, got)
			}
		}
	})
}

// A SYN proxy in front of a dead host accepts, and cuts the connection when it cannot reach the host: that is no answer of
// the host, and it is found out as what is accepted and stays mute is.
func TestHonestyOfACut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443))
		s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return OpenCut }), newMemory()
		runPlan(t, t.Context(), p, s, m)
		if got := m.hosts[0].Flags; got != HostFakesOpen|HostDone {
			t.Errorf("flags %b", got)
		}
	})
}

// A run is cut off while it is open whether a limit on ICMP errors has hidden refusals. Its gates say so, and a resumed
// run finds out, though nobody refuses any more in what is left of it.
func TestALimitOutlivesTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(20, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, (&limiter{}).answer), newMemory()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(14*time.Second, cancel) // while it is being found out
		b := NewBoard(p)
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m}).Run(ctx)
		if c := b.Counters(); err != nil || sum.Complete || c.Of(Prohibited) == 0 || c.Of(SilenceUnproven) == 0 || c.Settled != p.Flows() {
			t.Fatalf("%+v, %+v, %v", sum, b.Counters(), err)
		}
		if g := m.gates[len(m.gates)-1]; !g.LimitOpen || len(g.Limited) != 0 {
			t.Errorf("stored gates %+v", g)
		}
		sum, err = (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m, Done: func(id FlowID) bool { return true }}).Run(t.Context())
		if c := b.Counters(); err != nil || !sum.Complete || c.Of(Prohibited) != 20 || sum.Gates.LimitOpen {
			t.Errorf("%+v, %+v, %v", sum, c, err)
		}
	})
}

// The tunnel to the segment goes down in the middle of a run, and packets leave from elsewhere: nothing counts any more.
func TestTheWayChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(9, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 443 {
				return OpenProto
			}
			return SilenceUnproven
		}), newMemory()
		start, elsewhere := time.Now(), errors.New("from zone internet now")
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: m, Astray: func(h Host) error {
			if h.Group != 0 || !h.Addr.IsValid() {
				t.Errorf("asked for %+v", h)
			}
			if time.Since(start) > 5*time.Second {
				return elsewhere
			}
			return nil
		}}).Run(t.Context())
		if !errors.Is(err, ErrAstray) || !errors.Is(err, elsewhere) || sum.Complete || time.Since(start) > 7*time.Second {
			t.Fatalf("%+v after %s, %v", sum, time.Since(start), err)
		}
		for id, o := range m.seen {
			if o.Class != OpenProto {
				t.Errorf("flow %d is %s/%s", id, o.Class, o.Reason)
			}
		}
	})
}

// A stored moment comes without the clock that nobody sets; the board of a resumed run counts by it all the same.
func TestResumedBoardCountsByASteadyClock(t *testing.T) {
	t.Parallel()
	b := NewBoard(testPlan(1, echo))
	b.Begin(time.Now().Add(-time.Hour).Round(0))
	b.Begin(time.Now())
	if at := b.origin.String(); !strings.Contains(at, "m=") {
		t.Errorf("counts from %s", at)
	}
	if d := time.Since(b.origin); d < time.Hour || d > time.Hour+time.Minute {
		t.Errorf("counts from %s ago", d)
	}
}

// The way goes and comes back while nothing is observed: what was silent meanwhile does not count either.
func TestTheWayGoesAndComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(2, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return SilenceUnproven }), newMemory()
		start := time.Now()
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: m, Astray: func(Host) error {
			if at := time.Since(start); at > 2*time.Second && at < 4*time.Second {
				return errors.New("no route")
			}
			return nil
		}}).Run(t.Context())
		if !errors.Is(err, ErrAstray) || sum.Complete || len(m.seen) != 0 {
			t.Errorf("%+v, %d observations, %v", sum, len(m.seen), err)
		}
	})
}
