package cli

import (
	"oobscope/audit"
	"oobscope/probes"
)

// sinceMost is the largest run that is held against the one before it as soon as it ends. Two runs in memory cost
// some 150 bytes a flow; for a larger one, run diff does it when somebody asks.
const sinceMost = 300_000

// since holds a run that has just ended against the one before it, for the timeline. nil if there was none, or it cannot
// be read: a comparison must never stand in the way of storing a run. Nor is a run of chosen flows held against
// anything: all that it left out would count as uncovered.
func (e *engine) since(meta *audit.Run, res *audit.Results, seen func(probes.FlowID) (*probes.Observation, bool)) *audit.RunDrift {
	runs, _ := e.store.Runs()
	before, ok := audit.PreviousRun(runs, meta)
	if !ok || meta.Again != "" || meta.Flows+before.Flows > sinceMost {
		return nil
	}
	then := before.Ended
	if then.IsZero() {
		then = before.Started
	}
	earlier, err := e.openAt(before.ID, then)
	if err != nil {
		return nil
	}
	defer earlier.Close()
	return audit.Compare(earlier.Results, res, audit.Seen{Before: earlier.Evidence, After: seen}).Step(before.ID)
}
