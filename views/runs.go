package views

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

// Runs is the list of stored runs, newest first.
type Runs struct {
	grid  Grid
	picks Picks
	query string
	words *Words
}

// NewRuns returns the screen.
func NewRuns() *Runs { return &Runs{} }

// Name implements Screen.
func (v *Runs) Name() string { return "runs" }

// Title implements Screen.
func (v *Runs) Title(s *State) string { return s.Words.Name.Runs }

// Filter implements Screen.
func (v *Runs) Filter(_ *State, query string) { v.query = query }

// Keys implements Screen.
func (v *Runs) Keys(s *State) []Key {
	w := s.Words
	keys := MoveKeys(w)
	r := v.current(s)
	if r == nil {
		return append(keys, Key{"r", w.Key.Start})
	}
	keys = append(keys, Key{"enter", w.Key.Open})
	if r.State == audit.RunPartial {
		keys = append(keys, Key{"R", w.Key.Resume})
	}
	return append(keys, Key{"D", w.Key.Delete}, Key{"y", w.Runs.CopyID}, Key{"r", w.Key.Start})
}

// Press implements Screen.
func (v *Runs) Press(s *State, key string) Action {
	r := v.current(s)
	switch {
	case key == "r":
		return asked(s)
	case r == nil:
	case key == "enter":
		return Action{Kind: OpenRun, Arg: r.ID}
	case key == "R" && r.State == audit.RunPartial:
		return Action{Kind: Resume, Arg: r.ID}
	case key == "R":
		return Action{Text: s.Words.Runs.OnlyPartial}
	case key == "D" && r.State == audit.RunRunning:
		return Action{Text: s.Words.Runs.StillRunning}
	case key == "D":
		return Action{Kind: DeleteRun, Arg: r.ID}
	case key == "y":
		return Action{Kind: Copy, Text: r.ID}
	default:
		v.grid.Press(key, v.picks.Len())
	}
	return Action{}
}

// pick applies the filter.
func (v *Runs) pick(s *State) {
	v.picks.Apply(v.query, len(s.Runs), s.Generation, func(i int, f *Facts) {
		r := &s.Runs[i]
		f.Text = strings.Join([]string{
			r.ID, Stamp(r.Started), r.Site, string(r.State), r.Vantage, r.Zone, strings.Join(r.Kits, " "), simulatedWord(s, r),
		}, " ")
		f.Severity = r.Total.Worst
		if r.Total.Deviations() > 0 {
			f.Verdict = leading(&r.Total).String()
		}
	})
}

// current is the run under the cursor; nil if there is none.
func (v *Runs) current(s *State) *audit.Run {
	v.pick(s)
	n := v.picks.Len()
	if n == 0 {
		return nil
	}
	return &s.Runs[v.picks.Row(max(0, min(v.grid.Cursor, n-1)))]
}

// Render implements Screen.
func (v *Runs) Render(s *State, w, h int) string {
	r := v.current(s)
	if r == nil {
		text := s.Words.Empty.NoRuns
		if len(s.Runs) > 0 {
			text = s.Words.Empty.NoMatch
		}
		return s.Theme.Frame(Wrap(text, w), w, h)
	}
	if v.words != s.Words {
		v.words, v.grid.Columns = s.Words, runColumns(s.Words)
		v.grid.Relayout()
	}
	n := v.picks.Len()
	lines := []string{s.Theme.Heading(s.Words.Name.Runs, v.grid.Position(n), w)}
	detail := runDetail(s, r, w)
	table := h - len(lines)
	if h >= 18 {
		table = max(h/2, h-len(lines)-len(detail)-1)
	}
	lines = append(lines, v.grid.Lines(s.Theme, n, w, min(n+1, table), func(i int, c []Cell) { v.row(s, &s.Runs[v.picks.Row(i)], c) })...)
	if h >= 18 {
		lines = append(lines, "")
		lines = append(lines, detail...)
	}
	return s.Theme.Frame(lines, w, h)
}

func runColumns(w *Words) []Column {
	hd := &w.Head
	least := func(n int, title string) int { return max(n, Width(title)) }
	return []Column{
		{Title: hd.Run, Min: 8, Max: 26, Weight: 20}, {Title: hd.Started, Min: 16, Max: 19, Weight: 1},
		{Title: hd.Site, Min: 9, Max: 24, Weight: 1}, {Title: hd.State, Min: least(8, hd.State)},
		{Title: hd.Settled, Min: least(9, hd.Settled), Max: 15, Weight: 1, Align: Right},
		{Title: hd.Deviations, Min: least(6, hd.Deviations), Align: Right}, {Title: hd.Worst, Min: 10},
		{Title: hd.Vantage, Min: 18, Max: 30, Weight: 1, Drop: 1},
	}
}

func (v *Runs) row(s *State, r *audit.Run, c []Cell) {
	// The end of an id tells runs apart, its beginning only says when; that stands beside it anyway.
	c[0].Text = r.ID
	if room := v.grid.widths[0]; Width(Safe(r.ID)) > room {
		c[0].Text = ansi.TruncateLeft(Safe(r.ID), Width(Safe(r.ID))-room+1, "…")
	}
	if r.ID == s.Run.ID && s.Run.Phase != RunNone {
		c[0].Ink = s.Theme.Accent
	}
	c[1].Text = Stamp(r.Started)
	if len(c[1].Text) > v.grid.widths[1] {
		c[1].Text = strings.TrimSuffix(c[1].Text, r.Started.UTC().Format(":05"))
	}
	c[2].Text = r.Site
	if r.Simulated {
		c[2] = Cell{s.Words.Plain.SimulatedShort, s.Theme.Warn}
	}
	c[3] = runState(s, r)
	c[4].Text = Count(r.Settled) + "/" + Count(r.Flows)
	if len(c[4].Text) > v.grid.widths[4] {
		c[4].Text = fmt.Sprintf("%d%%", Percent(r.Settled, r.Flows))
	}
	c[5].Text = Count(r.Total.Deviations())
	c[6] = s.Theme.Severity(r.Total.Worst).Cell(s.Words.SeverityOf(r.Total.Worst))
	c[7].Text = orText(strings.TrimSuffix(r.Vantage+" / "+r.Zone, " / "), "-")
}

func runState(s *State, r *audit.Run) Cell {
	ink := s.Theme.Warn
	switch r.State {
	case audit.RunComplete:
		ink = s.Theme.Good
	case audit.RunRunning:
		ink = s.Theme.Accent
	}
	return Cell{orText(s.Words.RunState[r.State], string(r.State)), ink}
}

func simulatedWord(s *State, r *audit.Run) string {
	if r.Simulated {
		return s.Words.Plain.SimulatedShort
	}
	return ""
}

// runDetail is the run under the cursor in full.
func runDetail(s *State, r *audit.Run, w int) []string {
	right := ""
	if r.ID == s.Run.ID && s.Run.Phase != RunNone {
		right = s.Words.Runs.OnScreen
	}
	out := []string{s.Theme.Heading(r.ID, right, w)}
	if r.Simulated {
		out = append(out, s.Theme.Warn.On(Cut(s.Words.Plain.Simulated, w)))
	}
	if r.Total.Flows() > 0 {
		cell := summary(s, &r.Total, w)
		out = append(out, cell.Ink.On(Cut(cell.Text, w)))
	}
	fields := runFields(s, r)
	for i := range fields { // the texts of a stranger's file must not push the rest off the screen
		fields[i][1] = Cut(Safe(fields[i][1]), 4*w)
	}
	out = append(out, s.Theme.Fields(fields, w)...)
	if r.State == audit.RunPartial {
		out = append(out, s.Theme.Accent.On(Cut(s.Words.Runs.Resumable, w)))
	}
	return out
}

// runFields is what is known of a run, as label and value.
func runFields(s *State, r *audit.Run) [][2]string {
	rw, hd, p := &s.Words.Runs, &s.Words.Head, &s.Words.Plain
	rights := p.Unprivileged
	if r.Privileged {
		rights = p.Privileged
	}
	took := "-"
	if !r.Ended.IsZero() {
		took = Span(r.Ended.Sub(r.Started))
	}
	fields := [][2]string{
		{hd.State, join(", ", s.Words.RunState[r.State], r.Why)}, {hd.Started, Stamp(r.Started) + " UTC  " + took},
		{hd.Settled, fmt.Sprintf(rw.SettledLine, Count(r.Settled), Count(r.Flows), Count(r.Left))},
		{hd.Vantage, fmt.Sprintf(s.Words.Overview.VantageIn, orText(r.Vantage, "-"), orText(r.Zone, "-")) + "  " + rights},
		{hd.Site, orText(r.Site, "-")}, {hd.Kit, orText(strings.Join(r.Kits, ", "), p.None)}, {rw.Tool, "oobscope " + r.Tool},
	}
	if gates := brokenGates(s.Words, &r.Gates); len(gates) > 0 {
		fields = append(fields, [2]string{rw.Doubts, strings.Join(gates, " ")})
	}
	return fields
}
