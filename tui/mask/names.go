package mask

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostNames caps how many names are known: beyond it the oldest stay and new ones are passed over.
const mostNames = 4096

// shortest is how long a part of a name has to be before a cut or a broken word is taken for it.
const shortest = 4

// names are those that are masked. A name is a host, a site or whatever else says where a picture was taken.
type names struct {
	whole   map[string]bool // lower case, without a point at its end
	domains map[string]bool // what host names end in, from two labels on
	heads   []string        // those in whole, in order, for the parts of a name at a cut
	tails   []string        // the same from back to front
	foreign []string        // those with signs beyond ASCII: words of other languages need no gap between them
}

func (n *names) add(name string) {
	n.whole[name] = true
	if strings.IndexFunc(name, func(r rune) bool { return r >= 0x80 }) >= 0 {
		n.foreign = append(n.foreign, name)
	}
	for list, s := range map[*[]string]string{&n.heads: name, &n.tails: backwards(name)} {
		i, _ := slices.BinarySearch(*list, s)
		*list = slices.Insert(*list, i, s)
	}
}

// backwards is a text by bytes from its end: two of them begin alike if the texts end alike.
func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// begun tells whether a text of an ordered list begins so.
func begun(list []string, with string) bool {
	i, _ := slices.BinarySearch(list, with)
	return i < len(list) && strings.HasPrefix(list[i], with)
}

// KnowName makes a name known: wherever it stands as a word, it is masked, and so is every name that ends in its domain.
// Names of one or two signs, and those given to Spare, are left alone: they are in every other word.
func (m *Mask) KnowName(name string) {
	name = strings.Trim(strings.ToLower(name), ".*")
	if utf8.RuneCountInString(name) < 3 || m.spared[name] || m.names.whole[name] || len(m.names.heads) >= mostNames || strings.IndexFunc(name, func(r rune) bool { return !inName(r) }) >= 0 {
		return
	}
	m.names.add(name)
	for rest := name; ; {
		_, after, more := strings.Cut(rest, ".")
		if !more || !strings.Contains(after, ".") {
			return
		}
		m.names.domains[after] = true
		rest = after
	}
}

// Spare keeps words of the program and of the policy from being taken for names.
func (m *Mask) Spare(words ...string) {
	for _, w := range words {
		m.spared[strings.ToLower(w)] = true
	}
}

// inName tells whether a rune can be part of a name.
func inName(r rune) bool {
	return r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) || r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// named masks the names of one line.
func (m *Mask) named(v *visible) {
	for i := 0; i < len(v.text); {
		r, n := utf8.DecodeRune(v.text[i:])
		if !inName(r) {
			i += n
			continue
		}
		end := i
		for end < len(v.text) {
			if r, n = utf8.DecodeRune(v.text[end:]); !inName(r) {
				break
			}
			end += n
		}
		m.nameIn(v, i, end)
		i = end
	}
}

// nameIn masks the names in a run. Where languages meet there need be no gap: サイトdc1の.
func (m *Mask) nameIn(v *visible, from, end int) {
	beyond := bytes.IndexFunc(v.text[from:end], func(r rune) bool { return r >= 0x80 }) >= 0
	if beyond {
		run := strings.ToLower(string(v.text[from:end]))
		for _, name := range m.names.foreign {
			for i := strings.Index(run, name); len(run) == end-from && i >= 0; i = strings.Index(run, name) {
				m.cover(v, from+i, from+i+len(name))
				run = run[:i] + strings.Repeat("\x00", len(name)) + run[i+len(name):]
			}
		}
	}
	for i := from; i < end; {
		stop := i
		for stop < end && (v.text[stop] >= 0x80) == (v.text[i] >= 0x80) {
			stop++
		}
		if v.text[i] < 0x80 {
			m.nameAt(v, i, stop)
		}
		i = stop
	}
}

// nameAt masks a run if it is a name, is in a known domain, holds one, or may be the rest of one.
func (m *Mask) nameAt(v *visible, from, end int) {
	word := strings.ToLower(string(v.text[from:end]))
	for len(word) > 0 && word[len(word)-1] == '.' && !atRight(v.text, end) && !cutAfter(v.text, end) { // the point of a sentence
		word, end = word[:len(word)-1], end-1
	}
	if m.isName(word) || m.restOfName(v, word, from, end) {
		m.cover(v, from, end)
		return
	}
	for at := 0; at < len(word); { // a part of a longer word: bmc-07 in bmc-07.yaml
		stop := at + strings.IndexByte(word[at:]+".", '.')
		if m.names.whole[word[at:stop]] {
			m.cover(v, from+at, from+stop)
		}
		at = stop + 1
	}
}

func (m *Mask) isName(word string) bool {
	word = strings.Trim(word, ".")
	if m.names.whole[word] {
		return true
	}
	for rest := word; ; {
		_, after, more := strings.Cut(rest, ".")
		if !more {
			return false
		}
		if m.names.whole[after] && strings.Contains(after, ".") || m.names.domains[after] {
			return true
		}
		rest = after
	}
}

// restOfName tells whether a word is what is left of a name that was cut or broken in two.
func (m *Mask) restOfName(v *visible, word string, from, end int) bool {
	head := cutAfter(v.text, end) || len(word) >= shortest && atRight(v.text, end)
	tail := cutBefore(v.text, from) || len(word) >= shortest && atLeft(v.text, from)
	if !head && !tail || len(word) < 2 || m.spared[word] {
		return false
	}
	if head && begun(m.names.heads, word) || tail && begun(m.names.tails, backwards(word)) {
		return true
	}
	alone := len(bytes.TrimSpace(v.text)) == len(word) // the middle of a name that fills more than a line
	return head && tail && alone && slices.ContainsFunc(m.names.heads, func(name string) bool { return strings.Contains(name, word) })
}

// cover writes letters over a name: every group between points, dashes and underscores has its own, the same ones
// wherever it stands, so that names of one network still look alike. Signs beyond ASCII become one of the same size.
func (m *Mask) cover(v *visible, from, end int) {
	for i := from; i < end; {
		if c := v.text[i]; c == '.' || c == '-' || c == '_' {
			i++
			continue
		}
		if v.text[i] >= 0x80 {
			_, n := utf8.DecodeRune(v.text[i:])
			v.put(i, stranger(v.text[i:i+n]))
			i += n
			continue
		}
		stop := i
		for stop < end && v.text[stop] < 0x80 && v.text[stop] != '.' && v.text[stop] != '-' && v.text[stop] != '_' {
			stop++
		}
		v.put(i, m.group("name", string(v.text[i:stop])))
		i = stop
	}
}

// stranger stands for a sign beyond ASCII, with as many bytes and, of those that names are written in, cells.
func stranger(r []byte) string {
	switch len(r) {
	case 2:
		return "ø"
	case 3:
		if r[0] < 0xe3 && !(r[0] == 0xe1 && r[1] >= 0x84 && r[1] <= 0x87) { // below U+3000, but for Hangul: narrow
			return "ᴥ"
		}
		if r[0] == 0xef && r[1] == 0xbd && r[2] >= 0xa1 || r[0] == 0xef && r[1] == 0xbe { // halfwidth forms
			return "ｦ"
		}
		return "〇"
	case 4:
		return "𠀀"
	}
	return strings.Repeat("x", len(r))
}
