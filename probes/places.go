package probes

import (
	"context"
	"sync"
	"time"
)

// How many hosts are visited at once. More of them help as long as they wait for somebody else; once they wait for
// this machine, another one costs memory, makes every conversation slower and brings deadlines closer that say
// something of the host only while it is the host that is slow.
const (
	placesLeast  = 256                    // if the plan allows as many: most of the time each waits for the gap
	placesEvery  = 100 * time.Millisecond // between two looks at the machine
	placesMemory = 40 << 20               // bytes that the visits of a run may hold
	placesRecord = 40                     // bytes that a flow costs beside them, in a scout
)

// Lags of the scheduler: how long half of what could have run had to wait for a processor.
const (
	lagShort = 3 * time.Millisecond  // there is room for more
	lagLong  = 20 * time.Millisecond // there are too many
)

// Waits for a turn to compute: while a conversation waits for one, its deadlines run.
const (
	turnShort = 20 * time.Millisecond
	turnLong  = 100 * time.Millisecond
)

// burden is what this process has to bear.
type burden struct {
	lag  time.Duration
	turn time.Duration // the longest wait for one
	held uint64        // bytes
}

// places bounds how many hosts are under way, between placesLeast and what the plan allows. It is safe for
// concurrent use.
type places struct {
	mu     sync.Mutex
	free   sync.Cond
	taken  int
	bound  int
	most   int
	memory uint64 // bytes that may be held on top of before
	before uint64 // bytes that were held when it began
	full   bool   // somebody wanted a place in vain since the last look
}

func newPlaces(most, flows int) *places {
	p := &places{bound: min(most, placesLeast), most: most, memory: placesMemory + placesRecord*uint64(flows)}
	p.free.L = &p.mu
	return p
}

// take waits for a place; false if ctx ended before there was one.
func (p *places) take(ctx context.Context) bool {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free.Broadcast()
	})
	defer stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.taken >= p.bound && ctx.Err() == nil {
		p.full = true
		p.free.Wait()
	}
	if ctx.Err() != nil {
		return false
	}
	p.taken++
	return true
}

// tryTake takes a place if there is one.
func (p *places) tryTake() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= p.bound {
		p.full = true
		return false
	}
	p.taken++
	return true
}

// leave gives a place back.
func (p *places) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	p.free.Signal()
}

// watch moves the bound with what the machine bears, until ctx ends.
func (p *places) watch(ctx context.Context, look func() burden) {
	p.mu.Lock()
	p.before = look().held
	p.mu.Unlock()
	t := time.NewTicker(placesEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.adapt(look())
		case <-ctx.Done():
			return
		}
	}
}

// adapt moves the bound once.
func (p *places) adapt(b burden) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held := b.held - min(p.before, b.held)
	switch {
	case b.lag > lagLong || b.turn > turnLong || held > p.memory:
		// Those under way stay, so that the bound follows them down and not ahead of them.
		p.bound = max(min(p.bound, p.taken)-p.bound/16, min(placesLeast, p.most))
	case p.full && b.lag < lagShort && b.turn < turnShort && held < p.memory*7/8:
		p.bound = min(p.bound+p.bound/16+1, p.most)
		p.free.Broadcast()
	}
	p.full = false
}
