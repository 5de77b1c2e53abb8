package views

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// requirePictures keeps one picture in each language at 80x24 of a screen after some keys.
func requirePictures(t *testing.T, open func() Screen, state func() *State, keys ...string) {
	t.Helper()
	for _, lang := range []string{"en", "ja"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := state()
			s.Lang, s.Words = lang, WordsFor(lang)
			screen := open()
			screen.Render(s, 80, 24)
			for _, k := range keys {
				screen.Press(s, k)
				screen.Render(s, 80, 24)
			}
			golden.RequireEqual(t, ansi.Strip(screen.Render(s, 80, 24)))
		})
	}
}

// requireLongHosts holds a screen to every window and to every key where addresses are as long as they get. The other
// states are those of TestEveryScreenHoldsEverySizeInEveryScene.
func requireLongHosts(t *testing.T, open func() Screen) {
	t.Helper()
	requireEverySize(t, open, sixState)
	requireKeysHold(t, open(), sixState())
}

// step is a key and what has to come of it.
type step struct {
	key  string
	want Action
}

// requireSteps presses keys one after another, drawing in between as the console does.
func requireSteps(t *testing.T, screen Screen, s *State, steps []step) {
	t.Helper()
	screen.Render(s, 80, 24)
	for i, k := range steps {
		got := screen.Press(s, k.key)
		if got.Kind == Goto {
			got.Flows = nil // the list around what is shown; TestEvidenceWalks holds it
		}
		if !reflect.DeepEqual(got, k.want) {
			t.Errorf("step %d, key %q: %+v, want %+v", i, k.key, got, k.want)
		}
		requireFrame(t, fmt.Sprint(screen.Name(), " after ", k.key), screen.Render(s, 80, 24), 80, 24)
	}
}

func openHost(addr string) func() Screen {
	return func() Screen { h := NewHost(); h.Open(nil, addr); return h }
}

func openEvidence(flow string) func() Screen {
	return func() Screen { e := NewEvidence(); e.Open(nil, flow); return e }
}
