package probes

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Why a run ended in the middle. Answers were lost then, or came while nobody listened, and no silence that was waited for
// across it proves anything.
var (
	// ErrSlept: the machine was suspended, as a closed laptop or a paused virtual machine is.
	ErrSlept = errors.New("the machine slept in the middle of the run: flows that were being asked are left open, for their silence would prove nothing")
	// ErrStood: the machine went on, but not this process: it was stopped by a signal or a debugger, or got no processor.
	ErrStood = errors.New("this program stood still in the middle of the run: flows that were being asked are left open, for their silence would prove nothing")
)

// sleptLimit is more than the two clocks drift apart by themselves.
const sleptLimit = 500 * time.Millisecond

// slept tells whether the machine has slept since the run began.
func (x *run) slept() bool { return x.sleeping()-x.sleptBefore > sleptLimit }

// interrupted ends the run if an observation may only be what it is because the machine slept, or because this process
// stood still while it was waited for: of a deadline and an answer that have both come meanwhile, the deadline wins. began
// is when the first packet left.
func (x *run) interrupted(c Class, began time.Time) bool {
	switch {
	case conclusive(c):
		return false
	case x.slept():
		x.stop(sinkError{ErrSlept})
	case x.pulse.stoodSince(began):
		x.stop(sinkError{ErrStood})
	default:
		return false
	}
	return true
}

// doubtful ends the run if an observation was interrupted, or if packets do not leave any more as it was planned. Such a
// flow stays unsettled, and a resumed run asks it again.
func (x *run) doubtful(o Observation) bool {
	if o.Class != ProbeError {
		if err := x.astray(x.plan.Host(x.plan.Flow(o.Flow).Host)); err != nil {
			x.stop(sinkError{err})
			return true
		}
	}
	return x.interrupted(o.Class, o.At)
}

// How a process finds out that it stood still: it looks at the clock ten times a second. What is no longer than stoodLimit
// is a busy machine.
const (
	pulseEvery = 100 * time.Millisecond
	stoodLimit = 500 * time.Millisecond
)

// pulse remembers when this process last went on after it had stood still for longer than the limit.
type pulse struct {
	limit time.Duration
	clock func() time.Time

	mu   sync.Mutex
	beat time.Time
	woke time.Time // zero: it never stood still
}

// newPulse makes a pulse for waits of that length: whoever stands still for less is awake for most of one.
func newPulse(wait time.Duration, clock func() time.Time) *pulse {
	return &pulse{limit: max(stoodLimit, wait/3), clock: clock, beat: clock()}
}

// start beats until ctx ends or stop is called, which waits for the end of it.
func (p *pulse) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { p.run(ctx) })
	return func() {
		cancel()
		beating.Wait()
	}
}

func (p *pulse) run(ctx context.Context) {
	t := time.NewTicker(pulseEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.look()
		case <-ctx.Done():
			return
		}
	}
}

// look beats once.
func (p *pulse) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if now.Sub(p.beat) > p.limit {
		p.woke = now
	}
	p.beat = now
}

// stoodSince tells whether the process has stood still for too long since that moment. It looks itself, since the
// goroutine that beats may not have had its turn yet.
func (p *pulse) stoodSince(began time.Time) bool {
	p.look()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.woke.After(began)
}
