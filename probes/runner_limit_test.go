package probes

import (
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limiter is a firewall that refuses port 22 by ICMP, at most once a second whoever asks, and drops port 115.
type limiter struct {
	mu   sync.Mutex
	last time.Time
}

func (l *limiter) answer(to netip.AddrPort, _ Proto, _ int) Class {
	switch to.Port() {
	case 443:
		return OpenProto
	case 22:
		l.mu.Lock()
		defer l.mu.Unlock()
		if time.Since(l.last) >= time.Second {
			l.last = time.Now()
			return Prohibited
		}
	}
	return SilenceUnproven
}

// Refusals that a limit on ICMP errors has hidden are found by asking alone; what no time is left for is
// named, and a kind of flow that is really dropped keeps its silence.
func TestRefusalsBehindALimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ hosts, hidden int }{
		"few hosts": {20, 0}, "more hosts than are asked again": {limitAsked + 40, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(c.hosts, tcpPort(443), tcpPort(22), tcpPort(115))
				s, m := newSegment(t, gap, (&limiter{}).answer), newMemory()
				sum, b := runPlan(t, t.Context(), p, s, m)
				if !sum.Complete || sum.Settled != 3*c.hosts {
					t.Errorf("%+v", sum)
				}
				silent := 0
				for i := range c.hosts {
					row, _ := b.Row(i, nil)
					if row[1].Class.Silent() {
						silent++
						if row[1].Flags&Alone != 0 {
							t.Error("a flow that was asked alone is still silent")
						}
					}
					if !row[2].Class.Silent() {
						t.Errorf("the dropped flow of host %d is %s", i, row[2].Class)
					}
				}
				if got := sum.Gates.Limited; len(got) != c.hidden || c.hidden == 1 && got[0] != (Slot{0, 1}) {
					t.Errorf("limited: %v", got)
				}
				if c.hidden == 0 && silent != 0 || c.hidden == 1 && silent == 0 {
					t.Errorf("%d refusals of %d were taken for silence", silent, c.hosts)
				}
			})
		})
	}
}

// Without a refusal by somebody on the path nothing is asked again.
func TestNothingIsAskedAgainWithoutRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443), tcpPort(22))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 443 {
				return OpenProto
			}
			return SilenceUnproven
		}), newMemory()
		runPlan(t, t.Context(), p, s, m)
		if n := s.asked(hostOne, TCP, 22); n != 2 { // the two attempts of the pace
			t.Errorf("the silent flow was asked %d times", n)
		}
	})
}

// The loss gate is about the path, not about the luck of one run.
func TestLossGate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sent, lost int
		lossy      bool
	}{
		{4, 4, false}, {5, 0, false}, {5, 1, false}, {5, 2, true}, {10, 2, false}, {10, 3, true}, {20, 2, false}, {20, 3, true},
		{66, 4, false}, {66, 12, true}, {1000, 50, false}, {1000, 150, false}, {1000, 190, true}, {0, 0, false},
	} {
		if g := (&Gates{ControlSent: c.sent, ControlLost: c.lost}); g.Lossy() != c.lossy {
			t.Errorf("%d of %d lost: lossy %v", c.lost, c.sent, g.Lossy())
		}
	}
}
