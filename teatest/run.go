package teatest

import (
	"sync"
	"sync/atomic"

	"oobscope/audit"
	"oobscope/probes"
)

// Run is a run of the Engine.
type Run struct {
	Board *probes.Board
	Scope *audit.Scope

	mu   sync.Mutex
	meta audit.Run
	end  chan error
	over bool // it was stored

	said atomic.Pointer[probes.Evidence] // what every flow answers; nil: as usual
}

// Settle writes what is seen on the flows of hosts from to to-1: every fourth answers, the rest are silent.
func (r *Run) Settle(from, to int) { r.settle(from, to, 0) }

func (r *Run) settle(from, to, answers int) {
	for i := from; i < to; i++ {
		h := r.Scope.Plan.Host(i)
		for slot := range h.Count {
			class := probes.SilenceUnproven
			if slot%4 == answers {
				class = probes.OpenProto
			}
			r.Board.Set(probes.Observation{Flow: h.First + probes.FlowID(slot), Class: class, Attempts: 1, At: epoch})
		}
		r.Board.SetHost(i, probes.HostState{Flags: probes.HostDone | probes.HostHonest})
	}
}

// Says makes every flow of the run answer so.
func (r *Run) Says(said probes.Evidence) { r.said.Store(&said) }

// Finish settles every host and ends the run.
func (r *Run) Finish() {
	r.Settle(0, r.Scope.Plan.Hosts())
	r.End(nil)
}

// End ends the run; an error is what the engine died of.
func (r *Run) End(err error) { r.end <- err }

// Stored tells whether the run was written to the end.
func (r *Run) Stored() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

func (r *Run) evidence(id probes.FlowID) (*probes.Observation, bool) {
	row, _ := r.Board.Row(r.Scope.Plan.Flow(id).Host, nil)
	c := row[r.Scope.Plan.Flow(id).Slot]
	if c.Class == probes.Unobserved {
		return nil, false
	}
	said := probes.Evidence{Banner: "HTTP/1.1 200 OK", Facts: []probes.Fact{{Key: "product", Value: "rack controller"}}}
	if own := r.said.Load(); own != nil {
		said = *own
	}
	return &probes.Observation{Flow: id, Class: c.Class, Attempts: int(c.Attempts), At: epoch, Evidence: said}, true
}

// SettleOtherwise is Settle for a segment that has changed: other flows answer.
func (r *Run) SettleOtherwise(from, to int) { r.settle(from, to, 1) }
