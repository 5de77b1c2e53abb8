package probes

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A laptop that is closed in the middle of a run, or a process that is stopped: no silence counts that was waited for
// across it, the run ends in so many words, and a resumed run asks those flows again, and no other.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		slept, stood time.Duration
		want         error
	}{
		"closed laptop":   {slept: 2 * time.Hour, want: ErrSlept},
		"stopped process": {stood: 4 * time.Second, want: ErrStood},
		"busy machine":    {stood: 900 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { interrupt(t, c.slept, c.stood, c.want) })
		})
	}
}

// interrupt lets the machine sleep or the process stand still in the seventh second of a run.
func interrupt(t *testing.T, sleeps, stands time.Duration, want error) {
	p := testPlan(20, tcpPort(443), tcpPort(5989), tcpPort(22))
	s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
		if to.Port() == 443 {
			return OpenProto
		}
		return SilenceUnproven
	}), newMemory()
	var slept, stood atomic.Int64
	time.AfterFunc(6*time.Second, func() { slept.Store(int64(sleeps)); stood.Store(int64(stands)) })
	run := func(b *Board, m *memory, done func(FlowID) bool) (Summary, error) {
		return (&Runner{Plan: p, Probers: s.probers(), Board: b, Sink: m, Done: done,
			sleeping: func() time.Duration { return time.Duration(slept.Load()) },
			clock:    func() time.Time { return time.Now().Add(time.Duration(stood.Load())) },
		}).Run(t.Context())
	}
	b := NewBoard(p)
	sum, err := run(b, m, nil)
	if want == nil {
		if err != nil || !sum.Complete {
			t.Errorf("summary %+v, %v", sum, err)
		}
		return
	}
	if !errors.Is(err, want) || sum.Complete || len(m.seen) == 0 || len(m.seen) >= 60 {
		t.Fatalf("%d of 60 flows, summary %+v, %v", len(m.seen), sum, err)
	}
	before := len(m.seen)
	resumed := newMemory()
	sum, err = run(b, resumed, func(id FlowID) bool {
		_, ok := m.seen[id]
		return ok
	})
	if err != nil || !sum.Complete || sum.Before != before || len(resumed.seen) != 60-before {
		t.Errorf("%d were settled, %d after the resume, summary %+v, %v", before, len(resumed.seen), sum, err)
	}
}

// Only what was waited for while the process stood still is in doubt, whoever looks first.
func TestPulse(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	at := func(ms int) time.Time { return time.Unix(1000, int64(ms)*1e6) }
	p := newPulse(3*time.Second, func() time.Time { return now })
	for _, c := range []struct {
		ms    int  // the present
		began int  // of the wait that ends now
		beats bool // the goroutine that beats is the first to look
		want  bool
	}{
		{1000, 0, true, false},
		{2000, 0, false, false},
		{3100, 2100, false, true},
		{3200, 3150, false, false},
		{3300, 3000, true, true},
		{9000, 3400, true, true},
		{9001, 9001, false, false},
	} {
		now = at(c.ms)
		if c.beats {
			p.look()
		}
		if got := p.stoodSince(at(c.began)); got != c.want {
			t.Errorf("at %d ms, of a wait since %d ms: %v, want %v", c.ms, c.began, got, c.want)
		}
	}
	if short := newPulse(10*time.Millisecond, time.Now); short.limit != stoodLimit {
		t.Errorf("the limit of short waits is %s", short.limit)
	}
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
