package settings

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"oobscope/kits/document"
	"oobscope/tui/keymap"
)

// Every mistake is named by its place, what was found and what was expected, and costs only its own setting.
func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"unknown key":        {"lnag: ja\n", `c.yaml:1:1: lnag: found an unknown field (did you mean "lang"?)`},
		"wrong word":         {"theme: drak\n", `c.yaml:1:8: theme: found "drak", expected auto, dark, light, high-contrast, colour-blind or mono (did you mean "dark"?)`},
		"wrong type":         {"mouse: maybe\n", `c.yaml:1:8: mouse: found "maybe", expected true or false`},
		"no unit":            {"pulse: 3\n", `c.yaml:1:8: pulse: found 3, expected a time from 50ms to 5s (write it with its unit: 100ms)`},
		"too fast":           {"pulse: 1ms\n", `c.yaml:1:8: pulse: found "1ms", expected a time from 50ms to 5s`},
		"too slow":           {"pulse: 1h\n", `expected a time from 50ms to 5s`},
		"a list":             {"lang: [en]\n", `c.yaml:1:7: lang: found a list, expected auto, en or ja`},
		"not a map":          {"- theme\n", `c.yaml:1:1: found a list, expected a map`},
		"twice":              {"theme: dark\ntheme: light\n", `c.yaml:2:1: `},
		"an alias":           {"theme: &x dark\n", `c.yaml:1:8: found an anchor or alias`},
		"unknown action":     {"keys:\n  strat_run: s\n", `c.yaml:2:3: keys.strat_run: found an unknown field (did you mean "start_run"?)`},
		"keys not a map":     {"keys: [a]\n", `c.yaml:1:7: keys: found a list, expected a map`},
		"screen's key":       {"keys: {filter: ctrl+a}\n", `c.yaml:1:16: keys.filter: found the key "ctrl+a", but it belongs to screen`},
		"tmux's key":         {"keys: {filter: ctrl+b}\n", `"ctrl+b", but it belongs to tmux`},
		"flow control":       {"keys: {filter: Ctrl+S}\n", `"Ctrl+S", but it stops the terminal`},
		"same as tab":        {"keys: {filter: [f, ctrl+i]}\n", `c.yaml:1:20: keys.filter[1]: found the key "ctrl+i", but terminals send it as tab`},
		"same as enter":      {"keys: {filter: ctrl+m}\n", `terminals send it as enter`},
		"same as esc":        {"keys: {filter: \"ctrl+[\"}\n", `terminals send it as esc`},
		"shift and enter":    {"keys: {filter: shift+enter}\n", `"shift+enter", but many terminals cannot send it`},
		"shift and a letter": {"keys: {filter: shift+g}\n", `write the letter that shift makes: G`},
		"super":              {"keys: {filter: super+g}\n", `no terminal can send it`},
		"no such key":        {"keys: {filter: bogus}\n", `no key has that name`},
		"a number":           {"keys: {filter: 12}\n", `no key has that name`},
		"nothing":            {"keys: {filter: }\n", `found nothing, expected the name of a key or a list of such names`},
		"too many":           {"keys: {filter: [a,b,c,d,e,f,g,h,i]}\n", `found 9 keys, expected at most 8`},
		"conflict on one":    {"keys:\n  fold_all: j\n", `c.yaml:2:13: keys.fold_all: found "j", which is bound to fold_all and move_down on screen diff`},
		"conflict of shared": {"keys:\n  move_left: z\n", `c.yaml:2:14: keys.move_left: found "z", which is bound to move_left and fold_all on screen diff`},
		"conflict with ours": {"keys:\n  first: 1\n", `c.yaml:2:10: keys.first: found "1", which is bound to first and screen_1 on every screen`},
		"conflict of two":    {"keys:\n  start_run: T\n  freeze: T\n", `"T", which is bound to freeze and start_run on every screen`},
		"control bytes":      {"theme: \x1b[2J\n", `c.yaml:1:8: found a control character`},
		"too large":          {strings.Repeat("#\n", document.MaxBytes), `expected at most 1048576`},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			s, err := Read("c.yaml", []byte(row.text))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("error %v, want %s", err, row.want)
			}
			var ps document.Problems
			if !errors.As(err, &ps) {
				t.Errorf("the error is a %T", err)
			}
			if s.Keys = nil; !reflect.DeepEqual(s, Default()) {
				t.Errorf("a mistake changed something: %+v", s)
			}
		})
	}
}

func TestReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	text := "# mine\ntheme: colour-blind\nlang: ja\nascii: on\nsync: off\npulse: 1s\nlow_bandwidth: true\nmouse: true\nmask: on\n" +
		"progress: true\nkeep_screen: true\nplain: true\nkeys:\n  start_run: T\n  move_down: [N, down]\n  next: alt+n\n  quit: []\n  palette: \":\"\n  page_down: \" \"\n  help: F1\n"
	got, err := Read("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := Settings{Theme: "colour-blind", Lang: "ja", ASCII: "on", Sync: "off", Pulse: time.Second, LowBandwidth: true, Mouse: true, Mask: true,
		Progress: true, KeepScreen: true, Plain: true, Keys: []keymap.Change{{Action: "start_run", Keys: []string{"T"}},
			{Action: "move_down", Keys: []string{"N", "down"}}, {Action: "next", Keys: []string{"alt+n"}}, {Action: "quit"},
			{Action: "palette", Keys: []string{":"}}, {Action: "page_down", Keys: []string{"space"}}, {Action: "help", Keys: []string{"f1"}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	again, err := Read("shown.yaml", []byte(Show(got)))
	if err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("shown and read again: %v\n%+v\n%s", err, again, Show(got))
	}
}

// A good setting beside a bad one is kept.
func TestOneMistakeCostsOneSetting(t *testing.T) {
	t.Parallel()
	s, err := Read("c.yaml", []byte("theme: nope\nlang: ja\nkeys: {freeze: ctrl+q, stop_run: X}\n"))
	if err == nil || s.Theme != "auto" || s.Lang != "ja" || len(s.Keys) != 1 || s.Keys[0].Action != "stop_run" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestEmptyFilesSayNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n", "# only a comment\n\n#\n", "---\n", "\ufeff# x\n", "{}"} {
		if s, err := Read("c.yaml", []byte(text)); err != nil || !reflect.DeepEqual(s, Default()) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
}

var commented = regexp.MustCompile(`(?m)^# ((?:  )?[a-z_0-9]+:)`)

// The example changes nothing as it is, and nothing once its settings are in force: they are the defaults.
func TestExampleHoldsTheDefaults(t *testing.T) {
	t.Parallel()
	text := Example()
	if s, err := Read("example.yaml", []byte(text)); err != nil || !reflect.DeepEqual(s, Default()) {
		t.Errorf("as it is: %+v, %v", s, err)
	}
	s, err := Read("example.yaml", []byte(commented.ReplaceAllString(text, "$1")))
	if err != nil {
		t.Fatalf("in force: %v", err)
	}
	if len(s.Keys) != len(keymap.Actions()) {
		t.Errorf("%d actions of %d are in the example", len(s.Keys), len(keymap.Actions()))
	}
	for i, a := range keymap.Actions() {
		if !reflect.DeepEqual(s.Keys[i], keymap.Change{Action: a.Name, Keys: a.Keys}) {
			t.Errorf("%s: %+v", a.Name, s.Keys[i])
		}
	}
	s.Keys = nil
	if !reflect.DeepEqual(s, Default()) {
		t.Errorf("in force: %+v", s)
	}
}

func TestBeat(t *testing.T) {
	t.Parallel()
	s := Default()
	if s.Beat() != 100*time.Millisecond {
		t.Errorf("beat %s", s.Beat())
	}
	if s.LowBandwidth = true; s.Beat() != SlowPulse {
		t.Errorf("slow beat %s", s.Beat())
	}
	if s.Pulse = time.Second; s.Beat() != time.Second {
		t.Errorf("slower beat %s", s.Beat())
	}
}

// Whatever the bytes: sound settings, and problems that print as clean lines.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"theme: dark\nlang: ja\n", "keys: {start_run: [s, S], quit: []}\n", "pulse: 100ms\nmouse: true\n", "# nothing\n", "keys: {filter: ctrl+a}\n",
		"keys:\n  fold_all: j\n  move_down: z\n", "{\"ascii\": true}", "keys: {filter: \"\\u202e\"}\n", "theme: [\n", "keys: {screen_1: 日}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read("c.yaml", data)
		if err != nil {
			var ps document.Problems
			if !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("error %T %v", err, err)
			}
		}
		if s.Pulse < fastest || s.Pulse > slowest || s.Theme == "" || s.Lang == "" || s.ASCII == "" || s.Sync == "" {
			t.Fatalf("%q: settings are not sound: %+v", data, s)
		}
		if _, clash := keymap.New(s.Keys); len(clash) > 0 {
			t.Fatalf("%q: conflicts are left: %+v", data, clash)
		}
		again, err := Read("again.yaml", []byte(Show(s)))
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Fatalf("%q: shown as\n%s\nread as %+v, %v", data, Show(s), again, err)
		}
	})
}
