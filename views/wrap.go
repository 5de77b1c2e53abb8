package views

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A line must not begin with noHead nor end with noTail (the line-breaking rules of Japanese typesetting,
// JIS X 4051, in the small part that prose on a screen needs).
const (
	noHead = "、。，．・：；？！ー～）」』】〕》〉’”…ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々)]},.!?:;"
	noTail = "（「『【〔《〈‘“([{"
)

// piece is a run of text that is not broken unless it is wider than the whole line.
type piece struct {
	text  string
	width int
	space bool // a blank stood before it
}

// Wrap breaks prose into lines of at most w cells: between words, and between wide characters where
// Japanese allows it. Line ends in the prose are kept; what does not print is made visible. It is linear
// in the text and not meant for every frame of a large one.
func Wrap(prose string, w int) []string {
	if w <= 0 {
		return nil
	}
	var out []string
	prose = strings.ReplaceAll(prose, "\r\n", "\n")
	for _, para := range strings.Split(strings.TrimRight(prose, "\n"), "\n") {
		out = append(out, wrapLine(Safe(para), w)...)
	}
	return out
}

func wrapLine(s string, w int) []string {
	if Width(s) <= w {
		return []string{strings.TrimRight(s, " ")}
	}
	var out []string
	line, used := strings.Builder{}, 0
	flush := func() {
		out = append(out, line.String())
		line.Reset()
		used = 0
	}
	for _, p := range pieces(s) {
		sep := 0
		if p.space && used > 0 {
			sep = 1
		}
		if used > 0 && used+sep+p.width > w {
			flush()
			sep = 0
		}
		line.WriteString(pad(sep))
		used += sep
		for p.width > w-used {
			head, rest := split(p.text, w-used)
			line.WriteString(head)
			flush()
			p.text, p.width = rest, Width(rest)
		}
		line.WriteString(p.text)
		used += p.width
	}
	if used > 0 {
		flush()
	}
	return out
}

// split cuts off what fits into w cells, at least one character so that it always goes forward; a
// character wider than the whole line is replaced by a mark.
func split(s string, w int) (head, rest string) {
	used, i := 0, 0
	for i < len(s) {
		_, cw, n, _ := ansi.DecodeSequence(s[i:], 0, nil)
		if n == 0 || used+cw > w {
			if i == 0 {
				return "…", s[max(n, 1):]
			}
			break
		}
		used += cw
		i += n
	}
	return s[:i], s[i:]
}

// pieces cuts a line into words, and wide text into single characters with their punctuation.
func pieces(s string) []piece {
	var out []piece
	var cur strings.Builder
	width, space, openEnd, wide := 0, false, false, false
	flush := func() {
		if cur.Len() > 0 {
			out = append(out, piece{cur.String(), width, space})
		}
		cur.Reset()
		width, space, openEnd, wide = 0, false, false, false
	}
	for i := 0; i < len(s); {
		c, cw, n, _ := ansi.DecodeSequence(s[i:], 0, nil)
		if n == 0 {
			break
		}
		i += n
		if c == " " {
			flush()
			space = true
			continue
		}
		isWide := cw > 1
		if cur.Len() > 0 && (isWide || wide) && !openEnd && !strings.Contains(noHead, c) {
			flush()
		}
		cur.WriteString(c)
		width += cw
		wide = isWide
		openEnd = strings.Contains(noTail, c)
	}
	flush()
	return out
}
