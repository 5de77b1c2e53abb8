package tui

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/tui/settings"
)

// requireFrame fails unless the frame is exactly h lines, none wider than w.
func requireFrame(tb testing.TB, what, text string, w, h int) {
	tb.Helper()
	if n := strings.Count(text, "\n") + 1; n != h {
		tb.Fatalf("%s at %dx%d: %d lines", what, w, h, n)
	}
	for i := 0; ; i++ {
		line, rest, more := strings.Cut(text, "\n")
		if len(line) > w { // else it cannot be wider
			if n := ansi.StringWidth(line); n > w {
				tb.Fatalf("%s at %dx%d: line %d is %d wide: %q", what, w, h, i, n, line)
			}
		}
		if text = rest; !more {
			return
		}
	}
}

// oneOfEach are scenes with one of each kind of what can lie over a screen.
var oneOfEach = map[string]bool{"ended": true, "ask_start": true, "page_site": true, "waive": true, "filter": true, "palette": true}

// edges are the windows of the whole frame at which something gives way, up to 400x200.
func edges() (out [][2]int) {
	for _, w := range []int{1, 2, 7, 30, 59, 60, 61, 72, 79, 80, 81, 100, 120, 240, 400} {
		for _, h := range []int{1, 2, 5, 15, 16, 17, 23, 24, 40, 80, 200} {
			out = append(out, [2]int{w, h})
		}
	}
	return out
}

// turns are in how many ways the frame is drawn: languages, and what is drawn with.
var turns = len(settings.Languages) * len(drawn)

// drawn are the kinds of terminal that differ in more than colours.
var drawn = []way{ways[1], ways[3], ways[4]}

// windows are the windows in which a scene is drawn in one of the ways: the edges, and if OOBSCOPE_SIZES is "all" every
// one up to 240x80. The scenes that are one of each kind are drawn there in every way; in the others the ways take turns:
// each width meets each of them at 13 heights, each height at 40 widths.
func windows(scene string, turn int) [][2]int {
	out := edges()
	if os.Getenv("OOBSCOPE_SIZES") != "all" {
		return out
	}
	for n := range 240 * 80 {
		if oneOfEach[scene] || n%turns == turn {
			out = append(out, [2]int{n/80 + 1, n%80 + 1})
		}
	}
	return out
}

// Everything that the shell shows, in every window, in both languages and with everything that it may draw with. The
// screen below it is another one in each window.
func TestShellHoldsEveryWindow(t *testing.T) {
	t.Parallel()
	for _, sc := range shellScenes() {
		turn := -1
		for _, lang := range settings.Languages {
			for _, how := range drawn {
				turn++
				list := windows(sc.name, turn)
				t.Run(fmt.Sprintf("%s_%s_%s", sc.name, lang, how.name), func(t *testing.T) {
					t.Parallel()
					m := staged(t, lang, sc.stage, how)
					sc.play(m)
					for i, size := range list {
						if m.ask == nil { // a filter belongs to its screen
							m.at.here = place{screen: i % len(m.at.screens), arg: m.at.opened[i%len(m.at.screens)]}
							m.dirty = true
						}
						requireFrame(t, sc.name, sc.in(m, size[0], size[1]), size[0], size[1])
					}
				})
			}
		}
	}
}
