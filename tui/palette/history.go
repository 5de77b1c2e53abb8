package palette

import "slices"

// The bounds of a history: a line is typed by hand, and nobody looks back further.
const (
	MaxHistory = 100
	maxLine    = 512 // bytes
)

// History is what was asked for, the oldest first. The zero value is empty.
type History struct {
	lines []string
	at    int    // how far back the user is looking; 0: not at all
	typed string // what was in the line before they looked back
}

// NewHistory takes over what was kept, as far as it is fit.
func NewHistory(kept []string) *History {
	h := &History{}
	for _, l := range kept {
		h.Add(l)
	}
	return h
}

// Lines are what was asked for, the oldest first.
func (h *History) Lines() []string { return slices.Clone(h.lines) }

// Add puts a line at the end. One that was there before moves there.
func (h *History) Add(line string) {
	h.Leave()
	if line == "" || len(line) > maxLine {
		return
	}
	h.lines = append(slices.DeleteFunc(h.lines, func(l string) bool { return l == line }), line)
	if n := len(h.lines) - MaxHistory; n > 0 {
		h.lines = slices.Delete(h.lines, 0, n)
	}
}

// Older looks one line further back; typed is what the line holds now. ok is false at the oldest.
func (h *History) Older(typed string) (line string, ok bool) {
	if h.at == len(h.lines) {
		return "", false
	}
	if h.at == 0 {
		h.typed = typed
	}
	h.at++
	return h.lines[len(h.lines)-h.at], true
}

// Newer comes back by one line, at last to what was typed. ok is false if there is nothing to come back from.
func (h *History) Newer() (line string, ok bool) {
	switch h.at {
	case 0:
		return "", false
	case 1:
		h.at = 0
		return h.typed, true
	}
	h.at--
	return h.lines[len(h.lines)-h.at], true
}

// Looking tells whether the line shows something from the history.
func (h *History) Looking() bool { return h.at > 0 }

// Leave stops looking back.
func (h *History) Leave() { h.at, h.typed = 0, "" }
