package views

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Count writes a number with thousands apart: 65,536.
func Count(n int) string {
	s := strconv.Itoa(n)
	if n > -1000 && n < 1000 {
		return s
	}
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	head := (len(s)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign)
	b.WriteString(s[:head])
	for i := head; i < len(s); i += 3 {
		b.WriteByte(',')
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// Percent is part of whole in percent, rounded down so that 100 means all; 0 if there is no whole.
func Percent(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return int(int64(part) * 100 / int64(whole))
}

// Millis writes a round-trip time given in microseconds: 0.42ms, 12.3ms; empty for none.
func Millis(us uint32) string {
	switch {
	case us == 0:
		return ""
	case us < 10_000:
		return strconv.FormatFloat(float64(us)/1000, 'f', 2, 64) + "ms"
	}
	return strconv.FormatFloat(float64(us)/1000, 'f', 1, 64) + "ms"
}

// Stamp writes a time as it is written everywhere in the program, in UTC; "-" for none.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// Bar draws a fraction (0 to 1) over w cells, in eighths of a cell where the terminal can. A fraction above
// 0 shows at least its first step, so that "one" never looks like "none".
func (t *Theme) Bar(fraction float64, w int) string {
	if w <= 0 || t.Spoken != nil {
		return ""
	}
	if math.IsNaN(fraction) {
		fraction = 0
	}
	fraction = min(max(fraction, 0), 1)
	if t.ASCII {
		full := int(fraction * float64(w))
		if full == 0 && fraction > 0 {
			full = 1
		}
		return strings.Repeat("#", full) + t.Dim.On(strings.Repeat(".", w-full))
	}
	steps := int(fraction * float64(w) * 8)
	if steps == 0 && fraction > 0 {
		steps = 1
	}
	full, rest := steps/8, steps%8
	s := strings.Repeat("█", full)
	left := w - full
	if rest > 0 {
		s += [...]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}[rest]
		left--
	}
	return s + t.Dim.On(strings.Repeat("░", left))
}
