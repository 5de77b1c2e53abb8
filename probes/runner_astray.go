package probes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrAstray is why a run ended when packets to its targets no longer left this machine as it was planned: a tunnel has
// gone and another route has taken its place. What is seen then is true of another place than the one that is named.
var ErrAstray = errors.New("the way to the targets has changed in the middle of the run: flows that were being asked are left open")

// How often the way to the hosts of a group is looked up: before an observation is taken over, and while none comes.
const (
	astrayFresh = 100 * time.Millisecond
	astrayEvery = time.Second
)

// ways remembers when the way to the hosts of a group was last seen to be the planned one.
type ways struct {
	mu   sync.Mutex
	fine []time.Time // by group
}

// astray tells whether packets to a host would not leave as planned, if nobody has looked just now.
func (x *run) astray(h Host) error {
	if x.Astray == nil || x.plan.Simulated {
		return nil
	}
	x.ways.mu.Lock()
	defer x.ways.mu.Unlock()
	if now := time.Now(); now.Sub(x.ways.fine[h.Group]) >= astrayFresh {
		if err := x.Astray(h); err != nil {
			return fmt.Errorf("%w: %w", ErrAstray, err)
		}
		x.ways.fine[h.Group] = now
	}
	return nil
}

// watchWays looks at the first host of each group until ctx ends: the way may go and come back while nothing is observed.
func (x *run) watchWays(ctx context.Context) {
	if x.Astray == nil || x.plan.Simulated {
		return
	}
	t := time.NewTicker(astrayEvery)
	defer t.Stop()
	for {
		for g := range x.plan.Groups {
			if len(x.plan.Groups[g].Addrs) == 0 {
				continue
			}
			if err := x.astray(x.plan.Host(x.plan.firstHost[g])); err != nil {
				x.stop(sinkError{err})
				return
			}
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}
