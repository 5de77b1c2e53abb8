package views

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

// cellLeast is how many cells of the terminal a cell of the matrix needs: six zones fit into 80 columns.
const cellLeast = 11

// matrix draws the part of the matrix around the cursor in at most h lines: a cell takes two lines where
// there is room, one otherwise.
func (z *Zones) matrix(s *State, w, h int) []string {
	if s.Theme.Spoken != nil {
		return z.spokenMatrix(s)
	}
	label, cell, per, cols, rows := z.shape(s, w, h)
	z.left = window(z.left, z.to, cols, len(z.names))
	z.top = window(z.top, z.from, rows, len(z.names))
	head := pad(label)
	for t := z.left; t < z.left+cols; t++ {
		head += s.Theme.Head.On(Fit(" "+Safe(z.names[t]), cell-1)) + " "
	}
	out := []string{head}
	for f := z.top; f < z.top+rows; f++ {
		for line := range per {
			name := pad(label)
			if line == 0 {
				name = z.rowName(s, f, label)
			}
			var b strings.Builder
			b.WriteString(name)
			for t := z.left; t < z.left+cols; t++ {
				b.WriteString(z.drawCell(s, f, t, line, per, cell-1))
				b.WriteByte(' ')
			}
			out = append(out, b.String())
		}
	}
	return out
}

// labelWidth is the room for the names of the rows. Long names give way, as far as they can still be told apart, so
// that all columns are in sight.
func (z *Zones) labelWidth(w int) int {
	label := 0
	for _, name := range z.names {
		label = max(label, Width(Safe(name)))
	}
	label = min(label, max(4, w/4)) + gutter
	if spare := w - cellLeast*len(z.names); spare >= 8 {
		label = min(label, spare)
	}
	return label
}

// rowName is the name of a zone at the head of its row; ours is marked.
func (z *Zones) rowName(s *State, f, w int) string {
	if sc := inForce(s); sc != nil && sc.StandsIn() == z.names[f] {
		return s.Theme.Accent.On(hereSign+Fit(Safe(z.names[f]), w-2)) + " "
	}
	return s.Theme.Head.On(Fit(Safe(z.names[f]), w-1)) + " "
}

// hereSign marks the zone that we stand in.
const hereSign = "@"

// shape is the room of the names of the rows and of a cell, the lines of a cell, and how many columns and rows are in
// sight. A second line, for what was verified, needs a plan.
func (z *Zones) shape(s *State, w, h int) (label, cell, per, cols, rows int) {
	n := len(z.names)
	label, per = z.labelWidth(w), 1
	cell = max(cellLeast, min(28, (w-label)/n))
	if inForce(s) != nil && 1+2*n <= h {
		per = 2
	}
	return label, cell, per, max(1, min(n, (w-label)/cell)), max(1, min(n, (h-1)/per))
}

// outside says which zones are in sight, for the heading; empty if all are.
func (z *Zones) outside(s *State, w, h int) string {
	n := len(z.names)
	_, _, _, cols, rows := z.shape(s, w, h)
	if cols >= n && rows >= n {
		return ""
	}
	part := func(first, count int) string { return fmt.Sprintf("%d-%d/%d", first+1, first+count, n) }
	left, top := window(z.left, z.to, cols, n), window(z.top, z.from, rows, n)
	return fmt.Sprintf(s.Words.Zones.InSight, part(top, rows), part(left, cols))
}

// window moves the first thing in sight so that the cursor is among the count things in sight of n.
func window(first, cursor, count, n int) int {
	first = max(cursor-count+1, min(first, cursor))
	return max(0, min(first, n-count))
}

// drawCell draws one line of a cell: what is intended, and under it what was verified.
func (z *Zones) drawCell(s *State, f, t, line, per, w int) string {
	text := ""
	switch intended := z.intended(s, f, t); {
	case line == 1:
		text = z.verified(s, f, t, w-1)
	case per == 1:
		short := z.verdictShort(s, f, t)
		text = intended.Ink.On(Fit(intended.Text, w-2-Width(short))) + " " + short
	default:
		text = intended.Ink.On(intended.Text)
	}
	if f != z.from || t != z.to {
		return " " + Fit(text, w-1)
	}
	mark := " "
	if line == 0 {
		mark = s.Theme.Glyph.Cursor
	}
	return s.Theme.Selected.On(Fit(mark+ansi.Strip(text), w))
}

// intended is the number of rules between two zones, or the default where there is none.
func (z *Zones) intended(s *State, f, t int) Cell {
	if n := len(z.cell(f, t)); n > 0 {
		return Cell{Text: counted(n, s.Words.Rule.OneRule, s.Words.Plain.RuleCount)}
	}
	site := siteInForce(s)
	if site == nil {
		return Cell{"-", s.Theme.Dim}
	}
	i := site.Default(z.names[f], z.names[t])
	plain := map[audit.Intent]audit.Intent{
		audit.DefaultDrop: audit.IntentDrop, audit.DefaultReject: audit.IntentReject, audit.DefaultAllow: audit.IntentAllow,
	}[i]
	return Cell{s.Theme.Intent(i).Sign + " " + s.Words.Intent[plain], s.Theme.Dim}
}

// verified is what was verified between two zones, in w columns: the sign of the worst that was seen, a bar of the
// share that was tested, and that share. Where nothing can be tested from here, it says so.
func (z *Zones) verified(s *State, f, t, w int) string {
	if !z.testable(s, f, t) {
		return z.untestable(s, f, t, w)
	}
	y := tallyOfZones(s, z.names[f], z.names[t])
	if y == nil || y.Flows() == 0 {
		look := s.Theme.Verdict(audit.Pending)
		return look.Ink.On(Cut(look.Sign+" "+counted(z.flows(s, f, t), s.Words.Plain.OneFlow, s.Words.Plain.FlowCount), w))
	}
	look := s.Theme.Verdict(leading(y))
	c := y.Coverage()
	share := strconv.Itoa(Percent(c.Tested, y.Flows())) + "%"
	bar := s.Theme.Bar(float64(c.Tested)/float64(y.Flows()), min(12, w-3-len("100%")))
	return look.Ink.On(look.Sign) + " " + bar + " " + share
}

// verdictShort is verified in a cell of one line.
func (z *Zones) verdictShort(s *State, f, t int) string {
	y := tallyOfZones(s, z.names[f], z.names[t])
	switch {
	case !z.testable(s, f, t):
		return z.untestable(s, f, t, 1)
	case y == nil || y.Flows() == 0:
		look := s.Theme.Verdict(audit.Pending)
		return look.Ink.On(look.Sign)
	}
	look := s.Theme.Verdict(leading(y))
	return look.Ink.On(look.Sign + strconv.Itoa(Percent(y.Coverage().Tested, y.Flows())) + "%")
}

// testable tells whether the plan has flows between two zones.
func (z *Zones) testable(s *State, f, t int) bool { return z.flows(s, f, t) > 0 }

// flows is how many flows the plan has between two zones.
func (z *Zones) flows(s *State, f, t int) int {
	n := 0
	if sc := inForce(s); sc != nil {
		for g := range sc.Places {
			if sc.Places[g].FromZone == z.names[f] && sc.Places[g].Zone == z.names[t] {
				n += len(sc.Plan.Groups[g].Addrs) * len(sc.Plan.Groups[g].Endpoints)
			}
		}
	}
	return n
}

// untestable says in w columns why nothing can be tested between two zones; the sign alone where the words do not
// fit, and nothing without a plan.
func (z *Zones) untestable(s *State, f, t, w int) string {
	sc := inForce(s)
	if sc == nil {
		return ""
	}
	sign, text := s.Theme.Verdict(audit.NotTested).Sign, s.Words.Zones.Elsewhere
	if sc.StandsIn() == z.names[f] {
		sign, text = noTargetSign(s.Theme), s.Words.Zones.NoTarget
	}
	if Width(text)+2 > w {
		return s.Theme.Dim.On(sign)
	}
	return s.Theme.Dim.On(sign + " " + text)
}

// noTargetSign stands for zones in which the site lists no target.
func noTargetSign(t *Theme) string {
	if t.Spoken != nil {
		return ""
	}
	return t.sign("○", "o")
}
