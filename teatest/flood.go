package teatest

import (
	"sync/atomic"
	"time"

	"oobscope/probes"
)

// Flood is results that pour into a run: 20,000 a second.
type Flood struct {
	count      atomic.Int64
	quit, done chan struct{}
}

// Pour opens a flood; Stop ends it.
func (r *Run) Pour() *Flood {
	f := &Flood{quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(f.done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-f.quit:
				return
			case <-tick.C:
				for k := range 100 {
					id := probes.FlowID((n*100 + k) * 7 % r.Scope.Plan.Flows())
					r.Board.Set(probes.Observation{Flow: id, Class: probes.Class(1 + (n+k)%15), Attempts: 1})
				}
				f.count.Add(100)
			}
		}
	}()
	return f
}

// Poured is how many results there were.
func (f *Flood) Poured() int { return int(f.count.Load()) }

// Reaches waits for so many results.
func (f *Flood) Reaches(n int) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for f.Poured() < n {
		<-tick.C
	}
}

// Stop ends the flood, and returns once the last result was handed in.
func (f *Flood) Stop() { close(f.quit); <-f.done }
