package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store"
	"oobscope/tui"
)

// open reads a stored run back and judges it again: verdicts are never stored.
func (e *engine) open(id string) (*tui.Stored, error) { return e.openAt(id, e.now()) }

// openAt is open with the waivers that count at a given time.
func (e *engine) openAt(id string, at time.Time) (*tui.Stored, error) {
	f, scope, board, err := e.read(id)
	if err != nil {
		return nil, err
	}
	res := audit.NewResults(scope)
	res.CutOff = f.Meta().State != audit.RunComplete
	res.LoadBoard(board)
	res.ApplyWaivers(at, f.Evidence)
	return &tui.Stored{Run: f.Meta(), Results: res, Evidence: f.Evidence, Close: f.Close}, nil
}

// read opens the file of a run, plans the run again and fills a board with what was observed. The caller
// closes the file, unless there is an error.
func (e *engine) read(id string) (*store.RunFile, *audit.Scope, *probes.Board, error) {
	f, err := e.store.OpenRun(id)
	if errors.Is(err, store.ErrDamaged) {
		return nil, nil, nil, incomplete(err, salvageHint(id))
	}
	if err != nil && ofDisk(err) {
		return nil, nil, nil, err
	}
	if err != nil {
		return nil, nil, nil, usage(err, "known runs: oobscope run list")
	}
	scope, board, err := rebuild(f)
	if err != nil {
		f.Close()
		hint := ""
		if errors.Is(err, store.ErrDamaged) {
			hint = salvageHint(id)
		}
		return nil, nil, nil, incomplete(fmt.Errorf("run %s: %w", clean(id), err), hint)
	}
	if f.Meta().Imported == nil { // an imported run brought its own waivers, and they are about nothing else
		e.layWaivers(scope)
	}
	return f, scope, board, nil
}

func salvageHint(id string) string {
	return "what is lost: oobscope store check; what is readable: oobscope store salvage " + clean(id)
}

func rebuild(f *store.RunFile) (*audit.Scope, *probes.Board, error) {
	var in audit.Inputs
	if err := json.Unmarshal(f.Inputs(), &in); err != nil {
		return nil, nil, fmt.Errorf("its inputs are damaged: %w", err)
	}
	scope, err := in.Rebuild()
	if err != nil {
		return nil, nil, err
	}
	board := probes.NewBoard(scope.Plan)
	return scope, board, f.Load(board)
}
