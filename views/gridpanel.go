package views

import (
	"slices"
	"strings"
)

// gridPanel is what a list shows in its own place while the user looks into it.
type gridPanel struct {
	kind   panelKind
	cursor int // of the chooser: place in the sequence
	top    int
	scroll Scroll
}

type panelKind uint8

const (
	noPanel panelKind = iota
	columnPanel
	rowPanel
)

// Open tells whether a panel is open: then Panel is drawn in place of the whole screen, and every key goes to
// Arrange.
func (g *Grid) Open() bool { return g.panel.kind != noPanel }

// Close closes the panel.
func (g *Grid) Close() { g.panel = gridPanel{} }

// Arrange handles the keys that sort a list of n rows, choose and scroll its columns, and open and drive its
// panels; false if the key does none of that. While a panel is open it takes every key.
func (g *Grid) Arrange(key string, n int) bool {
	switch g.panel.kind {
	case columnPanel:
		g.pressColumns(key)
		return true
	case rowPanel:
		g.pressRow(key, n)
		return true
	}
	switch {
	case n == 0:
		return false
	case key == "s" && g.sortable():
		g.SortNext()
	case key == "S" && g.choice.Sort != "":
		g.Turn()
	case key == "c" && len(g.Columns) > 1:
		g.panel = gridPanel{kind: columnPanel}
	case key == "i":
		g.panel = gridPanel{kind: rowPanel}
	case key == ">" || key == "right":
		return g.scroll(1)
	case key == "<" || key == "left":
		return g.scroll(-1)
	default:
		return false
	}
	return true
}

func (g *Grid) sortable() bool {
	return slices.ContainsFunc(g.Columns, func(c Column) bool { return c.ID != "" && !c.Unsorted })
}

// ArrangeKeys are the keys of Arrange that do something to n rows now, for Screen.Keys.
func (g *Grid) ArrangeKeys(w *Words, n int) []Key {
	tw := &w.Table
	switch g.panel.kind {
	case columnPanel:
		keys := []Key{{"j/k", w.Key.Move}, {"space", tw.Toggle}, {"</>", tw.MoveColumn}, {"s", tw.SortByIt}}
		if g.Kept() != "" {
			keys = append(keys, Key{"=", tw.Reset})
		}
		return append(keys, Key{"pgup/pgdn", w.Key.Page}, Key{"g/G", w.Key.Ends}, Key{"c/esc", tw.Close})
	case rowPanel:
		keys := []Key{{"i/esc", tw.Close}}
		if n > 1 {
			keys = append([]Key{{"n/p", tw.NextRow}}, keys...)
		}
		if g.panel.scroll.n > g.panel.scroll.h {
			keys = append([]Key{{"j/k", w.Key.Scroll}}, keys...)
		}
		return keys
	}
	if n == 0 {
		return nil
	}
	var keys []Key
	if g.sortable() && n > 1 {
		keys = append(keys, Key{"s", w.Key.Sort})
	}
	if g.choice.Sort != "" && n > 1 {
		keys = append(keys, Key{"S", w.Key.SortDir})
	}
	if len(g.Columns) > 1 {
		keys = append(keys, Key{"c", tw.Columns})
	}
	keys = append(keys, Key{"i", tw.WholeRow})
	if g.beyond() > 0 {
		keys = append(keys, Key{">", tw.MoreColumns})
	}
	if g.choice.skip > 0 {
		keys = append(keys, Key{"<", tw.LessColumns})
	}
	return keys
}

func (g *Grid) pressColumns(key string) {
	p, seq := &g.panel, g.sequence()
	p.cursor = max(0, min(p.cursor, len(seq)-1))
	i := seq[p.cursor]
	switch key {
	case "space":
		g.show(i, g.isOff(i))
	case ">", "right":
		if g.move(i, 1) {
			p.cursor++
		}
	case "<", "left":
		if g.move(i, -1) {
			p.cursor--
		}
	case "s":
		g.SortBy(g.Columns[i].ID)
	case "=":
		g.reset()
	case "esc", "c":
		g.Close()
	default:
		p.cursor, _ = Step(key, p.cursor, len(seq), p.scroll.h)
	}
}

func (g *Grid) pressRow(key string, n int) {
	switch key {
	case "esc", "i":
		g.Close()
	case "n":
		g.Press("j", n)
		g.panel.scroll.Top = 0
	case "p":
		g.Press("k", n)
		g.panel.scroll.Top = 0
	default:
		g.panel.scroll.Press(key)
	}
}

// Panel draws the open panel in a window. row fills a row of the list as for Lines.
func (g *Grid) Panel(s *State, n, w, h int, row func(i int, cells []Cell)) string {
	if g.laid != w || len(g.widths) != len(g.Columns) {
		g.lay(w) // which columns have room in it
	}
	if g.panel.kind == columnPanel {
		return s.Theme.Frame(g.columnLines(s, w, h), w, h)
	}
	return s.Theme.Frame(g.rowLines(s, n, w, h, row), w, h)
}

// columnLines is the list of columns: which are on, which have no room, and what it is sorted by.
func (g *Grid) columnLines(s *State, w, h int) []string {
	p, t := &g.panel, s.Theme
	seq := g.sequence()
	p.cursor = max(0, min(p.cursor, len(seq)-1))
	foot := keysFoot(t, g.ArrangeKeys(s.Words, 0), w)
	out := []string{t.Heading(s.Words.Table.ColumnsTitle, Count(p.cursor+1)+"/"+Count(len(seq)), w)}
	room := max(1, h-1-len(foot))
	p.scroll.h = room
	p.top = max(0, min(max(p.top, p.cursor-room+1), p.cursor))
	label := 0
	for _, i := range seq {
		label = max(label, Width(g.Columns[i].Title))
	}
	for at := p.top; at < min(len(seq), p.top+room); at++ {
		out = append(out, g.columnLine(s, at, seq[at], label, w))
	}
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out, foot...)
}

// columnLine is one column of the chooser: a sign and a word for its state, and the order if it is sorted by it.
func (g *Grid) columnLine(s *State, at, i, label, w int) string {
	here := at == g.panel.cursor
	t, tw := s.Theme, &s.Words.Table
	sign, state, look := t.Glyph.Check, tw.On, t.Good
	switch {
	case g.isOff(i):
		sign, state, look = "-", tw.Off, t.Dim
	case g.laid > 0 && i < len(g.widths) && g.widths[i] == 0:
		sign, state, look = "!", tw.NoRoom, t.Warn
	}
	text := sign + " " + Fit(Safe(g.Columns[i].Title), min(label, max(1, w/2))) + "  " + state
	if id := g.Columns[i].ID; id != "" && id == g.choice.Sort {
		arrow := t.Glyph.Up + " " + s.Words.Plain.Ascending
		if g.choice.Desc {
			arrow = t.Glyph.Down + " " + s.Words.Plain.Descending
		}
		text += "  " + arrow
	}
	switch {
	case t.Spoken != nil:
		return t.numbered(at, here) + quiet(text)
	case here:
		return t.Selected.On(Fit(t.Glyph.Cursor+" "+text, w))
	}
	return look.On(Cut(pad(gutter)+text, w))
}

// rowLines is the row under the cursor in full: the title and the whole text of every column, those out of
// sight too.
func (g *Grid) rowLines(s *State, n, w, h int, row func(i int, cells []Cell)) []string {
	g.n = n
	g.Cursor = max(0, min(g.Cursor, n-1))
	out := []string{s.Theme.Heading(s.Words.Table.RowTitle, g.Position(n), w)}
	var lines []string
	if text, ok := g.headingAt(g.Cursor); ok {
		lines = Wrap(text, w)
	} else if n > 0 {
		lines = s.Theme.Fields(g.whole(g.Cursor, row), w)
	}
	foot := keysFoot(s.Theme, g.ArrangeKeys(s.Words, n), w)
	room := max(1, h-1-len(foot))
	out = append(out, g.panel.scroll.Window(lines, room)...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out, foot...)
}

func (g *Grid) headingAt(i int) (string, bool) {
	if g.Heading == nil {
		return "", false
	}
	return g.Heading(i)
}

// boundless is a width in which no text of a cell is shortened.
const boundless = 1 << 12

// whole are title and text of every column of a row, made as if there were room for all of it.
func (g *Grid) whole(i int, row func(i int, cells []Cell)) [][2]string {
	kept := g.widths
	g.widths = slices.Repeat([]int{boundless}, len(g.Columns))
	defer func() { g.widths = kept }()
	cells := make([]Cell, len(g.Columns))
	row(i, cells)
	out := make([][2]string, 0, len(cells))
	for k := range cells {
		if text := strings.TrimSpace(cells[k].Text); text != "" {
			out = append(out, [2]string{g.Columns[k].Title, text})
		}
	}
	return out
}

// keysFoot are the keys of a panel at its foot, behind an empty line.
func keysFoot(t *Theme, keys []Key, w int) []string {
	pieces := make([]string, len(keys))
	for i, k := range keys {
		pieces[i] = t.Key.On(k.Keys) + " " + t.Dim.On(k.Help)
	}
	return append([]string{""}, packed(pieces, w)...)
}
