package mask

import (
	"bytes"
	"regexp"
	"strings"
)

// line masks what is seen of one line.
func (m *Mask) line(v *visible, words []string) {
	if len(m.names.heads) > 0 {
		m.named(v) // first: an address may be a part of a name
	}
	m.joined(v)
	for i := 0; i < len(v.text); {
		if !of(v.text[i]) {
			i++
			continue
		}
		end := i
		for end < len(v.text) && of(v.text[end]) {
			end++
		}
		m.run(v, i, end)
		i = end
	}
	for _, w := range words { // last, or an address that is typed would no longer look like one elsewhere
		m.word(v, w)
	}
}

// of tells whether a byte can be part of an address.
func of(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '.' || c == ':'
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func alnum(c byte) bool {
	return digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// word masks the digits of what the user typed, wherever it stands. A single number is no address, whatever it was
// meant for.
func (m *Mask) word(v *visible, typed string) {
	for _, w := range strings.Fields(typed) {
		value := w
		if key, rest, ok := strings.Cut(w, ":"); ok && strings.Trim(strings.ToLower(key), "0123456789abcdef") != "" {
			value = rest // host:198.18
		}
		if !strings.ContainsAny(value, ".:") || !strings.ContainsAny(value, "0123456789") {
			continue
		}
		for from := 0; ; {
			i := bytes.Index(v.text[from:], []byte(w))
			if i < 0 {
				break
			}
			from += i
			m.groups(v, from, from+len(w), true)
			from += len(w)
		}
	}
}

// dashed finds addresses that names are made of: 198-18-1-5, aa-bb-cc-dd-ee-ff.
var dashed = regexp.MustCompile(`(?i)\d{1,3}(?:[-_]\d{1,3}){3}|[0-9a-f]{2}(?:[-_][0-9a-f]{2}){5}|\d{1,3}(?:[-_]\d{1,3})+[-_]?(?:…|~)|(?:…|~)[-_]?\d{1,3}(?:[-_]\d{1,3})+`)

func (m *Mask) joined(v *visible) {
	if bytes.IndexByte(v.text, '-') < 0 && bytes.IndexByte(v.text, '_') < 0 {
		return
	}
	for _, at := range dashed.FindAllIndex(v.text, -1) {
		if at[0] > 0 && digit(v.text[at[0]-1]) || at[1] < len(v.text) && digit(v.text[at[1]]) || at[0] > 1 && v.text[at[0]-1] == '-' && digit(v.text[at[0]-2]) {
			continue // longer numbers: a date, an id
		}
		m.groups(v, at[0], at[1], false)
	}
}

// run decides over a run of characters of addresses, and masks it.
func (m *Mask) run(v *visible, from, end int) {
	cut := cutBefore(v.text, from) || cutAfter(v.text, end)
	if !cut && bytes.IndexByte(v.text[from:end], '.') < 0 && bytes.IndexByte(v.text[from:end], ':') < 0 {
		return // most runs are letters of words
	}
	text := string(v.text[from:end])
	if m.plain[text] {
		return
	}
	if !cut {
		from, end = m.trim(v, from, end)
		if from >= end {
			return
		}
		text = string(v.text[from:end])
	}
	if m.isAddress(v, text, from, end, cut) {
		m.groups(v, from, end, false)
	}
}

// trim leaves out the punctuation around a run: the point of a sentence, the colon behind a label or a name.
func (m *Mask) trim(v *visible, from, end int) (int, int) {
	text := string(v.text[from:end])
	if strings.HasPrefix(text, ":") && !strings.HasPrefix(text, "::") && from > 0 && v.text[from-1] != ' ' {
		from++
	}
	if last := text[len(text)-1]; end > from && !atRight(v.text, end) && (last == '.' || last == ':' && !strings.HasSuffix(text, "::")) {
		end-- // at the edge of a column it may be that a longer word was broken there
	}
	return from, end
}

var clock = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\.\d{1,9})?$`)

// isAddress tells whether a run is an address, or may be what is left of one.
func (m *Mask) isAddress(v *visible, text string, from, end int, cut bool) bool {
	digits := strings.ContainsAny(text, "0123456789")
	dots, colons := strings.Count(text, "."), strings.Count(text, ":")
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == ':' })
	long := false
	for _, p := range parts {
		long = long || len(p) > 4
	}
	switch {
	case cut:
		// What stands beside a cut may be the rest of an address; longer groups are something else, and so is
		// a word.
		return digits && !long || colons > 0 && len(parts) > 0 && !long
	case clock.MatchString(text):
		return false
	case strings.Contains(text, "::"), colons >= 2:
		return len(parts) > 0 && (digits || colons >= 2)
	case dots >= 3:
		return digits
	case dots == 2:
		return digits && !m.version(v, parts, from)
	case digits && len(parts) == 2 && !long && !bytes.HasPrefix(v.text[end:], []byte(" ms")):
		return !lettered(v.text, from, end) && (m.known[text] || atLeft(v.text, from) || atRight(v.text, end))
	}
	return false
}

// version tells whether three numbers are a version: they stand behind @ or v, and none has three digits.
func (m *Mask) version(v *visible, parts []string, from int) bool {
	if from == 0 || v.text[from-1] != '@' && v.text[from-1] != 'v' {
		return false
	}
	for _, p := range parts {
		if len(p) > 2 {
			return false
		}
	}
	return len(parts) == 3
}

// ellipsis is the mark of a cut; the second one stands for it in ASCII.
const ellipsis, tilde = "…", "~"

func cutBefore(text []byte, i int) bool {
	return bytes.HasSuffix(text[:i], []byte(ellipsis)) || bytes.HasSuffix(text[:i], []byte(tilde))
}

func cutAfter(text []byte, i int) bool {
	return bytes.HasPrefix(text[i:], []byte(ellipsis)) || bytes.HasPrefix(text[i:], []byte(tilde))
}

// atLeft and atRight tell whether a place is the edge of a column, where a long word may have been broken in two.
func atLeft(text []byte, from int) bool {
	return from == 0 || from > 1 && text[from-1] == ' ' && text[from-2] == ' '
}

func atRight(text []byte, end int) bool {
	rest := bytes.TrimRight(text[end:], "\r\n")
	return len(rest) == 0 || len(rest) > 1 && rest[0] == ' ' && rest[1] == ' '
}

// lettered tells whether a letter stands beside a run: it is a number with a unit, or a part of a name.
func lettered(text []byte, from, end int) bool {
	return from > 0 && alnum(text[from-1]) || end < len(text) && alnum(text[end])
}

// groups masks every group of digits between two places, each as one that stands behind those before it. Of what
// the user typed, only groups with a digit are masked: the rest are words.
func (m *Mask) groups(v *visible, from, end int, typed bool) {
	before := ""
	for i := from; i < end; {
		if !of(v.text[i]) || v.text[i] == '.' || v.text[i] == ':' {
			i++
			continue
		}
		stop := i
		for stop < end && of(v.text[stop]) && v.text[stop] != '.' && v.text[stop] != ':' {
			stop++
		}
		text := string(v.text[i:stop])
		if !typed || strings.ContainsAny(text, "0123456789") {
			v.put(i, m.group(before, text))
		}
		before += strings.ToLower(text) + "."
		i = stop
	}
}
