package views

import (
	"strconv"

	"oobscope/audit"
	"oobscope/probes"
)

// The lists at the foot of the overview.
const (
	paneFindings = iota
	paneWeaknesses
	paneUntested
	paneCount
)

// findingsKept is how many of the worst findings are listed; the others are on the screen of differences.
const findingsKept = 200

// Overview is the first screen: the answer, what it rests on, and the worst that was found.
type Overview struct {
	pane  int
	grids [paneCount]Grid

	made     uint64
	results  *audit.Results
	scope    *audit.Scope
	set      bool
	worst    []probes.FlowID
	weak     []weakRow
	untested []untestedRow
}

// NewOverview returns the screen.
func NewOverview() *Overview { return &Overview{} }

// Name implements Screen.
func (o *Overview) Name() string { return "overview" }

// Title implements Screen.
func (o *Overview) Title(s *State) string { return s.Words.Name.Overview }

// Filter implements Screen: the overview shows what matters, and all of it.
func (o *Overview) Filter(*State, string) {}

// Keys implements Screen.
func (o *Overview) Keys(s *State) []Key {
	w := s.Words
	keys := []Key{{"j/k", w.Key.Move}, {"enter", w.Overview.OpenLine}, {"tab", w.Overview.NextList}, {"m", w.Key.Heat}}
	if s.Run.Phase != RunLive && s.Run.Phase != RunStopping {
		keys = append(keys, Key{"r", w.Key.Start})
	}
	return keys
}

// Press implements Screen.
func (o *Overview) Press(s *State, key string) Action {
	o.refresh(s)
	n := o.rows(o.pane)
	switch key {
	case "tab":
		o.pane = (o.pane + 1) % paneCount
	case "shift+tab":
		o.pane = (o.pane + paneCount - 1) % paneCount
	case "enter":
		return o.open(s)
	case "r":
		return asked(s)
	case "m":
		return Action{Kind: Goto, To: "map"}
	default:
		o.grids[o.pane].Press(key, n)
	}
	return Action{}
}

// open shows what stands behind the chosen line.
func (o *Overview) open(s *State) Action {
	i := o.grids[o.pane].Cursor
	if i < 0 || i >= o.rows(o.pane) {
		return Action{}
	}
	switch o.pane {
	case paneFindings:
		a := evidenceOf(o.worst[i])
		a.Flows = o.worst
		return a
	case paneWeaknesses:
		for id := range s.Results.Cells {
			if s.Results.Cells[id].Weak.Has(o.weak[i].weak) {
				return evidenceOf(probes.FlowID(id))
			}
		}
	case paneUntested:
		if r := o.untested[i].rule; r >= 0 {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(r)}
		}
	}
	return Action{}
}

func evidenceOf(id probes.FlowID) Action {
	return Action{Kind: Goto, To: "evidence", Arg: strconv.Itoa(int(id))}
}

func (o *Overview) rows(pane int) int {
	switch pane {
	case paneFindings:
		return len(o.worst)
	case paneWeaknesses:
		return len(o.weak)
	}
	return len(o.untested)
}

// refresh gathers the lists anew if something changed.
func (o *Overview) refresh(s *State) {
	scope := inForce(s)
	if o.set && o.made == s.Generation && o.results == s.Results && o.scope == scope {
		return
	}
	if o.set && o.results == nil && s.Results != nil {
		o.pane = paneFindings
	}
	if !o.set && s.Results == nil {
		o.pane = paneUntested
	}
	o.made, o.results, o.scope, o.set = s.Generation, s.Results, scope, true
	o.worst, o.weak, o.untested = nil, nil, untestedRows(scope)
	if s.Results != nil {
		o.worst = s.Results.Worst(findingsKept)
		o.weak = weakRows(s.Results)
	}
}

// Render implements Screen.
func (o *Overview) Render(s *State, w, h int) string {
	o.refresh(s)
	lines := o.answer(s, w)
	switch {
	case s.Results == nil:
		lines = append(lines, o.loaded(s, w)...)
	case w < 72 || h-len(lines)-o.countRows(s) < 8:
		lines = append(lines, o.brief(s, w)...)
	default:
		lines = append(lines, o.counts(s, w)...)
	}
	if s.Results == nil && inForce(s) == nil {
		return s.Theme.Frame(lines, w, h)
	}
	return s.Theme.Frame(append(lines, o.lists(s, w, h-len(lines))...), w, h)
}
