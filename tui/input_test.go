package tui

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// editKey makes the message of a key that edits.
func editKey(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: codes[name]}
}

func TestEditor(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, start, keys, typed, want string }{
		{"type", "", "", "abc", "abc"}, {"in the middle", "ac", "left", "b", "abc"}, {"at home", "bc", "home", "a", "abc"},
		{"backspace", "abc", "backspace", "", "ab"}, {"backspace at home", "abc", "home backspace", "", "abc"},
		{"delete", "abc", "home delete", "", "bc"}, {"delete at the end", "abc", "delete", "", "abc"},
		{"kill before", "abc", "left ctrl+u", "", "c"}, {"kill after", "abc", "left ctrl+k", "", "ab"},
		{"kill a word", "one two  ", "ctrl+w", "", "one "}, {"wide", "日本", "left backspace", "", "本"},
		{"a mark joins", "e", "", "\u0301", "e\u0301"}, {"beyond the ends", "ab", "left left left right right right", "c", "abc"},
		{"control bytes", "", "", "a\x1b[31m\n\tb", `a\x1b[31m  b`}, {"end", "ab", "home end", "c", "abc"},
	}
	for _, r := range rows {
		e := newEditor()
		e.set(r.start)
		for _, k := range strings.Fields(r.keys) {
			e.press(editKey(k))
		}
		e.insert(r.typed)
		if got := e.String(); got != r.want {
			t.Errorf("%s: %q, want %q", r.name, got, r.want)
		}
	}
}

func FuzzEditor(f *testing.F) {
	f.Add("abc", "日本e\u0301\x1b[2J", 3)
	f.Add("\xff\xfe", "👨‍👩‍👧\u200d", 1)
	f.Add(strings.Repeat("x", maxInput), "y", 80)
	f.Fuzz(func(t *testing.T, start, typed string, w int) {
		e := newEditor()
		e.insert(start)
		for _, k := range []string{"left", "ctrl+w", "left", "delete", "backspace"} {
			e.press(editKey(k))
		}
		e.insert(typed)
		if n := utf8.RuneCountInString(e.String()); n > maxInput {
			t.Fatalf("%d characters", n)
		}
		w = min(max(w, 0), 300)
		text, cursor := e.window(w)
		if ansi.StringWidth(text) > w || cursor > w || strings.ContainsAny(text, "\x1b\n\r") {
			t.Fatalf("window %q of %d cells, cursor %d", text, w, cursor)
		}
	})
}

func TestSayIsNoFormat(t *testing.T) {
	t.Parallel()
	if got := say("a %s b %s", "%s%d", "x"); got != "a %s%d b x" {
		t.Errorf("%q", got)
	}
	if got := say("no verb", "x"); got != "no verb" {
		t.Errorf("%q", got)
	}
}

func TestMeter(t *testing.T) {
	t.Parallel()
	var p meter
	for i := range 200 {
		p.add(i*10, time.Duration(i)*100*time.Millisecond)
	}
	if p.rate < 99 || p.rate > 101 {
		t.Errorf("rate %.1f a second, want 100", p.rate)
	}
	if got := p.left(1000); got != 10*time.Second {
		t.Errorf("left %s, want 10s", got)
	}
	for i := range 600 {
		p.add(1990, 20*time.Second+time.Duration(i)*100*time.Millisecond)
	}
	if p.rate > 0.01 || p.left(1000) != 0 {
		t.Errorf("a run that stands still: rate %.3f, left %s", p.rate, p.left(1000))
	}
}
