package cli

import (
	"errors"
	"fmt"
	"strings"

	"oobscope/audit"
	"oobscope/store"
)

// The names that stand for a run, beside its id.
const (
	nameLast     = "last"
	namePrevious = "previous"
	nameBaseline = "baseline"
)

// idLength is how many digits and letters the id of a run has.
const idLength = 26

const runNamesHelp = "RUN is an id or the beginning of one, last, previous (the one before, of the same site), baseline, or baseline:NAME."

// runNames finds stored runs by what people call them.
type runNames struct {
	runs      []audit.Run // newest first
	baselines []store.Baseline
	site      string // only runs of that site; empty for all
}

func newRunNames(st *store.Store, site string) (*runNames, error) {
	r := &runNames{site: site}
	var troubles, more []error
	r.runs, troubles = st.Runs()
	r.baselines, more = st.Baselines()
	if troubles = append(troubles, more...); len(r.runs) == 0 && len(troubles) > 0 {
		return nil, incomplete(errors.Join(troubles...), "")
	}
	return r, nil
}

// openRuns opens the store for a command that is told a run; site narrows what its name may mean.
func (p *program) openRuns(site string) (*store.Store, *runNames, error) {
	st, err := p.openStore()
	if err != nil {
		return nil, nil, err
	}
	names, err := newRunNames(st, site)
	if err != nil {
		st.Close()
		return nil, nil, err
	}
	return st, names, nil
}

// find returns the run of that name. relative is the run that previous and baseline are about; nil is the last one.
func (r *runNames) find(name string, relative *audit.Run) (audit.Run, error) {
	word, which, _ := strings.Cut(name, ":")
	switch strings.ToLower(word) {
	case nameLast:
		return r.last()
	case namePrevious:
		return r.previous(relative)
	case nameBaseline:
		if which == "" {
			which = nameBaseline
		}
		return r.baseline(which, relative)
	}
	return r.byID(name)
}

// byID takes an id or the beginning of one that no other run shares.
func (r *runNames) byID(name string) (audit.Run, error) {
	var found []audit.Run
	for _, run := range r.runs {
		if name != "" && strings.HasPrefix(run.ID, strings.ToUpper(name)) {
			found = append(found, run)
		}
	}
	switch len(found) {
	case 0:
		return audit.Run{}, usage(fmt.Errorf("run %s: not in the store", clean(name)), "known runs: oobscope run list; "+runNamesHelp)
	case 1:
		return found[0], nil
	}
	return audit.Run{}, usage(fmt.Errorf("run %s: %d runs begin so, among them %s and %s", clean(name), len(found), found[0].ID, found[1].ID),
		"give more of the id")
}

func (r *runNames) last() (audit.Run, error) {
	for _, run := range r.runs {
		if run.State != audit.RunRunning && (r.site == "" || run.Site == r.site) {
			return run, nil
		}
	}
	if r.site != "" {
		return audit.Run{}, usage(fmt.Errorf("no run of site %s has ended yet", clean(r.site)), "known runs: oobscope run list")
	}
	return audit.Run{}, usage(errors.New("the store has no run that has ended"), "start one: oobscope audit --site FILE")
}

func (r *runNames) relativeTo(run *audit.Run) (audit.Run, error) {
	if run != nil {
		return *run, nil
	}
	return r.last()
}

// previous is the newest run of the same site that began before.
func (r *runNames) previous(relative *audit.Run) (audit.Run, error) {
	of, err := r.relativeTo(relative)
	if err != nil {
		return audit.Run{}, err
	}
	for _, run := range r.runs {
		if run.Site == of.Site && run.Simulated == of.Simulated && run.State != audit.RunRunning && run.ID < of.ID {
			return run, nil
		}
	}
	return audit.Run{}, usage(fmt.Errorf("run %s is the first of site %s: there is none before it", of.ID, clean(of.Site)), "known runs: oobscope run list")
}

func (r *runNames) baseline(name string, relative *audit.Run) (audit.Run, error) {
	of, err := r.relativeTo(relative)
	if err != nil {
		return audit.Run{}, err
	}
	for _, b := range r.baselines {
		if b.Site == of.Site && b.Name == name {
			return r.byID(b.Run)
		}
	}
	return audit.Run{}, usage(fmt.Errorf("site %s has no baseline %s", clean(of.Site), clean(name)), "set one: oobscope run baseline set RUN")
}

// hasBaseline tells whether the site of a run has a baseline of the usual name.
func (r *runNames) hasBaseline(run *audit.Run) bool {
	for _, b := range r.baselines {
		if b.Site == run.Site && b.Name == nameBaseline && b.Run != run.ID {
			return true
		}
	}
	return false
}

// pair resolves the two runs of a comparison. Without a later one it is the last; without an earlier one the baseline
// of its site, else the run before it.
func (r *runNames) pair(args []string) (before, after audit.Run, err error) {
	later := nameLast
	if len(args) > 1 {
		later = args[1]
	}
	if after, err = r.find(later, nil); err != nil {
		return before, after, err
	}
	earlier := namePrevious
	switch {
	case len(args) > 0:
		earlier = args[0]
	case r.hasBaseline(&after):
		earlier = nameBaseline
	}
	if before, err = r.find(earlier, &after); err != nil {
		return before, after, err
	}
	if before.ID == after.ID {
		err = usage(fmt.Errorf("both are run %s: there is nothing to compare", after.ID), runNamesHelp)
	}
	for _, run := range []audit.Run{before, after} {
		if err == nil && run.State == audit.RunRunning {
			err = usage(fmt.Errorf("run %s is still going on", run.ID), "wait for its end; the console compares a run while it goes on")
		}
	}
	return before, after, err
}
