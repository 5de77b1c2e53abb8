package views

import "testing"

func TestScreensAreTheMenuAndTheRest(t *testing.T) {
	t.Parallel()
	want := []string{"overview", "rules", "zones", "threat", "attack", "probes", "diff", "runs", "kits", "help", "host", "rule", "evidence", "map", "timeline", "waivers"}
	list := Screens()
	if len(list) != len(want) {
		t.Fatalf("%d screens, want %d", len(list), len(want))
	}
	for i, screen := range list {
		if screen.Name() != want[i] {
			t.Errorf("screen %d is %q, want %q", i, screen.Name(), want[i])
		}
		if _, opens := screen.(Opener); i >= MenuSize && !opens {
			t.Errorf("%s is reached by going there alone, but cannot be opened", screen.Name())
		}
	}
	if again := Screens(); again[0] == list[0] {
		t.Error("two calls share a screen")
	}
}

func TestEveryScreenHoldsEveryState(t *testing.T) {
	t.Parallel()
	for _, state := range []func() *State{emptyState, plannedState, liveState, endedState} {
		for _, lang := range []string{"en", "ja"} {
			s := state()
			s.Lang, s.Words = lang, WordsFor(lang)
			for _, screen := range Screens() {
				if o, ok := screen.(Opener); ok {
					o.Open(s, "no such thing\x1b[2J")
				}
				requireFrame(t, screen.Name(), screen.Render(s, 80, 24), 80, 24)
				if Safe(screen.Title(s)) != screen.Title(s) || screen.Title(s) == "" {
					t.Errorf("%s: title %q", screen.Name(), screen.Title(s))
				}
				requireKeysHold(t, screen, s)
			}
		}
	}
}
