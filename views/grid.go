package views

import "strings"

// Grid is a list of any length. It asks for the rows in sight only, so a frame costs the same for ten rows
// and for 65,536. The user may sort it, choose its columns, scroll them sideways and read one row in full:
// Arrange, Panel and PressPanel do that. The zero value with columns is ready.
type Grid struct {
	Columns []Column // all there are, in their natural order; cells and widths follow it
	Cursor  int      // selected row
	// Heading, if set, tells whether row i is a heading over the rows below it, and its text: that takes the
	// whole width and no cells.
	Heading func(i int) (text string, ok bool)
	// Passive rows are only looked at: there is no cursor.
	Passive bool
	// Marked, if set, tells whether row i is chosen for what the user wants to do: a sign stands before it.
	Marked func(i int) bool

	top, page, n int
	widths       []int // of all Columns; 0 for one that is out of sight
	laid         int   // width for which widths holds; columns must not change without Relayout
	cells        []Cell
	b            strings.Builder

	choice  choice
	panel   gridPanel
	shown   []int // the columns that are laid out, in the order of the screen
	columns []Column
	across  []int // widths of shown
	inked   []Cell
}

// Relayout must be called after Columns was changed.
func (g *Grid) Relayout() { g.laid = 0 }

// Lines draws the head and the rows in sight: at most h lines of w cells. row fills the cells of row i,
// one for each column; the slice comes zeroed and is reused.
func (g *Grid) Lines(t *Theme, n, w, h int, row func(i int, cells []Cell)) []string {
	g.n, g.page = n, max(h-1, 0)
	g.clamp()
	if h <= 0 || w <= 0 {
		return nil
	}
	if g.laid != w || len(g.widths) != len(g.Columns) {
		g.lay(w)
	}
	if t.Spoken != nil {
		return g.spoken(t, n, row)
	}
	out := make([]string, 0, h)
	trim := func(s string) string { return s }
	if rowWidth(g.across) > w {
		trim = func(s string) string { return Cut(s, w) }
	}
	out = append(out, trim(g.headLine(t)))
	for i := g.top; i < min(n, g.top+g.page); i++ {
		if g.Heading != nil {
			if text, ok := g.Heading(i); ok {
				out = append(out, g.headingLine(t, text, w, i))
				continue
			}
		}
		clear(g.cells)
		row(i, g.cells)
		out = append(out, trim(g.line(t, i)))
	}
	return out
}

// lay gives each column in sight its width in w cells.
func (g *Grid) lay(w int) {
	g.laid = w
	g.cells = make([]Cell, len(g.Columns))
	g.arrange(w)
	g.widths = append(g.widths[:0], make([]int, len(g.Columns))...)
	for k, i := range g.shown {
		g.widths[i] = g.across[k]
	}
	g.inked = make([]Cell, len(g.shown))
}

// headLine is the line of titles: the one that it is sorted by has an arrow, and "<" and ">" in front say that
// there are more columns to that side.
func (g *Grid) headLine(t *Theme) string {
	sorted := -1
	for k := range g.columns {
		if g.columns[k].ID != "" && g.columns[k].ID == g.choice.Sort {
			sorted = k
		}
	}
	line := headLine(t, &g.b, g.columns, g.across, sorted, g.choice.Desc)
	sides := ""
	if g.choice.skip > 0 {
		sides = "<"
	}
	if g.beyond() > 0 {
		sides += ">"
	}
	if sides == "" {
		return line
	}
	return t.Key.On(sides) + line[len(sides):]
}

func (g *Grid) line(t *Theme, i int) string {
	g.b.Reset()
	g.b.Grow(g.laid * 2)
	over := Ink{}
	if g.at(i) {
		over = t.Selected
	}
	g.b.WriteString(g.gutter(t, i, t.Warn))
	for k, i := range g.shown {
		g.inked[k] = g.cells[i]
	}
	writeRow(&g.b, g.columns, g.across, g.inked, over)
	return g.b.String()
}

func (g *Grid) headingLine(t *Theme, text string, w, i int) string {
	text = Safe(text)
	if g.at(i) {
		return t.Selected.On(Fit(g.gutter(t, i, Ink{})+text, w))
	}
	return t.Head.On(Cut(g.gutter(t, i, Ink{})+text, w))
}

// at tells whether the cursor is on row i.
func (g *Grid) at(i int) bool { return i == g.Cursor && !g.Passive }

// gutter is what stands before row i: the cursor, and the sign of a row that is chosen.
func (g *Grid) gutter(t *Theme, i int, ink Ink) string {
	marked := g.Marked != nil && g.Marked(i)
	switch {
	case g.at(i) && marked:
		return t.Glyph.Cursor + ink.On(t.Glyph.Mark)
	case g.at(i):
		return t.Glyph.Cursor + " "
	case marked:
		return " " + ink.On(t.Glyph.Mark)
	}
	return pad(gutter)
}

func (g *Grid) clamp() {
	g.Cursor = max(0, min(g.Cursor, g.n-1))
	if g.Cursor < g.top {
		g.top = g.Cursor
	}
	if g.page > 0 && g.Cursor >= g.top+g.page {
		g.top = g.Cursor - g.page + 1
	}
	g.top = max(0, min(g.top, g.n-g.page))
}

// Press moves the cursor over n rows; false if the key does not move it.
func (g *Grid) Press(key string, n int) bool {
	to, ok := Step(key, g.Cursor, n, g.page)
	if ok {
		g.n, g.Cursor = n, to
		g.clamp()
	}
	return ok
}

// Window tells which rows the last drawing had in sight: from top, before end.
func (g *Grid) Window() (top, end int) { return g.top, min(g.n, g.top+g.page) }

// Position is where the cursor stands among n rows: "12/65,536". It may be asked before the rows are drawn,
// since it stands in the heading above them.
func (g *Grid) Position(n int) string {
	if n == 0 {
		return "0"
	}
	return Count(max(0, min(g.Cursor, n-1))+1) + "/" + Count(n)
}
