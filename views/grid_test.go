package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func hostGrid() *Grid {
	return &Grid{Columns: []Column{
		{ID: "host", Title: "Host", Min: 9, Max: 39, Weight: 1},
		{ID: "verdict", Title: "Verdict", Min: 8, Max: 14, Weight: 1},
		{ID: "reason", Title: "Reason", Min: 6, Weight: 3, Drop: 1},
		{ID: "rtt", Falls: true, Title: "RTT", Min: 6, Align: Right, Drop: 2},
	}}
}

func fillRow(t *Theme) func(i int, c []Cell) {
	return func(i int, c []Cell) {
		c[0].Text = fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)
		c[1] = Cell{"適合", t.Good}
		c[2].Text = "line\x1b[2Jbreak\nand more than fits"
		c[3].Text = "1.2ms"
	}
}

func TestGridHoldsEverySize(t *testing.T) {
	t.Parallel()
	th := NewTheme(true, false)
	g := hostGrid()
	for _, n := range []int{0, 1, 5, 300} {
		for _, size := range sizes() {
			w, h := size[0], size[1]
			requireFrame(t, "grid", th.Frame(g.Lines(th, n, w, h, fillRow(th)), w, h), w, h)
			for _, l := range g.Lines(th, n, w, h, fillRow(th)) {
				if ansi.StringWidth(l) > w {
					t.Fatalf("line %q is wider than %d", l, w)
				}
			}
			g.Press("pgdown", n)
		}
	}
}

func TestGridKeepsTheCursorInSight(t *testing.T) {
	t.Parallel()
	th := PlainTheme(true)
	g := hostGrid()
	draw := func() string {
		return ansi.Strip(strings.Join(g.Lines(th, 1000, 80, 11, fillRow(th)), "\n"))
	}
	draw()
	for _, c := range []struct {
		key      string
		cursor   int
		position string
	}{
		{"j", 1, "2/1,000"}, {"pgdown", 11, "12/1,000"}, {"k", 10, "11/1,000"}, {"G", 999, "1,000/1,000"},
		{"j", 999, "1,000/1,000"}, {"pgup", 989, "990/1,000"}, {"g", 0, "1/1,000"}, {"up", 0, "1/1,000"}, {"ctrl+d", 5, "6/1,000"},
	} {
		if !g.Press(c.key, 1000) {
			t.Fatalf("%s does not move", c.key)
		}
		text := draw()
		if g.Cursor != c.cursor || g.Position(1000) != c.position {
			t.Errorf("after %s: cursor %d, %s; want %d, %s", c.key, g.Cursor, g.Position(1000), c.cursor, c.position)
		}
		want := fmt.Sprintf("> 10.0.%d.%d ", c.cursor>>8, c.cursor&255)
		if !strings.Contains(text, want) {
			t.Errorf("after %s: %q is not in sight:\n%s", c.key, want, text)
		}
	}
	if g.Press("enter", 1000) {
		t.Error("enter moved the cursor")
	}
}

func TestGridDropsColumnsAndShowsTheOrder(t *testing.T) {
	t.Parallel()
	th := PlainTheme(false)
	g := hostGrid()
	head := func(w int) string { return g.Lines(th, 0, w, 1, nil)[0] }
	for w, want := range map[int]string{24: "> Host Verdict", 30: "> Host Verdict Reason", 40: "Host Verdict Reason RTT"} {
		if got := strings.Join(strings.Fields(ansi.Strip(head(w))), " "); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
	g.SortNext()
	g.Turn()
	if got := ansi.Strip(head(60)); !strings.Contains(got, "Host▼") {
		t.Errorf("sorted head: %q", got)
	}
	for range g.Columns {
		g.SortNext()
	}
	if g.Order() != (Order{}) {
		t.Errorf("sorting does not come round: %+v", g.Order())
	}
}

func BenchmarkGrid65536(b *testing.B) {
	th := NewTheme(true, false)
	g := hostGrid()
	for len(g.Columns) < 11 {
		g.Columns = append(g.Columns, Column{Title: "x", Min: 7})
	}
	const n = 65536
	g.Lines(th, n, 120, 40, fillPlain(th))
	b.ReportAllocs()
	for b.Loop() {
		g.Press("pgdown", n)
		if g.Cursor == n-1 {
			g.Press("g", n)
		}
		th.Frame(g.Lines(th, n, 120, 40, fillPlain(th)), 120, 40)
	}
}

func fillPlain(t *Theme) func(i int, c []Cell) {
	return func(i int, c []Cell) {
		for k := range c {
			c[k] = Cell{"exposed", t.Bad}
		}
	}
}
