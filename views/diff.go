package views

import (
	"fmt"
	"strconv"
	"strings"

	"oobscope/audit"
)

// Diff is the policy held against what was seen: what is intended, what was observed and the verdict, flow by
// flow, the worst first.
type Diff struct {
	grid  Grid
	index diffIndex
	order diffOrder
	all   bool
	query string
	still still
	laid  columnsKey
	picks []int // the columns in use, by their number among the columns of a flow
}

// NewDiff makes the screen; it shows the deviations, worst first.
func NewDiff() *Diff { return &Diff{} }

// Name implements Screen.
func (d *Diff) Name() string { return "diff" }

// Title implements Screen.
func (d *Diff) Title(s *State) string { return s.Words.Name.Diff }

// Keys implements Screen.
func (d *Diff) Keys(s *State) []Key {
	w := s.Words
	if s.Results == nil {
		if asked(s).Kind == Start {
			return []Key{{"r", w.Key.Start}}
		}
		return nil
	}
	d.refresh(s)
	toggle := w.Diff.ToggleAll
	if d.all {
		toggle = w.Diff.ToggleDeviations
	}
	n := d.index.len()
	keys := append(d.lineKeys(w, n), Key{"a", toggle}, Key{"v/tab", w.Diff.NextOrder})
	if n == 0 {
		return keys
	}
	if d.order != worstFirst {
		keys = append(keys, Key{"z", w.Diff.FoldAll})
	}
	keys = append(keys, Key{"Y", w.Diff.CopyAll}, Key{"e", w.Diff.MarkdownKey}, Key{"E", w.Diff.JSONKey})
	return append(keys, MoveKeysFor(w, n)...)
}

// lineKeys are the keys of the line under the cursor.
func (d *Diff) lineKeys(w *Words, n int) []Key {
	if n == 0 {
		return nil
	}
	sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
	hosts, rules := d.index.key.results.Scope.Plan.Hosts(), len(d.index.key.results.Scope.Rules)
	var keys []Key
	switch {
	case heading:
		group := int(d.index.sections[sec].group)
		keys = []Key{{"enter", w.Diff.Fold}, {"h/l", w.Diff.Fold}}
		if d.order == byHost && group < hosts {
			keys = append(keys, Key{"o", w.Key.OpenHost})
		}
		if d.order == byRule && group < rules {
			keys = append(keys, Key{"u", w.Key.OpenRule})
		}
	default:
		f := d.index.finding(row)
		keys = []Key{{"enter", w.Key.OpenEvidence}}
		if sec >= 0 {
			keys = append(keys, Key{"h", w.Diff.Fold})
		}
		if f.Target.IsValid() && !f.Left {
			keys = append(keys, Key{"o", w.Key.OpenHost})
		}
		if f.Rule >= 0 {
			keys = append(keys, Key{"u", w.Key.OpenRule})
		}
	}
	return append(keys, Key{"y", w.Key.CopyRow})
}

// Filter implements Screen.
func (d *Diff) Filter(_ *State, query string) {
	d.query = query
	d.still.touch()
}

// Render implements Screen.
func (d *Diff) Render(s *State, w, h int) string {
	return d.still.show(s, w, h, func() string {
		if s.Results == nil {
			lines := []string{s.Theme.Heading(s.Words.Diff.Heading, "", w)}
			lines = append(lines, Wrap(s.Words.Diff.About, w)...)
			return s.Theme.Frame(append(append(lines, ""), Wrap(asked(s).Text+"\n"+s.Words.Empty.NoRun, w)...), w, h)
		}
		d.refresh(s)
		return s.Theme.Frame(d.lines(s, w, h), w, h)
	})
}

// refresh makes the list fit the state and keeps the cursor on its line, and the line on its place of the
// screen, unless the cursor stands on top: there the worst is always shown.
func (d *Diff) refresh(s *State) {
	var row int32
	follow := d.index.set && d.grid.Cursor > 0 && d.grid.Cursor < d.index.len() && d.index.key.results == s.Results
	if follow {
		var heading bool
		var sec int
		sec, row, heading = d.index.at(d.grid.Cursor)
		if heading {
			row = d.index.rows[d.index.sections[sec].from]
		}
	}
	if !d.index.update(s, d.order, d.all, d.query) || !follow {
		return
	}
	if at := d.index.find(row); at >= 0 {
		d.grid.top += at - d.grid.Cursor
		d.grid.Cursor = at
	}
}

func (d *Diff) lines(s *State, w, h int) []string {
	n := d.index.len()
	out := []string{s.Theme.Heading(s.Words.Diff.Heading, d.grid.Position(n), w)}
	out = append(out, packed(d.bar(s), w)...)
	var foot []string
	if h >= 12 {
		foot = d.foot(s, n, w)
	}
	if n == 0 {
		return append(out, append([]string{""}, Wrap(d.nothing(s), w)...)...)
	}
	d.columns(s, w)
	d.grid.Heading = func(i int) (string, bool) {
		sec, _, heading := d.index.at(i)
		if !heading {
			return "", false
		}
		return d.index.groupHeading(s, d.index.sections[sec]), true
	}
	list := d.grid.Lines(s.Theme, n, w, h-len(out)-len(foot), func(i int, c []Cell) {
		_, row, _ := d.index.at(i)
		f := d.index.finding(row)
		d.fill(s, &f, c)
	})
	out = append(out, list...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out, foot...)
}

// bar says what is listed, in which order, and how many of how many lines the filter kept.
func (d *Diff) bar(s *State) []string {
	w := s.Words
	what := w.Diff.OnlyDeviations
	if d.all {
		what = w.Diff.Everything
	}
	all := d.index.total()
	pieces := []string{s.Theme.Bold.On(what), s.Theme.Bold.On(w.Diff.Order[d.order])}
	if d.query == "" {
		return append(pieces, counted(all, w.Diff.OneLine, w.Diff.Lines))
	}
	kept := fmt.Sprintf(w.Plain.Matching, Count(len(d.index.rows)), Count(all))
	return append(pieces, s.Theme.Accent.On(Safe(fmt.Sprintf(w.Plain.Filtered, d.query))), fmt.Sprintf(w.Diff.Lines, kept))
}

func (d *Diff) nothing(s *State) string {
	switch {
	case d.query != "":
		return s.Words.Empty.NoMatch
	case s.Run.Phase == RunLive || s.Run.Phase == RunStopping:
		return s.Words.Diff.SoFar
	}
	return s.Words.Empty.NoFinding
}

// foot reads the chosen line out in full.
func (d *Diff) foot(s *State, n, w int) []string {
	if n > 0 {
		sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
		if !heading {
			f := d.index.finding(row)
			return footOf(s, &f, w)
		}
		out := footOf(s, nil, w)
		if _, tally := d.index.groupName(s, d.index.sections[sec].group); tally != nil {
			cell := summary(s, tally, w)
			out[1] = cell.Ink.On(Cut(cell.Text, w))
		}
		return out
	}
	return footOf(s, nil, w)
}

// Press implements Screen.
func (d *Diff) Press(s *State, key string) Action {
	d.still.touch()
	switch key {
	case "v", "tab":
		d.order = (d.order + 1) % diffOrders
		return Action{}
	case "a":
		d.all = !d.all
		return Action{}
	}
	if s.Results == nil {
		if key == "r" {
			return asked(s)
		}
		return Action{}
	}
	d.refresh(s)
	n := d.index.len()
	if d.grid.Press(key, n) || n == 0 {
		return Action{}
	}
	d.grid.Cursor = max(0, min(d.grid.Cursor, n-1))
	switch key {
	case "Y":
		if len(d.index.sections) > 0 {
			return d.copyRows(s, d.index.sections...)
		}
		return d.copyRows(s, section{to: int32(len(d.index.rows))})
	case "e":
		return Action{Kind: Export, Arg: "markdown"}
	case "E":
		return Action{Kind: Export, Arg: "jsonl"}
	case "z":
		d.foldEvery()
		return Action{}
	}
	sec, row, heading := d.index.at(d.grid.Cursor)
	if heading {
		return d.pressHeading(s, key, d.index.sections[sec])
	}
	return d.pressRow(s, key, sec, row)
}

func (d *Diff) foldEvery() {
	if len(d.index.sections) == 0 {
		return
	}
	sec, _, _ := d.index.at(d.grid.Cursor)
	d.index.foldEvery()
	d.grid.Cursor = d.index.starts[sec]
}

func (d *Diff) pressHeading(s *State, key string, sec section) Action {
	switch key {
	case "enter":
		d.index.fold(sec.group, !d.index.folded(sec.group))
	case "h", "left":
		d.index.fold(sec.group, true)
	case "l", "right":
		d.index.fold(sec.group, false)
	case "y":
		return d.copyRows(s, sec)
	case "o":
		if d.order == byHost && int(sec.group) < s.Results.Scope.Plan.Hosts() {
			return Action{Kind: Goto, To: "host", Arg: s.Results.Scope.Plan.Host(int(sec.group)).Addr.String()}
		}
	case "u":
		if d.order == byRule && int(sec.group) < len(s.Results.Scope.Rules) {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(int(sec.group))}
		}
	}
	return Action{}
}

func (d *Diff) pressRow(s *State, key string, sec int, row int32) Action {
	f := d.index.finding(row)
	switch key {
	case "enter":
		return openFlow(s, &f)
	case "h", "left":
		if sec >= 0 {
			d.index.fold(d.index.sections[sec].group, true)
			d.grid.Cursor = d.index.starts[sec]
		}
	case "y":
		return Action{Kind: Copy, Arg: s.Words.Diff.OneLine, Text: recordOf(&f)}
	case "o":
		if f.Target.IsValid() && !f.Left {
			return Action{Kind: Goto, To: "host", Arg: f.Target.String()}
		}
	case "u":
		if f.Rule >= 0 {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(f.Rule)}
		}
	}
	return Action{}
}

// openFlow goes to the evidence of a line; one that was not planned has none, and says why.
func openFlow(s *State, f *audit.Finding) Action {
	if f.Left {
		return Action{Text: Safe(fmt.Sprintf(s.Words.Diff.NotPlanned, s.Words.ReasonOf(f.Reason)))}
	}
	return Action{Kind: Goto, To: "evidence", Arg: strconv.FormatUint(uint64(f.Flow), 10)}
}

// copyMax is how much goes to a clipboard: terminals refuse or drop more than about 74 KB (OSC 52).
const copyMax = 64 << 10

// copyRows copies the lines of sections under their head, as far as a clipboard takes it, and says in the last
// line how many did not fit.
func (d *Diff) copyRows(s *State, parts ...section) Action {
	var b strings.Builder
	b.WriteString(recordsHead(s.Words))
	n, left := 0, 0
	for _, part := range parts {
		for _, row := range d.index.rows[part.from:part.to] {
			if b.Len() >= copyMax {
				left++
				continue
			}
			f := d.index.finding(row)
			b.WriteByte('\n')
			b.WriteString(recordOf(&f))
			n++
		}
	}
	if n == 0 {
		return Action{Text: s.Words.Console.NothingToCopy}
	}
	if left > 0 {
		b.WriteByte('\n')
		fmt.Fprintf(&b, s.Words.Diff.Cut, Count(left))
	}
	return Action{Kind: Copy, Arg: counted(n, s.Words.Diff.OneLine, s.Words.Diff.Lines), Text: b.String()}
}
