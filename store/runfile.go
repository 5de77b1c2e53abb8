package store

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// restAfter is how long a stored run keeps its file open, and with it the lock, after it was last asked.
const restAfter = 300 * time.Millisecond

// RunFile is a stored run, open for reading. Its file is locked only while somebody asks for something, so that a
// console left open on a run keeps nobody from going on with it; but as long as it is open, nobody can delete the
// run. Several readers may share the file. It is safe for concurrent use until Close.
type RunFile struct {
	store  *Store
	run    audit.Run
	inputs []byte
	shown  *os.File // keeps the run from being deleted; nil where that cannot be said

	mu     sync.Mutex
	read   runReader // nil inside while it rests
	rest   *time.Timer
	closed bool
	known  *ledger // read once, when first asked for
	lost   error   // why it is not known
	shapes shapeList
}

// OpenRun opens a stored run. A run that is being written, by this program or another, is refused after a
// second with a word on who has it: ask its RunWriter instead. A run that was cut off reads as partial.
func (s *Store) OpenRun(id string) (*RunFile, error) { return s.openRunFile(id, true) }

// openRunFile opens a run for a look: patient for somebody who waits for it and keeps it open.
func (s *Store) openRunFile(id string, patient bool) (*RunFile, error) {
	f := &RunFile{store: s}
	if patient {
		f.shown = s.show(id)
	}
	err := func() (err error) {
		if f.read, err = s.openRun(id, os.O_RDONLY, patient); err != nil {
			return err
		}
		return f.begin(id)
	}()
	if err != nil {
		f.give()
		return nil, err
	}
	f.rest = time.AfterFunc(restAfter, f.letGo)
	return f, nil
}

// begin reads what the run says of itself.
func (f *RunFile) begin(id string) (err error) {
	if f.run, err = f.read.meta(id); err != nil {
		return err
	}
	f.read.started = f.run.Started
	if f.inputs, err = f.read.fact(inputsKey, inputsFrame, maxInputs); err != nil {
		return err
	}
	if f.run.State != audit.RunRunning {
		return nil
	}
	l, err := f.ledger() // it says running, and yet its lock was free
	if err == nil {
		cutOff(&f.run, l.settled)
	}
	return err
}

// cutOff turns the record of a run whose process is gone into one of a partial run.
func cutOff(run *audit.Run, settled int) {
	run.State, run.Settled = audit.RunPartial, settled
	if run.Why == "" {
		run.Why = audit.CutOff
	}
}

// awake makes sure that the file is open. mu is held.
func (f *RunFile) awake() error {
	switch {
	case f.closed:
		return refused("run %s: it was closed", f.run.ID)
	case f.read.dbFile != nil:
		return nil
	}
	r, err := f.store.openRun(f.run.ID, os.O_RDONLY, true)
	if err != nil {
		return err
	}
	now, err := r.meta(f.run.ID)
	if err == nil && !now.Started.Equal(f.run.Started) {
		err = refused("run %s: another run stands in its place now", f.run.ID)
	}
	if err != nil {
		_ = r.close() // opened for reading: nothing can be lost
		return err
	}
	r.started = f.run.Started
	f.read = r
	return nil
}

// with runs fn while the file is open.
func (f *RunFile) with(fn func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.awake(); err != nil {
		return err
	}
	f.rest.Reset(restAfter)
	return fn()
}

// letGo closes the file until somebody asks again.
func (f *RunFile) letGo() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed && f.read.dbFile != nil {
		_ = f.read.close() // opened for reading: nothing can be lost
		f.read.dbFile = nil
	}
}

// give gives back all that the run holds. mu is held, or nobody else knows the run.
func (f *RunFile) give() (err error) {
	if f.read.dbFile != nil {
		err = f.read.close()
	}
	f.read.dbFile = nil
	if f.shown != nil {
		_ = f.shown.Close() // nothing was written
	}
	return err
}

// Close closes the run.
func (f *RunFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	f.rest.Stop()
	return f.give()
}

// Meta is the record of the run.
func (f *RunFile) Meta() audit.Run { return f.run }

// Inputs is what NewRun was given to plan the run again. It may come from a stranger.
func (f *RunFile) Inputs() []byte { return f.inputs }

// ledger is where everything stands. A run that somebody goes on with meanwhile only grows: what is known of it
// stays true. The file is open.
func (f *RunFile) ledger() (*ledger, error) {
	if f.known != nil {
		return f.known, f.lost
	}
	l, _, err := f.read.ledger()
	if err == nil {
		f.shapes, err = f.read.shapes()
	}
	if err == nil || errors.Is(err, ErrDamaged) { // asking again changes nothing
		f.known, f.lost = &l, err
	}
	return &l, err
}

// Evidence returns the latest observation of a flow with its evidence; nil and false if there is none. If
// the file is damaged there, or somebody has it, the words for it stand in Evidence.Error of an otherwise empty
// observation.
func (f *RunFile) Evidence(flow probes.FlowID) (o *probes.Observation, ok bool) {
	err := f.with(func() error {
		l, err := f.ledger()
		if err != nil {
			return err
		}
		var seq uint32
		var at place
		if seq, at, ok = l.find(flow); ok {
			o = f.read.evidence(seq, flow, at, f.shapes)
		}
		return nil
	})
	if err != nil {
		return lost(flow, err), true
	}
	return o, ok
}

// Load writes all that the run learned to the board of its plan, without the evidence, and sets the clock
// of the board to that of the run. A flow or host that the plan does not have is damage.
func (f *RunFile) Load(b *probes.Board) error {
	return f.with(func() error { return f.load(b) })
}

func (f *RunFile) load(b *probes.Board) error {
	b.Begin(f.run.Started)
	end, planned := f.run.Ended, b.Counters().Hosts
	_, err := f.read.walk(logWalker{
		record: func(_ uint32, o *probes.Observation) error {
			if !b.Set(*o) {
				return fmt.Errorf("flow %d: its plan has no such flow", o.Flow)
			}
			if end.Before(o.At) {
				end = o.At // of a run that was cut off this is all that is known
			}
			return nil
		},
		host: func(index int, s probes.HostState) error {
			if index >= planned {
				return fmt.Errorf("host %d: its plan has no such host", index)
			}
			b.SetHost(index, s)
			return nil
		},
	})
	if err != nil {
		return err
	}
	gates, err := f.read.gates()
	if err != nil {
		return err
	}
	b.SetGates(gates)
	b.AddSent(gates.Conversations, gates.PacketsSent)
	b.End(end)
	return nil
}
