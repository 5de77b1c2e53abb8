package views

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// picture is one kept picture of a screen.
type picture struct {
	state string
	lang  string
	w, h  int
	keys  []string // pressed before it is taken
}

// keep compares pictures without colour.
func keep(t *testing.T, open func() Screen, pictures ...picture) {
	t.Helper()
	states := policyStates()
	for _, p := range pictures {
		name := fmt.Sprintf("%s_%s_%dx%d", p.state, p.lang, p.w, p.h)
		for _, key := range p.keys {
			name += "_" + key
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := states[p.state]()
			s.Lang, s.Words = p.lang, WordsFor(p.lang)
			screen := open()
			text := screen.Render(s, p.w, p.h)
			for _, key := range p.keys {
				screen.Press(s, key)
				text = screen.Render(s, p.w, p.h)
			}
			golden.RequireEqual(t, ansi.Strip(text))
		})
	}
}

// of are the pictures of states at the smallest size: those that every screen has stand in TestEveryScreenPictures.
func of(states ...string) []picture {
	var out []picture
	for _, state := range states {
		out = append(out, picture{state, "en", 80, 24, nil})
	}
	return out
}

// withBuiltin are the pictures of the kits that the program brings along.
func withBuiltin() []picture {
	return append(of("builtin", "hostile"), picture{"builtin", "ja", 80, 24, nil}, picture{"builtin", "en", 120, 40, nil})
}

func TestOverviewPictures(t *testing.T) {
	t.Parallel()
	list := append(of("doubtful", "builtin"),
		picture{"doubtful", "ja", 80, 24, nil},
		picture{"ended", "en", 80, 24, []string{"tab"}}, picture{"ended", "en", 80, 24, []string{"tab", "tab"}}, picture{"live", "en", 60, 16, nil})
	for _, lang := range []string{"en", "ja"} {
		list = append(list, picture{"first", lang, 80, 19, nil}, picture{"first", lang, 120, 35, nil}, picture{"first", lang, 200, 55, nil},
			picture{"first", lang, 60, 11, nil}, picture{"unread", lang, 80, 19, []string{"j"}})
	}
	keep(t, func() Screen { return NewOverview() }, list...)
}

func TestRulesPictures(t *testing.T) {
	t.Parallel()
	list := append(withBuiltin(), picture{"builtin", "en", 200, 60, nil}, picture{"ended", "en", 80, 24, []string{"j", "j"}})
	keep(t, func() Screen { return NewRules() }, list...)
}

func TestRulePictures(t *testing.T) {
	t.Parallel()
	list := append(withBuiltin(), picture{"ended", "en", 80, 24, []string{"tab"}},
		picture{"ended", "en", 80, 24, []string{"G"}}, picture{"ended", "en", 80, 24, []string{"p"}}, picture{"builtin", "ja", 80, 24, []string{"G"}})
	keep(t, func() Screen { return NewRule() }, list...)
}

func TestZonesPictures(t *testing.T) {
	t.Parallel()
	list := append(of("builtin", "hostile"), picture{"builtin", "ja", 80, 24, nil},
		picture{"ended", "en", 80, 24, []string{"g", "l", "l"}}, picture{"ended", "en", 60, 16, nil},
		picture{"zones", "en", 80, 24, nil}, picture{"zones", "ja", 80, 24, nil}, picture{"zones", "en", 80, 24, []string{"G"}})
	keep(t, func() Screen { return NewZones() }, list...)
}

func TestThreatPictures(t *testing.T) {
	t.Parallel()
	list := append(withBuiltin(), picture{"builtin", "ja", 80, 24, []string{"G"}})
	keep(t, func() Screen { return NewThreat() }, list...)
}

func TestAttackPictures(t *testing.T) {
	t.Parallel()
	keep(t, func() Screen { return NewAttack() }, withBuiltin()...)
}

func TestRunsPictures(t *testing.T) {
	t.Parallel()
	list := append(of("doubtful", "hostile"), picture{"ended", "en", 80, 24, []string{"j"}},
		picture{"imported", "en", 80, 24, nil}, picture{"imported", "ja", 80, 24, []string{"j"}}, picture{"imported", "en", 120, 40, []string{"j"}})
	keep(t, func() Screen { return NewRuns() }, list...)
}

func TestKitsPictures(t *testing.T) {
	t.Parallel()
	list := append(withBuiltin(), picture{"planned", "en", 80, 24, []string{"j"}}, picture{"builtin", "en", 80, 24, []string{"enter"}},
		picture{"builtin", "ja", 80, 24, []string{"enter"}})
	keep(t, func() Screen { return NewKits() }, list...)
}

func TestHelpPictures(t *testing.T) {
	t.Parallel()
	keep(t, func() Screen { return helpScreen(English()) }, picture{"ended", "en", 80, 24, nil}, picture{"ended", "en", 80, 24, []string{"G"}},
		picture{"ended", "en", 120, 40, nil}, picture{"ended", "en", 200, 60, nil})
	keep(t, func() Screen { return helpScreen(Japanese()) }, picture{"ended", "ja", 80, 24, nil}, picture{"ended", "ja", 80, 24, []string{"G"}})
}
