package views

import (
	"slices"
	"strconv"
	"strings"
)

// Facts is what a filter may look at in one row. Case does not matter. Text is what a bare word is looked
// for in; the other fields answer key:value terms.
type Facts struct {
	Text, Host, Rule, Service, Verdict string
	Severity                           uint8
}

// Query is a filter as it was typed: words that must all hold. "!" before a word turns it round;
// verdict:, host:, rule:, service: name a field, sev: takes 3, >=3, <3, >=high. A word with an unknown key
// is a plain word (an IPv6 address has colons too); a key without a value is not finished and holds.
type Query struct{ terms []term }

type term struct {
	field string // "" for a bare word
	value string // lower case
	not   bool
	low   uint8 // sev: the least and most that hold
	high  uint8
}

// ParseQuery reads a query. Every text is a valid query.
func ParseQuery(s string) Query {
	var q Query
	for _, word := range strings.Fields(strings.ToLower(s)) {
		t := term{}
		word, t.not = strings.CutPrefix(word, "!")
		t.value = word
		if key, value, ok := strings.Cut(word, ":"); ok {
			switch key {
			case "verdict", "host", "rule", "service":
				t.field, t.value = key, value
			case "sev":
				low, high, fine := severityRange(value)
				if !fine {
					continue
				}
				t.field, t.low, t.high = key, low, high
			}
		}
		if t.value != "" {
			q.terms = append(q.terms, t)
		}
	}
	return q
}

var severityWords = []string{"none", "info", "low", "medium", "high", "critical"}

func severityRange(s string) (low, high uint8, ok bool) {
	op := strings.TrimRight(s[:min(2, len(s))], "0123456789abcdefghijklmnopqrstuvwxyz")
	rest := s[len(op):]
	n := slices.Index(severityWords, rest)
	if n < 0 {
		v, err := strconv.ParseUint(rest, 10, 8)
		if err != nil {
			return 0, 0, false
		}
		n = int(v)
	}
	v := uint8(n)
	switch op {
	case "", "=":
		return v, v, true
	case ">=":
		return v, 255, true
	case "<=":
		return 0, v, true
	case ">":
		if v == 255 {
			return 1, 0, true
		}
		return v + 1, 255, true
	case "<":
		if v == 0 {
			return 1, 0, true
		}
		return 0, v - 1, true
	}
	return 0, 0, false
}

// Empty tells whether the query keeps everything.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Match tells whether a row holds.
func (q Query) Match(f *Facts) bool {
	for i := range q.terms {
		if q.terms[i].holds(f) == q.terms[i].not {
			return false
		}
	}
	return true
}

func (t *term) holds(f *Facts) bool {
	switch t.field {
	case "verdict":
		return containsFold(f.Verdict, t.value)
	case "host":
		return containsFold(f.Host, t.value)
	case "rule":
		return containsFold(f.Rule, t.value)
	case "service":
		return containsFold(f.Service, t.value)
	case "sev":
		return f.Severity >= t.low && f.Severity <= t.high
	}
	return containsFold(f.Text, t.value)
}

// containsFold tells whether s holds low, which is lower case, without a copy where s is ASCII.
func containsFold(s, low string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return strings.Contains(strings.ToLower(s), low)
		}
	}
	first, upper := low[0], low[0]
	if first >= 'a' && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(low) <= len(s); i++ {
		if (s[i] == first || s[i] == upper) && equalFold(s[i+1:i+len(low)], low[1:]) {
			return true
		}
	}
	return false
}

func equalFold(s, low string) bool {
	for i := 0; i < len(s); i++ {
		if lower(s[i]) != low[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Picks are the rows that a filter kept, in their order. The zero value keeps all. It is filled again only
// when the text, the number of rows or the generation changed; the memory is reused.
type Picks struct {
	text string
	n    int
	gen  uint64
	full bool // everything, in its own order
	set  bool
	rows []int32
}

// Apply filters n rows; facts fills what is known of row i into f, which comes zeroed. It tells whether
// the rows were filtered anew, so that a sort order has to be set again.
func (p *Picks) Apply(text string, n int, gen uint64, facts func(i int, f *Facts)) bool {
	if p.set && p.text == text && p.n == n && p.gen == gen {
		return false
	}
	p.text, p.n, p.gen, p.set = text, n, gen, true
	q := ParseQuery(text)
	p.rows = p.rows[:0]
	p.full = q.Empty()
	if p.full {
		return true
	}
	var f Facts
	for i := range n {
		f = Facts{}
		facts(i, &f)
		if q.Match(&f) {
			p.rows = append(p.rows, int32(i))
		}
	}
	return true
}

// Len is how many rows were kept.
func (p *Picks) Len() int {
	if p.full {
		return p.n
	}
	return len(p.rows)
}

// Row is the number of kept row i among all rows.
func (p *Picks) Row(i int) int {
	if p.full {
		return i
	}
	return int(p.rows[i])
}

// SortBy orders the kept rows; compare takes row numbers. Equal rows keep their order.
func (p *Picks) SortBy(compare func(a, b int) int) {
	if p.full {
		p.rows = p.rows[:0]
		for i := range p.n {
			p.rows = append(p.rows, int32(i))
		}
		p.full = false
	}
	slices.SortStableFunc(p.rows, func(a, b int32) int { return compare(int(a), int(b)) })
}
