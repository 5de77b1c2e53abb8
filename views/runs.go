package views

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

// Runs is the list of stored runs, newest first.
type Runs struct{ list list }

// NewRuns returns the screen.
func NewRuns() *Runs { return &Runs{} }

// Name implements Screen.
func (v *Runs) Name() string { return "runs" }

// Title implements Screen.
func (v *Runs) Title(s *State) string { return s.Words.Name.Runs }

// Filter implements Screen.
func (v *Runs) Filter(_ *State, query string) { v.list.filter(query) }

// Kept implements Keeper.
func (v *Runs) Kept() string { return v.list.Kept() }

// Restore implements Keeper.
func (v *Runs) Restore(kept string) { v.list.Restore(kept) }

// Keys implements Screen.
func (v *Runs) Keys(s *State) []Key {
	w := s.Words
	r := v.current(s)
	if v.list.over() {
		return v.list.keys(s)
	}
	var keys []Key
	if r != nil {
		keys = append(keys, Key{"enter", w.Key.Open})
		if resumable(r) {
			keys = append(keys, Key{"R", w.Key.Resume})
		}
		if comparable(s, r) {
			keys = append(keys, Key{"d", w.Drift.ChooseThis})
		}
		keys = append(keys, Key{"t", w.Timeline.Key}, Key{"D", w.Key.Delete}, Key{"y", w.Runs.CopyID})
	}
	if asked(s).Kind == Start {
		keys = append(keys, Key{"r", w.Key.Start})
	}
	return append(keys, v.list.keys(s)...)
}

// Press implements Screen.
func (v *Runs) Press(s *State, key string) Action {
	r := v.current(s)
	if a, mine := v.list.press(s, key); mine {
		return a
	}
	switch {
	case key == "r":
		return asked(s)
	case r == nil:
	case key == "enter":
		return Action{Kind: OpenRun, Arg: r.ID}
	case key == "t":
		return Action{Kind: Goto, To: "timeline", Arg: r.Site}
	case key == "R" && r.Imported != nil:
		return Action{Text: s.Words.Handover.ReadOnly}
	case key == "R" && resumable(r):
		return Action{Kind: Resume, Arg: r.ID}
	case key == "R":
		return Action{Text: s.Words.Runs.OnlyPartial}
	case key == "d":
		return compareWith(s, r)
	case key == "D" && r.State == audit.RunRunning:
		return Action{Text: s.Words.Runs.StillRunning}
	case key == "D":
		return Action{Kind: DeleteRun, Arg: r.ID}
	case key == "y":
		return Action{Kind: Copy, Text: r.ID}
	}
	return Action{}
}

// Grammar implements Queried.
func (v *Runs) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByRun, BySite, ByKit, ByVantage, ByZone, ByState, ByStarted, ByVerdict, BySeverity, ByDeviations, BySimulated)
	for i := range s.Runs {
		r := &s.Runs[i]
		g.Know(ByRun, r.ID)
		g.Know(BySite, r.Site)
		g.Know(ByKit, r.Kits...)
		g.Know(ByVantage, r.Vantage)
		g.Know(ByZone, r.Zone)
		if !r.Started.IsZero() {
			g.Know(ByStarted, r.Started.UTC().Format(time.DateOnly))
		}
	}
	return g
}

// pick applies filter and order.
func (v *Runs) pick(s *State) {
	v.list.pick(rows{n: len(s.Runs), gen: s.Generation, words: s.Words, columns: runColumns,
		grammar: func() *Grammar { return v.Grammar(s) },
		facts:   func(i int, f *Facts) { runFacts(s, &s.Runs[i], f) },
		compare: func(column string, a, b int) int { return compareRuns(column, &s.Runs[a], &s.Runs[b]) },
		row:     func(i int, c []Cell) { v.row(s, &s.Runs[i], c) },
		about:   func(i int) subject { return aboutRun(&s.Runs[i]) }})
}

// runFacts is what a filter may ask of a run.
func runFacts(s *State, r *audit.Run, f *Facts) {
	f.Of[ByRun], f.Of[BySite], f.Of[ByVantage], f.Of[ByZone] = r.ID, r.Site, r.Vantage, r.Zone
	f.Of[ByStarted] = lines(Stamp(r.Started), r.Started.UTC().Format(time.DateOnly))
	f.Of[ByState] = lines(string(r.State), s.Words.RunState[r.State])
	f.Of[ByKit] = lines(r.Kits...)
	for _, ref := range r.Kits {
		id, _, _ := strings.Cut(ref, "@")
		f.Of[ByKit] += "\n" + id
	}
	f.Of[BySimulated], f.Number[ByDeviations] = yes(r.Simulated), r.Total.Deviations()
	f.Severity, f.Of[ByVerdict] = r.Total.Worst, verdictsOf(s, &r.Total)
	f.Text = lines(r.ID, Stamp(r.Started), r.Site, f.Of[ByState], r.Vantage, r.Zone, f.Of[ByKit], siteCell(s, r).Text)
}

// compareRuns compares two runs by a column.
func compareRuns(column string, a, b *audit.Run) int {
	switch column {
	case "run":
		return byText(a.ID, b.ID)
	case "started":
		return a.Started.Compare(b.Started)
	case "site":
		return byText(a.Site, b.Site)
	case "state":
		return byText(string(a.State), string(b.State))
	case "settled":
		return cmp.Or(cmp.Compare(Percent(a.Settled, a.Flows), Percent(b.Settled, b.Flows)), cmp.Compare(a.Flows, b.Flows))
	case "deviations":
		return cmp.Compare(a.Total.Deviations(), b.Total.Deviations())
	case "worst":
		return compareTallies(&a.Total, &b.Total)
	case "vantage":
		return cmp.Or(byText(a.Vantage, b.Vantage), byText(a.Zone, b.Zone))
	case "kits":
		return byText(strings.Join(a.Kits, " "), strings.Join(b.Kits, " "))
	case "duration":
		return cmp.Compare(a.Ended.Sub(a.Started), b.Ended.Sub(b.Started))
	}
	return 0
}

// current is the run under the cursor; nil if there is none.
func (v *Runs) current(s *State) *audit.Run {
	v.pick(s)
	if i := v.list.chosen(); i >= 0 {
		return &s.Runs[i]
	}
	return nil
}

// Render implements Screen.
func (v *Runs) Render(s *State, w, h int) string {
	r := v.current(s)
	if r == nil {
		text := toFirstStored(s)
		switch {
		case s.Reading:
			text = s.Words.First.Reading
		case len(s.Runs) > 0:
			text = v.list.none(s)
		}
		return s.Theme.Frame(append(unreadLines(s, w), Wrap(text, w)...), w, h)
	}
	if v.list.over() {
		return v.list.look(s, w, h)
	}
	n := v.list.kept()
	lines := append([]string{s.Theme.Heading(s.Words.Name.Runs, v.list.Position(n), w)}, unreadLines(s, w)...)
	detail := runDetail(s, r, w)
	table := h - len(lines)
	if h >= 18 {
		table = max(h/2, h-len(lines)-len(detail)-1)
	}
	lines = append(lines, v.list.draw(s.Theme, w, min(n+1, table))...)
	if h >= 18 {
		lines = append(lines, "")
		lines = append(lines, detail...)
	}
	return s.Theme.Frame(lines, w, h)
}

// unreadRoom is how many lines may say what could not be read: the reason stands at the end.
const unreadRoom = 3

// unreadLines say that the list is not all there is: what could not be read is not in it.
func unreadLines(s *State, w int) []string {
	if len(s.Unread) == 0 {
		return nil
	}
	lines := Wrap("! "+Safe(agreed(s.Words.Trouble.Unread, Count(len(s.Unread)), s.Unread[0])), w)
	lines = lines[:min(len(lines), unreadRoom)]
	for i := range lines {
		lines[i] = s.Theme.Warn.On(lines[i])
	}
	return lines
}

func runColumns(w *Words) []Column {
	hd := &w.Head
	least := func(n int, title string) int { return max(n, Width(title)) }
	return []Column{
		{ID: "run", Title: hd.Run, Min: 8, Max: 26, Weight: 20},
		{ID: "started", Title: hd.Started, Min: 16, Max: 19, Weight: 1, Falls: true},
		{ID: "site", Title: hd.Site, Min: 9, Max: 24, Weight: 1}, {ID: "state", Title: hd.State, Min: least(8, hd.State)},
		{ID: "settled", Title: hd.Settled, Min: least(9, hd.Settled), Max: 15, Weight: 1, Align: Right, Falls: true},
		{ID: "deviations", Title: hd.Deviations, Min: least(6, hd.Deviations), Align: Right, Falls: true},
		{ID: "worst", Title: hd.Worst, Min: 10, Falls: true},
		{ID: "vantage", Title: hd.Vantage, Min: 18, Max: 30, Weight: 1, Drop: 1},
		{ID: "duration", Title: hd.Duration, Min: max(least(8, hd.Duration), Width(w.Time.Span(9*time.Hour))), Align: Right, Falls: true, Off: true},
		{ID: "kits", Title: hd.Kit, Min: 20, Max: 60, Weight: 1, Off: true},
	}
}

func (v *Runs) row(s *State, r *audit.Run, c []Cell) {
	// The end of an id tells runs apart, its beginning only says when; that stands beside it anyway.
	c[0].Text = r.ID
	if room := v.list.widths[0]; Width(Safe(r.ID)) > room {
		c[0].Text = ansi.TruncateLeft(Safe(r.ID), Width(Safe(r.ID))-room+1, "…")
	}
	if r.ID == s.Run.ID && s.Run.Phase != RunNone {
		c[0].Ink = s.Theme.Accent
	}
	c[1].Text = Stamp(r.Started)
	if len(c[1].Text) > v.list.widths[1] {
		c[1].Text = strings.TrimSuffix(c[1].Text, r.Started.UTC().Format(":05"))
	}
	c[2] = siteCell(s, r)
	c[3] = runState(s, r)
	c[4].Text = Count(r.Settled) + "/" + Count(r.Flows)
	if len(c[4].Text) > v.list.widths[4] {
		c[4].Text = fmt.Sprintf("%d%%", Percent(r.Settled, r.Flows))
	}
	c[5].Text = Count(r.Total.Deviations())
	c[6] = s.Theme.Severity(r.Total.Worst).Cell(s.Words.SeverityOf(r.Total.Worst))
	c[8].Text = "-"
	if !r.Ended.IsZero() {
		c[8].Text = s.Words.Time.Span(r.Ended.Sub(r.Started))
	}
	c[9].Text = strings.Join(r.Kits, " ")
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
	if r.Imported != nil && r.Imported.Pseudonymised {
		out = append(out, s.Theme.Warn.On(Cut(s.Words.Handover.Pseudonymised, w)))
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
	switch {
	case resumable(r):
		out = append(out, s.Theme.Accent.On(Cut(s.Words.Runs.Resumable, w)))
	case r.Imported != nil:
		out = append(out, s.Theme.Accent.On(Cut(s.Words.Handover.ReadOnly, w)))
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
		took = s.Words.Time.Span(r.Ended.Sub(r.Started))
	}
	fields := [][2]string{
		{hd.State, join(s.Words.Host.Comma, s.Words.RunState[r.State], s.Words.EndingOf(r.Why))}, {hd.Started, Stamp(r.Started) + " UTC  " + took},
		{hd.Settled, agreed(rw.SettledLine, Count(r.Settled), Count(r.Flows), Count(r.Left))},
		{hd.Vantage, fmt.Sprintf(s.Words.Overview.VantageIn, orText(r.Vantage, "-"), orText(r.Zone, "-")) + "  " + rights},
		{hd.Site, orText(r.Site, "-")}, {hd.Kit, orText(strings.Join(r.Kits, ", "), p.None)}, {rw.Tool, "oobscope " + r.Tool},
	}
	fields = append(fields, handedOver(s.Words, r.Imported)...)
	if gates := brokenGates(s.Words, &r.Gates); len(gates) > 0 {
		fields = append(fields, [2]string{rw.Doubts, strings.Join(gates, " ")})
	}
	return fields
}
