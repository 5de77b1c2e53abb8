package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

func marksOf(n int) []audit.Mark {
	out := make([]audit.Mark, n)
	for i := range out {
		out[i] = audit.Mark(i * 7 % 9)
	}
	return out
}

func hostLabel(i int) string { return fmt.Sprintf("10.0.%d.%d", i>>8, i&255) }

func TestHeatHoldsEverySize(t *testing.T) {
	t.Parallel()
	for _, th := range []*Theme{NewTheme(true, false), NewTheme(false, true), PlainTheme(false)} {
		for _, n := range []int{0, 1, 40, 300, 65536} {
			marks := marksOf(n)
			var m Heat
			for i, size := range sizes() {
				if n == 65536 && i%11 != 0 {
					continue
				}
				w, h := size[0], size[1]
				lines := m.Lines(th, marks, hostLabel, w, h)
				if len(lines) > h {
					t.Fatalf("%d hosts at %dx%d: %d lines", n, w, h, len(lines))
				}
				requireFrame(t, "heat", strings.Join(append(lines, make([]string, h-len(lines))...), "\n"), w, h)
				for _, k := range []string{"G", "k", "l", "j", "h"} {
					m.Press(k)
				}
			}
		}
	}
}

func TestHeatShowsEachHostWhileThereIsRoom(t *testing.T) {
	t.Parallel()
	var m Heat
	marks := []audit.Mark{audit.MarkConforms, audit.MarkCritical, audit.MarkWaiting, audit.MarkHigh}
	got := ansi.Strip(strings.Join(m.Lines(PlainTheme(true), marks, hostLabel, 2, 2), "|"))
	if got != "+5|.4" {
		t.Errorf("drawn as %q", got)
	}
	for key, want := range map[string]int{"l": 1, "j": 2, "G": 3} {
		m.Cursor = 0
		if !m.Press(key) || m.Host(marks) != want {
			t.Errorf("%s goes to host %d, want %d", key, m.Host(marks), want)
		}
	}
	for _, want := range []int{1, 3, 1} {
		if m.Cursor = m.Host(marks); !m.NextWorst(marks) || m.Cursor != want {
			t.Errorf("next worst: %d, want %d", m.Cursor, want)
		}
	}
}

func TestHeatJoinsHostsByTheWorst(t *testing.T) {
	t.Parallel()
	marks := make([]audit.Mark, 1024)
	for i := range marks {
		marks[i] = audit.MarkConforms
	}
	marks[700] = audit.MarkHigh
	for _, th := range []*Theme{PlainTheme(true), NewTheme(true, false)} {
		var m Heat
		m.Lines(th, marks, hostLabel, 16, 4)
		if !m.NextWorst(marks) {
			t.Fatal("the one deviation was lost")
		}
		first, end := m.Cell()
		if m.Host(marks) != 700 || first > 700 || end <= 700 || (end-first)&(end-first-1) != 0 {
			t.Errorf("cell %d to %d stands for host %d", first, end, m.Host(marks))
		}
		text := ansi.Strip(strings.Join(m.Lines(th, marks, hostLabel, 16, 4), ""))
		if !strings.Contains(text, "4") {
			t.Errorf("the cursor does not show the mark: %q", text)
		}
	}
}

func TestHeatLegendCountsHosts(t *testing.T) {
	t.Parallel()
	var m Heat
	marks := []audit.Mark{audit.MarkHigh, audit.MarkConforms, audit.MarkConforms}
	if got := strings.Join(m.Legend(PlainTheme(true), English(), marks), "  "); ansi.Strip(got) != "4 high 1  + conforms 2" {
		t.Errorf("legend: %q", got)
	}
	if m.Press("j") || m.NextWorst(marks) || m.Host(nil) != -1 {
		t.Error("a heat map that was never drawn moved")
	}
}

func BenchmarkHeat65536(b *testing.B) {
	for _, c := range []struct {
		name string
		th   *Theme
	}{{"halfblock", NewTheme(true, false)}, {"sign", PlainTheme(true)}} {
		b.Run(c.name, func(b *testing.B) {
			var m Heat
			marks := marksOf(65536)
			b.ReportAllocs()
			for b.Loop() {
				m.Lines(c.th, marks, hostLabel, 120, 36)
			}
		})
	}
}
