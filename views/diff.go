package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
)

// Diff is the policy held against what was seen: what is intended, what was observed and the verdict, flow by
// flow, the worst first; and what of it is not as it was in an earlier run. Lines can be marked, and what is
// marked can be waived, asked again and copied.
type Diff struct {
	grid    Grid
	index   diffIndex
	wish    diffWish
	chosen  chosen
	picker  runPicker
	jumps   jumpList
	copying bool // the next key says in which form
	held    *audit.Drift
	waivers waiverNotes
	still   still
	laid    columnsKey
	picks   []int   // the columns in use, by their number among the columns of a flow
	under   []int32 // of a list that a copy is made from: the rows under the cursor
}

// NewDiff makes the screen; it shows the deviations, worst first.
func NewDiff() *Diff { return &Diff{} }

// Name implements Screen.
func (d *Diff) Name() string { return "diff" }

// Title implements Screen.
func (d *Diff) Title(s *State) string { return s.Words.Name.Diff }

// Filter implements Screen.
func (d *Diff) Filter(_ *State, query string) {
	d.wish.query = query
	d.grid.Close()
	d.jumps.close()
	d.still.touch()
}

// ShowAll implements Wide: what conforms or could not be tested is listed too.
func (d *Diff) ShowAll() {
	d.wish.scope = everyLine
	d.still.touch()
}

// Grammar implements Queried.
func (d *Diff) Grammar(s *State) *Grammar {
	changes := changeFilter{drift: s.Drift}
	return flowGrammar(inForce(s), s.Words, changes.keys()...)
}

// Render implements Screen.
func (d *Diff) Render(s *State, w, h int) string {
	return d.still.show(s, w, h, func() string {
		switch {
		case d.picker.open:
			return d.picker.render(s, w, h)
		case s.Results == nil:
			lines := []string{s.Theme.Heading(s.Words.Diff.Heading, "", w)}
			lines = append(lines, Wrap(s.Words.Diff.About, w)...)
			return s.Theme.Frame(append(append(lines, ""), Wrap(toFirstRun(s), w)...), w, h)
		}
		if d.jumps.open() {
			return d.jumps.view(s, w, h)
		}
		d.refresh(s)
		d.columns(s, w)
		if n := d.index.len(); d.grid.Open() && n > 0 {
			return d.grid.Panel(s, n, w, h, d.row(s))
		}
		return s.Theme.Frame(d.lines(s, w, h), w, h)
	})
}

// refresh makes the list fit the state and keeps the cursor on its line, and the line on its place of the
// screen, unless the cursor stands on top: there the worst is always shown.
func (d *Diff) refresh(s *State) {
	if d.held != s.Drift { // another run to be held against: what changed is what one wants to see
		d.held = s.Drift
		d.grid.Cursor = 0
		switch {
		case s.Drift == nil:
			d.wish.scope = deviationsOnly
		case narrowed(s.Results):
			d.wish.scope = everyLine // its few flows, changed or not
		default:
			d.wish.scope = changesOnly
		}
	}
	d.wish.sort = d.grid.Order()
	d.waivers.follow(s)
	x := &d.index
	var row int32
	follow := x.set && d.grid.Cursor > 0 && d.grid.Cursor < x.len() && x.key.results == s.Results && x.key.drift == s.Drift
	if follow {
		row = d.rowAt(d.grid.Cursor)
	}
	if !x.update(s, d.wish) {
		return
	}
	d.chosen.follow(s, x)
	if !follow {
		return
	}
	if at := x.find(row); at >= 0 {
		d.grid.top += at - d.grid.Cursor
		d.grid.Cursor = at
	}
}

// rowAt is the row at a place of the list; a heading stands for its first one.
func (d *Diff) rowAt(place int) int32 {
	sec, row, heading := d.index.at(place)
	if heading {
		return d.index.rows[d.index.sections[sec].from]
	}
	return row
}

func (d *Diff) lines(s *State, w, h int) []string {
	n := d.index.len()
	out := []string{s.Theme.Heading(s.Words.Diff.Heading, d.grid.Position(n), w)}
	out = append(out, packed(d.bar(s), w)...)
	switch {
	case s.Against.ID != "":
		out = append(out, againstLines(s, w)...)
	case s.Results.Scope.Options.Again != "":
		out = append(out, s.Theme.Accent.On(Cut(fmt.Sprintf(s.Words.Drift.CameFrom, shortID(s.Results.Scope.Options.Again, w)), w)))
	}
	var foot []string
	if h >= 12 {
		foot = d.foot(s, n, w)
	}
	if n == 0 {
		return append(out, append([]string{""}, Wrap(d.nothing(s), w)...)...)
	}
	d.grid.Heading = func(i int) (string, bool) {
		sec, _, heading := d.index.at(i)
		if !heading {
			return "", false
		}
		return d.heading(s, sec), true
	}
	d.grid.Marked = d.marked()
	list := d.grid.Lines(s.Theme, n, w, h-len(out)-len(foot), d.row(s))
	out = append(out, list...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out, foot...)
}

// marked tells which places of the list are marked, or would be by the range under way.
func (d *Diff) marked() func(i int) bool {
	from, to, ranging := d.chosen.span(&d.index, d.grid.Cursor)
	return func(i int) bool {
		sec, row, heading := d.index.at(i)
		in := ranging && i >= from && i <= to
		if heading {
			part := d.index.sections[sec]
			all := int(d.chosen.sections[sec]) == int(part.to-part.from)
			return all || in && d.index.folded(part.group)
		}
		return in || d.chosen.has(d.index.line(row))
	}
}

// bar says what is listed, in which order, how many of how many lines the filter kept, and how many are marked.
func (d *Diff) bar(s *State) []string {
	w, t := s.Words, s.Theme
	if d.copying {
		return []string{t.Banner.On(" "+w.Take.AsWhat+" ") + " " + keysText(d.copyKeys(s))}
	}
	what := [...]string{deviationsOnly: w.Diff.OnlyDeviations, everyLine: w.Diff.Everything, changesOnly: w.Drift.OnlyChanges}[d.wish.scope]
	all := d.index.total()
	pieces := []string{t.Bold.On(what), t.Bold.On(d.orderWord(s))}
	if d.wish.query == "" {
		pieces = append(pieces, counted(all, w.Diff.OneLine, w.Diff.Lines))
	} else {
		kept := fmt.Sprintf(w.Plain.Matching, Count(len(d.index.rows)), Count(all))
		pieces = append(pieces, t.Accent.On(Safe(fmt.Sprintf(w.Plain.Filtered, d.wish.query))), fmt.Sprintf(w.Diff.Lines, kept))
	}
	listed := d.chosen.listed(&d.index)
	if n := d.chosen.n; n > 0 {
		text := fmt.Sprintf(w.Take.Marked, Count(n))
		if listed < n {
			text += w.Host.Comma + fmt.Sprintf(w.Take.NotListed, Count(n-listed))
		}
		pieces = append(pieces, t.Warn.On(t.Glyph.Mark+" "+text))
	}
	if d.chosen.ranging {
		pieces = append(pieces, t.Banner.On(" "+w.Take.Ranging+" "))
	}
	return pieces
}

// keysText writes keys beside each other as plain text.
func keysText(keys []Key) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = k.Keys + " " + k.Help
	}
	return strings.Join(parts, "  ")
}

// orderWord names the order of the lines: the groups, and the column that they are sorted by.
func (d *Diff) orderWord(s *State) string {
	w, by := s.Words, d.grid.Order()
	for i := range d.grid.Columns {
		if c := &d.grid.Columns[i]; by.Column != "" && c.ID == by.Column {
			arrow := s.Theme.Glyph.Up
			if by.Desc {
				arrow = s.Theme.Glyph.Down
			}
			sorted := fmt.Sprintf(w.Plain.Sorted, c.Title) + arrow
			if d.wish.order == worstFirst {
				return sorted
			}
			return w.Diff.Order[d.wish.order] + w.Host.Comma + sorted
		}
	}
	return w.Diff.Order[d.wish.order]
}

func (d *Diff) nothing(s *State) string {
	switch {
	case d.wish.query != "":
		return s.Words.Empty.NoMatch
	case d.wish.scope == changesOnly:
		return s.Words.Drift.Nothing
	case s.Run.Phase == RunLive || s.Run.Phase == RunStopping:
		return s.Words.Diff.SoFar
	}
	return s.Words.Empty.NoFinding
}

// foot reads the chosen line out in full.
func (d *Diff) foot(s *State, n, w int) []string {
	out := footOf(s, nil, w)
	since := ""
	if n > 0 {
		sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
		switch {
		case !heading:
			f := d.index.finding(row)
			out = footWith(s, &f, d.note(s, row, &f), w)
			if i, missing := d.index.missing(row); missing {
				out[1] = d.missingLine(s, i, w)
			}
			since = d.sinceLine(s, row)
		default:
			group := d.index.sections[sec].group
			if tally := d.index.tallyOf(group); tally != nil {
				cell := summary(s, tally, w)
				out[1] = cell.Ink.On(Cut(cell.Text, w))
			}
			if d.wish.order == byVerdict {
				out[1] = Cut(s.Words.VerdictMean[gravity[group]], w)
			}
			if t := d.index.driftOf(group); t != nil {
				since = packed(changeCounts(s, t), w)[0]
			}
		}
	}
	if s.Drift != nil {
		out = append(out, Cut(since, w))
	}
	return out
}

// missingLine is the first line of the foot for a flow that only the earlier run has: its rule is not one of
// this run's.
func (d *Diff) missingLine(s *State, i, w int) string {
	f := missingFinding(d.index.key.drift, i)
	decider := f.App
	if decider == "" {
		decider = s.Words.Diff.Default
	}
	return Cut(Safe(strings.Join([]string{targetOf(&f), f.ServiceID(), portOf(f.Proto, f.Port), decider}, "  ")), w)
}

// Kept implements Keeper: the order of the lines and of the columns.
func (d *Diff) Kept() string {
	kept := d.grid.Kept()
	if d.wish.order != worstFirst {
		kept = join(" ", "group="+orderNames[d.wish.order], kept)
	}
	return kept
}

// Restore implements Keeper.
func (d *Diff) Restore(kept string) {
	d.grid.Restore(kept)
	d.wish.order = worstFirst
	for _, part := range strings.Fields(kept[:min(len(kept), maxKept)]) {
		for order, name := range orderNames {
			if part == "group="+name {
				d.wish.order = diffOrder(order)
			}
		}
	}
	d.still.touch()
}

// orderNames are the orders as they are kept.
var orderNames = [diffOrders]string{"none", "rule", "host", "service", "zone", "verdict"}
