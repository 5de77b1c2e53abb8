package views

import (
	"fmt"
	"strings"
)

// Agree chooses between the forms of a noun or verb in a format: "[flow|flows]" is the first form where the last value
// written before it is "1", else the second. Formats in languages without such forms have none. What stands in the
// values is never read as a format.
func Agree[T any](format string, values ...T) string {
	if !strings.Contains(format, "|") {
		return format
	}
	var b strings.Builder
	written, one := 0, false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '%' && strings.HasPrefix(format[i:], "%%"):
			b.WriteByte('%')
			i++
		case c == '%':
			one = written < len(values) && fmt.Sprint(values[written]) == "1"
			written++
		case c == '[':
			if single, several, n, ok := forms(format[i:]); ok {
				if one {
					several = single
				}
				b.WriteString(several)
				i += n - 1
				continue
			}
		}
		b.WriteByte(format[i])
	}
	return b.String()
}

// forms reads "[single|several]" at the beginning of a format; n is how many bytes it takes.
func forms(format string) (single, several string, n int, ok bool) {
	inside, _, closed := strings.Cut(format[1:], "]")
	single, several, ok = strings.Cut(inside, "|")
	return single, several, len(inside) + 2, closed && ok
}

// agreed fills a format whose words follow its numbers.
func agreed(format string, values ...any) string {
	return fmt.Sprintf(Agree(format, values...), values...)
}
