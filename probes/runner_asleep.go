package probes

import (
	"errors"
	"time"
)

// ErrSlept is why a run ended when the machine was suspended in the middle of it: a closed laptop, a paused virtual
// machine. Answers were lost then, and no silence that was waited for across it proves anything.
var ErrSlept = errors.New("the machine slept in the middle of the run: flows that were being asked are left open, for their silence would prove nothing")

// sleptLimit is more than the two clocks drift apart by themselves.
const sleptLimit = 500 * time.Millisecond

// slept tells whether the machine has slept since the run began.
func (x *run) slept() bool { return x.sleeping()-x.sleptBefore > sleptLimit }

// doubtful ends the run if an observation may only be what it is because the machine slept, or because packets do not
// leave any more as it was planned. Such a flow stays unsettled, and a resumed run asks it again.
func (x *run) doubtful(o Observation) bool {
	if o.Class != ProbeError {
		if err := x.astray(x.plan.Host(x.plan.Flow(o.Flow).Host)); err != nil {
			x.stop(sinkError{err})
			return true
		}
	}
	if conclusive(o.Class) || !x.slept() {
		return false
	}
	x.stop(sinkError{ErrSlept})
	return true
}
