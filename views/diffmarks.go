package views

import (
	"math/bits"

	"oobscope/audit"
	"oobscope/probes"
)

// marks are the lines that the user has chosen: a bit for each line there is, whether or not it is listed now, so
// that they hold through filters, folding and another order. The zero value holds none.
type marks struct {
	bits  []uint64
	n     int
	flows int // lines before that one are flows
	low   int // marked flows
}

func (m *marks) has(line int) bool {
	word := line / 64
	return word < len(m.bits) && m.bits[word]&(1<<(line%64)) != 0
}

// set marks a line or no longer, and tells whether that changed anything.
func (m *marks) set(line int, on bool) bool {
	if m.has(line) == on {
		return false
	}
	if grow := line/64 + 1 - len(m.bits); grow > 0 {
		m.bits = append(m.bits, make([]uint64, grow)...)
	}
	m.bits[line/64] ^= 1 << (line % 64)
	by := 1
	if !on {
		by = -1
	}
	m.n += by
	if line < m.flows {
		m.low += by
	}
	return true
}

func (m *marks) clear() {
	clear(m.bits)
	m.n, m.low = 0, 0
}

// each calls fn for each marked line in rising order, until it returns false.
func (m *marks) each(fn func(line int) bool) {
	for word, b := range m.bits {
		for ; b != 0; b &= b - 1 {
			if !fn(word*64 + bits.TrailingZeros64(b)) {
				return
			}
		}
	}
}

// cutBehind forgets the marks from a line on.
func (m *marks) cutBehind(line int) {
	var gone []int
	m.each(func(l int) bool {
		if l >= line {
			gone = append(gone, l)
		}
		return true
	})
	for _, l := range gone {
		m.set(l, false)
	}
}

// chosen is what the user has marked, in step with the list: how many marked lines each section has.
type chosen struct {
	marks
	run      string       // the run whose lines they are
	drift    *audit.Drift // likewise, for those that only the earlier run has
	sections []int32      // by section of the index; one in all if it has none
	counted  bool         // sections holds
	ranging  bool
	anchor   int32 // the row where the range began
	place    int   // where it stands in the list; -1: to be looked up
}

// begin begins a range.
func (c *chosen) begin(row int32, place int) { c.ranging, c.anchor, c.place = true, row, place }

// moved is called when lines have other places than before.
func (c *chosen) moved() { c.place = -1 }

// follow keeps the marks of a run that is on screen, and drops those of another.
func (c *chosen) follow(s *State, x *diffIndex) {
	c.counted = false
	c.moved()
	if c.run != s.Run.ID || c.marks.flows != len(s.Results.Judged) {
		c.run, c.marks.flows = s.Run.ID, len(s.Results.Judged)
		c.clear()
		c.ranging = false
	}
	if c.drift != s.Drift {
		c.drift = s.Drift
		c.cutBehind(len(s.Results.Judged) + x.untested())
	}
}

// count works out how many marked lines each section has, if that is not known.
func (c *chosen) count(x *diffIndex) {
	if c.counted {
		return
	}
	c.counted = true
	c.sections = append(c.sections[:0], make([]int32, max(1, len(x.sections)))...)
	if c.n == 0 {
		return
	}
	if len(x.sections) == 0 {
		c.sections[0] = c.among(x, x.rows)
		return
	}
	for i, sec := range x.sections {
		c.sections[i] = c.among(x, x.rows[sec.from:sec.to])
	}
}

func (c *chosen) among(x *diffIndex, rows []int32) (n int32) {
	for _, row := range rows {
		if c.has(x.line(row)) {
			n++
		}
	}
	return n
}

// listed is how many of the marked lines are listed, folded ones too.
func (c *chosen) listed(x *diffIndex) (n int) {
	c.count(x)
	for _, k := range c.sections {
		n += int(k)
	}
	return n
}

// toggle turns one line of a section round (-1: the list has none).
func (c *chosen) toggle(x *diffIndex, sec int, row int32) {
	c.count(x)
	line := x.line(row)
	on := !c.has(line)
	c.set(line, on)
	if on {
		c.sections[max(0, sec)]++
	} else {
		c.sections[max(0, sec)]--
	}
}

// toggleGroup marks the lines of a section, or unmarks them if all are marked.
func (c *chosen) toggleGroup(x *diffIndex, sec int) {
	c.count(x)
	part := x.sections[sec]
	on := int(c.sections[sec]) < int(part.to-part.from)
	for _, row := range x.rows[part.from:part.to] {
		c.set(x.line(row), on)
	}
	c.sections[sec] = 0
	if on {
		c.sections[sec] = part.to - part.from
	}
}

// invert turns every listed line round.
func (c *chosen) invert(x *diffIndex) {
	for _, row := range x.rows {
		line := x.line(row)
		c.set(line, !c.has(line))
	}
	c.counted = false
}

// span is the range from where it began to the cursor, both included, as places of the list.
func (c *chosen) span(x *diffIndex, cursor int) (from, to int, ok bool) {
	if !c.ranging {
		return 0, 0, false
	}
	if c.place < 0 {
		c.place = x.find(c.anchor)
	}
	if c.place < 0 {
		return 0, 0, false
	}
	return min(c.place, cursor), max(c.place, cursor), true
}

// take marks the lines of a range. A folded group in it stands for its lines.
func (c *chosen) take(x *diffIndex, from, to int) {
	for i := from; i <= to; i++ {
		sec, row, heading := x.at(i)
		switch {
		case !heading:
			c.set(x.line(row), true)
		case x.folded(x.sections[sec].group):
			for _, r := range x.rows[x.sections[sec].from:x.sections[sec].to] {
				c.set(x.line(r), true)
			}
		}
	}
	c.counted = false
}

// list are the marked flows in rising order, and how many marked lines are none.
func (m *marks) list() (list []probes.FlowID, others int) {
	list = make([]probes.FlowID, 0, m.low)
	m.each(func(line int) bool {
		if line < m.flows {
			list = append(list, probes.FlowID(line))
		}
		return line < m.flows
	})
	return list, m.n - m.low
}
