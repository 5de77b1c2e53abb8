package views

import (
	"net/netip"
	"slices"
	"strings"
)

// Facts is what a filter may look at in one row. Case does not matter. Text is what a plain word is looked for
// in; the other fields answer the keys. Of several values of one key each stands on a line of its own.
type Facts struct {
	Text     string
	Host     netip.Addr
	HostText string // Host as text, if it is at hand
	Severity uint8
	Of       [filterKeys]string
	Number   [filterKeys]int // ByRisk, ByPort, ByDeviations, ByWarnings
}

// yes is the answer to a key that asks for yes or no.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// lines puts the values of one key into a fact.
func lines(values ...string) string { return strings.Join(values, "\n") }

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
	key  picksKey
	full bool // everything, in its own order
	set  bool
	rows []int32
}

// picksKey is all that the rows depend on.
type picksKey struct {
	text  string
	n     int
	gen   uint64
	words *Words
	order Order
}

// Apply filters n rows; facts fills what is known of row i into f, which comes zeroed. It tells whether
// the rows were filtered anew, so that a sort order has to be set again.
func (p *Picks) Apply(g func() *Grammar, key picksKey, facts func(i int, f *Facts)) bool {
	if p.set && p.key == key {
		return false
	}
	p.key, p.set = key, true
	p.rows = p.rows[:0]
	p.full = true
	if strings.TrimSpace(key.text) == "" {
		return true
	}
	q := g().Parse(key.text)
	if p.full = q.Empty(); p.full {
		return true
	}
	var f Facts
	for i := range key.n {
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
		return p.key.n
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
		for i := range p.key.n {
			p.rows = append(p.rows, int32(i))
		}
		p.full = false
	}
	slices.SortStableFunc(p.rows, func(a, b int32) int { return compare(int(a), int(b)) })
}
