package views

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// keysIn are the single keys of an entry of a keymap, as a terminal names them.
func keysIn(entry string) []string {
	if entry == "</>" {
		return []string{"<", ">"}
	}
	keys := strings.Split(entry, "/")
	for i, k := range keys {
		if k == "pgdn" {
			keys[i] = "pgdown"
		}
	}
	return keys
}

// keymapStates are the states in which every keymap must tell the truth.
func keymapStates() map[string]*State {
	frozen := liveState()
	frozen.Run.Frozen = true
	stopping := liveState()
	stopping.Run.Phase = RunStopping
	return map[string]*State{"empty": emptyState(), "planned": plannedState(), "live": liveState(), "frozen": frozen,
		"stopping": stopping, "ended": endedState(),
		"drift": driftState(), "waived": waivedState()}
}

// keymapPaths lead into what can stand over a screen, or change what its keys mean.
var keymapPaths = [][]string{{}, {"c"}, {"i"}, {"J"}, {"tab"}, {"tab", "tab"}, {"enter"}, {"s"}, {"a"}, {"v"}, {">"}, {"G"}, {"filter zzz"},
	{"d"}, {"d", "j"}, {"Y"}, {"V", "j"}, {"space"}, {"v", "space"}, {"a", "G"}, {"a", "G", "space"}}

// openedFor are what the screens without a place in the menu are about.
var openedFor = map[string]string{"host": "198.18.1.7", "rule": "1", "evidence": "48", "map": "198.18.1.7"}

// walked is a fresh screen after some keys, drawn.
func walked(s *State, name string, keys []string) Screen { return walkedIn(s, name, keys, 80, 24) }

// walkedIn is that in a window of some size. A key "filter x" sets a filter.
func walkedIn(s *State, name string, keys []string, w, h int) Screen {
	list := Screens()
	screen := list[slices.IndexFunc(list, func(x Screen) bool { return x.Name() == name })]
	if o, ok := screen.(Opener); ok {
		o.Open(s, openedFor[name])
	}
	if h, ok := screen.(*Help); ok {
		h.SetKeys([]Key{{"?", "help"}}, NewRules().Keys(s))
	}
	screen.Render(s, w, h)
	for _, k := range keys {
		if query, is := strings.CutPrefix(k, "filter "); is {
			screen.Filter(s, query)
		} else {
			screen.Press(s, k)
		}
		screen.Render(s, w, h)
	}
	return screen
}

// acts tells whether a key does something after some others: an action, or another picture. said is a line that
// only explains why not.
func acts(s *State, name string, before []string, key string) (does, said bool) {
	screen := walked(s, name, before)
	was := screen.Render(s, 80, 24)
	a := screen.Press(s, key)
	if a.Kind == None && a.Text != "" {
		return false, true
	}
	return !reflect.DeepEqual(a, Action{}) || screen.Render(s, 80, 24) != was, false
}

// Every key that a screen lists does something, wherever it stands; and no letter that it does not list does
// anything.
func TestEveryKeymapTellsTheTruth(t *testing.T) {
	t.Parallel()
	for state, s := range keymapStates() {
		for _, made := range Screens() {
			name := made.Name()
			t.Run(state+"/"+name, func(t *testing.T) {
				t.Parallel()
				own := *s // screens of other states must not see our generation
				first := walked(&own, name, nil).Render(&own, 80, 24)
				for _, path := range keymapPaths {
					if len(path) == 0 || walked(&own, name, path).Render(&own, 80, 24) != first {
						requireTrueKeymap(t, &own, name, path)
					}
				}
			})
		}
	}
}

func requireTrueKeymap(t *testing.T, s *State, name string, path []string) {
	t.Helper()
	listed := map[string]bool{}
	keys := walked(s, name, path).Keys(s)
	seen := map[string]string{}
	for _, entry := range keys {
		if entry.Keys == "" || entry.Help == "" {
			t.Errorf("after %q: empty entry %+v", path, entry)
		}
		for _, key := range keysIn(entry.Keys) {
			if other, twice := seen[key]; twice {
				t.Errorf("after %q: %q is listed for %q and for %q", path, key, other, entry.Help)
			}
			seen[key], listed[key] = entry.Help, true
			if !worksSomewhere(s, name, path, key, keysIn(entry.Keys)) {
				t.Errorf("after %q: %q is listed (%s) and does nothing", path, key, entry.Help)
			}
		}
	}
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ<>=+*#!$%&@~^_|;," {
		if key := string(c); !listed[key] && !strings.ContainsRune("rxf", c) {
			if does, _ := acts(s, name, path, key); does {
				t.Errorf("after %q: %q is not listed and does something", path, key)
			}
		}
	}
}

// worksSomewhere tells whether a key does something here, or after one of the others of its entry: "k" does nothing
// on the first line.
func worksSomewhere(s *State, name string, path []string, key string, others []string) bool {
	for _, before := range append([]string{""}, others...) {
		at := path
		if before != "" {
			at = append(slices.Clone(path), before)
		}
		if does, _ := acts(s, name, at, key); does {
			return true
		}
	}
	return false
}

func TestKeysIn(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]string{"j/k": "[j k]", "</>": "[< >]", "pgup/pgdn": "[pgup pgdown]", "enter": "[enter]", "c/esc": "[c esc]"} {
		if got := fmt.Sprint(keysIn(entry)); got != want {
			t.Errorf("%q: %s, want %s", entry, got, want)
		}
	}
}
