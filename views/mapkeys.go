package views

import (
	"net/netip"

	"oobscope/audit"
)

// Press implements Screen.
func (m *Map) Press(s *State, key string) Action {
	m.refresh(s)
	if key == "r" {
		return asked(s)
	}
	if len(m.areas) == 0 || m.sheet == nil {
		return Action{}
	}
	switch key {
	case "enter":
		return m.enter(s)
	case "esc", "backspace":
		m.out()
	case "n":
		return m.nextWorst(s)
	case "d":
		return m.differences(s)
	case "tab":
		m.arrive((m.area + 1) % len(m.areas))
	case "shift+tab":
		m.arrive((m.area + len(m.areas) - 1) % len(m.areas))
	case "o":
		m.hilbert = !m.hilbert
	case "s":
		m.signs = !m.signs
	default:
		if s.Theme != nil && s.Theme.Spoken != nil {
			m.spokenStep(key)
		} else if to, ok := m.sheet.step(key, m.cell()); ok {
			m.at, m.jumped = m.lo+uint32(to)<<m.sheet.per, 0
		}
	}
	return Action{}
}

// enter goes one step nearer: to the 256 places around the cursor, then to the host.
func (m *Map) enter(s *State) Action {
	if m.sheet.per > 0 {
		to := m.bits - 1 // a window too small for 256 cells
		if m.bits > zoomBits {
			to = zoomBits
		}
		m.at = m.worstIn(s)
		m.zoom(to)
		return Action{}
	}
	host, ok := m.host(s)
	if !ok {
		return Action{Text: s.Words.Map.NoTarget}
	}
	return Action{Kind: Goto, To: "host", Arg: host.String()}
}

// out goes one step back.
func (m *Map) out() {
	if !m.zoomed() {
		return
	}
	whole := m.areas[m.area].bits
	if m.bits < zoomBits && whole > zoomBits {
		m.zoom(zoomBits)
	} else {
		m.zoom(whole)
	}
}

// worstIn is the place of the first of the worst hosts in the cell of the cursor; the cursor's own if there is none.
func (m *Map) worstIn(s *State) uint32 {
	a, marks := &m.areas[m.area], m.marks(s)
	from, to := m.hosts()
	at, best := m.at, -1
	for i := from; i < to; i++ {
		if k := int(marks[a.hosts[i]]); k > best {
			at, best = a.at[i], k
		}
	}
	return at
}

// hosts are those of the cell of the cursor, as indices into the hosts of its area.
func (m *Map) hosts() (from, to int) {
	lo := m.lo + uint32(m.cell())<<m.sheet.per
	return m.areas[m.area].between(lo, lo+1<<m.sheet.per)
}

// host is the address of the only host in the cell of the cursor, else of the first of the worst.
func (m *Map) host(s *State) (netip.Addr, bool) {
	from, to := m.hosts()
	if from == to {
		return netip.Addr{}, false
	}
	a, at := &m.areas[m.area], m.worstIn(s)
	i, _ := a.between(at, at+1)
	return m.scope.Plan.Host(int(a.hosts[i])).Addr, true
}

// nextWorst goes through the cells that deviate, the worst first and then in their order, round and round.
func (m *Map) nextWorst(s *State) Action {
	after, most := -1, audit.MarkCritical
	if cell := m.cell(); m.jumped == cell+1 {
		after, most = cell, m.count.by[cell].worst()
	}
	for range 2 {
		for mark := most; mark >= audit.MarkInfo; mark-- {
			for cell := after + 1; cell < len(m.count.by); cell++ {
				if m.count.by[cell].worst() == mark {
					m.at, m.jumped = m.lo+uint32(cell)<<m.sheet.per, cell+1
					return Action{}
				}
			}
			after = -1
		}
		after, most = -1, audit.MarkCritical // from the beginning
	}
	return Action{Text: s.Words.Empty.NoFinding}
}

// differences shows the lines of the hosts of a cell on the screen of differences.
func (m *Map) differences(s *State) Action {
	from, to := m.hosts()
	lo := m.lo + uint32(m.cell())<<m.sheet.per
	p, ok := m.areas[m.area].prefix(lo, m.sheet.per)
	switch {
	case from == to:
		return Action{Text: s.Words.Map.NoTarget}
	case to-from == 1:
		host, _ := m.host(s)
		return Action{Kind: Goto, To: "diff", Filter: "host:" + host.String()}
	case !ok:
		return Action{Text: s.Words.Map.NoPrefix}
	}
	return Action{Kind: Goto, To: "diff", Filter: "host:" + p.String()}
}
