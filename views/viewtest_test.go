package views

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// requireEverySize draws a fresh screen in every window, in both languages and with every kind of theme.
func requireEverySize(t *testing.T, open func() Screen, state func() *State) {
	t.Helper()
	for _, lang := range []string{"en", "ja"} {
		s := state()
		s.Lang, s.Words = lang, WordsFor(lang)
		for _, th := range []*Theme{NewTheme(true, false), PlainTheme(true)} {
			s.Theme = th
			screen := open()
			what := fmt.Sprintf("%s (%s, ascii %t)", screen.Name(), lang, th.ASCII)
			for _, size := range sizes() {
				requireFrame(t, what, screen.Render(s, size[0], size[1]), size[0], size[1])
			}
		}
	}
}

// listKeys is a walk over everything that a list can do with a key, to be pressed in property tests.
var listKeys = []string{
	"j", "down", "k", "up", "pgdown", "pgup", "ctrl+d", "ctrl+u", "G", "end", "g", "home", "h", "l", "left",
	"right", "tab", "enter", "s", "S", "y", "n", "p", "m", "x", "c", "o", "d", "space", "1", "esc", "?", "",
}

// requireKeysHold presses every key on the screen in a small window, twice, and draws after each.
func requireKeysHold(t *testing.T, screen Screen, s *State) {
	t.Helper()
	for range 2 {
		for _, k := range listKeys {
			a := screen.Press(s, k)
			if a.Kind == Goto && a.To == "" {
				t.Errorf("%s: key %q goes nowhere", screen.Name(), k)
			}
			requireFrame(t, screen.Name()+" after "+k, screen.Render(s, 80, 24), 80, 24)
		}
	}
	for _, k := range screen.Keys(s) {
		if k.Keys == "" || k.Help == "" {
			t.Errorf("%s: empty entry in the keymap: %+v", screen.Name(), k)
		}
	}
}

// goldenSizes are the windows whose pictures are kept.
var goldenSizes = [][2]int{{80, 24}, {120, 40}, {200, 60}}

// requireGolden keeps pictures of the screen: without colour at every golden size and in both languages,
// in ASCII once, and in colour once. open is called for each picture.
func requireGolden(t *testing.T, open func() Screen, state func() *State) {
	t.Helper()
	for _, lang := range []string{"en", "ja"} {
		for _, size := range goldenSizes {
			t.Run(fmt.Sprintf("%s_%dx%d", lang, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				s := state()
				s.Lang, s.Words = lang, WordsFor(lang)
				golden.RequireEqual(t, ansi.Strip(open().Render(s, size[0], size[1])))
			})
		}
	}
	t.Run("ascii_80x24", func(t *testing.T) {
		t.Parallel()
		s := state()
		s.Theme = PlainTheme(true)
		golden.RequireEqual(t, ansi.Strip(open().Render(s, 80, 24)))
	})
	t.Run("colour_80x24", func(t *testing.T) {
		t.Parallel()
		golden.RequireEqual(t, open().Render(state(), 80, 24))
	})
}

// benchmarkScreen measures one key and one frame.
func benchmarkScreen(b *testing.B, screen Screen, s *State, w, h int) {
	b.Helper()
	b.ReportAllocs()
	keys := [...]string{"j", "j", "pgdown", "k"}
	i := 0
	for b.Loop() {
		screen.Press(s, keys[i%len(keys)])
		i++
		screen.Render(s, w, h)
	}
}
