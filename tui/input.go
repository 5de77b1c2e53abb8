package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/views"
)

// maxInput caps a line of input, in bytes; a filter or a name is far shorter.
const maxInput = 512

// editor is a line of input. It counts in grapheme clusters, so that the cursor never stands inside one.
// The zero value is empty.
type editor struct {
	text []string // grapheme clusters
	at   int      // the cursor stands before text[at]
}

// clusters splits s; what has no width joins the cluster before it.
func clusters(s string) []string {
	var out []string
	for len(s) > 0 {
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		if c == "" {
			break
		}
		out = append(out, c)
		s = s[len(c):]
	}
	return out
}

func (e *editor) String() string { return strings.Join(e.text, "") }

func (e *editor) set(s string) {
	e.text = clusters(s)
	e.at = len(e.text)
}

// insert puts typed or pasted text at the cursor, made one safe line; false if some of it did not fit.
func (e *editor) insert(s string) bool {
	whole := len(s)
	s = views.Safe(s[:min(whole, 2*maxInput)]) // a paste may be megabytes
	before, after := strings.Join(e.text[:e.at], ""), strings.Join(e.text[e.at:], "")
	room := maxInput - len(before) - len(after)
	fits := len(s) <= room && whole <= 2*maxInput
	if !fits {
		s = firstClusters(s, room)
	}
	e.text = clusters(before + s + after)
	e.at = len(clusters(before + s))
	e.at = min(e.at, len(e.text))
	return fits
}

// firstClusters are the first whole clusters of s that fit in room bytes.
func firstClusters(s string, room int) string {
	n := 0
	for n < len(s) {
		c, _ := ansi.FirstGraphemeCluster(s[n:], ansi.GraphemeWidth)
		if c == "" || n+len(c) > room {
			break
		}
		n += len(c)
	}
	return s[:n]
}

// press edits by a key; false if the key does not edit.
func (e *editor) press(key string) bool {
	switch key {
	case "left":
		e.at = max(0, e.at-1)
	case "right":
		e.at = min(len(e.text), e.at+1)
	case "home":
		e.at = 0
	case "end", "ctrl+e":
		e.at = len(e.text)
	case "backspace", "ctrl+h":
		e.drop(e.at - 1)
	case "delete", "ctrl+d":
		e.drop(e.at)
	case "ctrl+u":
		e.text, e.at = e.text[e.at:], 0
	case "ctrl+k":
		e.text = e.text[:e.at]
	case "ctrl+w":
		from := e.at
		for from > 0 && e.text[from-1] == " " {
			from--
		}
		for from > 0 && e.text[from-1] != " " {
			from--
		}
		e.text = append(e.text[:from:from], e.text[e.at:]...)
		e.at = from
	default:
		return false
	}
	return true
}

func (e *editor) drop(i int) {
	if i < 0 || i >= len(e.text) {
		return
	}
	e.text = append(e.text[:i:i], e.text[i+1:]...)
	if i < e.at {
		e.at--
	}
}

// window is the part of the text in sight over w cells, and the cell of the cursor in it.
func (e *editor) window(w int) (text string, cursor int) {
	if w <= 1 {
		return "", 0
	}
	from, before := e.at, 0
	for from > 0 {
		n := ansi.StringWidth(e.text[from-1])
		if before+n > w-1 {
			break
		}
		before += n
		from--
	}
	return ansi.Truncate(strings.Join(e.text[from:], ""), w, ""), before
}
