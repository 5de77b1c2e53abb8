package views

import (
	"net/netip"
	"strings"

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
	if inForce(s) == nil || len(m.areas) == 0 {
		return []Key{{"r", s.Words.Key.Start}}
	}
	open := w.ZoomIn
	if m.sheet != nil && m.sheet.per == 0 {
		open = s.Words.Key.OpenHost
	}
	keys := []Key{{"enter", open}}
	if m.zoomed() {
		keys = append(keys, Key{"esc/backspace", w.ZoomOut})
	}
	keys = append(keys, Key{"n", s.Words.Key.Worst}, Key{"d", w.Differences}, Key{"h/j/k/l", s.Words.Key.Move})
	if len(m.areas) > 1 {
		keys = append(keys, Key{"tab", w.NextArea})
	}
	keys = append(keys, Key{"o", [...]string{w.ToCurve, w.ToRows}[bit(m.hilbert)]})
	if s.Theme == nil || !s.Theme.ASCII && !s.Theme.Plain {
		keys = append(keys, Key{"s", [...]string{w.ToSigns, w.ToBlocks}[bit(m.signs)]})
	}
	return append(keys, Key{"pgup/pgdn", s.Words.Key.Page}, Key{"g/G", s.Words.Key.Ends})
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
		m.show(0)
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
		return m.out(s)
	case "n":
		return m.nextWorst(s)
	case "d":
		return m.differences(s)
	case "tab":
		m.show((m.area + 1) % len(m.areas))
	case "shift+tab":
		m.show((m.area + len(m.areas) - 1) % len(m.areas))
	case "o":
		m.hilbert = !m.hilbert
	case "s":
		m.signs = !m.signs
	default:
		if to, ok := m.sheet.step(key, m.cell()); ok {
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
		return Action{Text: m.where(s)}
	}
	host, ok := m.host(s)
	if !ok {
		return Action{Text: s.Words.Map.NoTarget}
	}
	return Action{Kind: Goto, To: "host", Arg: host.String()}
}

// out goes one step back; the text keeps the console from going back as well.
func (m *Map) out(s *State) Action {
	if !m.zoomed() {
		return Action{}
	}
	whole := m.areas[m.area].bits
	if m.bits < zoomBits && whole > zoomBits {
		m.zoom(zoomBits)
	} else {
		m.zoom(whole)
	}
	return Action{Text: m.where(s)}
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

// Render implements Screen.
func (m *Map) Render(s *State, w, h int) string {
	m.refresh(s)
	if len(m.areas) == 0 {
		text := asked(s).Text
		if text == "" {
			text = s.Words.Empty.NoRun
		}
		return s.Theme.Frame(append([]string{s.Theme.Heading(m.Title(s), "", w)}, Wrap(text, w)...), w, h)
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
