package views

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// widest and tallest are the window up to which every size is promised.
const widest, tallest = 240, 80

// The sides at which something gives way: what is smallest, what people have, and what is just beside it.
var (
	edgeWidths  = []int{1, 2, 3, 4, 5, 6, 16, 23, 59, 60, 61, 79, 80, 81, 119, 120, widest}
	edgeHeights = []int{1, 2, 3, 4, 5, 16, 23, 24, 25, 40, tallest}
)

// sizes are the windows of the property tests: every side densely enough to meet each layout's breaking points, and the
// edges.
func sizes() [][2]int {
	if testing.Short() {
		return product([]int{1, 2, 3, 16, 59, 60, 80, 120, widest}, []int{1, 2, 3, 16, 24, 40, tallest})
	}
	ws, hs := slices.Clone(edgeWidths), slices.Clone(edgeHeights)
	for w := 1; w <= widest; w += 7 {
		ws = append(ws, w)
	}
	for h := 1; h <= tallest; h += 5 {
		hs = append(hs, h)
	}
	return product(ws, hs)
}

// everyOne tells whether every window is asked for, which takes minutes.
func everyOne() bool { return os.Getenv("OOBSCOPE_SIZES") == "all" }

// everySize are the windows of the test of all screens: those of sizes, or all there are up to 240x80 if OOBSCOPE_SIZES
// is "all".
func everySize() [][2]int {
	if !everyOne() {
		return sizes()
	}
	var ws, hs []int
	for w := range widest {
		ws = append(ws, w+1)
	}
	for h := range tallest {
		hs = append(hs, h+1)
	}
	return product(ws, hs)
}

func product(ws, hs []int) [][2]int {
	ws, hs = slices.Compact(slices.Sorted(slices.Values(ws))), slices.Compact(slices.Sorted(slices.Values(hs)))
	var out [][2]int
	for _, w := range ws {
		for _, h := range hs {
			out = append(out, [2]int{w, h})
		}
	}
	return out
}

// requireFrame fails unless text is exactly h lines, none wider than w by the library's own measure.
func requireFrame(tb testing.TB, what, text string, w, h int) {
	tb.Helper()
	if strings.Contains(text, "|") && choiceOfForms.MatchString(text) {
		tb.Fatalf("%s at %dx%d: a choice between forms was not made: %q", what, w, h, choiceOfForms.FindString(text))
	}
	if n := strings.Count(text, "\n") + 1; n != h {
		tb.Fatalf("%s at %dx%d: %d lines", what, w, h, n)
	}
	for i := 0; ; i++ {
		line, rest, more := strings.Cut(text, "\n")
		if atMost(line) > w {
			if n := ansi.StringWidth(line); n > w {
				tb.Fatalf("%s at %dx%d: line %d is %d wide: %q", what, w, h, i, n, line)
			}
		}
		if text = rest; !more {
			return
		}
	}
}

// runeWidths are the widths of the runes that a line can begin with, by the library's own measure.
var runeWidths = sync.OnceValue(func() *[1 << 16]uint8 {
	var out [1 << 16]uint8
	for r := range out {
		out[r] = uint8(ansi.StringWidth(string(rune(r))))
	}
	return &out
})

// atMost is a width that a line does not exceed: that of its runes, one by one. It is found much faster than the exact
// one, which is less where runes join.
func atMost(line string) (n int) {
	known := runeWidths()
	for i := 0; i < len(line); {
		if line[i] == '\x1b' && i+1 < len(line) && line[i+1] == '[' {
			for i += 2; i < len(line) && (line[i] < '@' || line[i] > '~'); {
				i++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(line[i:])
		i += size
		switch {
		case r == '\ufe0f' || int(r) >= len(known):
			n += 2
		default:
			n += int(known[r])
		}
	}
	return n
}

// The bound must hold, or the test of the shapes proves nothing.
func TestAtMostIsABound(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "plain", "全角 かな", "\x1b[1;38;5;9mred\x1b[m ─│", "e\u0301a\u200bb", "☁\ufe0f x", "👩\u200d💻", "🇯🇵🇯", "\x1b", "\x1b[", "a\x1b]0;t\x07b", "ｶﾞ", "각각", "\u202e\xff"} {
		if got, want := atMost(line), ansi.StringWidth(line); got < want {
			t.Errorf("%q: at most %d, but it is %d wide", line, got, want)
		}
	}
}

// drawings are the kinds of theme that differ in more than colours: what is drawn with.
var drawings = map[string]Dress{"unicode": {Ground: DarkGround}, "ascii": {Ground: DarkGround, ASCII: true}, "plain": {Name: "mono"}}

// Every screen in every window from 1x1 to 240x80, in both languages and with everything that a theme may draw with:
// exactly as many lines as there are, and none too wide.
func TestEveryScreenHoldsEverySize(t *testing.T) {
	t.Parallel()
	list := everySize()
	for i, screen := range Screens() {
		for _, lang := range languages {
			for name, dress := range drawings {
				t.Run(fmt.Sprintf("%s_%s_%s", screen.Name(), lang, name), func(t *testing.T) {
					t.Parallel()
					s := dressed(endedState(), lang, dress)
					at := opened(t, i, s)
					for _, size := range list {
						requireFrame(t, at.Name(), at.Render(s, size[0], size[1]), size[0], size[1])
					}
				})
			}
		}
	}
}

// The other scenes hold every window at the edges, in both languages and with everything that a theme may draw with; if
// OOBSCOPE_SIZES is "all", they hold every other one too, in one language and with one theme each, which take turns:
// each width meets each of them at 13 heights, each height at 40 widths.
func TestEveryScreenHoldsEverySizeInEveryScene(t *testing.T) {
	t.Parallel()
	edges := product(edgeWidths, edgeHeights)
	for _, sc := range scenes {
		for i, screen := range Screens() {
			t.Run(sc.name+"_"+screen.Name(), func(t *testing.T) {
				t.Parallel()
				turn, turns := 0, len(languages)*len(drawings)
				for _, lang := range languages {
					for _, dress := range drawings {
						s := dressed(sc.state(), lang, dress)
						at := opened(t, i, s)
						hold := func(w, h int) { requireFrame(t, at.Name(), at.Render(s, w, h), w, h) }
						for _, size := range edges {
							hold(size[0], size[1])
						}
						if everyOne() && sc.name != "ended" { // which is held to all of them above
							for n, size := range everySize() {
								if n%turns == turn {
									hold(size[0], size[1])
								}
							}
						}
						turn++
					}
				}
			})
		}
	}
}
