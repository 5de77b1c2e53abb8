package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
)

// cellLeast is how many cells of the terminal a cell of the matrix needs.
const cellLeast = 12

// matrix draws the part of the matrix around the cursor in at most h lines: a cell takes two lines where
// there is room, one otherwise.
func (z *Zones) matrix(s *State, w, h int) []string {
	if s.Theme.Spoken != nil {
		return z.spokenMatrix(s)
	}
	n := len(z.names)
	label := 0
	for _, name := range z.names {
		label = max(label, Width(Safe(name)))
	}
	label = min(label, max(4, w/4)) + gutter
	cell := max(cellLeast, min(28, (w-label)/n))
	cols := max(1, min(n, (w-label)/cell))
	per := 1
	if s.Results != nil && 1+2*n <= h {
		per = 2
	}
	rows := max(1, min(n, (h-1)/per))
	z.left = window(z.left, z.to, cols, n)
	z.top = window(z.top, z.from, rows, n)
	head := pad(label)
	for t := z.left; t < z.left+cols; t++ {
		head += s.Theme.Head.On(Fit(Safe(z.names[t]), cell-1)) + " "
	}
	if z.left > 0 || z.left+cols < n {
		head += s.Theme.Dim.On(fmt.Sprintf("%d-%d/%d", z.left+1, z.left+cols, n))
	}
	out := []string{head}
	for f := z.top; f < z.top+rows; f++ {
		for line := range per {
			name := pad(label)
			if line == 0 {
				name = s.Theme.Head.On(Fit(Safe(z.names[f]), label-1)) + " "
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

// window moves the first thing in sight so that the cursor is among the count things in sight of n.
func window(first, cursor, count, n int) int {
	first = max(cursor-count+1, min(first, cursor))
	return max(0, min(first, n-count))
}

// drawCell draws one line of a cell: what is intended, and under it what was verified.
func (z *Zones) drawCell(s *State, f, t, line, per, w int) string {
	intended := z.intended(s, f, t)
	verified := z.verified(s, f, t)
	c := intended
	switch {
	case line == 1:
		c = verified
	case per == 1 && s.Results != nil:
		c = Cell{intended.Text + " " + strings.SplitN(verified.Text, " ", 2)[0], verified.Ink}
	}
	mark := " "
	if f == z.from && t == z.to {
		c.Ink = s.Theme.Selected
		if line == 0 {
			mark = s.Theme.Glyph.Cursor
		}
	}
	return c.Ink.On(Fit(mark+c.Text, w))
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

// verified is how many flows between two zones were tested, with the sign of the worst that was seen.
func (z *Zones) verified(s *State, f, t int) Cell {
	y := tallyOfZones(s, z.names[f], z.names[t])
	if y == nil || y.Flows() == 0 {
		look := s.Theme.Verdict(audit.NotTested)
		return Cell{look.Sign, look.Ink}
	}
	look := s.Theme.Verdict(leading(y))
	return Cell{look.Sign + " " + Count(y.Coverage().Tested) + "/" + Count(y.Flows()), look.Ink}
}
