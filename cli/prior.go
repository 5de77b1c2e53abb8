package cli

import (
	"fmt"
	"time"

	"oobscope/audit"
)

// A new run of a site knows what the last stored runs of the same site have seen: a flow that answered then has a
// service behind it, so that silence now means something else than a machine that never spoke. Beyond that age, or
// that many runs, too much may have changed. A run that was handed over teaches nothing: it may name any site.
const (
	priorAge  = 14 * 24 * time.Hour
	priorRuns = 4
)

// prior gathers what the last runs of the scope's site saw, newest first, without the run itself. A run that cannot
// be read teaches nothing and is named.
func (e *engine) prior(scope *audit.Scope, self string) *audit.Prior {
	if scope.Site.Simulated {
		return nil
	}
	runs, _ := e.store.Runs() // what cannot be listed is for those to hear who ask for the list
	p, learned := audit.NewPrior(scope), 0
	for i := range runs {
		r := &runs[i]
		age := e.now().Sub(r.Started)
		if r.ID == self || r.Site != scope.Site.Name || r.Simulated || r.State == audit.RunRunning || r.Imported != nil || age < 0 || age > priorAge {
			continue
		}
		if learned++; learned > priorRuns {
			break
		}
		if err := e.learn(p, r); err != nil && e.warn != nil {
			e.warn(fmt.Errorf("what an earlier run saw is not used: %w", err))
		}
	}
	return p
}

func (e *engine) learn(p *audit.Prior, r *audit.Run) error {
	f, scope, board, err := e.read(r.ID)
	if err != nil {
		return err
	}
	res := audit.NewResults(scope)
	res.LoadBoard(board)
	p.Learn(f.Meta(), res)
	return f.Close()
}
