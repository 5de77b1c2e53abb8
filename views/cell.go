package views

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Cell is one field of a row: plain text and its ink. The text may come from outside; it is made safe.
type Cell struct {
	Text string
	Ink  Ink
}

// Align says where a column sets its text.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Right
)

// Column is one column of a list.
type Column struct {
	ID     string // its stable name, by which it is sorted, turned off and moved; empty: none of that
	Title  string
	Min    int // cells it needs at least
	Max    int // cells it can use at most; 0 for no limit
	Weight int // its share of what is left over; 0 keeps it at Min
	Align  Align
	Drop   int // if there is no room, the column with the highest Drop goes first; 0 never goes

	Falls    bool // sorted from the greatest down at first: severities, counts
	Unsorted bool // its rows have no order of their own
	Off      bool // left out until the user asks for it
	Pin      bool // stays in sight when the list is scrolled sideways; the first column always does
}

// gutter stands before a row and holds the cursor; gap stands between two columns.
const (
	gutter = 2
	gap    = 1
)

// layout gives each column its width in w cells; 0 means that the column is left out. widths is reused.
func layout(cols []Column, w int, widths []int) []int {
	widths = widths[:0]
	need := gutter - gap
	for _, c := range cols {
		widths = append(widths, max(c.Min, 1))
		need += max(c.Min, 1) + gap
	}
	for need > w {
		worst, drop := -1, 0
		for i, c := range cols {
			if widths[i] > 0 && c.Drop > 0 && c.Drop >= drop {
				worst, drop = i, c.Drop
			}
		}
		if worst < 0 {
			break
		}
		need -= widths[worst] + gap
		widths[worst] = 0
	}
	spread(cols, widths, w-need)
	return widths
}

// rowWidth is how many cells a row takes, the gutter included.
func rowWidth(widths []int) int {
	n := gutter - gap
	for _, w := range widths {
		if w > 0 {
			n += w + gap
		}
	}
	return n
}

// spread hands out the cells left over by weight; what a full column cannot take goes to the others.
func spread(cols []Column, widths []int, left int) {
	for left > 0 {
		total := 0
		for i, c := range cols {
			if widths[i] > 0 && c.Weight > 0 && (c.Max == 0 || widths[i] < c.Max) {
				total += c.Weight
			}
		}
		if total == 0 {
			return
		}
		given := 0
		for i, c := range cols {
			if widths[i] == 0 || c.Weight == 0 || (c.Max > 0 && widths[i] >= c.Max) {
				continue
			}
			add := min(max(1, left*c.Weight/total), left-given)
			if c.Max > 0 {
				add = min(add, c.Max-widths[i])
			}
			widths[i] += add
			given += add
		}
		left -= given
	}
}

// writeRow writes the cells of a row. over, if set, is the ink of the whole row and beats each cell's.
func writeRow(b *strings.Builder, cols []Column, widths []int, cells []Cell, over Ink) {
	b.WriteString(over.open)
	first := true
	for i := range cols {
		if widths[i] == 0 {
			continue
		}
		if !first {
			b.WriteByte(' ')
		}
		first = false
		var c Cell
		if i < len(cells) {
			c = cells[i]
		}
		if over.open == "" {
			b.WriteString(c.Ink.open)
		}
		writeFit(b, Safe(c.Text), widths[i], cols[i].Align)
		if over.open == "" {
			b.WriteString(c.Ink.end)
		}
	}
	b.WriteString(over.end)
}

func writeFit(b *strings.Builder, s string, w int, a Align) {
	n := Width(s)
	if n > w {
		s = Cut(s, w)
		n = Width(s)
	}
	if a == Right {
		b.WriteString(pad(w - n))
	}
	b.WriteString(s)
	if a == Left {
		b.WriteString(pad(w - n))
	}
}

// Table sets a few rows as a table with a head, for pages of prose; long lists are a Grid.
func (t *Theme) Table(cols []Column, rows [][]Cell, w int) []string {
	if t.Spoken != nil {
		return t.spokenTable(cols, rows)
	}
	widths := layout(cols, w, nil)
	out := make([]string, 0, len(rows)+1)
	var b strings.Builder
	out = append(out, headLine(t, &b, cols, widths, -1, false))
	for _, r := range rows {
		b.Reset()
		b.WriteString(pad(gutter))
		writeRow(&b, cols, widths, r, Ink{})
		out = append(out, Cut(b.String(), w))
	}
	return out
}

func headLine(t *Theme, b *strings.Builder, cols []Column, widths []int, sort int, desc bool) string {
	b.Reset()
	heads := make([]Cell, len(cols))
	for i, c := range cols {
		heads[i].Text = c.Title
		if i == sort {
			arrow := t.Glyph.Up
			if desc {
				arrow = t.Glyph.Down
			}
			heads[i].Text = ansi.Truncate(c.Title, max(0, widths[i]-1), "") + arrow
		}
	}
	b.WriteString(pad(gutter))
	writeRow(b, cols, widths, heads, t.Head)
	return b.String()
}
