package views

import (
	"fmt"
	"strconv"
	"strings"

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
	panes [paneCount]list
	width int // of the last drawing
	way   int // the chosen way on, while there is nothing to show

	made     uint64
	results  *audit.Results
	scope    *audit.Scope
	set      bool
	query    string
	asked    string     // the query that worst answers
	sieve    flowFilter // for it
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

// Filter implements Screen: it narrows the lists at the foot.
func (o *Overview) Filter(_ *State, query string) {
	for pane := range o.panes {
		o.panes[pane].filter(query)
	}
	o.query = query
}

// worstOf are the worst deviations that the filter keeps, of all that there are.
func (o *Overview) worstOf(s *State) []probes.FlowID {
	if strings.TrimSpace(o.query) == "" {
		return s.Results.Worst(findingsKept)
	}
	o.sieve.prepare(o.query, s.Results.Scope, s.Words)
	return s.Results.WorstOf(findingsKept, func(f probes.Flow, id probes.FlowID) bool {
		return o.sieve.keeps(s.Results, f.Host, f.Group, f.Slot, int(id))
	})
}

// Kept implements Keeper: the lists one after another.
func (o *Overview) Kept() string {
	parts := make([]string, paneCount)
	for pane := range o.panes {
		parts[pane] = o.panes[pane].Kept()
	}
	return strings.TrimRight(strings.Join(parts, "|"), "|")
}

// Restore implements Keeper.
func (o *Overview) Restore(kept string) {
	parts := strings.Split(kept, "|")
	for pane := range o.panes {
		part := ""
		if pane < len(parts) {
			part = parts[pane]
		}
		o.panes[pane].Restore(part)
	}
}

// Grammar implements Queried: that of the chosen list.
func (o *Overview) Grammar(s *State) *Grammar {
	if first(s) {
		return nil // there is no list yet
	}
	o.refresh(s)
	return o.grammar(s, o.pane)
}

// Keys implements Screen.
func (o *Overview) Keys(s *State) []Key {
	o.refresh(s)
	w, l := s.Words, &o.panes[o.pane]
	if l.over() {
		return l.keys(s)
	}
	var keys []Key
	if first(s) {
		return append([]Key{{"enter", w.Key.Open}}, append(wayKeys(s), MoveKeysFor(w, len(ways(s)))...)...)
	}
	switch {
	case o.opens() && o.pane == paneFindings:
		keys = append(keys, Key{"enter", w.Key.OpenEvidence}, Key{"y", w.Take.CopyFinding})
	case o.opens():
		keys = append(keys, Key{"enter", w.Overview.OpenLine})
	}
	if s.Results != nil {
		keys = append(keys, Key{"tab", w.Overview.NextList})
	}
	if inForce(s) != nil {
		keys = append(keys, Key{"m", w.Key.Heat})
	}
	if asked(s).Kind == Start {
		keys = append(keys, Key{"r", w.Key.Start})
	}
	return append(append(keys, wayKeys(s)...), l.keys(s)...)
}

// Press implements Screen.
func (o *Overview) Press(s *State, key string) Action {
	o.refresh(s)
	if first(s) && key != "r" {
		return o.pressFirst(s, key)
	}
	if a, mine := o.panes[o.pane].press(s, key); mine {
		return a
	}
	switch key {
	case "tab", "shift+tab":
		if s.Results == nil {
			break
		}
		o.pane = (o.pane + 1) % paneCount
		if key != "tab" {
			o.pane = (o.pane + 1) % paneCount // back by one is on by two
		}
	case "enter":
		return o.open(s)
	case "y":
		return o.copyFinding(s)
	case "r":
		return asked(s)
	case "m":
		if inForce(s) != nil {
			return Action{Kind: Goto, To: "map"}
		}
	default:
		return takeWay(s, key)
	}
	return Action{}
}

// opens tells whether the chosen line can be opened.
func (o *Overview) opens() bool {
	i := o.panes[o.pane].chosen()
	return i >= 0 && (o.pane != paneUntested || o.untested[i].rule >= 0)
}

// open shows what stands behind the chosen line.
func (o *Overview) open(s *State) Action {
	i := o.panes[o.pane].chosen()
	if i < 0 {
		return Action{}
	}
	switch o.pane {
	case paneFindings:
		a := evidenceOf(o.worst[i])
		l := &o.panes[paneFindings]
		for k := range l.kept() {
			a.Flows = append(a.Flows, o.worst[l.picks.Row(k)])
		}
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

// copyFinding copies the chosen finding as it goes into a ticket.
func (o *Overview) copyFinding(s *State) Action {
	i := o.panes[o.pane].chosen()
	if i < 0 || o.pane != paneFindings {
		return Action{}
	}
	f := findingOf(s.Results, o.worst[i])
	since := fmt.Sprintf(s.Words.Drift.SinceUnknown, Stamp(s.Run.Started))
	return Action{Kind: Copy, Arg: s.Words.Take.OneFinding, Text: ticketOf(s, &f, since)}
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
		if o.asked != o.query && s.Results != nil {
			o.asked, o.worst = o.query, o.worstOf(s)
		}
		o.pickAll(s)
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
		o.asked, o.worst = o.query, o.worstOf(s)
		o.weak = weakRows(s.Results)
	}
	o.pickAll(s)
}

// Render implements Screen.
func (o *Overview) Render(s *State, w, h int) string {
	o.width = w
	o.refresh(s)
	if l := &o.panes[o.pane]; l.over() {
		return l.look(s, w, h)
	}
	if first(s) && s.Run.Phase != RunFailed {
		return s.Theme.Frame(o.welcome(s, w, h), w, h)
	}
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
