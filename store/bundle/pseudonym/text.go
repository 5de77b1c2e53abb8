package pseudonym

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
)

// Text renames everything in a text that can be recognised as an address, a MAC address, an identifier or a host name,
// and every name that is known to be one.
func (x *Names) Text(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, func(r rune) bool { return !inWord(r) })
		if n < 0 {
			n = len(s)
		}
		b.WriteString(x.word(s[:n]))
		s = s[n:]
		n = strings.IndexFunc(s, inWord)
		if n < 0 {
			n = len(s)
		}
		b.WriteString(s[:n])
		s = s[n:]
	}
	return b.String()
}

// inWord tells whether a character can stand in an address or a name.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".:_%-@+", r)
}

var (
	macForm  = regexp.MustCompile(`^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$|^([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}$|^[0-9A-Fa-f]{12}$`)
	uuidForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	hostForm = regexp.MustCompile(`^[\pL\pN_-]+(\.[\pL\pN_-]+)*\.[\pL][\pL\pN-]+$`)
	quadForm = regexp.MustCompile(`\d{1,3}[-_.]\d{1,3}[-_.]\d{1,3}[-_.]\d{1,3}`)
)

// punctuation may stand around a word without being part of it.
const punctuation = ".:-%@+"

// maxWord is how long a word may be, in bytes; a longer one is no name (RFC 1035, 2.3.4) and is taken out.
const maxWord = 512

// word renames one run of characters that may be an address or a name, or hold some.
func (x *Names) word(w string) string {
	if len(w) > maxWord {
		return x.out(w)
	}
	if a, err := netip.ParseAddr(w); err == nil {
		return x.Addr(a).String()
	}
	if core := strings.TrimRight(w, punctuation); core != w {
		return x.word(core) + w[len(core):]
	}
	if core := strings.TrimLeft(w, punctuation); core != w {
		return w[:len(w)-len(core)] + x.word(core)
	}
	switch {
	case w == "":
		return ""
	case macForm.MatchString(w) && strings.ContainsAny(w, "0123456789"):
		return x.macAddress(w)
	case uuidForm.MatchString(w):
		return x.uuid(w)
	case strings.Contains(w, "@"):
		return x.Name(w)
	}
	if i := strings.LastIndexByte(w, ':'); i >= 0 { // a port, or what stands before a host in a URL
		return x.word(w[:i]) + ":" + x.word(w[i+1:])
	}
	if x.isName(w) {
		return x.Name(w)
	}
	return w
}

// isName tells whether a word is to be taken for the name of a host or a person.
func (x *Names) isName(w string) bool {
	if x.known[strings.ToLower(w)] != "" || hostForm.MatchString(w) {
		return true
	}
	for _, m := range quadForm.FindAllString(w, -1) { // "ip-198-18-1-5"
		if a, err := netip.ParseAddr(strings.NewReplacer("-", ".", "_", ".").Replace(m)); err == nil && x.addrs[a] {
			return true
		}
	}
	return false
}

// Name renames a name, whole. Letter case does not matter. An address is renamed as one, and a wildcard stays one.
func (x *Names) Name(s string) string {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return x.Addr(a).String()
	}
	if rest, ok := strings.CutPrefix(s, "*."); ok {
		return "*." + x.Name(rest)
	}
	if s == "" {
		return ""
	}
	lower := strings.ToLower(s)
	x.words[lower] = true
	to := "name-" + x.hex("name", lower, 10)
	if strings.ContainsAny(s, ".@") {
		to += ".example"
	}
	return to
}

// Know makes names known that do not look like one: from now on Text renames them, too.
func (x *Names) Know(names ...string) {
	for _, n := range names {
		if n = strings.ToLower(strings.TrimSpace(n)); n != "" && !x.common[n] {
			x.known[n] = n
			x.words[n] = true
		}
	}
}

// macAddress renames a MAC address to a locally administered one (IEEE 802, universal/local bit), in the same notation.
func (x *Names) macAddress(s string) string {
	digits := strings.NewReplacer(":", "", "-", "", ".", "").Replace(strings.ToLower(s))
	x.words[strings.ToLower(s)] = true
	to := "02" + x.hex("mac", digits, 10)
	if strings.ContainsAny(s, "ABCDEF") {
		to = strings.ToUpper(to)
	}
	var b strings.Builder
	for i, k := 0, 0; i < len(s); i++ {
		if c := s[i]; c == ':' || c == '-' || c == '.' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte(to[k])
		k++
	}
	return b.String()
}

func (x *Names) uuid(s string) string {
	x.words[strings.ToLower(s)] = true
	h := x.hex("uuid", strings.ToLower(s), 32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Digest renames a digest, so that nobody can look up what it is of; the empty one stays.
func (x *Names) Digest(s string) string {
	if s == "" {
		return ""
	}
	x.words[strings.ToLower(s)] = true
	return x.hex("digest", s, min(len(s), 64))
}
