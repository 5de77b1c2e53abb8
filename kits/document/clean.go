package document

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text from a file fit for a terminal or a log: what is not printable, bidirectional
// overrides and invalid UTF-8 included, is written as an escape. At most limit runes of the text stay;
// a cut is marked.
func clean(s string, limit int) string {
	var b strings.Builder
	for n := 0; len(s) > 0; n++ {
		if n == limit {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + hex(rune(s[0])))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			b.WriteString(`\x` + hex(r))
		default:
			b.WriteString(`\u{` + hex(r) + `}`)
		}
		s = s[size:]
	}
	return b.String()
}

func hex(r rune) string {
	digits := strconv.FormatInt(int64(r), 16)
	if len(digits) < 2 {
		return "0" + digits
	}
	return digits
}

// Quote returns text from a file in quotes, cleaned and cut short, for use in a message.
func Quote(s string) string { return `"` + clean(s, 60) + `"` }
