package views

import (
	"fmt"

	"oobscope/audit"
)

// runPicker is the list of runs that the one on screen can be held against: earlier ones of the same site, newest first,
// and above them "none" while one is.
type runPicker struct {
	open bool
	grid Grid
	runs []int // by line: a number of State.Runs, -1 for none
}

// Earlier tells whether a run began before another. One that has no time is told by its id, which holds it.
func Earlier(a, b *audit.Run) bool {
	if a.Started.IsZero() || b.Started.IsZero() || a.Started.Equal(b.Started) {
		return a.ID < b.ID
	}
	return a.Started.Before(b.Started)
}

// comparable tells whether the run on screen can be held against another.
func comparable(s *State, r *audit.Run) bool {
	return s.Results != nil && s.Run.Phase != RunLive && s.Run.Phase != RunStopping && r.ID != s.Run.ID && r.Site == s.Run.Site &&
		r.State != audit.RunRunning && r.Settled > 0 && Earlier(r, &s.Run.Run)
}

// compareWith holds the run on screen against another, or says why that cannot be.
func compareWith(s *State, r *audit.Run) Action {
	w := s.Words
	switch {
	case comparable(s, r):
		return Action{Kind: Compare, Arg: r.ID}
	case s.Results == nil:
		return Action{Text: w.Empty.NoRun}
	case s.Run.Phase == RunLive || s.Run.Phase == RunStopping:
		return Action{Text: w.Drift.NotLive}
	case r.ID == s.Run.ID:
		return Action{Text: w.Work.Itself}
	case r.Site != s.Run.Site:
		return Action{Text: fmt.Sprintf(w.Work.OtherSite, Safe(r.ID), Safe(r.Site))}
	case !Earlier(r, &s.Run.Run):
		return Action{Text: fmt.Sprintf(w.Drift.Newer, Safe(r.ID))}
	}
	return Action{Text: w.Drift.Unfinished}
}

// start opens the list, or says why there is none.
func (p *runPicker) start(s *State) Action {
	if s.Run.Phase == RunLive || s.Run.Phase == RunStopping {
		return Action{Text: s.Words.Drift.NotLive}
	}
	p.fill(s)
	if len(p.runs) == 0 {
		return Action{Text: fmt.Sprintf(s.Words.Drift.NoOther, Safe(s.Run.Site))}
	}
	p.open, p.grid.Cursor = true, 0
	wanted := s.Results.Scope.Options.Again
	for line, i := range p.runs {
		if i >= 0 && (wanted == "" || s.Runs[i].ID == wanted) {
			p.grid.Cursor = line
			break
		}
	}
	return Action{}
}

// fill lists what can be chosen now.
func (p *runPicker) fill(s *State) {
	p.runs = p.runs[:0]
	if s.Against.ID != "" {
		p.runs = append(p.runs, -1)
	}
	for i := range s.Runs {
		if comparable(s, &s.Runs[i]) {
			p.runs = append(p.runs, i)
		}
	}
}

func (p *runPicker) keys(s *State) []Key {
	w := s.Words
	return append([]Key{{"enter", w.Key.Compare}, {"d/esc", w.Take.NotNow}}, MoveKeysFor(w, len(p.runs))...)
}

func (p *runPicker) press(s *State, key string) Action {
	p.fill(s)
	n := len(p.runs)
	switch {
	case key == "esc", key == "d", n == 0:
		p.open = false
	case key == "enter":
		p.open = false
		i := p.runs[max(0, min(p.grid.Cursor, n-1))]
		if i < 0 {
			return Action{Kind: Compare}
		}
		return Action{Kind: Compare, Arg: s.Runs[i].ID}
	default:
		p.grid.Press(key, n)
	}
	return Action{}
}

func (p *runPicker) render(s *State, w, h int) string {
	p.fill(s)
	dw := &s.Words.Drift
	n := len(p.runs)
	lines := []string{s.Theme.Heading(dw.ChooseTitle, p.grid.Position(n), w)}
	lines = append(lines, Wrap(dw.ChooseWhich, w)...)
	lines = append(lines, "")
	p.grid.Columns = pickColumns(s.Words)
	p.grid.Relayout()
	lines = append(lines, p.grid.Lines(s.Theme, n, w, h-len(lines), func(i int, c []Cell) { p.row(s, i, c) })...)
	return s.Theme.Frame(lines, w, h)
}

func pickColumns(w *Words) []Column {
	hd := &w.Head
	return []Column{
		{Title: hd.Run, Min: 10, Max: 26, Weight: 1}, {Title: hd.Started, Min: 19}, {Title: hd.State, Min: max(8, Width(hd.State))},
		{Title: hd.Flows, Min: max(9, Width(hd.Flows)), Align: Right}, {Title: hd.Deviations, Min: max(10, Width(hd.Deviations)), Align: Right},
		{Title: hd.Vantage, Min: 14, Max: 30, Weight: 1, Drop: 2}, {Title: hd.Kit, Min: 16, Max: 40, Weight: 1, Drop: 3},
	}
}

func (p *runPicker) row(s *State, i int, c []Cell) {
	if p.runs[i] < 0 {
		c[0].Text = s.Words.Plain.None
		return
	}
	r := &s.Runs[p.runs[i]]
	c[0].Text = cutLeft(Safe(r.ID), p.grid.widths[0])
	switch r.ID {
	case s.Against.ID:
		c[0].Ink = s.Theme.Accent
	case s.Results.Scope.Options.Again:
		c[0].Ink = s.Theme.Bold
	}
	c[1].Text, c[2] = Stamp(r.Started), runState(s, r)
	c[3].Text, c[4].Text = Count(r.Settled), Count(r.Total.Deviations())
	c[5].Text = orText(join(" / ", r.Vantage, r.Zone), "-")
	c[6].Text = join(", ", r.Kits...)
}
