package tui_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/teatest"
	"oobscope/tui"
	"oobscope/tui/keymap"
	"oobscope/tui/settings"
	"oobscope/views"
)

// with is a console over fakes with settings of its own.
func with(t *testing.T, actions map[string]views.Action, change func(s *settings.Settings, cfg *tui.Config)) (*teatest.Session, *teatest.Engine) {
	t.Helper()
	e := teatest.NewEngine(t)
	cfg := withFakes(e.Config(), actions)
	cfg.Settings = settings.Default()
	change(&cfg.Settings, &cfg)
	return teatest.Start(t, cfg, 100, 30).Sees("oobscope"), e
}

func TestTrailBackAndForward(t *testing.T) {
	t.Parallel()
	s, _ := with(t, map[string]views.Action{"o": {Kind: views.Goto, To: "evidence", Arg: "42"}}, func(*settings.Settings, *tui.Config) {})
	s.Press("8", "7", "1", "o").Sees("\nOverview ▸ About 42", "about <42>") // a trail begins where the menu was used
	s.Press("-").Sees("screen overview").Press("[").Sees("screen diff").Press("backspace").Sees("screen runs", "\nRuns ")
	s.Press("]").Sees("screen diff").Press("]", "]").Sees("about <42>").Press("]").Sees("There is nothing to go forward to.", "about <42>")
	s.Press("-", "-", "3").Sees("screen zones").Press("]").Sees("There is nothing to go forward to.") // a new way was taken
	s.Press("-", "-", "-", "-", "-").Sees("screen overview", "This is where you began.")
	for range 30 {
		s.Press("2", "3")
	}
	s.Sees("screen zones", "\nZones ")
	for range 40 {
		s.Press("-")
	}
	s.Sees("screen overview") // the way is bounded, and its end is the first screen
}

// A screen that was asked for something and is not about one thing is narrowed to it.
func TestGotoNarrowsAList(t *testing.T) {
	t.Parallel()
	s, _ := with(t, map[string]views.Action{"o": {Kind: views.Goto, To: "diff", Arg: "rule:slp"}}, func(*settings.Settings, *tui.Config) {})
	s.Press("o").Sees("screen diff", "query <rule:slp>", "filter: rule:slp")
}

func TestRemappedKeys(t *testing.T) {
	t.Parallel()
	s, _ := with(t, map[string]views.Action{"y": {Kind: views.Copy, Text: "text"}}, func(s *settings.Settings, cfg *tui.Config) {
		s.Keys = []keymap.Change{
			{Action: "start_run", Keys: []string{"W"}}, {Action: "palette", Keys: []string{"alt+p", "f1"}}, {Action: "screen_3", Keys: []string{"Z"}},
			{Action: "quit", Keys: nil}, {Action: "move_down", Keys: []string{"N"}}, {Action: "copy", Keys: []string{"C"}}, {Action: "help", Keys: []string{"r"}},
		}
	})
	s.Sees("W start a run", "r help", "alt+p command", "N/k move", "2 Rules  Z Zones  4 Threat").Press("N", "k", "j", "N").Sees("pressed j k j\n")
	s.Press("C").Sees("copied").Press("q", "3", "?", ":", "N").Sees("pressed j k j y j\n").Press("Z").Sees("screen zones").Press("alt+p").Sees("Command", "W\n")
	s.Press("esc", "f1").Sees("Command").Press("esc", "W").Sees("Start this run?").Press("esc", "r").Sees("help: 12 of ours")
	s.Press("ctrl+c")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
}

// Keys of multiplexers and flow control do nothing, wherever they are pressed.
func TestReservedKeysAreDead(t *testing.T) {
	t.Parallel()
	dead := []string{"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q"}
	s, e := with(t, nil, func(*settings.Settings, *tui.Config) {})
	s.Press(dead...).Press("j").Sees("pressed j\n")
	s.Press("/").Type("ab").Press(dead...).Type("c").Sees("query <abc>", "Filter: abc").Press("esc")
	s.Press(":").Type("zo").Press(dead...).Type("n").Sees("\n: zon\n").Press("esc")
	s.Press("r").Sees("Start this run?").Press(dead...).Sees("Start this run?").Press("enter")
	e.Launched()
	s.Sees("The run is on.").Press("x").Sees("Stop the run?").Press(dead...).Sees("Stop the run?").Press("esc").Press(dead...)
	s.Press("j").Sees("sending packets")
}

func TestMask(t *testing.T) {
	t.Parallel()
	text := "10.20.1.5 and fd00:20::5"
	s, e := with(t, map[string]views.Action{"y": {Kind: views.Copy, Text: text}, "n": {Text: "10.20.1.9 is down"}, "o": {Kind: views.Goto, To: "evidence", Arg: "10.20.1.77"}, "e": {Kind: views.Export, Arg: "text"}},
		func(*settings.Settings, *tui.Config) {})
	s.Press("n").Sees("10.20.1.9 is down").Press("#").Sees("MASKED", "Addresses and host names are masked", "oobscope 1.0.0")
	s.Press("n").Sees(" is down").Misses("10.20")
	s.Press("y").Sees("copied", "addresses and names masked").Copies(func(got string) bool {
		return len(got) == len(text) && !strings.ContainsAny(got, "0123456789") && strings.Contains(got, " and ")
	})
	s.Press("o").Sees("About ").Misses("10.20").Press(":").Type("host 10.20.1.6").Sees("open the host").Misses("10.20").Press("esc", "/").Type("10.20").Sees("Filter: ").Misses("10.20")
	s.Press("esc", "-", "r").Sees("Start this run?", "bmc: ").Misses("10.20").Press("enter")
	e.Launched().Finish()
	s.Sees("complete").Press("e").Sees("Written to", "Its addresses and names are not masked.")
	s.Press("#").Misses("MASKED").Press("n").Sees("10.20.1.9 is down")
}

// With the setting, not even the first frame shows an address.
func TestMaskFromTheStart(t *testing.T) {
	t.Parallel()
	address := regexp.MustCompile(`10\.20\.\d`)
	s, _ := with(t, nil, func(s *settings.Settings, cfg *tui.Config) {
		s.Mask = true
		cfg.Trouble = errors.New("about 10.20.1.9")
	})
	s.Sees("MASKED", "about ").Press("esc").Sees("planned 62 hosts").Press("r").Sees("Start this run?", "bmc: ")
	if found := address.FindString(s.Sent()); found != "" {
		t.Errorf("%q was sent to the terminal", found)
	}
}

func TestMouse(t *testing.T) {
	t.Parallel()
	s, _ := with(t, nil, func(*settings.Settings, *tui.Config) {})
	if strings.Contains(s.Sent(), "\x1b[?1002h") {
		t.Error("the mouse is taken without being asked for")
	}
	click := func(x, y int) { s.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
	s.Press("@").Sends("\x1b[?1002h").Sees("The mouse is ours")
	s.Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}).Sees("pressed down down down\n").Send(tea.MouseWheelMsg{Button: tea.MouseWheelUp}).Sees("down up up up\n")
	click(13, 1)
	s.Sees("screen rules")
	click(99, 1) // behind the last name
	click(1, 1)
	s.Sees("screen overview").Press(":").Type("theme").Sees("▸ theme auto")
	click(5, 14)
	s.Sees("▸ theme mono").Send(tea.MouseWheelMsg{Button: tea.MouseWheelUp}).Sees("▸ theme auto").Press("esc")
	s.Press("r").Sees("Start this run?")
	click(5, 17)
	s.Sees("Start this run?").Press("esc").Press("@").Sends("\x1b[?1002l").Sees("The mouse is the terminal's again")
}

// A click chooses a row of a real list.
func TestClickChoosesARow(t *testing.T) {
	t.Parallel()
	cfg := teatest.NewEngine(t).Config()
	cfg.Settings = settings.Default()
	cfg.Settings.Mouse = true
	s := teatest.Start(t, cfg, 80, 24).Sees("Overview").Press("2").Sees("▸  0 ")
	row := func(text string) int {
		for i, l := range strings.Split(s.Screen(), "\n") {
			if strings.Contains(l, text) {
				return i
			}
		}
		t.Fatalf("no %s on screen:\n%s", text, s.Screen())
		return 0
	}
	s.Send(tea.MouseClickMsg{X: 10, Y: row("dns"), Button: tea.MouseLeft}).Sees("▸  4 ")
	s.Send(tea.MouseClickMsg{X: 10, Y: row("slp"), Button: tea.MouseLeft}).Misses("▸  4 ").Sees("▸  3 ")
	s.Send(tea.MouseClickMsg{X: 10, Y: row("On the wire"), Button: tea.MouseLeft}).Press("j").Sees("▸  4 ")
}

func TestCopyThatIsTooLarge(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("10.20.1.5\n", 10_000)
	actions := map[string]views.Action{"Y": {Kind: views.Copy, Text: big, Arg: "10,000 lines"}}
	s, e := with(t, actions, func(*settings.Settings, *tui.Config) {})
	s.Press("Y").Sees("✓ Too large for the clipboard, so it is in a file", "10,000 lines, 100,000 bytes, readable by you alone:", "/state/copies/copy.txt", "Nothing in it is masked.", "The name of the file is copied (OSC 52)")
	s.Copies(func(text string) bool { return text == "/state/copies/copy.txt" })
	if got := e.Spilled(); len(got) != 1 || got[0] != big {
		t.Errorf("%d texts were written", len(got))
	}
	s.Press("enter", "#", "Y").Sees("Addresses and names in it are masked.")
	if got := e.Spilled(); len(got) != 2 || strings.Contains(got[1], "10.20") || len(got[1]) != len(big) {
		t.Error("a masked console wrote addresses")
	}
	e.Refuse["spill"] = errors.New("no space left on device")
	s.Press("enter", "Y").Sees("✗ Failed: no space left on device")
}

// GNU screen takes a clipboard in envelopes of its own, tmux says what it needs, and says it once.
func TestCopyInMultiplexers(t *testing.T) {
	t.Parallel()
	actions := map[string]views.Action{"y": {Kind: views.Copy, Text: strings.Repeat("x", 900)}}
	s, _ := with(t, actions, func(_ *settings.Settings, cfg *tui.Config) { cfg.Env = []string{"TERM=screen", "STY=1.x"} })
	s.Press("y").Sees("copied").Sends("\x1bP\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("xxx")))
	if strings.Contains(s.Sent(), "\x1b]52;c;"+strings.Repeat("eHh4", 300)) {
		t.Error("a string that is too long for screen was sent without an envelope")
	}
	for _, env := range []string{"TERM=tmux-256color", "TERM=screen"} { // screen around tmux, and who knows
		s, _ = with(t, map[string]views.Action{"y": {Kind: views.Copy, Text: "short"}}, func(_ *settings.Settings, cfg *tui.Config) { cfg.Env = []string{env, "STY=1.x", "TMUX=/tmp/x"} })
		s.Press("y").Copies(func(text string) bool { return text == "short" })
		switch wrapped := "\x1bP\x1b]52"; {
		case env == "TERM=screen":
			s.Sends(wrapped) // after the bare one or before it
		case strings.Contains(s.Sent(), wrapped):
			t.Errorf("%s: in an envelope", env)
		}
	}
	s, _ = with(t, actions, func(_ *settings.Settings, cfg *tui.Config) { cfg.Env = []string{"TERM=screen", "TMUX=/tmp/x"} })
	s.Press("y").Sees("tmux: needs set-clipboard on").Copies(func(text string) bool { return len(text) == 900 }).Press("j", "y").Sees("copied").Misses("tmux: needs")
}

func TestKeepTheLastScreen(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		keep bool
		key  string
		want bool
	}{"q": {false, "q", false}, "Q": {false, "Q", true}, "setting": {true, "q", true}} {
		s, _ := with(t, nil, func(s *settings.Settings, _ *tui.Config) { s.KeepScreen = row.keep })
		s.Press("2", "j").Sees("screen rules", "pressed j").Press(row.key)
		if err := s.Ended(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(s.Screen(), "screen rules"); got != row.want {
			t.Errorf("%s: the last screen is there: %t\n%s", name, got, s.Screen())
		}
		if strings.Contains(s.Screen(), "r start a run") {
			t.Errorf("%s: keys are left that do nothing any more", name)
		}
	}
}

// The question whether to leave comes first, and the screen behind it is what stays.
func TestKeepTheLastScreenOfARun(t *testing.T) {
	t.Parallel()
	s, r := started(t, teatest.NewEngine(t), nil)
	r.Settle(0, 31)
	s.Sees("310 settled").Press("Q").Sees("Stop it and quit?").Press("enter")
	if err := s.Ended(); err != nil {
		t.Fatal(err)
	}
	s.Sees("310 settled", "screen overview")
}

func TestProgressInTheTerminal(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	cfg := withFakes(e.Config(), nil)
	cfg.Settings = settings.Default()
	cfg.Settings.Progress = true
	s := teatest.Start(t, cfg, 100, 30).Sees("screen overview").Press("r").Sees("enter: yes").Press("enter")
	r := e.Launched()
	r.Settle(0, 31)
	s.Sends("\x1b]9;4;1;50\x07")
	r.Finish()
	s.Sends("\x1b]9;4;0\x07")
	s, r = started(t, teatest.NewEngine(t), nil)
	r.Settle(0, 31)
	s.Sees("310 settled")
	if strings.Contains(s.Sent(), "]9;4;") {
		t.Error("progress was sent without being asked for")
	}
}

func TestConfigPage(t *testing.T) {
	t.Parallel()
	_, err := settings.Read("config.yaml", []byte("theme: drak\nkeys:\n  start_run: ctrl+s\n  fold_all: j\n"))
	s, _ := with(t, nil, func(_ *settings.Settings, cfg *tui.Config) { cfg.Trouble = err })
	s.Sees("✗ The config file has mistakes", "config.yaml:1:8: theme: found \"drak\"", "config.yaml:3:14: keys.start_run", "is bound to fold_all and move_down", "What to do", "oobscope config check")
	s.Press("esc").Sees("screen overview").Press("r").Sees("Start this run?")
}

// Where a line of input cannot be seen, nothing is typed into it.
func TestSmallWindowTakesNoInput(t *testing.T) {
	t.Parallel()
	s, _ := with(t, nil, func(*settings.Settings, *tui.Config) {})
	s.Press(":").Sees("Command").Resize(50, 12).Sees("60x16").Type("quit").Press("enter").Resize(100, 30).Sees("Command", "\n:\n").Press("esc")
	s.Press("2", "/").Sees("Filter:").Resize(50, 12).Sees("60x16").Type("q").Press("esc").Resize(100, 30).Sees("screen rules", "query <>", "r start a run")
}

// A page that is longer than the window says so, and can be read to its end.
func TestLongPageScrolls(t *testing.T) {
	t.Parallel()
	var long []string
	for i := range 40 {
		long = append(long, fmt.Sprintf("mistake number %d", i))
	}
	s, _ := with(t, nil, func(_ *settings.Settings, cfg *tui.Config) { cfg.Trouble = errors.New(strings.Join(long, "\n")) })
	s.Sees("mistake number 0", "close this page   j/k: scroll").Misses("mistake number 39").Press("G").Sees("mistake number 39", "What to do")
	s.Press("g").Sees("mistake number 0").Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown}).Sees("mistake number 21").Press("enter").Sees("screen overview")
}

// Texts name the keys that the user has: with r on W, nobody is told to press r.
func TestTextsNameTheUsersKeys(t *testing.T) {
	t.Parallel()
	cfg := teatest.NewEngine(t).Config()
	cfg.Settings = settings.Default()
	cfg.Settings.Keys = []keymap.Change{{Action: "start_run", Keys: []string{"W"}}, {Action: "clear_or_back"}}
	s := teatest.Start(t, cfg, 80, 24).Sees("No run yet: press W to start one;").Press(":").Type("lang ja").Press("enter").Sees("Wキーで計画します")
	s.Press(":").Type("lang en").Press("enter", "2", "/").Type("nothing like it").Press("enter").Sees("press :clear_or_back to clear it")
}
