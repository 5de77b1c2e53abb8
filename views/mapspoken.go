package views

import (
	"net/netip"
	"strings"
)

// spokenSide is the side of the picture that is said: at most 256 parts, so that a /16 is said by its /24s.
const spokenSide = 16

// spoken says the map as a list of its parts that hold targets, each with its counts.
func (m *Map) spoken(s *State) []string {
	m.lay(s, spokenSide, spokenSide)
	out := []string{m.heading(s, spokenLine)}
	out = append(out, packed(append(m.markLines(s, &m.count.all), m.elsewhere(s)...), spokenLine)...)
	cells, at := m.held()
	first := at - at%SpokenRows
	for i := first; i < min(len(cells), first+SpokenRows); i++ {
		c := &m.count.by[cells[i]]
		name := m.rangeName(s, m.lo+uint32(cells[i])<<m.sheet.per, m.sheet.per)
		if n := c.hosts(); n > 1 {
			name += ", " + counted(n, s.Words.Plain.OneHost, s.Words.Plain.HostCount)
		} else {
			name = m.only(cells[i]).String()
		}
		out = append(out, s.Theme.numbered(i, i == at)+name+": "+strings.Join(m.markLines(s, c), ", "))
	}
	if left := len(cells) - first - SpokenRows; left > 0 {
		out = append(out, strings.ReplaceAll(s.Theme.Spoken.MoreRows, "%1", Count(left)))
	}
	return append(out, m.deviations(s, SpokenRows)...)
}

// only is the one host of a cell.
func (m *Map) only(cell int) netip.Addr {
	a := &m.areas[m.area]
	lo := m.lo + uint32(cell)<<m.sheet.per
	from, _ := a.between(lo, lo+1<<m.sheet.per)
	return m.scope.Plan.Host(int(a.hosts[from])).Addr
}

// held are the cells that hold targets, and which of them is that of the cursor or the one before it.
func (m *Map) held() (cells []int, at int) {
	cursor := m.cell()
	for cell, look := range m.count.look {
		if look == noHost {
			continue
		}
		if cell <= cursor {
			at = len(cells)
		}
		cells = append(cells, cell)
	}
	return cells, at
}

// spokenStep moves from one part that holds targets to another.
func (m *Map) spokenStep(key string) {
	cells, at := m.held()
	to, ok := Step(key, at, len(cells), SpokenRows)
	if !ok {
		to, ok = byNumber(key, len(cells))
	}
	if ok && len(cells) > 0 {
		m.at, m.jumped = m.lo+uint32(cells[to])<<m.sheet.per, 0
	}
}
