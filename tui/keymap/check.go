package keymap

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Known tells whether an action has that name.
func Known(name string) bool { return find(name) >= 0 }

// Names are the names of all actions, in the order of the table.
func Names() []string {
	out := make([]string, len(actions))
	for i := range actions {
		out[i] = actions[i].Name
	}
	return out
}

// named are the keys that have a word for a name and that every terminal can send.
var named = []string{
	"enter", "esc", "tab", "space", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown",
}

// refused are keys that nothing may be bound to, with the reason.
var refused = map[string]string{
	"ctrl+a": "it belongs to screen", "ctrl+b": "it belongs to tmux", "ctrl+s": "it stops the terminal", "ctrl+q": "it lets the terminal go on",
	"ctrl+c": "it always quits", "ctrl+i": "terminals send it as tab", "ctrl+m": "terminals send it as enter", "ctrl+[": "terminals send it as esc",
	"ctrl+h": "many terminals send it as backspace", "ctrl+j": "many terminals send it as enter",
}

// Check returns a key as the console knows it; problem says why it cannot be used, and is empty if it can.
func Check(key string) (spelling, problem string) {
	if utf8.RuneCountInString(key) == 1 {
		r, _ := utf8.DecodeRuneInString(key)
		switch {
		case r == ' ':
			return "space", ""
		case r == utf8.RuneError || !unicode.IsGraphic(r):
			return "", "it is no key that can be typed"
		}
		return key, ""
	}
	k := strings.ToLower(key)
	if why, no := refused[k]; no {
		return "", why
	}
	mod, rest := "", k
	if at := strings.LastIndex(k[:max(0, len(k)-1)], "+"); at >= 0 {
		mod, rest = k[:at], k[at+1:]
	}
	switch mod {
	case "":
		return plain(k)
	case "ctrl":
		if len(rest) == 1 && rest[0] >= 'a' && rest[0] <= 'z' {
			return k, ""
		}
		return "", "terminals cannot send ctrl with anything but a letter"
	case "alt":
		if len(rest) == 1 && (rest[0] >= 'a' && rest[0] <= 'z' || rest[0] >= '0' && rest[0] <= '9') {
			return k, ""
		}
		return "", "alt goes with a letter or a digit alone"
	case "shift":
		return shifted(k, rest)
	}
	return "", "no terminal can send it"
}

func plain(k string) (string, string) {
	if k == "pgdn" {
		return "pgdown", ""
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(k, "f")); err == nil && k[0] == 'f' && n >= 1 && n <= 12 && k == "f"+strconv.Itoa(n) {
		return k, ""
	}
	if slices.Contains(named, k) {
		return k, ""
	}
	return "", "no key has that name"
}

func shifted(k, rest string) (string, string) {
	switch {
	case rest == "tab":
		return k, ""
	case len(rest) == 1:
		return "", "write the letter that shift makes: " + strings.ToUpper(rest)
	}
	return "", "many terminals cannot send it"
}
