package views

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"oobscope/audit"
)

// copyForm is how lines are written for another program or a person.
type copyForm uint8

const (
	formTable    copyForm = iota // aligned, for a mail
	formTabs                     // tab-separated, in wire names, for a spreadsheet
	formMarkdown                 // a table of a ticket or a wiki
	formFinding                  // each line as a text of its own, for a ticket
)

// Caps on one copy. What holds still is copied whole: a clipboard takes less, and what is more goes to a file. A run that
// is still on cannot be waited for, and ten thousand findings in full are no ticket any more: there an export is better.
const (
	copiedAtOnce = 1_000 // lines that are written within a key press
	maxLive      = 10_000
	maxFindings  = 10_000
)

func (d *Diff) copyKeys(s *State) []Key {
	w := &s.Words.Take
	return []Key{{"y", w.AsTable}, {"t", w.AsTabs}, {"m", w.AsMarkdown}, {"f", w.AsFinding}, {"esc", w.NotNow}}
}

// copyAs copies in the form that a key stands for; any other key waits for one that does.
func (d *Diff) copyAs(s *State, key string) Action {
	form, ok := map[string]copyForm{"y": formTable, "t": formTabs, "m": formMarkdown, "f": formFinding}[key]
	d.copying = !ok && key != "esc"
	if !ok {
		return Action{}
	}
	return d.copyRows(s, form)
}

// toCopy are the rows that a copy is about, at most a number of them, and how many there are: what is marked, in the
// order of the list and behind it what is not listed, else what is under the cursor.
func (d *Diff) toCopy(most int) (rows []int32, all int) {
	c, x := &d.chosen, &d.index
	if c.n == 0 {
		if rows = d.under; rows == nil {
			rows = d.here()
		}
		return rows[:min(len(rows), most)], len(rows)
	}
	var listed marks
	for _, row := range x.rows {
		if len(rows) == most {
			return rows, c.n
		}
		if line := x.line(row); c.has(line) {
			listed.set(line, true)
			rows = append(rows, row)
		}
	}
	c.each(func(line int) bool {
		if !listed.has(line) {
			rows = append(rows, x.rowOf(line))
		}
		return len(rows) < most
	})
	return rows, c.n
}

// copyRows writes what is chosen in a form.
func (d *Diff) copyRows(s *State, form copyForm) Action {
	if d.index.len() == 0 {
		return Action{Text: s.Words.Console.NothingToCopy}
	}
	most := math.MaxInt
	if underWay(s) {
		most = maxLive
	}
	if form == formFinding {
		most = min(most, maxFindings)
	}
	here := d.here()
	all := d.chosen.n
	if all == 0 {
		all = len(here)
	}
	n := min(all, most)
	if n == 0 {
		return Action{Text: s.Words.Console.NothingToCopy}
	}
	a := Action{Kind: Copy, Arg: counted(n, s.Words.Diff.OneLine, s.Words.Diff.Lines)}
	if n > copiedAtOnce && !underWay(s) {
		a.Write = taking{d.asItIs(), *s, most, form}.write
		return a
	}
	var text strings.Builder
	_ = taking{d, *s, most, form}.write(&text) // memory takes all
	a.Text = text.String()
	return a
}

// asItIs is what a copy needs of the list, as it is now: the user goes on with the list itself.
func (d *Diff) asItIs() *Diff {
	x := diffIndex{key: d.index.key, lefts: slices.Clone(d.index.lefts), rows: slices.Clone(d.index.rows)}
	out := &Diff{index: x}
	out.chosen.marks = d.chosen.marks
	out.chosen.bits = slices.Clone(d.chosen.bits)
	if d.chosen.n == 0 {
		out.under = slices.Clone(d.here())
	}
	return out
}

// taking is a copy under way.
type taking struct {
	from *Diff
	s    State
	most int
	form copyForm
}

// write writes the copy, line by line: it may be larger than what memory should hold. The last line says how many more
// there would be.
func (t taking) write(to io.Writer) error {
	rows, all := t.from.toCopy(t.most)
	b := bufio.NewWriterSize(to, 1<<16)
	switch t.form {
	case formTable:
		t.from.tableOf(b, &t.s, rows)
	case formTabs:
		t.from.tabsOf(b, &t.s, rows)
	case formMarkdown:
		t.from.markdownOf(b, &t.s, rows)
	case formFinding:
		t.from.findingsOf(b, &t.s, rows)
	}
	if left := all - len(rows); left > 0 {
		fmt.Fprintf(b, t.s.Words.Diff.Cut+"\n", Count(left))
	}
	return b.Flush()
}

// cellsOf are the fields of a line for a person, and their heads.
func (d *Diff) cellsOf(s *State, row int32) []string {
	w := s.Words
	f := d.index.finding(row)
	rule := deciderOf(s.Results.Scope, f.Rule)
	if _, missing := d.index.missing(row); missing {
		rule = f.App
	}
	severity := ""
	if f.Verdict.Deviation() {
		severity = severityOf(w, f.Severity)
	}
	out := []string{
		targetOf(&f), f.ServiceID(), portOf(f.Proto, f.Port), rule, w.Intent[f.Intent], w.ClassOf(f.Observed), verdictOf(w, &f.Judgement),
		severity, whyOf(w, &f),
	}
	if s.Drift != nil {
		change, was := "", ""
		if c, lost, ok := d.index.changeOf(row); ok {
			change = changeWord(w, c, lost)
		}
		if b, ok := d.index.before(row); ok {
			was = verdictOf(w, &b.Judgement)
		}
		out = append(out, change, was)
	}
	for i := range out {
		out[i] = Safe(out[i])
	}
	return out
}

func cellHeads(s *State) []string {
	h := &s.Words.Head
	out := []string{h.Host, h.Service, h.Port, h.Rule, h.Intent, h.Observed, h.Verdict, h.Severity, h.Reason}
	if s.Drift != nil {
		out = append(out, h.Change, h.Was)
	}
	return out
}

// tableOf sets lines as a table whose columns stand under each other in any font of fixed width. A column in which no
// line has anything is left out. The lines are made twice, once to be measured, so that no more than one is held.
func (d *Diff) tableOf(b *bufio.Writer, s *State, rows []int32) {
	widths := d.measure(s, rows, Width)
	line := func(cells []string) {
		var l strings.Builder
		for i, cell := range cells {
			if widths[i] > 0 {
				l.WriteString(cell)
				l.WriteString(pad(widths[i] - Width(cell) + 2))
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " "))
		b.WriteByte('\n')
	}
	heads := cellHeads(s)
	line(heads)
	for i := range heads {
		heads[i] = strings.Repeat("-", widths[i])
	}
	line(heads)
	for _, row := range rows {
		line(d.cellsOf(s, row))
	}
}

// measure is how wide each column of lines has to be, its head included; 0 for one in which no line has anything.
func (d *Diff) measure(s *State, rows []int32, width func(string) int) []int {
	widths := make([]int, len(cellHeads(s)))
	for _, row := range rows {
		for i, c := range d.cellsOf(s, row) {
			widths[i] = max(widths[i], width(c))
		}
	}
	for i, head := range cellHeads(s) {
		if widths[i] > 0 {
			widths[i] = max(widths[i], width(head))
		}
	}
	return widths
}

func (d *Diff) tabsOf(b *bufio.Writer, s *State, rows []int32) {
	b.WriteString(recordsHead(s.Words))
	if s.Drift != nil {
		b.WriteString("\t" + strings.ToLower(s.Words.Head.Change) + "\t" + strings.ToLower(s.Words.Head.Was))
	}
	b.WriteByte('\n')
	for _, row := range rows {
		f := d.index.finding(row)
		b.WriteString(recordOf(&f))
		if s.Drift != nil {
			change, was := "", ""
			if c, _, ok := d.index.changeOf(row); ok {
				change = c.String()
			}
			if f, ok := d.index.before(row); ok {
				was = f.Verdict.String()
			}
			b.WriteString("\t" + change + "\t" + was)
		}
		b.WriteByte('\n')
	}
}

// markdown keeps a text from being read as markup.
var markdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`)

func (d *Diff) markdownOf(b *bufio.Writer, s *State, rows []int32) {
	widths := d.measure(s, rows, func(c string) int { return len(c) })
	line := func(cells []string) {
		b.WriteString("|")
		for i, c := range cells {
			if widths[i] > 0 {
				b.WriteString(" " + markdown.Replace(c) + " |")
			}
		}
		b.WriteByte('\n')
	}
	heads := cellHeads(s)
	line(heads)
	for i := range heads {
		heads[i] = "---"
	}
	line(heads)
	for _, row := range rows {
		line(d.cellsOf(s, row))
	}
}

// findingsOf writes each line as a text that can stand in a ticket by itself.
func (d *Diff) findingsOf(b *bufio.Writer, s *State, rows []int32) {
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		f := d.index.finding(row)
		if _, missing := d.index.missing(row); missing || f.Left {
			b.WriteString(strings.Join(d.cellsOf(s, row), "  ") + "\n")
			continue
		}
		b.WriteString(ticketOf(s, &f, d.sinceWhen(s, row)))
	}
}

// sinceWhen says since when a line is as it is, as far as the runs that are compared can tell.
func (d *Diff) sinceWhen(s *State, row int32) string {
	w, a := &s.Words.Drift, &s.Against
	c, _, ok := d.index.changeOf(row)
	if !ok {
		return fmt.Sprintf(w.SinceUnknown, Stamp(s.Run.Started))
	}
	then := fmt.Sprintf(w.RunOf, Safe(a.ID), Stamp(a.Started))
	format := w.SinceBefore
	switch {
	case c == audit.New && d.index.key.drift.FirstSeen(flowAt(row)):
		format = w.SinceUntested
	case c == audit.New:
		format = w.SinceNew
	case c == audit.Updated:
		format = w.SinceUpdated
	case c == audit.Absent:
		format = w.SinceAbsent
	case c == audit.Uncovered:
		format = w.SinceUncovered
	}
	return fmt.Sprintf(format, then)
}
