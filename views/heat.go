package views

import (
	"slices"
	"strings"

	"oobscope/audit"
)

// Heat is all hosts at a glance, in the order of the plan, by the worst that is known of each. A cell is one host
// while there is room, and as many as it takes otherwise; its mark is the worst of them. The zero value is
// ready.
type Heat struct {
	Cursor int // first host of the selected cell

	cols, per, rows int // cells a line, hosts a cell, lines of cells
	n               int
	jumped          int // cell that NextWorst led to, plus one; 0 for none
}

// labelRoom is the width from which each line bears the address of its first host.
const labelRoom = 60

// Lines draws the hosts in at most h lines of w cells. label names a host.
func (m *Heat) Lines(t *Theme, marks []audit.Mark, label func(host int) string, w, h int) []string {
	m.n = len(marks)
	if w <= 0 || h <= 0 || m.n == 0 || t.Spoken != nil { // the legend has the counts, the list of hosts the hosts
		return nil
	}
	lw := 0
	if w >= labelRoom {
		lw = min(Width(label(0))+2, w/3)
	}
	m.cols = w - lw
	if m.cols > 16 {
		m.cols -= m.cols % 16 // addresses line up
	}
	half := m.fit(t, h)
	m.Cursor = max(0, min(m.Cursor, m.n-1))
	m.Cursor -= m.Cursor % m.per
	step := 1
	if half {
		step = 2
	}
	var out []string
	var b strings.Builder
	for r := 0; r < m.rows && len(out) < h; r += step {
		b.Reset()
		if lw > 0 {
			b.WriteString(t.Dim.On(Fit(label(r*m.cols*m.per), lw)))
		}
		if half {
			m.halfLine(t, &b, marks, r)
		} else {
			m.line(t, &b, marks, r)
		}
		out = append(out, b.String())
	}
	return out
}

// fit chooses how many hosts a cell stands for, a power of two so that cells are prefixes, and tells
// whether a line holds two rows of cells. Half-blocks say it by colour alone, so they are drawn only where
// there is colour, and only if single hosts do not fit.
func (m *Heat) fit(t *Theme, h int) (half bool) {
	m.per = 1
	lines := h
	if m.n > m.cols*h && !t.ASCII && !t.Plain {
		half, lines = true, 2*h
	}
	for m.cells() > m.cols*lines {
		m.per *= 2
	}
	m.rows = (m.cells() + m.cols - 1) / m.cols
	return half
}

func (m *Heat) cells() int { return (m.n + m.per - 1) / m.per }

func (m *Heat) worst(marks []audit.Mark, cell int) audit.Mark {
	first := cell * m.per
	return slices.Max(marks[first:min(first+m.per, len(marks))])
}

// line writes one row of cells as signs; neighbours of the same mark share their ink.
func (m *Heat) line(t *Theme, b *strings.Builder, marks []audit.Mark, r int) {
	cursor := m.Cursor / m.per
	end := min((r+1)*m.cols, m.cells())
	for c := r * m.cols; c < end; {
		mark := m.worst(marks, c)
		if c == cursor {
			b.WriteString(t.cursors[mark])
			c++
			continue
		}
		look := t.marks[mark]
		b.WriteString(look.Ink.open)
		for c < end && c != cursor && m.worst(marks, c) == mark {
			b.WriteString(look.Sign)
			c++
		}
		b.WriteString(look.Ink.end)
	}
}

// halfLine writes two rows of cells in one line.
func (m *Heat) halfLine(t *Theme, b *strings.Builder, marks []audit.Mark, r int) {
	cursor, cells := m.Cursor/m.per, m.cells()
	for c := r * m.cols; c < min((r+1)*m.cols, cells); c++ {
		up := m.worst(marks, c)
		below := c + m.cols
		switch {
		case c == cursor:
			b.WriteString(t.cursors[up])
		case below < cells && below == cursor:
			b.WriteString(t.cursors[m.worst(marks, below)])
		case below < cells:
			b.WriteString(t.halves[up][m.worst(marks, below)])
		default:
			b.WriteString(t.uppers[up])
		}
	}
}

// Press moves the cursor by cells (h, l), rows of cells (j, k) and to the ends; false if the key does not.
func (m *Heat) Press(key string) bool {
	if m.per == 0 {
		return false
	}
	cell, last := m.Cursor/m.per, m.cells()-1
	switch key {
	case "h", "left":
		cell--
	case "l", "right":
		cell++
	case "j", "down":
		cell += m.cols
	case "k", "up":
		cell -= m.cols
	case "g", "home":
		cell = 0
	case "G", "end":
		cell = last
	default:
		return false
	}
	m.Cursor = max(0, min(cell, last)) * m.per
	return true
}

// NextWorst goes through the cells that deviate, the worst first and then in the order of the plan, round and
// round; false if nothing deviates. After the cursor was moved it begins with the worst again.
func (m *Heat) NextWorst(marks []audit.Mark) bool {
	if m.per == 0 || len(marks) != m.n {
		return false
	}
	after, most := -1, audit.MarkCritical
	if cell := m.Cursor / m.per; m.jumped == cell+1 {
		after, most = cell, m.worst(marks, cell)
	}
	for mark := most; mark >= audit.MarkInfo; mark-- {
		for cell := after + 1; cell < m.cells(); cell++ {
			if m.worst(marks, cell) == mark {
				m.Cursor, m.jumped = cell*m.per, cell+1
				return true
			}
		}
		after = -1
	}
	if m.jumped == 0 {
		return false
	}
	m.jumped = 0
	return m.NextWorst(marks)
}

// Host is the host that the cursor means: the first of the worst in the selected cell; -1 for none.
func (m *Heat) Host(marks []audit.Mark) int {
	first, end := m.Cell()
	end = min(end, len(marks))
	if first >= end {
		return -1
	}
	part := marks[first:end]
	return first + slices.Index(part, slices.Max(part))
}

// Cell is the range of hosts in the selected cell: from first, before end.
func (m *Heat) Cell() (first, end int) { return m.Cursor, min(m.n, m.Cursor+max(m.per, 1)) }

// Legend explains the marks, each with its sign, its word and how many hosts bear it, the worst first; marks
// without a host are left out.
func (m *Heat) Legend(t *Theme, words *Words, marks []audit.Mark) []string {
	var count [audit.MarkCritical + 1]int
	for _, k := range marks {
		count[k]++
	}
	var parts []string
	for k := audit.MarkCritical; ; k-- {
		if count[k] > 0 {
			parts = append(parts, t.Mark(k).Show(words.Mark[k]+" "+Count(count[k])))
		}
		if k == audit.MarkWaiting {
			return parts
		}
	}
}
