package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/teatest"
	"oobscope/views"
)

// Every key of ours, pressed by a person: what is on screen afterwards.
func TestKeys(t *testing.T) {
	t.Parallel()
	actions := map[string]views.Action{
		"o": {Kind: views.Goto, To: "evidence", Arg: "42"}, "b": {Kind: views.Back}, "w": {Kind: views.Goto, To: "nowhere"},
		"y": {Kind: views.Copy, Text: "one\ntwo\n"}, "e": {Kind: views.Copy}, "Y": {Kind: views.Copy, Text: strings.Repeat("x", 80_000)},
		"n": {Text: "a word from the screen"}, "s": {Kind: views.Start}, "Q": {Kind: views.Quit},
	}
	rows := []struct {
		name  string
		press []string
		sees  string
	}{
		{"first screen", nil, "screen overview"},
		{"digit 2", []string{"2"}, "screen rules"},
		{"digit 9", []string{"9"}, "screen kits"},
		{"digit 0", []string{"0"}, "help: 11 of ours"},
		{"help", []string{"?"}, "of the screen [{j/k move} {enter open}]"},
		{"help from elsewhere", []string{"3", "?"}, "of the screen [{f fold}]"},
		{"back from help", []string{"3", "?", "-"}, "screen zones"},
		{"backspace", []string{"3", "4", "backspace"}, "screen zones"},
		{"esc goes back", []string{"3", "4", "esc", "esc"}, "screen overview"},
		{"back at the start", []string{"-"}, "screen overview"},
		{"to the screen", []string{"j", "k", "ctrl+d"}, "pressed j k ctrl+d"},
		{"digits are ours", []string{"1", "j"}, "pressed j\n"},
		{"goto with argument", []string{"o"}, "about <42>"},
		{"trail", []string{"o"}, "Overview ▸ About 42"},
		{"back from there", []string{"o", "-"}, "screen overview"},
		{"goto unknown", []string{"w"}, "! No screen is named nowhere."},
		{"copy", []string{"y"}, "copied 2 lines, 8 bytes (OSC 52)"},
		{"copy nothing", []string{"e"}, "There is nothing to copy here."},
		{"copy too much", []string{"Y"}, "1 line, 80,000 bytes, readable by you alone:"},
		{"note", []string{"n"}, "a word from the screen"},
		{"flow control is left alone", []string{"ctrl+s", "ctrl+q", "ctrl+a", "ctrl+b", "j"}, "pressed j\n"},
		{"start asks", []string{"r"}, "Start this run?"},
		{"start by the screen", []string{"s"}, "At most 40 conversations with one host"},
		{"start refused", []string{"r", "esc"}, "read-only"},
		{"cancel without a run", []string{"x"}, "pressed x"},
		{"freeze without a run", []string{"f"}, "No run is on."},
		{"a screen's own f", []string{"2", "f"}, "pressed f"},
		{"filter", []string{"/", "c", "i", "m"}, "query <cim>"},
		{"filter is shown", []string{"/", "c", "i", "m", "enter"}, "filter: cim"},
		{"filter keeps digits", []string{"/", "5", "9", "q"}, "query <59q>"},
		{"filter edits", []string{"/", "a", "b", "backspace", "left", "x"}, "query <xa>"},
		{"filter word", []string{"/", "a", "space", "b", "ctrl+w"}, "query <a >"},
		{"filter esc clears", []string{"/", "a", "esc"}, "query <>"},
		{"esc clears a kept filter", []string{"/", "a", "enter", "esc"}, "query <>"},
		{"filter goes on", []string{"/", "a", "enter", "/", "b"}, "query <ab>"},
		{"list moves under a filter", []string{"/", "a", "down"}, "pressed down"},
		{"by name", []string{":", "z", "o", "n", "e", "s", "enter"}, "screen zones"},
		{"by prefix", []string{":", "k", "i", "enter"}, "screen kits"},
		{"by name with argument", []string{":", "e", "v", "i", "d", "e", "n", "c", "e", "space", "7", "enter"}, "about <7>"},
		{"list of names", []string{":", "r", "u", "n"}, "▸ runs"},
		{"tab takes the chosen name", []string{":", "r", "u", "l", "tab"}, "\n: rules\n"},
		{"tab completes a name", []string{":", "z", "tab", "enter"}, "screen zones"},
		{"unknown name", []string{":", "n", "o", "p", "q", "enter"}, "Nothing here has that name."},
		{"command esc", []string{":", "z", "esc", "j"}, "pressed j\n"},
		{"command start", []string{":", "s", "t", "a", "r", "t", "enter"}, "Start this run?"},
		{"command export", []string{":", "e", "x", "p", "o", "r", "t", "enter"}, "There is no stored run on screen to export."},
		{"empty command", []string{":", "enter", "j"}, "pressed j\n"},
	}
	for _, row := range rows {
		t.Run(strings.ReplaceAll(row.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			s := teatest.Start(t, withFakes(teatest.NewEngine(t).Config(), actions), 100, 24)
			s.Sees("screen overview").Press(row.press...).Sees(row.sees)
		})
	}
}

func TestQuitKeys(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{
		"q": {"q"}, "ctrl+c": {"ctrl+c"}, "action": {"Q"}, "command": {":", "q", "enter"}, "over_a_prompt": {"/", "ctrl+c"},
		"in_the_middle_of_a_question": {"r", "ctrl+c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := withFakes(teatest.NewEngine(t).Config(), map[string]views.Action{"Q": {Kind: views.Quit}})
			s := teatest.Start(t, cfg, 80, 24).Sees("screen overview").Press(keys...)
			if err := s.Ended(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCopyReachesTheTerminal(t *testing.T) {
	t.Parallel()
	cfg := withFakes(teatest.NewEngine(t).Config(), map[string]views.Action{"y": {Kind: views.Copy, Text: "日本\n", Arg: "1 line"}})
	s := teatest.Start(t, cfg, 80, 24).Sees("screen overview").Press("y")
	s.Copies(func(text string) bool { return text == "日本\n" }).Sees("copied 1 line, 7 bytes (OSC 52)")
}

func TestPasteIsDataNotKeys(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, withFakes(teatest.NewEngine(t).Config(), nil), 80, 24).Sees("screen overview")
	s.Send(tea.PasteMsg{Content: "q2r"}).Press("/").Send(tea.PasteMsg{Content: "a\x1b[2J\nb\u202e"})
	s.Sees(`query <a\x1b[2J b\u{202e}>`).Send(tea.PasteMsg{Content: strings.Repeat("y", 4000)}).Sees("The text was cut")
}
