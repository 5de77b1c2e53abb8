package keymap

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// The table itself: names are stable words, keys can be sent, and two defaults meet only where a screen gives a
// shared key a meaning of its own.
func TestTableIsSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range Actions() {
		if !snake.MatchString(a.Name) || seen[a.Name] {
			t.Errorf("%q: no snake case, or twice", a.Name)
		}
		seen[a.Name] = true
		if len(a.Keys) == 0 {
			t.Errorf("%s has no key", a.Name)
		}
		for _, k := range a.Keys {
			if got, why := Check(k); got != k || why != "" {
				t.Errorf("%s: key %q is %q: %s", a.Name, k, got, why)
			}
		}
	}
	for i, a := range actions {
		for _, b := range actions[:i] {
			for _, k := range a.Keys {
				both := b.owns(k) && (a.On == nil || b.On == nil || slices.ContainsFunc(a.On, b.has))
				if both && (b.Ours || b.On == nil || a.On != nil) {
					t.Errorf("%q means %s and %s", k, b.Name, a.Name)
				}
			}
		}
	}
}

// Flow control and the prefixes of multiplexers mean nothing anywhere, whatever the config says.
func TestReservedKeysCannotBeBound(t *testing.T) {
	t.Parallel()
	for _, k := range []string{"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "CTRL+A", "ctrl+c", "ctrl+i", "ctrl+m", "ctrl+[", "ctrl+h", "ctrl+j"} {
		if got, why := Check(k); why == "" {
			t.Errorf("%s can be bound, as %q", k, got)
		}
		for _, a := range Actions() {
			if a.owns(strings.ToLower(k)) {
				t.Errorf("%s is bound to %s", k, a.Name)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"j": "j", "G": "G", " ": "space", "日": "日", "é": "é", "?": "?", "+": "+", "Ctrl+D": "ctrl+d", "PgDn": "pgdown", "ENTER": "enter", "f1": "f1", "F12": "f12",
		"alt+x": "alt+x", "alt+1": "alt+1", "shift+tab": "shift+tab", "insert": "insert",
	} {
		if got, why := Check(key); got != want || why != "" {
			t.Errorf("%q: %q %q, want %q", key, got, why, want)
		}
	}
	for key, want := range map[string]string{
		"f0": "no key", "f13": "no key", "f": "", "f01": "no key", "": "no key", "ctrl+1": "anything but a letter", "ctrl++": "anything but a letter", "ctrl+shift+x": "no terminal",
		"shift+enter": "many terminals", "shift+up": "many terminals", "shift+g": "the letter that shift makes: G", "alt+[": "alone", "hyper+x": "no terminal",
		"\x1b": "no key that can be typed", "\u202e": "no key that can be typed", "\xff": "no key that can be typed", "\n": "no key that can be typed", "jj": "no key",
	} {
		if got, why := Check(key); (why == "") != (want == "") || !strings.Contains(why, want) {
			t.Errorf("%q: %q %q, want %q", key, got, why, want)
		}
	}
}

func TestDefaultsMeanWhatTheyAre(t *testing.T) {
	t.Parallel()
	m := Default()
	for _, screen := range append(screens(), "", "elsewhere") {
		for _, a := range Actions() {
			for _, k := range a.Keys {
				got := m.On(screen, k)
				if a.has(screen) && (got.Dead || got.Key != k) {
					t.Errorf("%s on %q: %+v", k, screen, got)
				}
			}
		}
	}
	for _, row := range []struct{ screen, key, action string }{
		{"diff", "h", "fold"}, {"rules", "h", "move_left"}, {"diff", "tab", "next_order"}, {"overview", "tab", "next_part"},
		{"kits", "space", "toggle_kit"}, {"runs", "space", "page_down"}, {"runs", "D", "delete_run"}, {"diff", "D", "only_changes"}, {"diff", "W", ""},
		{"diff", ":", "palette"}, {"nowhere", "7", "screen_7"},
	} {
		if got := m.On(row.screen, row.key); got.Action != row.action {
			t.Errorf("%s on %s: %+v, want %s", row.key, row.screen, got, row.action)
		}
	}
}

func TestChangedKeys(t *testing.T) {
	t.Parallel()
	m, clash := New([]Change{
		{"start_run", []string{"T"}}, {"move_left", []string{"H"}}, {"fold_all", []string{"Z", "z"}}, {"quit", nil},
		{"page_down", []string{"space", "M"}}, {"help", []string{"f1"}}, {"clear_or_back", []string{"q"}},
	})
	if len(clash) > 0 {
		t.Fatal(clash)
	}
	for _, row := range []struct {
		screen, key string
		want        Meant
	}{
		{"runs", "T", Meant{Action: "start_run", Key: "r"}},
		{"runs", "r", Meant{Dead: true}},                                    // its meaning moved away
		{"rules", "H", Meant{Action: "move_left", Key: "h"}},                //
		{"diff", "H", Meant{Action: "move_left", Key: "left"}},              // on Diff h folds, and left is left over
		{"diff", "h", Meant{Action: "fold", Key: "h"}},                      //
		{"rules", "h", Meant{Dead: true}},                                   //
		{"diff", "Z", Meant{Action: "fold_all", Key: "z"}},                  //
		{"diff", "z", Meant{Action: "fold_all", Key: "z"}},                  //
		{"kits", "M", Meant{Action: "page_down", Key: "pgdown"}},            // space is the kit's there
		{"kits", "space", Meant{Action: "toggle_kit", Key: "space"}},        //
		{"runs", "space", Meant{Action: "page_down", Key: "space"}},         //
		{"runs", "pgdown", Meant{Dead: true}},                               //
		{"runs", "q", Meant{Action: "clear_or_back", Key: "esc"}},           // a key that was freed
		{"runs", "esc", Meant{Dead: true}},                                  //
		{"runs", "f1", Meant{Action: "help", Key: "?", Ours: true}},         //
		{"runs", "?", Meant{Dead: true}},                                    //
		{"runs", "w", Meant{Key: "w"}},                                      // the screen's business
		{"probes", "n", Meant{Action: "next_worst", Key: "n", Ours: false}}, //
	} {
		if got := m.On(row.screen, row.key); got != row.want {
			t.Errorf("%s on %s: %+v, want %+v", row.key, row.screen, got, row.want)
		}
	}
	for _, row := range [][3]string{
		{"diff", "h/l", "h/l"}, {"rules", "h/l", "H/l"}, {"zones", "h/j/k/l", "H/j/k/l"}, {"runs", "r", "T"}, {"diff", "z", "Z"}, {"probes", "x/esc", "x/q"},
		{"rules", "pgup/pgdn", "pgup/space"}, {"rules", "w", "w"}, {"rules", "?", "f1"}, {"rules", "q", ""}, {"rules", "g/G", "g/G"},
	} {
		if got := m.Shown(row[0], row[1]); got != row[2] {
			t.Errorf("%s on %s is shown as %q, want %q", row[1], row[0], got, row[2])
		}
	}
	if m.Label("quit") != "" || m.Label("start_run") != "T" || m.Label("nonsense") != "" || m.Label("filter") != "/" {
		t.Error("labels")
	}
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		changes []Change
		want    []Conflict
	}{
		"with a screen's own": {[]Change{{"move_left", []string{"z"}}}, []Conflict{{0, "z", [2]string{"move_left", "fold_all"}, "diff"}}},
		"with a shared one":   {[]Change{{"fold_all", []string{"j"}}}, []Conflict{{0, "j", [2]string{"fold_all", "move_down"}, "diff"}}},
		"with ours":           {[]Change{{"copy", []string{":"}}}, []Conflict{{0, ":", [2]string{"copy", "palette"}, ""}}},
		"of two changes":      {[]Change{{"copy", []string{"W"}}, {"freeze", []string{"W"}}}, []Conflict{{1, "W", [2]string{"freeze", "copy"}, ""}}},
		"not of the freed":    {[]Change{{"copy", []string{"r"}}, {"start_run", []string{"T"}}}, nil},
		"not elsewhere":       {[]Change{{"fold_all", []string{"R"}}}, nil}, // R resumes on Runs, and Runs does not fold
		"not of a shadow":     {[]Change{{"page_down", []string{"space"}}}, nil},
		"what is left over":   {[]Change{{"copy", []string{"f"}}, {"freeze", []string{"j"}}}, []Conflict{{1, "j", [2]string{"freeze", "move_down"}, ""}, {0, "f", [2]string{"copy", "freeze"}, ""}}},
	} {
		m, got := New(row.changes)
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
		for _, c := range got {
			if a := row.changes[c.Change].Action; !slices.Equal(m.Keys(a), actions[find(a)].Keys) {
				t.Errorf("%s: %s kept %v", name, a, m.Keys(a))
			}
		}
	}
}

// However keys are moved, every key means one thing on a screen, and never a default that was given away.
func FuzzNew(f *testing.F) {
	f.Add("start_run", "T", "freeze", "r", "diff")
	f.Add("move_left", "z", "fold_all", "h", "diff")
	f.Fuzz(func(t *testing.T, a, ka, b, kb, screen string) {
		m, _ := New([]Change{{a, []string{ka}}, {b, []string{kb}}})
		for i := range actions {
			for _, k := range m.keys[i] {
				what := m.On(screen, k)
				if what.Dead || what.Action == "" {
					continue
				}
				j := find(what.Action)
				if !slices.Contains(m.keys[j], k) || !actions[j].owns(what.Key) || !actions[j].has(screen) && slices.Contains(screens(), screen) {
					t.Fatalf("%q on %q means %+v", k, screen, what)
				}
			}
		}
	})
}
