package probes

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A laptop that is closed in the middle of a run: no silence counts that was waited for across it, the run ends in so
// many words, and a resumed run asks those flows again, and no other.
func TestClosedLaptop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(20, tcpPort(443), tcpPort(5989), tcpPort(22))
		s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			if to.Port() == 443 {
				return OpenProto
			}
			return SilenceUnproven
		}), newMemory()
		var slept atomic.Int64
		time.AfterFunc(6*time.Second, func() { slept.Store(int64(2 * time.Hour)) })
		b := NewBoard(p)
		sum, err := (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m, sleeping: func() time.Duration { return time.Duration(slept.Load()) }}).Run(t.Context())
		if !errors.Is(err, ErrSlept) || sum.Complete || len(m.seen) == 0 || len(m.seen) >= 60 {
			t.Fatalf("%d of 60 flows, summary %+v, %v", len(m.seen), sum, err)
		}
		before := len(m.seen)
		resumed := newMemory()
		sum, err = (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: resumed, Done: func(id FlowID) bool {
			_, ok := m.seen[id]
			return ok
		}, sleeping: func() time.Duration { return time.Duration(slept.Load()) }}).Run(t.Context())
		if err != nil || !sum.Complete || sum.Before != before || len(resumed.seen) != 60-before {
			t.Errorf("%d were settled, %d after the resume, summary %+v, %v", before, len(resumed.seen), sum, err)
		}
	})
}

// The clocks of this machine agree as long as it is awake.
func TestMachineIsAwake(t *testing.T) {
	t.Parallel()
	before := asleep()
	time.Sleep(time.Millisecond)
	if d := asleep() - before; d < -sleptLimit || d > sleptLimit {
		t.Errorf("the machine slept for %s during this test", d)
	}
}
