package views

import "strings"

// Render implements Screen.
func (m *Map) Render(s *State, w, h int) string {
	m.refresh(s)
	if len(m.areas) == 0 {
		return s.Theme.Frame(append([]string{s.Theme.Heading(m.Title(s), "", w)}, Wrap(toFirstRun(s), w)...), w, h)
	}
	if s.Theme.Spoken != nil {
		return s.Theme.Frame(m.spoken(s), w, h)
	}
	side := max(0, min(sideMost, w-sideRoom))
	if side < sideLeast {
		return s.Theme.Frame(m.narrow(s, w, h), w, h)
	}
	return s.Theme.Frame(m.broad(s, w, h, side), w, h)
}

// The words stand beside the picture where it leaves room for them, and below it where it does not.
const (
	sideRoom  = 80 // columns that the picture gets in any case
	sideLeast = 30
	sideMost  = 56
)

// narrow is the picture with two lines of words below.
func (m *Map) narrow(s *State, w, h int) []string {
	under := 2
	if h >= 30 {
		under = 4
	}
	room := max(1, h-1-under)
	m.lay(s, w, room)
	out := append([]string{m.heading(s, w)}, m.picture(s.Theme, m.labels(s, w))...)
	out = append(out, m.cellWords(s, w))
	return append(out, m.legend(s, w, under-1)...)
}

// broad is the picture with the words at its right side.
func (m *Map) broad(s *State, w, h, side int) []string {
	m.lay(s, w-side-2, h-1)
	label := m.labels(s, w-side-2)
	body := m.picture(s.Theme, label)
	left := m.sheet.width()
	if label != nil {
		left += m.labelWidth()
	}
	words := m.aside(s, w-left-2, h-1)
	out := []string{m.heading(s, w)}
	for i := range max(len(body), len(words)) {
		line := ""
		if i < len(body) {
			line = body[i]
		}
		if i < len(words) {
			line += pad(left-Width(line)+2) + words[i]
		}
		out = append(out, line)
	}
	return out
}

func (m *Map) heading(s *State, w int) string {
	return s.Theme.Heading(m.Title(s), m.scale(s, w-Width(m.Title(s))-2), w)
}

// labelWidth is the room for the longest address before a line.
func (m *Map) labelWidth() int {
	a := &m.areas[m.area]
	if a.ordered() {
		return len(plus(a.base, 1<<a.bits-1).String()) + 2
	}
	n := 0
	for _, host := range a.hosts[:min(len(a.hosts), 64)] {
		n = max(n, len(m.scope.Plan.Host(int(host)).Addr.String()))
	}
	return min(n, 24) + 2
}

// labels names the first address of each line, in row order and where there is room; nil if not.
func (m *Map) labels(s *State, w int) func(cell int) string {
	n := m.labelWidth()
	if m.hilbert || m.sheet.width()+n > w {
		return nil
	}
	a := &m.areas[m.area]
	return func(cell int) string {
		lo := m.lo + uint32(cell)<<m.sheet.per
		text := ""
		if a.ordered() {
			text = plus(a.base, lo).String()
		} else if from, _ := a.between(lo, lo+1); from < len(a.hosts) {
			text = m.scope.Plan.Host(int(a.hosts[from])).Addr.String()
		}
		return s.Theme.Dim.On(Fit(strings.TrimSpace(text), n))
	}
}
