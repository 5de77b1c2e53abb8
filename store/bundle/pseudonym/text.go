package pseudonym

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text renames everything in a text that can be recognised as an address, a MAC address, an identifier or a host name,
// and every name that is known to be one.
func (x *Names) Text(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
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
	if r < utf8.RuneSelf {
		return plainWord[r]
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".:_%-@+", r)
}

// plainWord is inWord for ASCII, where nearly every character is.
var plainWord = func() (in [utf8.RuneSelf]bool) {
	for r := range in {
		in[r] = unicode.IsLetter(rune(r)) || unicode.IsDigit(rune(r)) || strings.ContainsRune(".:_%-@+", rune(r))
	}
	return in
}()

var (
	macForm  = regexp.MustCompile(`^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$|^([0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}$|^[0-9A-Fa-f]{12}$`)
	uuidForm = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	hostForm = regexp.MustCompile(`^[\pL\pN_-]+(\.[\pL\pN_-]+)*\.[\pL][\pL\pN-]+$`)
	quadForm = regexp.MustCompile(`\d{1,3}[-_.]\d{1,3}[-_.]\d{1,3}[-_.]\d{1,3}`)
)

// dotted writes an address that stands in a name as an address, bare a MAC address without what divides it.
var (
	dotted = strings.NewReplacer("-", ".", "_", ".")
	bare   = strings.NewReplacer(":", "", "-", "", ".", "")
)

// parseAddr reads an address. What has neither a dot nor a colon is none, and need not become an error first.
func parseAddr(s string) (netip.Addr, bool) {
	if !strings.ContainsAny(s, ".:") {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil
}

// punctuation may stand around a word without being part of it.
const punctuation = ".:-%@+"

// maxWord is how long a word may be, in bytes; a longer one is no name (RFC 1035, 2.3.4) and is taken out.
const maxWord = 512

// maxSeen is how many words are remembered at most; a run whose words are all different starts anew then.
const maxSeen = 1 << 15

// word renames one run of characters that may be an address or a name, or hold some. What becomes of a word depends on
// the names that are known alone, so that it is found out once; see Know.
func (x *Names) word(w string) string {
	if to, ok := x.seen[w]; ok {
		return to
	}
	to := x.newWord(w)
	if len(w) <= maxWord {
		if len(x.seen) >= maxSeen {
			clear(x.seen)
		}
		x.seen[strings.Clone(w)] = to // not the whole text that it stands in
	}
	return to
}

func (x *Names) newWord(w string) string {
	if len(w) > maxWord {
		return x.out(w)
	}
	if a, ok := parseAddr(w); ok {
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
	case len(w) >= 12 && len(w) <= 17 && macForm.MatchString(w) && strings.ContainsAny(w, "0123456789"):
		return x.macAddress(w)
	case len(w) == 36 && uuidForm.MatchString(w):
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
	if x.known[strings.ToLower(w)] != "" || strings.Contains(w, ".") && hostForm.MatchString(w) {
		return true
	}
	if len(w) < len("1.2.3.4") {
		return false
	}
	for _, m := range quadForm.FindAllString(w, -1) { // "ip-198-18-1-5"
		if a, err := netip.ParseAddr(dotted.Replace(m)); err == nil && x.addrs[a] {
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
	x.mark(lower)
	to := "name-" + x.hex("name", lower, 10)
	if strings.ContainsAny(s, ".@") {
		to += ".example"
	}
	return to
}

// mark says that a word in small letters must not survive. Some cannot be told from what stands in every bundle: a host
// that is called bmc, or the serial number 2. Those are renamed where they are names, and nowhere else.
func (x *Names) mark(lower string) {
	number := strings.Trim(lower, "0123456789") == ""
	if usefulName(lower) && !x.common[lower] && (!number || len(lower) >= 8) {
		x.words[lower] = true
	}
}

// Know makes names known that do not look like one: from now on Text renames them, too.
func (x *Names) Know(names ...string) {
	for _, n := range names {
		if n = strings.ToLower(strings.TrimSpace(n)); n != "" && !x.common[n] {
			x.known[n] = n
			x.words[n] = true
			clear(x.seen) // it may have been left as it was before
		}
	}
}

// macAddress renames a MAC address to a locally administered one (IEEE 802, universal/local bit), in the same notation.
func (x *Names) macAddress(s string) string {
	digits := bare.Replace(strings.ToLower(s))
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
	x.mark(strings.ToLower(s))
	return x.hex("digest", s, min(len(s), 64))
}
