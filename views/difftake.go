package views

import (
	"fmt"
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

// Caps on one copy: a clipboard takes less, and what is more goes to a file; beyond this an export is the better way.
const (
	maxCopied   = 10_000
	maxFindings = 100
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
		rows = d.here()
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

// copyRows writes what is chosen in a form; the last line says how many more there would be.
func (d *Diff) copyRows(s *State, form copyForm) Action {
	if d.index.len() == 0 {
		return Action{Text: s.Words.Console.NothingToCopy}
	}
	most := maxCopied
	if form == formFinding {
		most = maxFindings
	}
	rows, all := d.toCopy(most)
	if len(rows) == 0 {
		return Action{Text: s.Words.Console.NothingToCopy}
	}
	var text string
	switch form {
	case formTable:
		text = d.tableOf(s, rows)
	case formTabs:
		text = d.tabsOf(s, rows)
	case formMarkdown:
		text = d.markdownOf(s, rows)
	case formFinding:
		text = d.findingsOf(s, rows)
	}
	if left := all - len(rows); left > 0 {
		text += fmt.Sprintf(s.Words.Diff.Cut, Count(left)) + "\n"
	}
	return Action{Kind: Copy, Arg: counted(len(rows), s.Words.Diff.OneLine, s.Words.Diff.Lines), Text: text}
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

// tableOf sets lines as a table whose columns stand under each other in any font of fixed width.
func (d *Diff) tableOf(s *State, rows []int32) string {
	table := d.table(s, rows)
	widths := make([]int, len(table[0]))
	for _, line := range table {
		for i, cell := range line {
			widths[i] = max(widths[i], Width(cell))
		}
	}
	var b strings.Builder
	for n, line := range table {
		writeAligned(&b, line, widths)
		if n == 0 {
			for i, k := range widths {
				line[i] = strings.Repeat("-", k)
			}
			writeAligned(&b, line, widths)
		}
	}
	return b.String()
}

// table is lines under their heads, without the columns in which none of them has anything.
func (d *Diff) table(s *State, rows []int32) [][]string {
	out := [][]string{cellHeads(s)}
	filled := make([]bool, len(out[0]))
	for _, row := range rows {
		cells := d.cellsOf(s, row)
		for i, c := range cells {
			filled[i] = filled[i] || c != ""
		}
		out = append(out, cells)
	}
	for n, line := range out {
		kept := line[:0]
		for i, cell := range line {
			if filled[i] {
				kept = append(kept, cell)
			}
		}
		out[n] = kept
	}
	return out
}

func writeAligned(b *strings.Builder, line []string, widths []int) {
	var l strings.Builder
	for i, cell := range line {
		l.WriteString(cell)
		if i < len(line)-1 {
			l.WriteString(pad(widths[i] - Width(cell) + 2))
		}
	}
	b.WriteString(strings.TrimRight(l.String(), " "))
	b.WriteByte('\n')
}

func (d *Diff) tabsOf(s *State, rows []int32) string {
	var b strings.Builder
	b.WriteString(recordsHead(s.Words))
	if s.Drift != nil {
		b.WriteString("\t" + s.Words.Head.Change + "\t" + s.Words.Head.Was)
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
	return b.String()
}

// markdown keeps a text from being read as markup.
var markdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`)

func (d *Diff) markdownOf(s *State, rows []int32) string {
	var b strings.Builder
	line := func(cells []string) {
		b.WriteString("|")
		for _, c := range cells {
			b.WriteString(" " + markdown.Replace(c) + " |")
		}
		b.WriteByte('\n')
	}
	for n, cells := range d.table(s, rows) {
		line(cells)
		if n == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", len(cells)) + "\n")
		}
	}
	return b.String()
}

// findingsOf writes each line as a text that can stand in a ticket by itself.
func (d *Diff) findingsOf(s *State, rows []int32) string {
	parts := make([]string, len(rows))
	for i, row := range rows {
		f := d.index.finding(row)
		if _, missing := d.index.missing(row); missing || f.Left {
			parts[i] = strings.Join(d.cellsOf(s, row), "  ") + "\n"
			continue
		}
		parts[i] = ticketOf(s, &f, d.sinceWhen(s, row))
	}
	return strings.Join(parts, "\n")
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
