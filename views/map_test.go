package views

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

func newMap() Screen { return NewMap() }

func sameAction(a, b Action) bool { return reflect.DeepEqual(a, b) }

// planOf is a plan over so many addresses from each of the given ones.
func planOf(parts map[string]int) *probes.Plan {
	p := &probes.Plan{}
	for first, n := range parts {
		p.Groups = append(p.Groups, probes.Group{Role: "bmc", Addrs: addrs(first, n), Endpoints: make([]probes.Endpoint, 1)})
	}
	p.Seal()
	return p
}

func TestAreasHoldEveryHostOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parts map[string]int
		want  []string // the prefixes, "" for index order
	}{
		"one host":              {map[string]int{"198.18.1.7": 1}, []string{"198.18.1.7/32"}},
		"a /24":                 {map[string]int{"198.18.1.1": 254}, []string{"198.18.1.0/24"}},
		"a /16":                 {map[string]int{"10.0.0.0": 65536}, []string{"10.0.0.0/16"}},
		"two neighbours":        {map[string]int{"198.18.0.17": 4, "198.18.1.1": 36}, []string{"198.18.0.0/23"}},
		"far apart":             {map[string]int{"10.1.0.1": 200, "10.9.0.1": 100}, []string{"10.1.0.0/24", "10.9.0.0/25"}},
		"one stray":             {map[string]int{"10.1.0.1": 200, "10.9.0.1": 1}, []string{"10.1.0.0/24", ""}},
		"thin":                  {map[string]int{"10.1.0.1": 20, "10.1.250.1": 20}, []string{""}},
		"IPv6":                  {map[string]int{"2001:db8::1:1": 300}, []string{"2001:db8::1:0/119"}},
		"IPv6 across the block": {map[string]int{"2001:db8::1:fff8": 16}, []string{"2001:db8::1:fff8/125", "2001:db8::2:0/125"}},
	} {
		p := planOf(c.parts)
		list := areasOf(p)
		var got []string
		seen := map[int32]bool{}
		for i := range list {
			a := &list[i]
			pre, _ := a.prefix(0, a.bits)
			got = append(got, strings.TrimPrefix(pre.String(), "invalid Prefix"))
			for k, h := range a.hosts {
				if seen[h] || k > 0 && a.at[k] <= a.at[k-1] || a.at[k] >= 1<<a.bits {
					t.Fatalf("%s: host %d at place %d of %d bits, seen %t", name, h, a.at[k], a.bits, seen[h])
				}
				seen[h] = true
				if addr := p.Host(int(h)).Addr; a.ordered() && plus(a.base, a.at[k]) != addr {
					t.Fatalf("%s: place %d is %s, the host is %s", name, a.at[k], plus(a.base, a.at[k]), addr)
				}
			}
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") || len(seen) != p.Hosts() {
			t.Errorf("%s: areas %q with %d of %d hosts, want %q", name, got, len(seen), p.Hosts(), c.want)
		}
	}
}

func TestSheetsFillTheirWindow(t *testing.T) {
	t.Parallel()
	for bits := range 17 {
		for _, size := range sizes() {
			if bits > 10 && size[0]%5 != 0 {
				continue
			}
			for _, k := range []sheetKey{{bits, size[0], size[1], false, false}, {bits, size[0], size[1], true, true}} {
				s := newSheet(k)
				if s.width() > k.w || s.lines() > k.h || s.x+s.y+s.per != bits {
					t.Fatalf("%+v: %d x %d cells of %d columns, %d lines, 1<<%d places each", k, s.cols(), s.rows(), s.wide, s.lines(), s.per)
				}
				for c, g := range s.gridAt {
					if s.cellAt[g] != c {
						t.Fatalf("%+v: cell %d is at %d, where cell %d is", k, c, g, s.cellAt[g])
					}
				}
			}
		}
	}
}

// On the curve every step is to a neighbour, also from one square to the next.
func TestCurveNeverJumps(t *testing.T) {
	t.Parallel()
	for _, k := range []sheetKey{{8, 80, 18, true, true}, {12, 128, 32, true, true}, {9, 120, 30, false, true}, {16, 300, 200, false, true}, {7, 128, 2, true, true}} {
		s := newSheet(k)
		for c := 1; c < s.cells(); c++ {
			a, b := s.gridAt[c-1], s.gridAt[c]
			dx, dy := a&(s.cols()-1)-b&(s.cols()-1), a>>s.x-b>>s.x
			if dx*dx+dy*dy != 1 {
				t.Fatalf("%+v: from cell %d to %d the curve jumps by %d, %d", k, c-1, c, dx, dy)
			}
		}
	}
}

// The counts that follow a run are those of a fresh count.
func TestCellCountFollowsTheMarks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	p := planOf(map[string]int{"10.0.0.0": 3000, "10.7.0.0": 77})
	areas := areasOf(p)
	marks := make([]audit.Mark, p.Hosts())
	var c, fresh cellCount
	c.begin(&areas[0], marks, 1024, 10, 3)
	for range 60 {
		for range r.IntN(40) {
			marks[r.IntN(len(marks))] = audit.Mark(r.IntN(markKinds))
		}
		c.follow(marks)
		fresh.begin(&areas[0], marks, 1024, 10, 3)
		if c.all != fresh.all || c.total != fresh.total {
			t.Fatalf("counts %v of %v, want %v of %v", c.all, c.total, fresh.all, fresh.total)
		}
		for i := range c.by {
			if c.by[i] != fresh.by[i] {
				t.Fatalf("cell %d: %v, want %v", i, c.by[i], fresh.by[i])
			}
		}
	}
	if c.all.hosts() != 1024 || c.rest().hosts() != p.Hosts()-1024 {
		t.Errorf("%d hosts in sight, %d elsewhere", c.all.hosts(), c.rest().hosts())
	}
}

// A /16 is on one screen of 80x24, and every host of it is counted in one of its cells.
func TestMapHoldsASixteenOnOneScreen(t *testing.T) {
	t.Parallel()
	s := largeState(65536)
	for _, th := range []*Theme{NewTheme(true, false), NewTheme(true, true), PlainTheme(false), PlainTheme(true)} {
		s.Theme = th
		for _, hilbert := range []bool{false, true} {
			m := NewMap()
			m.hilbert = hilbert
			text := ansi.Strip(m.Render(s, 80, 19))
			requireFrame(t, "map", text, 80, 19)
			sum := 0
			for i := range m.count.by {
				sum += m.count.by[i].hosts()
			}
			if sum != 65536 || m.count.all.hosts() != 65536 {
				t.Errorf("%d of 65536 hosts are on the map", sum)
			}
			per := Count(1 << m.sheet.per)
			if !strings.Contains(text, "1 cell = "+per+" addresses") || !strings.Contains(text, "10.0.0.0/16") {
				t.Errorf("the map does not say what a cell stands for:\n%s", text)
			}
			if half := m.sheet.half; half != (!th.ASCII && !th.Plain) || m.sheet.per > 6 {
				t.Errorf("ascii %t, plain %t: half-blocks %t, 1<<%d places a cell", th.ASCII, th.Plain, half, m.sheet.per)
			}
		}
	}
}

func TestMapZoomsToAHostAndBack(t *testing.T) {
	t.Parallel()
	s := largeState(65536)
	m := NewMap()
	draw := func() string { return ansi.Strip(m.Render(s, 80, 19)) }
	draw()
	m.Press(s, "n")
	m.Press(s, "enter")
	if text := draw(); !strings.Contains(text, "10.0.0.0/24  rows  1 cell = 1 address") || !strings.Contains(text, "10.0.0.6  5 critical  ✗ exposed upnp-psblock tcp/49152") {
		t.Fatalf("the worst host of the cell is not under the cursor:\n%s", text)
	}
	if a := m.Press(s, "enter"); !sameAction(a, Action{Kind: Goto, To: "host", Arg: "10.0.0.6"}) {
		t.Errorf("opened %+v", a)
	}
	if a := m.Press(s, "d"); !sameAction(a, Action{Kind: Goto, To: "diff", Filter: "host:10.0.0.6"}) {
		t.Errorf("differences of a host: %+v", a)
	}
	for _, key := range []string{"esc", "backspace"} {
		m.Press(s, key)
		if text := draw(); !strings.Contains(text, "10.0.0.0/16") {
			t.Errorf("%s does not zoom out:\n%s", key, text)
		}
		if a := m.Press(s, key); !sameAction(a, Action{}) {
			t.Errorf("%s where nothing is zoomed: %+v", key, a)
		}
		m.Press(s, "enter")
		draw()
	}
	m.Press(s, "esc")
	draw()
	if a := m.Press(s, "d"); !sameAction(a, Action{Kind: Goto, To: "diff", Filter: "host:10.0.0.0/27"}) {
		t.Errorf("differences of a cell: %+v", a)
	}
}

func TestMapOpensAtAnAddress(t *testing.T) {
	t.Parallel()
	s := largeState(4096)
	for arg, want := range map[string]string{
		"10.0.3.9": "10.0.3.9", "10.0.5.0/24": "10.0.5.0", "10.0.8.0/21": "10.0.8.0/30", "9.9.9.9": "10.0.0.0/29", "nonsense": "10.0.0.0/29",
	} {
		m := NewMap()
		m.Open(s, arg)
		text := ansi.Strip(m.Render(s, 60, 11))
		if lines := strings.Split(text, "\n"); !strings.HasPrefix(lines[len(lines)-2], want+"  ") {
			t.Errorf("opened at %s, want the cursor at %s:\n%s", arg, want, text)
		}
	}
}

// What the map cannot place by address it lists in the order of addresses, and names by them.
func TestMapOfScatteredTargets(t *testing.T) {
	t.Parallel()
	s := plannedState()
	sc := *s.Scope
	sc.Plan = planOf(map[string]int{"10.1.0.1": 9, "10.200.3.1": 1, "172.16.9.9": 1})
	sc.Places = make([]audit.Place, 3)
	s.Scope = &sc
	m := NewMap()
	if text := ansi.Strip(m.Render(s, 80, 19)); !strings.Contains(text, "area 1 of 2  10.1.0.0/28") || !strings.Contains(text, "2 hosts elsewhere, worst") {
		t.Errorf("first area:\n%s", text)
	}
	m.Press(s, "tab")
	text := ansi.Strip(m.Render(s, 100, 19))
	for _, want := range []string{"area 2 of 2", "10.200.3.1 to 172.16.9.9", "in their order", "1 cell = 1 target"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	m.Press(s, "l")
	if a := m.Press(s, "enter"); a.Arg != "172.16.9.9" {
		t.Errorf("opened %+v", a)
	}
	m.bits, m.sheet = 1, newSheet(sheetKey{1, 1, 1, true, false})
	m.lay(s, 1, 1)
	if a := m.Press(s, "d"); a.Kind != None || a.Text != s.Words.Map.NoPrefix {
		t.Errorf("differences of two that are no prefix: %+v", a)
	}
}

func TestMapNextWorstGoesRound(t *testing.T) {
	t.Parallel()
	s := endedState()
	m := NewMap()
	m.Render(s, 80, 19)
	deviating := 0
	for _, k := range s.Results.Marks {
		if k >= audit.MarkInfo {
			deviating++
		}
	}
	seen, last := map[netip.Addr]bool{}, audit.MarkCritical
	for range deviating {
		m.Press(s, "n")
		host, _ := m.host(s)
		k := m.count.by[m.cell()].worst()
		if seen[host] || k > last || k < audit.MarkInfo {
			t.Fatalf("%s of mark %d after mark %d, seen %t", host, k, last, seen[host])
		}
		seen[host], last = true, k
	}
	m.Press(s, "n")
	if host, _ := m.host(s); !seen[host] || m.count.by[m.cell()].worst() != audit.MarkCritical {
		t.Errorf("after the last one it goes to %s", host)
	}
	clear(s.Results.Marks)
	m.Render(s, 80, 19)
	if a := m.Press(s, "n"); a.Text != s.Words.Empty.NoFinding {
		t.Errorf("nothing deviates: %+v", a)
	}
}

func TestMapPictures(t *testing.T) {
	t.Parallel()
	base := largeState(65536) // the pictures share what none of them changes
	large := func() *State { s := *base; return &s }
	t.Run("large", func(t *testing.T) { requireGolden(t, newMap, large) })
	t.Run("large_plain", func(t *testing.T) {
		requirePictures(t, newMap, func() *State { s := large(); s.Theme = PlainTheme(false); return s })
	})
	t.Run("large_curve", func(t *testing.T) { requirePictures(t, newMap, large, "o", "s") })
	t.Run("large_zoomed", func(t *testing.T) {
		requireGolden(t, func() Screen { return pressed(NewMap(), large(), "n", "enter") }, large)
	})
	t.Run("six", func(t *testing.T) { requirePictures(t, newMap, sixState) })
}

func TestMapHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, newMap)
	requireEverySize(t, func() Screen { m := NewMap(); m.hilbert, m.signs = true, true; return m }, func() *State { return largeState(1024) })
}

func BenchmarkMap65536(b *testing.B) {
	s := largeState(65536)
	for name, th := range map[string]*Theme{"halfblock": NewTheme(true, false), "sign": PlainTheme(true)} {
		s.Theme = th
		b.Run(name, func(b *testing.B) { benchmarkScreen(b, NewMap(), s, 120, 35) })
		b.Run(name+"_live", func(b *testing.B) { // two hundred hosts change between two frames
			m := NewMap()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				for k := range 200 {
					s.Results.Marks[(i*977+k*331)%65536] = audit.Mark((i + k) % markKinds)
				}
				s.Generation++
				m.Render(s, 120, 35)
			}
		})
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			NewMap().Render(s, 120, 35)
		}
	})
}

// A picture that was followed through a run is the one that is drawn afresh.
func TestMapRedrawsWhatMoved(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	s := largeState(4096)
	for _, th := range []*Theme{NewTheme(true, false), PlainTheme(true)} {
		s.Theme = th
		m := NewMap()
		for range 80 {
			for range r.IntN(30) {
				s.Results.Marks[r.IntN(4096)] = audit.Mark(r.IntN(markKinds))
			}
			m.Press(s, [...]string{"j", "l", "k", "h", "G", "g", "n", "enter", "esc", "o"}[r.IntN(10)])
			got := m.Render(s, 120, 35)
			fresh := &Map{scope: m.scope, areas: m.areas, lo: m.lo, bits: m.bits, at: m.at, hilbert: m.hilbert}
			if want := fresh.Render(s, 120, 35); got != want {
				t.Fatalf("redrawn\n%s\nwant\n%s", got, want)
			}
		}
	}
}

// A single host far off does not make a speck of the others; it is named, and a key away.
func TestMapBeginsWhereTheTargetsAre(t *testing.T) {
	t.Parallel()
	s := plannedState()
	sc := *s.Scope
	sc.Plan = planOf(map[string]int{"10.1.2.1": 65, "10.1.15.9": 1})
	sc.Places = make([]audit.Place, sc.Plan.Hosts())
	s.Scope = &sc
	m := NewMap()
	for _, want := range []string{"10.1.2.0/24", "1 cell = 1 address", "1 host elsewhere, worst"} {
		if text := ansi.Strip(m.Render(s, 100, 30)); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	m.Press(s, "esc")
	if text := ansi.Strip(m.Render(s, 100, 30)); !strings.Contains(text, "10.1.0.0/20") || strings.Contains(text, "elsewhere") {
		t.Errorf("zoomed out:\n%s", text)
	}
}
