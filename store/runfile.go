package store

import (
	"fmt"
	"os"
	"sync"

	"oobscope/audit"
	"oobscope/probes"
)

// RunFile is a stored run, open for reading. Several readers may share the file; while one is open, nobody
// can resume or delete the run. It is safe for concurrent use until Close.
type RunFile struct {
	read   runReader
	run    audit.Run
	inputs []byte
	ledger func() (ledger, error)    // read once, when first asked for
	shapes func() (shapeList, error) // likewise
}

// OpenRun opens a stored run. A run that is being written, by this program or another, is refused after a
// second with a word on who has it: ask its RunWriter instead. A run that was cut off reads as partial.
func (s *Store) OpenRun(id string) (*RunFile, error) { return s.openRunFile(id, true) }

func (s *Store) openRunFile(id string, patient bool) (*RunFile, error) {
	r, err := s.openRun(id, os.O_RDONLY, patient)
	if err != nil {
		return nil, err
	}
	f := &RunFile{read: r}
	if err := f.begin(id); err != nil {
		_ = r.close() // opened for reading: nothing can be lost
		return nil, err
	}
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
	f.ledger = sync.OnceValues(func() (ledger, error) {
		l, _, err := f.read.ledger()
		return l, err
	})
	f.shapes = sync.OnceValues(f.read.shapes)
	if f.run.State != audit.RunRunning {
		return nil
	}
	l, err := f.ledger() // it says running, and yet its lock was free
	cutOff(&f.run, l.settled)
	return err
}

// cutOff turns the record of a run whose process is gone into one of a partial run.
func cutOff(run *audit.Run, settled int) {
	run.State, run.Settled = audit.RunPartial, settled
	if run.Why == "" {
		run.Why = "the program ended before the run did"
	}
}

// Close closes the file.
func (f *RunFile) Close() error { return f.read.close() }

// Meta is the record of the run.
func (f *RunFile) Meta() audit.Run { return f.run }

// Inputs is what NewRun was given to plan the run again. It may come from a stranger.
func (f *RunFile) Inputs() []byte { return f.inputs }

// Evidence returns the latest observation of a flow with its evidence; nil and false if there is none. If
// the file is damaged there, the words for it stand in Evidence.Error of an otherwise empty observation.
func (f *RunFile) Evidence(flow probes.FlowID) (*probes.Observation, bool) {
	l, err := f.ledger()
	if err != nil {
		return lost(flow, err), true
	}
	seq, at, ok := l.find(flow)
	if !ok {
		return nil, false
	}
	list, err := f.shapes()
	if err != nil {
		return lost(flow, err), true
	}
	return f.read.evidence(seq, flow, at, list), true
}

// Load writes all that the run learned to the board of its plan, without the evidence, and sets the clock
// of the board to that of the run. A flow or host that the plan does not have is damage.
func (f *RunFile) Load(b *probes.Board) error {
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
