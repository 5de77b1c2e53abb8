package probes

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Turns are the processors that cryptography may have. It is most of what a conversation costs this machine, and on a
// large segment hundreds of answers come in at once: each would be ready to compute, and whoever else has something to
// do, first of all a screen that was given a key, would stand in line behind all of them. So only as many compute at a
// time as there are processors; the line is in here, and how long it gets bounds how many hosts are visited.
type Turns struct {
	free   chan struct{}
	waited atomic.Int64 // ns, the longest wait since the last look
}

// Computing are the turns of this process.
var Computing = newTurns(runtime.GOMAXPROCS(0))

func newTurns(n int) *Turns { return &Turns{free: make(chan struct{}, n)} }

// Take waits for a turn. Whoever has one computes; nobody waits for anything else while it has one.
func (t *Turns) Take() {
	select {
	case t.free <- struct{}{}:
		return
	default:
	}
	began := time.Now()
	t.free <- struct{}{}
	waited := int64(time.Since(began))
	for {
		longest := t.waited.Load()
		if waited <= longest || t.waited.CompareAndSwap(longest, waited) {
			return
		}
	}
}

// Leave gives a turn back.
func (t *Turns) Leave() { <-t.free }

// longest is the longest wait for a turn that ended since the last call.
func (t *Turns) longest() time.Duration { return time.Duration(t.waited.Swap(0)) }
