package views

import (
	"slices"
	"strings"
)

// Order is what a list is sorted by: the ID of a column, empty for the order that the screen gives it.
type Order struct {
	Column string
	Desc   bool
}

// choice is what the user made of a list: which columns, in which sequence, sorted by what. It is kept by the
// IDs of the columns, so that it holds in every language and for columns that come and go.
type choice struct {
	Sort string
	Desc bool
	seq  []string        // IDs in the user's sequence; those that are not in it stand where they were
	off  map[string]bool // by ID: turned off, or turned on if false
	skip int             // columns scrolled out at the left
}

// Order is what the rows are to be sorted by.
func (g *Grid) Order() Order { return Order{g.choice.Sort, g.choice.Desc} }

// SortBy sorts by a column, in its first direction; by the one that it is sorted by already, the other way
// round. The empty ID gives the screen its own order back.
func (g *Grid) SortBy(id string) {
	c := &g.choice
	switch i := g.column(id); {
	case i < 0:
		c.Sort, c.Desc = "", false
	case c.Sort == id:
		c.Desc = !c.Desc
	default:
		c.Sort, c.Desc = id, g.Columns[i].Falls
	}
}

// SortNext sorts by the next column in sight, and after the last as the screen does by itself.
func (g *Grid) SortNext() {
	var ids []string
	for _, i := range g.sequence() {
		if c := &g.Columns[i]; c.ID != "" && !c.Unsorted && !g.isOff(i) {
			ids = append(ids, c.ID)
		}
	}
	next := slices.Index(ids, g.choice.Sort) + 1
	if next == len(ids) {
		g.SortBy("")
		return
	}
	g.SortBy(ids[next])
}

// Turn turns the direction round; it does nothing in the order of the screen.
func (g *Grid) Turn() {
	if g.choice.Sort != "" {
		g.choice.Desc = !g.choice.Desc
	}
}

// column is the number of the column of that ID that can be sorted by; -1 for none.
func (g *Grid) column(id string) int {
	return slices.IndexFunc(g.Columns, func(c Column) bool { return id != "" && c.ID == id && !c.Unsorted })
}

func (g *Grid) isOff(i int) bool {
	if off, chosen := g.choice.off[g.Columns[i].ID]; chosen {
		return off
	}
	return g.Columns[i].Off
}

// sequence is the order of all columns: the user's as far as it goes; one that they never moved stays behind
// the one that it naturally follows.
func (g *Grid) sequence() []int {
	out := make([]int, 0, len(g.Columns))
	if len(g.choice.seq) == 0 {
		for i := range g.Columns {
			out = append(out, i)
		}
		return out
	}
	for _, id := range g.choice.seq {
		if i := slices.IndexFunc(g.Columns, func(c Column) bool { return c.ID == id && id != "" }); i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for i := range g.Columns {
		if !slices.Contains(out, i) {
			out = slices.Insert(out, slices.Index(out, i-1)+1, i)
		}
	}
	return out
}

// arrange decides which columns are laid out in w cells, and how wide they are. Scrolled sideways, those that
// are pinned stay and the others come as they follow each other; else those that matter least give way.
func (g *Grid) arrange(w int) {
	g.shown, g.columns = g.shown[:0], g.columns[:0]
	g.choice.skip = max(0, min(g.choice.skip, len(g.Columns)-1))
	skip := g.choice.skip
	for _, i := range g.sequence() {
		c := g.Columns[i]
		switch {
		case g.isOff(i):
			continue
		case c.Pin || len(g.shown) == 0:
		case skip > 0:
			skip--
			continue
		}
		g.shown, g.columns = append(g.shown, i), append(g.columns, c)
	}
	if len(g.shown) == 0 && len(g.Columns) > 0 { // settings of another time may turn off all there is now
		g.shown, g.columns = append(g.shown, 0), append(g.columns, g.Columns[0])
	}
	if g.choice.skip > 0 {
		dropFromRight(g.columns)
	}
	g.across = layout(g.columns, w, g.across)
	for k := len(g.across) - 1; k > 0; k-- {
		over := rowWidth(g.across) - w
		if over <= 0 || g.across[k]-over >= leastSeen {
			break
		}
		g.across[k] = 0
	}
}

// leastSeen is how much of the last column must be in sight, if not all of it can be.
const leastSeen = 4

// dropFromRight makes the columns give way from the right end, but never the first one after those that stay.
func dropFromRight(cols []Column) {
	first := true
	for k := range cols {
		cols[k].Drop = 0
		if k == 0 || cols[k].Pin {
			continue
		}
		if !first {
			cols[k].Drop = k
		}
		first = false
	}
}

// beyond is how many of the chosen columns are out of sight to the right, for want of room.
func (g *Grid) beyond() int {
	n := 0
	for _, w := range g.across {
		if w == 0 {
			n++
		}
	}
	return n
}

// scroll moves sideways by a column; false if there is nothing more to that side.
func (g *Grid) scroll(by int) bool {
	if by > 0 && g.beyond() == 0 || by < 0 && g.choice.skip == 0 {
		return false
	}
	g.choice.skip += by
	g.Relayout()
	return true
}

// show turns a column on or off; the last one stays.
func (g *Grid) show(i int, on bool) {
	id := g.Columns[i].ID
	if id == "" || !on && g.on() == 1 && !g.isOff(i) {
		return
	}
	if g.choice.off == nil {
		g.choice.off = map[string]bool{}
	}
	g.choice.off[id] = !on
	if g.Columns[i].Off == !on {
		delete(g.choice.off, id)
	}
	g.choice.skip = 0
	g.Relayout()
}

// on is how many columns are turned on.
func (g *Grid) on() int {
	n := 0
	for i := range g.Columns {
		if !g.isOff(i) {
			n++
		}
	}
	return n
}

// move puts a column one place further left or right among all of them; false at the end.
func (g *Grid) move(i, by int) bool {
	seq := g.sequence()
	at := slices.Index(seq, i)
	to := at + by
	if at < 0 || to < 0 || to >= len(seq) {
		return false
	}
	seq[at], seq[to] = seq[to], seq[at]
	g.choice.seq = g.choice.seq[:0]
	for _, n := range seq {
		if id := g.Columns[n].ID; id != "" {
			g.choice.seq = append(g.choice.seq, id)
		}
	}
	if slices.IsSorted(seq) {
		g.choice.seq = nil
	}
	g.choice.skip = 0
	g.Relayout()
	return true
}

// reset gives all columns and the order back as the screen has them.
func (g *Grid) reset() {
	g.choice = choice{}
	g.Relayout()
}

// maxKept caps what is read back: a line of settings is short, whoever wrote it.
const maxKept = 4096

// Kept is the choice of the user as one line, "sort=-sev columns=host,sev off=rtt on=role"; empty if nothing
// was chosen.
func (g *Grid) Kept() string {
	c := &g.choice
	var parts []string
	if c.Sort != "" {
		sign := ""
		if c.Desc {
			sign = "-"
		}
		parts = append(parts, "sort="+sign+c.Sort)
	}
	if len(c.seq) > 0 {
		parts = append(parts, "columns="+strings.Join(c.seq, ","))
	}
	var off, on []string
	for id, is := range c.off {
		if is {
			off = append(off, id)
		} else {
			on = append(on, id)
		}
	}
	for _, list := range []struct {
		name string
		ids  []string
	}{{"off", off}, {"on", on}} {
		if slices.Sort(list.ids); len(list.ids) > 0 {
			parts = append(parts, list.name+"="+strings.Join(list.ids, ","))
		}
	}
	return strings.Join(parts, " ")
}

// Restore takes what an earlier Kept returned. What it does not understand is left out; a column that is not
// there now may come later.
func (g *Grid) Restore(kept string) {
	g.choice = choice{}
	g.Relayout()
	if len(kept) > maxKept {
		return
	}
	c := &g.choice
	for _, part := range strings.Fields(kept) {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "sort":
			c.Sort, c.Desc = strings.CutPrefix(value, "-")
		case "columns":
			c.seq = idsOf(value)
		case "off", "on":
			if c.off == nil {
				c.off = map[string]bool{}
			}
			for _, id := range idsOf(value) {
				c.off[id] = name == "off"
			}
		}
	}
}

// idsOf reads a list of IDs, each once.
func idsOf(value string) []string {
	var out []string
	for id := range strings.SplitSeq(value, ",") {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// said are the columns in the order in which a row is said: those in sight, or all if none was laid out.
func (g *Grid) said() []int {
	if len(g.shown) > 0 {
		return g.shown
	}
	out := make([]int, min(len(g.cells), len(g.Columns)))
	for i := range out {
		out[i] = i
	}
	return out
}

// spokenOrder says what the rows are sorted by, if the user sorted them.
func (g *Grid) spokenOrder(t *Theme) []string {
	i := g.column(g.choice.Sort)
	if i < 0 {
		return nil
	}
	text := t.Spoken.SortedUp
	if g.choice.Desc {
		text = t.Spoken.SortedDown
	}
	return []string{strings.ReplaceAll(text, "%1", g.Columns[i].Title)}
}
