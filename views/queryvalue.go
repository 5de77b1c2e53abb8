package views

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// span is a range of numbers, both ends included; a range that is empty ends before it begins.
type span struct{ low, high int }

func (s span) holds(n int) bool { return n >= s.low && n <= s.high }

// most is the end of a range that has none.
const most = 1 << 30

// ranged reads a number with a comparison before it: "3", "=3", ">=3", "<3"; number reads the number itself.
func ranged(s string, number func(string) (int, bool)) (span, bool) {
	op := s[:len(s)-len(strings.TrimLeft(s, "<>="))]
	n, ok := number(s[len(op):])
	if !ok {
		if low, high, found := strings.Cut(s, "-"); found && op == "" {
			a, fine := number(low)
			b, too := number(high)
			return span{a, b}, fine && too && a <= b
		}
		return span{}, false
	}
	switch op {
	case "", "=":
		return span{n, n}, true
	case ">=":
		return span{n, most}, true
	case "<=":
		return span{0, n}, true
	case ">":
		return span{n + 1, most}, true
	case "<":
		return span{0, n - 1}, true
	}
	return span{}, false
}

// decimal reads a plain number.
func decimal(s string) (int, bool) {
	if len(s) > 9 {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return int(n), err == nil
}

var severityWords = []string{"none", "info", "low", "medium", "high", "critical"}

// severity reads 0 to 5 or a word for it, in English or in the user's language.
func severity(w *Words) func(string) (int, bool) {
	return func(s string) (int, bool) {
		if n := slices.Index(severityWords, s); n >= 0 {
			return n, true
		}
		if n := slices.Index(w.Severity[:], s); n >= 0 {
			return n, true
		}
		n, ok := decimal(s)
		return n, ok && n <= 5
	}
}

// portSpan reads a port: "443", "5988-5989", "tcp/443", "icmp".
func portSpan(s string) (span, string, bool) {
	proto, rest, both := strings.Cut(s, "/")
	if !both {
		proto, rest = "", s
	}
	if proto != "" && !slices.Contains(protoNames, proto) {
		return span{}, "", false
	}
	if both && rest == "" {
		return span{0, most}, proto, true // the number is still to come
	}
	to, ok := ranged(rest, decimal)
	return to, proto, ok
}

var protoNames = []string{"tcp", "udp", "icmp"}

// network is what host: asks for: an address, a network, or the beginning of an address as text.
type network struct {
	prefix netip.Prefix // one address is a network of its whole length
	text   string       // lower case; the prefix is not valid then
}

// readNetwork reads an address, a network such as 198.18.1.0/24, or the beginning of an address. One that ends in
// "::" is taken as a beginning, because more is likely to follow.
func readNetwork(s string) (network, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return network{prefix: p.Masked()}, true
	}
	if a, err := netip.ParseAddr(s); err == nil && !strings.HasSuffix(s, "::") && a.Zone() == "" {
		a = a.Unmap()
		return network{prefix: netip.PrefixFrom(a, a.BitLen())}, true
	}
	s = strings.TrimSuffix(s, "/") // the length is still to come
	if strings.Trim(s, "0123456789abcdef.:") != "" {
		return network{}, false
	}
	return network{text: s}, true
}

func (n *network) holds(f *Facts) bool {
	if n.prefix.IsValid() {
		return n.prefix.Contains(f.Host)
	}
	text := f.HostText
	if text == "" && f.Host.IsValid() {
		text = f.Host.String()
	}
	return strings.HasPrefix(text, n.text) && text != ""
}

// holds tells whether one of the alternatives holds for a row, before the term is turned round.
func (t *term) holds(f *Facts) bool {
	for i := range t.alts {
		if t.alts[i].holds(t, f) {
			return true
		}
	}
	return false
}

func (a *alternative) holds(t *term, f *Facts) bool {
	switch filterKeyTable[t.key].kind {
	case hostKind:
		return a.net.holds(f)
	case severityKind:
		return a.span.holds(int(f.Severity))
	case numberKind:
		return a.span.holds(f.Number[t.key])
	case portKind:
		return a.span.holds(f.Number[t.key]) && (a.proto == "" || a.proto == f.Of[ByProto])
	case plainKind:
		return a.within(t, f.Text)
	}
	return a.within(t, f.Of[t.key])
}

// within looks for a text in one field: the values of a field stand on lines of their own.
func (a *alternative) within(t *term, field string) bool {
	switch {
	case t.fuzzy:
		for line := range strings.SplitSeq(field, "\n") {
			if _, ok := Fuzzy(a.text, line); ok {
				return true
			}
		}
		return false
	case a.exact:
		for line := range strings.SplitSeq(field, "\n") {
			if sameFold(line, a.text) {
				return true
			}
		}
		return false
	}
	return containsFold(field, a.text)
}

// sameFold tells whether s is low, which is lower case, whatever its case.
func sameFold(s, low string) bool {
	return len(s) == len(low) && equalFold(s, low) || len(s) > 0 && s[0] >= 0x80 && strings.ToLower(s) == low
}
