package views

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// titles are the heads of the columns in sight, as they stand on the screen.
func titles(g *Grid, w int) string {
	line := g.Lines(PlainTheme(false), 1, w, 2, func(int, []Cell) {})[0]
	return strings.Join(strings.Fields(ansi.Strip(line)), " ")
}

func wideGrid() *Grid {
	g := &Grid{Columns: []Column{{ID: "a", Title: "Aa", Min: 4, Pin: true}}}
	for _, id := range []string{"b", "c", "d", "e", "f"} {
		g.Columns = append(g.Columns, Column{ID: id, Title: strings.ToUpper(id) + id, Min: 8, Drop: 1})
	}
	g.Columns[5].Off = true
	return g
}

func TestColumnsScrollSideways(t *testing.T) {
	t.Parallel()
	g := wideGrid()
	for i, want := range []string{"> Aa Bb Cc", "<>Aa Cc Dd", "< Aa Dd Ee", "< Aa Dd Ee"} {
		if got := titles(g, 26); got != want {
			t.Errorf("scrolled %d times: %q, want %q", i, got, want)
		}
		g.Arrange(">", 1)
	}
	for range 5 {
		g.Arrange("<", 1)
	}
	if got := titles(g, 26); got != "> Aa Bb Cc" {
		t.Errorf("scrolled back: %q", got)
	}
	if g.Arrange("<", 1) || g.Arrange("x", 1) {
		t.Error("a key that does nothing is taken")
	}
	if got := titles(g, 200); got != "Aa Bb Cc Dd Ee" || g.Arrange(">", 1) {
		t.Errorf("all fit: %q", got)
	}
}

func TestColumnsAreChosenAndMoved(t *testing.T) {
	t.Parallel()
	g := wideGrid()
	steps := []struct{ keys, want string }{
		{"c", "Aa Bb Cc Dd Ee"}, {"j space", "Aa Cc Dd Ee"}, {"G space", "Aa Cc Dd Ee Ff"}, {"< <", "Aa Cc Ff Dd Ee"}, {"g > >", "Cc Aa Ff Dd Ee"},
		{"=", "Aa Bb Cc Dd Ee"}, {"g space", "Bb Cc Dd Ee"}, {"j space j space j space j space", "Ee"}, {"k space", "Dd Ee"}, {"esc", "Dd Ee"},
	}
	for _, step := range steps {
		for _, key := range strings.Fields(step.keys) {
			if !g.Arrange(key, 1) {
				t.Fatalf("%q is not taken", key)
			}
		}
		if got := titles(g, 200); got != step.want {
			t.Errorf("after %q: %q, want %q", step.keys, got, step.want)
		}
	}
	if g.Open() {
		t.Error("esc does not close the chooser")
	}
}

func TestTheLastColumnStays(t *testing.T) {
	t.Parallel()
	g := wideGrid()
	for i := range g.Columns {
		g.show(i, false)
	}
	if got := titles(g, 200); len(strings.Fields(got)) != 1 {
		t.Errorf("all are hidden: %q", got)
	}
	g.Restore("off=a,b,c,d,e,f")
	if got := titles(g, 200); got != "Aa" {
		t.Errorf("settings hide all: %q", got)
	}
}

func TestSortGoesRoundAndTurns(t *testing.T) {
	t.Parallel()
	g := wideGrid()
	g.Columns[1].Falls, g.Columns[2].Unsorted = true, true
	var got []string
	for range 5 {
		g.Arrange("s", 1)
		got = append(got, fmt.Sprint(g.Order()))
	}
	g.Arrange("s", 1)
	g.Arrange("S", 1)
	got = append(got, fmt.Sprint(g.Order()))
	if want := "{a false} {b true} {d false} {e false} { false} {a true}"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", strings.Join(got, " "), want)
	}
	if g.Arrange("s", 0) {
		t.Error("an empty list is sorted")
	}
}

func TestKeptIsRestored(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"", "s", "s S", "c j space", "c G space", "c > > j space s", "c j > s s"} {
		g, h := wideGrid(), wideGrid()
		for _, key := range strings.Fields(keys) {
			g.Arrange(key, 1)
		}
		h.Restore(g.Kept())
		if h.Kept() != g.Kept() || titles(h, 200) != titles(g, 200) || h.Order() != g.Order() {
			t.Errorf("%q: %q comes back as %q", keys, g.Kept(), h.Kept())
		}
		if (g.Kept() == "") != (keys == "") {
			t.Errorf("%q: kept %q", keys, g.Kept())
		}
	}
}

// What an older or a newer version kept, or a stranger, must not break a list; a column that is new stands where
// it naturally does.
func TestRestoreTakesAnything(t *testing.T) {
	t.Parallel()
	for kept, want := range map[string]string{
		"columns=e,zz,b": "Ee Bb Cc Dd Aa", "columns=": "Aa Bb Cc Dd Ee", "off=zz on=f": "Aa Bb Cc Dd Ee Ff", "nonsense": "Aa Bb Cc Dd Ee",
		"sort=zz columns=d,d,d": "Dd Ee Aa Bb Cc", strings.Repeat("off=a ", 2000): "Aa Bb Cc Dd Ee",
	} {
		g := wideGrid()
		g.Restore(kept)
		if got := titles(g, 200); sortedWords(got) != sortedWords(want) || kept != "" && strings.HasPrefix(kept, "off=zz") && got != want {
			t.Errorf("%.40q: %q, want %q", kept, got, want)
		}
	}
}

func sortedWords(s string) string {
	list := strings.Fields(s)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func FuzzRestore(f *testing.F) {
	for _, s := range []string{"", "sort=-b columns=c,a off=d on=f", "columns=,,a,=", "off=a,b,c,d,e,f sort=", "on=\xff"} {
		f.Add(s, "c j space > s")
	}
	f.Fuzz(func(t *testing.T, kept, keys string) {
		g := wideGrid()
		g.Restore(kept)
		th := PlainTheme(true)
		for _, key := range append(strings.Fields(keys), "c", "G", "space", "<", "esc", ">", "s", "i", "n", "esc") {
			g.Arrange(key, 3)
			for _, size := range [][2]int{{1, 1}, {9, 3}, {80, 24}} {
				w, h := size[0], size[1]
				requireFrame(t, "grid", th.Frame(g.Lines(th, 3, w, h, func(i int, c []Cell) { c[0].Text = fmt.Sprint(i) }), w, h), w, h)
			}
			if len(g.shown) == 0 {
				t.Fatalf("%q, %q: no column is left", kept, keys)
			}
		}
		h := wideGrid()
		h.Restore(g.Kept())
		if h.Order() != g.Order() || titles(h, 200) == "" {
			t.Fatalf("%q does not come back: %+v, %+v", g.Kept(), g.Order(), h.Order())
		}
	})
}

// Every list is sorted by each of its columns, both ways, keeps all of its rows, and has another order for at least
// one column.
func TestEveryListSortsByEveryColumn(t *testing.T) {
	t.Parallel()
	s := endedState()
	s.Kits = append(s.Kits, KitEntry{Kit: builtinState().Kits[0].Kit})
	o, rules, attack, runs, kits, host, pr := NewOverview(), NewRules(), NewAttack(), NewRuns(), NewKits(), NewHost(), NewProbes()
	host.Open(s, "198.18.1.7")
	for name, x := range map[string]struct {
		screen Screen
		list   *list
		keys   []string
	}{
		"findings": {o, &o.panes[paneFindings], nil}, "rules": {rules, &rules.list, nil}, "attack": {attack, &attack.list, nil},
		"runs": {runs, &runs.list, nil}, "kits": {kits, &kits.list, nil}, "host": {host, &host.list, nil}, "services": {pr, &pr.services, []string{"tab"}},
	} {
		for _, key := range x.keys {
			x.screen.Render(s, 120, 40)
			x.screen.Press(s, key)
		}
		x.screen.Render(s, 120, 40)
		moved := 0
		for _, c := range x.list.Columns {
			if c.ID == "" {
				t.Errorf("%s: column %q has no ID", name, c.Title)
				continue
			}
			if c.Unsorted {
				continue
			}
			x.list.SortBy("")
			x.screen.Render(s, 120, 40)
			plain := rowsOf(x.list)
			for range 2 {
				x.list.SortBy(c.ID)
				x.screen.Press(s, "f1") // no key: it only forgets the picture
				x.screen.Render(s, 120, 40)
				got := rowsOf(x.list)
				if !slices.Equal(got, plain) {
					moved++
				}
				sign := 1
				if x.list.Order().Desc {
					sign = -1
				}
				if !slices.IsSortedFunc(got, func(a, b int) int {
					return cmp.Or(sign*x.list.rows.compare(c.ID, a, b), cmp.Compare(a, b))
				}) {
					t.Errorf("%s by %s %+v: %v", name, c.ID, x.list.Order(), got)
				}
				slices.Sort(got)
				if len(slices.Compact(got)) != len(plain) {
					t.Errorf("%s by %s: rows are lost", name, c.ID)
				}
			}
		}
		if moved == 0 {
			t.Errorf("%s: no column changes the order of %d rows", name, x.list.kept())
		}
	}
}

func rowsOf(l *list) []int {
	out := make([]int, l.kept())
	for i := range out {
		out[i] = l.picks.Row(i)
	}
	return out
}
