package views

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// spokenWindow is what plain mode claims as its window: wide enough that nothing is cut.
const spokenW, spokenH = 400, 40

func spokenState(lang string, state func() *State) *State {
	s := state()
	s.Lang, s.Words = lang, WordsFor(lang)
	s.Theme = SpokenTheme(s.Words)
	return s
}

func TestSpokenPictures(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		s := spokenState(lang, endedState)
		for _, screen := range Screens() {
			t.Run(screen.Name()+"_"+lang, func(t *testing.T) {
				if o, ok := screen.(Opener); ok {
					o.Open(s, map[string]string{"host": s.Results.Scope.Plan.Host(1).Addr.String(), "rule": "1", "evidence": "3"}[screen.Name()])
				}
				golden.RequireEqual(t, screen.Render(s, spokenW, spokenH)+"\n")
			})
		}
	}
}

// What is spoken has no escape sequence, no runs of blanks, no drawing and no line that was cut.
func TestSpokenIsText(t *testing.T) {
	t.Parallel()
	for _, state := range []func() *State{emptyState, plannedState, liveState, endedState, evilState} {
		for _, lang := range []string{"en", "ja"} {
			s := spokenState(lang, state)
			for _, screen := range Screens() {
				if o, ok := screen.(Opener); ok {
					o.Open(s, "0")
				}
				text := screen.Render(s, spokenW, spokenH)
				if ansi.Strip(text) != text || strings.Contains(text, "  ") || strings.ContainsAny(text, "─│▸▼▲█░▀✗✓⊘◐≠◇■►●◒") {
					t.Errorf("%s (%s) draws: %q", screen.Name(), lang, text)
				}
			}
		}
	}
}

func TestByNumber(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]int{"#1": 0, "#12": 11, "#20": 19, "#21": -1, "#0": -1, "#": -1, "1": -1, "#x": -1, "#99999999999999999999": -1} {
		if to, ok := byNumber(key, 20); ok != (want >= 0) || ok && to != want {
			t.Errorf("%q leads to %d, %t", key, to, ok)
		}
	}
}
