package probes

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

const gap = PoliteGap

func TestLineKeepsGapAfterEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLine(gap, nil)
		start := time.Now()
		begin(t, l)
		if d := time.Since(start); d != 0 {
			t.Errorf("the first conversation waited %s", d)
		}
		time.Sleep(5 * time.Second)
		l.End()
		begin(t, l)
		if d := time.Since(start); d != 5*time.Second+gap {
			t.Errorf("the second began after %s", d)
		}
		l.End()
	})
}

func begin(t *testing.T, l *Line) {
	t.Helper()
	if err := l.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestLineYieldCountsFromTheLastCopy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := NewLine(gap, nil)
		start := time.Now()
		begin(t, l)
		l.Yield(start.Add(time.Second)) // the system will send a copy then
		begin(t, l)
		if d := time.Since(start); d != time.Second+gap {
			t.Errorf("the next began after %s", d)
		}
		l.Yield(time.Time{}) // nothing was sent
		begin(t, l)
		if d := time.Since(start); d != time.Second+gap {
			t.Errorf("a turn without a packet cost a gap: %s", d)
		}
		l.End()
	})
}

func TestLineHoldsOneConversation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := NewLine(gap, nil)
		start := time.Now()
		var busy atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			l := root.fork()
			all.Go(func() {
				begin(t, l)
				if busy.Add(1) != 1 {
					t.Error("two conversations at a time")
				}
				time.Sleep(300 * time.Millisecond)
				busy.Add(-1)
				l.End()
			})
		}
		all.Wait()
		if want := 8*300*time.Millisecond + 7*gap; time.Since(start) != want {
			t.Errorf("8 conversations took %s, want %s", time.Since(start), want)
		}
	})
}

func TestLineResumeGoesBeforeAWaiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := NewLine(gap, nil)
		late, other := root.fork(), root.fork()
		start := time.Now()
		begin(t, late)
		late.Yield(start)
		began := make(chan time.Duration, 1)
		go func() {
			begin(t, other)
			began <- time.Since(start)
			other.End()
		}()
		time.Sleep(500 * time.Millisecond) // other waits for the gap now
		if err := late.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != 500*time.Millisecond {
			t.Errorf("the late answer waited until %s", d)
		}
		time.Sleep(2 * time.Second)
		late.End()
		if d := <-began; d != 2500*time.Millisecond+gap {
			t.Errorf("the other began after %s", d)
		}
	})
}

func TestLineCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := NewLine(gap, nil)
		begin(t, root)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for name, wait := range map[string]func(context.Context) error{"Begin": root.fork().Begin, "Resume": root.fork().Resume} {
			if err := wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s = %v", name, err)
			}
		}
		root.End()
		inGap, stop := context.WithTimeout(t.Context(), gap/2)
		defer stop()
		if err := root.fork().Begin(inGap); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Begin in the gap = %v", err)
		}
		begin(t, root) // nobody kept the line
		root.End()
		ended, end := context.WithCancel(t.Context())
		end()
		if err := root.Begin(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("Begin with an ended context = %v", err)
		}
	})
}

func TestLineBudgetAndTotals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := NewLine(gap, nil)
		root.limit = 3
		var conversations, packets int64
		root.tally = func(c, p int64) { conversations += c; packets += p }
		a, b := root.fork(), root.fork()
		begin(t, a)
		a.Count(4)
		a.End()
		a.End() // a second End gives nothing back
		begin(t, b)
		b.End()
		begin(t, b)
		b.Count(2)
		b.End()
		if err := root.Begin(t.Context()); !errors.Is(err, ErrSpent) {
			t.Errorf("the fourth of three conversations: %v", err)
		}
		if c, p := a.Totals(); c != 1 || p != 4 {
			t.Errorf("first handle: %d conversations, %d packets", c, p)
		}
		if c, p := b.Totals(); c != 2 || p != 2 {
			t.Errorf("second handle: %d conversations, %d packets", c, p)
		}
		if conversations != 3 || packets != 6 {
			t.Errorf("tally: %d conversations, %d packets", conversations, packets)
		}
	})
}

func TestLineWaitsForTheSegment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limit := rate.NewLimiter(10, 1)
		start := time.Now()
		for range 5 { // five hosts, so that no gap matters
			l := NewLine(gap, limit)
			begin(t, l)
			l.End()
		}
		if d := time.Since(start).Round(time.Millisecond); d != 400*time.Millisecond {
			t.Errorf("5 conversations at 10 a second took %s", d)
		}
	})
}
