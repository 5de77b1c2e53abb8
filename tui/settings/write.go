package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oobscope/tui/keymap"
)

// Show writes settings as a config file that reads back as the same.
func Show(s Settings) string {
	var b strings.Builder
	for _, l := range lines(&s) {
		fmt.Fprintf(&b, "%s: %s\n", l.key, l.value)
	}
	if len(s.Keys) > 0 {
		b.WriteString("keys:\n")
		for _, c := range s.Keys {
			fmt.Fprintf(&b, "  %s: %s\n", c.Action, list(c.Keys))
		}
	}
	return b.String()
}

// Example is a config file that says of every setting what it is for, with the defaults. Every setting is
// commented out, so that the file changes nothing until it is edited.
func Example() string {
	var b strings.Builder
	b.WriteString("# Settings of the console. A line takes effect once its \"# \" is gone.\n# What a file does not say keeps its default, which is shown here.\n")
	s := Default()
	for _, l := range lines(&s) {
		fmt.Fprintf(&b, "\n# %s\n# %s: %s\n", strings.ReplaceAll(l.about, "\n", "\n# "), l.key, l.value)
	}
	b.WriteString("\n# Keys: an action, and the key or the list of keys that does it. An empty list takes it off the\n" +
		"# keyboard; the palette still has it.\n# keys:\n")
	for _, a := range keymap.Actions() {
		where := ""
		if a.On != nil {
			where = " # on " + strings.Join(a.On, ", ")
		}
		fmt.Fprintf(&b, "#   %s: %s%s\n", a.Name, list(a.Keys), where)
	}
	return b.String()
}

// line is one setting as it is written.
type line struct{ key, value, about string }

func lines(s *Settings) []line {
	return []line{
		{"theme", s.Theme, "Colours: " + strings.Join(Themes, ", ") + ".\nauto asks the terminal whether its background is dark or light."},
		{"lang", s.Lang, "Language: auto (the locale's), " + strings.Join(Languages, ", ") + "."},
		{"ascii", s.ASCII, "Draw with ASCII alone: auto (if the locale is not UTF-8), on, off."},
		{"sync", s.Sync, "Have the terminal show each frame as a whole (synchronized output): auto, on, off."},
		{"pulse", s.Pulse.String(), "Time between two redraws while a run is on, 50ms to 5s."},
		{"low_bandwidth", flag(s.LowBandwidth), "For a slow line: redraw a run four times a second at most."},
		{"mouse", flag(s.Mouse), "Take the mouse: wheel and clicks work, and the terminal no longer selects text by itself."},
		{"mask", flag(s.Mask), "Show invented letters in place of every address, for screenshots."},
		{"progress", flag(s.Progress), "Show the progress of a run in the tab or the task bar of the terminal (OSC 9;4)."},
		{"keep_screen", flag(s.KeepScreen), "Leave the last screen in the terminal after quitting."},
		{"plain", flag(s.Plain), "A dialogue in lines instead of screens, for screen readers."},
	}
}

func flag(on bool) string { return strconv.FormatBool(on) }

// list writes keys as YAML: quoted, since many of them are signs that mean something there.
func list(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k
		if strings.Trim(k, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+0123456789") != "" || truth(k) || strings.Trim(k, "0123456789+") == "" {
			out[i] = strconv.Quote(k)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// truth tells whether YAML, of any version, would read a letter as a truth value.
func truth(k string) bool { return slices.Contains([]string{"y", "Y", "n", "N"}, k) }
