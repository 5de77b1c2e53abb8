package probes

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes bytes from the network fit for a terminal, a log or a report: control and format
// characters (also bidirectional overrides) and invalid UTF-8 become \xNN or \u{NNNN}; at most max
// runes stay, and a cut is marked.
func Clean(s string, max int) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); {
		if n >= max {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			b.WriteString(escapeByte(s[i]))
		case r == ' ' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			b.WriteString(escapeByte(byte(r)))
		default:
			b.WriteString(escapeRune(r))
		}
		i += size
		n++
	}
	return b.String()
}

const hexDigits = "0123456789abcdef"

func escapeByte(c byte) string { return `\x` + string(hexDigits[c>>4]) + string(hexDigits[c&15]) }

func escapeRune(r rune) string {
	digits := ""
	for r > 0 {
		digits = string(hexDigits[r&15]) + digits
		r >>= 4
	}
	return `\u{` + digits + `}`
}
