package views

import (
	"net/netip"

	"oobscope/audit"
)

// Map is the whole segment at a glance: every target by the worst that is known of it, zoomed from the segment over a
// /24 to a host.
type Map struct {
	area    int
	lo      uint32 // the first place in sight
	bits    int    // 1<<bits places are in sight
	at      uint32 // the place of the cursor
	hilbert bool
	signs   bool         // signs although half-blocks could be drawn
	want    netip.Prefix // where an action wants to go, once there is a plan
	jumped  int          // the cell that nextWorst led to, plus one; 0 for none

	scope   *audit.Scope
	areas   []area
	waiting []audit.Mark // of a plan that was not run
	sheet   *sheet
	laid    sheetKey
	inks    *mapInks
	count   cellCount
	counted countKey
	drawn   drawn
}

// countKey is all that the assignment of hosts to cells depends on.
type countKey struct {
	results         *audit.Results
	scope           *audit.Scope
	area, bits, per int
	lo              uint32
}

// zoomBits is the second step of the zoom: a /24, or 256 targets.
const zoomBits = 8

// NewMap makes the screen.
func NewMap() *Map { return &Map{} }

// Name implements Screen.
func (m *Map) Name() string { return "map" }

// Title implements Screen.
func (m *Map) Title(s *State) string { return s.Words.Map.Name }

// Filter implements Screen: a map is looked at as a whole.
func (m *Map) Filter(*State, string) {}

// Open implements Opener: arg is an address or a prefix to show; empty leaves the map as it was.
func (m *Map) Open(_ *State, arg string) {
	if p, err := netip.ParsePrefix(arg); err == nil {
		m.want = p.Masked()
	} else if a, err := netip.ParseAddr(arg); err == nil {
		m.want = netip.PrefixFrom(a, a.BitLen())
	}
}

// Keys implements Screen.
func (m *Map) Keys(s *State) []Key {
	w := &s.Words.Map
	var keys []Key
	if asked(s).Kind == Start {
		keys = append(keys, Key{"r", s.Words.Key.Start})
	}
	if m.refresh(s); len(m.areas) == 0 || m.sheet == nil {
		return keys
	}
	from, to := m.hosts()
	switch {
	case m.sheet.per > 0:
		keys = append(keys, Key{"enter", w.ZoomIn})
	case from < to:
		keys = append(keys, Key{"enter", s.Words.Key.OpenHost})
	}
	if m.zoomed() {
		keys = append(keys, Key{"esc", w.ZoomOut})
	}
	if m.count.all.worst() >= audit.MarkInfo {
		keys = append(keys, Key{"n", s.Words.Key.Worst})
	}
	if m.differences(s).Kind == Goto {
		keys = append(keys, Key{"d", w.Differences})
	}
	if m.sheet.cells() > 1 {
		keys = append(keys, Key{"h/j/k/l", s.Words.Key.Move}, Key{"o", [...]string{w.ToCurve, w.ToRows}[bit(m.hilbert)]})
	}
	if len(m.areas) > 1 {
		keys = append(keys, Key{"tab", w.NextArea})
	}
	if m.choosesSigns(s) {
		keys = append(keys, Key{"s", [...]string{w.ToSigns, w.ToBlocks}[bit(m.signs)]})
	}
	if m.sheet.cells() > 1 {
		keys = append(keys, Key{"pgup/pgdn", s.Words.Key.Page}, Key{"g/G", s.Words.Key.Ends})
	}
	return keys
}

// choosesSigns tells whether there is a choice: half-blocks are drawn only where there is colour and signs find no room.
func (m *Map) choosesSigns(s *State) bool {
	if s.Theme == nil || s.Theme.ASCII || s.Theme.Plain {
		return false
	}
	key := m.laid
	key.signs = false
	return m.sheet.half || m.newSheet(key).half
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *Map) zoomed() bool { return len(m.areas) > 0 && m.bits < m.areas[m.area].bits }

// cell is the cell of the cursor.
func (m *Map) cell() int { return int(m.at-m.lo) >> m.sheet.per }

// refresh takes over another plan, and goes where an action wants.
func (m *Map) refresh(s *State) {
	if scope := inForce(s); m.scope != scope {
		m.scope, m.areas, m.area, m.sheet, m.waiting = scope, nil, 0, nil, nil
		if scope != nil {
			m.areas = areasOf(scope.Plan)
		}
		m.arrive(0)
	}
	if m.want.IsValid() && len(m.areas) > 0 {
		m.seek(m.want)
		m.want = netip.Prefix{}
	}
}

// show goes to an area and shows the whole of it.
func (m *Map) show(area int) {
	m.area, m.lo, m.at, m.bits, m.jumped = area, 0, 0, 0, 0
	if area < len(m.areas) {
		m.bits, m.at = m.areas[area].bits, m.areas[area].at[0]
	}
}

// arrive goes to an area: to the whole of it, or to the one /24 that holds nearly all of its targets, since a single
// host far off would make a speck of them.
func (m *Map) arrive(area int) {
	m.show(area)
	if area >= len(m.areas) || m.bits <= zoomBits {
		return
	}
	a := &m.areas[area]
	for i := 0; i < len(a.at); {
		from, to := a.between(a.at[i]&^(1<<zoomBits-1), a.at[i]|(1<<zoomBits-1)+1)
		if (to-from)*16 >= len(a.at)*15 {
			m.at = a.at[from]
			m.zoom(zoomBits)
			return
		}
		i = to
	}
}

// seek shows the part of the map that holds a prefix; the first of its targets gets the cursor.
func (m *Map) seek(p netip.Prefix) {
	for i := range m.areas {
		a := &m.areas[i]
		for k, host := range a.hosts {
			if p.Contains(m.scope.Plan.Host(int(host)).Addr) {
				m.show(i)
				m.at = a.at[k]
				if n := p.Addr().BitLen() - p.Bits(); n < m.bits && m.bits > zoomBits {
					m.zoom(max(n, zoomBits))
				}
				return
			}
		}
	}
}

// zoom shows 1<<bits places around the cursor.
func (m *Map) zoom(bits int) {
	m.bits, m.jumped = bits, 0
	m.lo = m.at &^ (1<<bits - 1)
}

// marks are those of the run on screen, else those of a plan that waits.
func (m *Map) marks(s *State) []audit.Mark {
	if s.Results != nil {
		return s.Results.Marks
	}
	if m.waiting == nil {
		m.waiting = make([]audit.Mark, m.scope.Plan.Hosts())
	}
	return m.waiting
}

// lay makes the sheet for h lines of w columns and counts the hosts on it.
func (m *Map) lay(s *State, w, h int) {
	key := sheetKey{m.bits, w, h, m.signs || s.Theme.ASCII || s.Theme.Plain, m.hilbert}
	if m.sheet == nil || m.laid != key {
		m.sheet, m.laid = m.newSheet(key), key
	}
	if m.inks == nil || m.inks.theme != s.Theme {
		m.inks = newMapInks(s.Theme)
	}
	counted := countKey{s.Results, m.scope, m.area, m.bits, m.sheet.per, m.lo}
	if marks := m.marks(s); m.counted != counted || len(m.count.marks) != len(marks) {
		m.count.begin(&m.areas[m.area], marks, m.lo, m.bits, m.sheet.per)
		m.counted = counted
	} else {
		m.count.follow(marks)
	}
}

// newSheet leaves room for the addresses before the lines unless that would cost a finer picture.
func (m *Map) newSheet(k sheetKey) *sheet {
	full := newSheet(k)
	if k.hilbert {
		return full
	}
	k.w -= m.labelWidth()
	if s := newSheet(k); s.per == full.per && s.half == full.half {
		return s
	}
	return full
}
