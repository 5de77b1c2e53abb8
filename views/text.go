package views

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"oobscope/probes"
)

const blanks = "                                                                                                                                "

func pad(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Width is how many cells s takes on a terminal; styles take none. It agrees with ansi.StringWidth, which
// looks every character up in the grapheme tables; what cannot join with its neighbours is counted without.
func Width(s string) int {
	n := 0
	joint := false // the character before is ASCII, and a mark could join with it
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= 0x20 && c < 0x7f:
			n++
			i++
			joint = true
			continue
		case c == 0x1b && i+1 < len(s) && s[i+1] == '[':
			for i += 2; i < len(s) && (s[i] < 0x40 || s[i] > 0x7e); i++ {
			}
			i++
		case c >= 0x80:
			w, size := loner(s[i:])
			if w == 0 && joint {
				return n - 1 + ansi.StringWidth(s[i-1:])
			}
			if w == 0 {
				return n + ansi.StringWidth(s[i:])
			}
			n += w
			i += size
		case c == 0x1b:
			return n + ansi.StringWidth(s[i:])
		default:
			i++
		}
		joint = false
	}
	return n
}

// loner is the width of the first character of s if its width is certain and nothing joins with it; else 0.
func loner(s string) (width, size int) {
	r, size := utf8.DecodeRuneInString(s)
	width = certain(r)
	if width > 0 && size < len(s) && s[size] >= 0x80 {
		if next, _ := utf8.DecodeRuneInString(s[size:]); certain(next) == 0 {
			return 0, size
		}
	}
	return width, size
}

// certain is the width of the signs of a theme and of Japanese text; 0 for everything else.
func certain(r rune) int {
	switch {
	case r >= 0x2500 && r <= 0x25a9, r >= 0x25b2 && r <= 0x25b5, r >= 0x25b7 && r <= 0x25bf,
		r >= 0x25c6 && r <= 0x25d3, r == '…', r == '–', r == '·', r == '→', r == '•', r == '✓', r == '✗', r == '≠', r == '⊘', r == '⊗':
		return 1
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fe, r >= 0x4e00 && r <= 0x9fff, r >= 0x3001 && r <= 0x3015,
		r >= 0xff01 && r <= 0xff60:
		return 2
	}
	return 0
}

// Safe makes one line of a text from outside (kit, site, evidence): what does not print becomes visible
// or a blank, so that it can neither move the cursor nor break the width. Printable text costs no copy.
func Safe(s string) string {
	if printable(s) {
		return s
	}
	s = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ", "\u00a0", " ", "\u3000", "  ").Replace(s)
	return probes.Clean(s, len(s))
}

func printable(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && n <= 1) || !unicode.IsPrint(r) {
			return false
		}
		i += n
	}
	return true
}

// Cut shortens s to at most w cells and marks the cut with "…".
func Cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// Fit makes s exactly w cells wide: cut with "…", or padded on the right.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "…")
		n = Width(s)
	}
	return s + pad(w-n)
}

// FitRight makes s exactly w cells wide, against the right edge.
func FitRight(s string, w int) string {
	s = Cut(s, w)
	return pad(w-Width(s)) + s
}

// Frame gives exactly h lines, none wider than w cells: lines are cut, and missing ones are empty.
func (t *Theme) Frame(lines []string, w, h int) string {
	if t.Spoken != nil {
		return t.say(lines)
	}
	var b strings.Builder
	b.Grow(h * (w + 16))
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i < len(lines) {
			b.WriteString(Cut(lines[i], w))
		}
	}
	if t.ASCII {
		return strings.ReplaceAll(b.String(), "…", "~")
	}
	return b.String()
}

// Heading is a section head over w cells: title, rule, and what stands at the right end.
func (t *Theme) Heading(title, right string, w int) string {
	title, right = Safe(title), Safe(right)
	if w <= 0 {
		return ""
	}
	if t.Spoken != nil && right != "" {
		return title + ": " + right
	}
	if right == "" {
		title = Cut(title, w)
		return t.Title.On(title) + t.rule(w-Width(title))
	}
	rw := Width(right)
	if rw+2 > w {
		return t.Title.On(Cut(title, w))
	}
	title = Cut(title, w-rw-2)
	return t.Title.On(title) + t.rule(w-Width(title)-rw-1) + " " + t.Dim.On(right)
}

func (t *Theme) rule(n int) string {
	if n < 2 || t.Glyph.Rule == "" {
		return pad(n)
	}
	return " " + t.Dim.On(strings.Repeat(t.Glyph.Rule, n-1))
}

// Fields sets label and value pairs under each other; values wrap beside their labels.
func (t *Theme) Fields(pairs [][2]string, w int) []string {
	if t.Spoken != nil {
		return spokenFields(pairs)
	}
	label := 0
	for _, p := range pairs {
		label = max(label, Width(p[0]))
	}
	label = min(label, max(4, w/3))
	var out []string
	for _, p := range pairs {
		for i, line := range Wrap(p[1], max(1, w-label-2)) {
			head := pad(label)
			if i == 0 {
				head = t.Dim.On(Fit(Safe(p[0]), label))
			}
			out = append(out, head+"  "+line)
		}
	}
	return out
}

// Indent puts n blanks before each line.
func Indent(lines []string, n int) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = pad(n) + l
	}
	return out
}

// TwoColumns is the function TwoColumns for a theme: what is spoken follows each other.
func (t *Theme) TwoColumns(left, right func(w int) []string, w int, share float64, least int) []string {
	if t.Spoken != nil {
		least = w
	}
	return TwoColumns(left, right, w, share, least)
}

// TwoColumns sets two blocks side by side, left taking share of the width; if either half would be
// narrower than least cells, they stand under each other. A block is drawn for the width that it gets.
func TwoColumns(left, right func(w int) []string, w int, share float64, least int) []string {
	const gap = 2
	lw := int(float64(w-gap) * share)
	rw := w - gap - lw
	if lw < least || rw < least {
		return append(append(left(w), ""), right(w)...)
	}
	l, r := left(lw), right(rw)
	out := make([]string, max(len(l), len(r)))
	for i := range out {
		var a, b string
		if i < len(l) {
			a = l[i]
		}
		if i < len(r) {
			b = r[i]
		}
		out[i] = Fit(a, lw) + pad(gap) + b
	}
	return out
}
