// Package recall is what the console remembers from one session to the next: where the user was, what was
// narrowed down, how lists were arranged, what was asked for, which theme.
//
// It turns that into bytes and back and does nothing else. What it reads is only a comfort: whatever is wrong
// with it is dropped, and it never stands in the way of a start.
package recall

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of what is kept and read back.
const (
	MaxBytes = 64 << 10 // of the whole
	maxText  = 4096     // bytes of one text
	maxTexts = 64       // entries of one map
	maxLines = 100      // of the history
)

const schema = "oobscope.console/v1"

// Recall is what is remembered.
type Recall struct {
	Screen  string            // the last screen of the menu, by name
	Filters map[string]string // by screen
	Kept    map[string]string // settings of screens, by screen: see views.Keeper
	History []string          // of the palette, the oldest first
	Theme   string            // chosen in the console; empty if none was
	Over    string            // what the settings said when it was chosen: if they say something else now, they win
}

// file is how it is written.
type file struct {
	Schema  string            `json:"schema"`
	Screen  string            `json:"screen,omitempty"`
	Filters map[string]string `json:"filters,omitempty"`
	Kept    map[string]string `json:"kept,omitempty"`
	History []string          `json:"history,omitempty"`
	Theme   string            `json:"theme,omitempty"`
	Over    string            `json:"theme_over,omitempty"`
}

// Decode reads what Encode wrote. With an error, nothing is remembered; no bytes at all are no error.
func Decode(data []byte) (Recall, error) {
	if len(data) == 0 {
		return Recall{}, nil
	}
	if len(data) > MaxBytes {
		return Recall{}, fmt.Errorf("found more than %d bytes", MaxBytes)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return Recall{}, fmt.Errorf("found damaged JSON: %w", err)
	}
	if f.Schema != schema {
		return Recall{}, errors.New("found another schema than " + schema)
	}
	return Recall{
		Screen: fit(f.Screen), Filters: fitAll(f.Filters), Kept: fitAll(f.Kept), History: fitLines(f.History), Theme: fit(f.Theme), Over: fit(f.Over),
	}, nil
}

// Encode writes it. The history gives way, the oldest first, if the whole is too large.
func (r Recall) Encode() ([]byte, error) {
	f := file{schema, fit(r.Screen), fitAll(r.Filters), fitAll(r.Kept), fitLines(r.History), fit(r.Theme), fit(r.Over)}
	for {
		data, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("encode the state of the console: %w", err)
		}
		if len(data) < MaxBytes {
			return append(data, '\n'), nil
		}
		if len(f.History) == 0 {
			f.Kept, f.Filters = nil, nil
			continue
		}
		f.History = f.History[(len(f.History)+1)/2:]
	}
}

// fit keeps a text of a sane length that is one line of text, else nothing.
func fit(s string) string {
	if len(s) > maxText || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return s
}

func fitLines(lines []string) []string {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return fit(l) == "" })
	if len(lines) == 0 {
		return nil
	}
	return lines[max(0, len(lines)-maxLines):]
}

func fitAll(texts map[string]string) map[string]string {
	var out map[string]string
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		if v := fit(texts[k]); v != "" && fit(k) != "" && len(out) < maxTexts {
			if out == nil {
				out = map[string]string{}
			}
			out[k] = v
		}
	}
	return out
}
