package palette

import (
	"cmp"
	"slices"
	"strings"

	"oobscope/views"
)

// Entry is something that the palette offers.
type Entry struct {
	Name string // what is typed to get it and what the history keeps, the same in every language: "theme dark"
	Does string // what it does, in the user's language
	Key  string // the key that does the same; may be empty
	Also string // more words that it is found by
}

// Index is a list of entries, made ready to be searched on every key.
type Index struct {
	Entries []Entry
	text    []searched
}

// searched is an entry in lower case, taken apart.
type searched struct {
	name, does  string
	names, also []string
}

// NewIndex makes entries ready. Where two match as well, the earlier one stands first.
func NewIndex(entries []Entry) *Index {
	x := &Index{Entries: entries, text: make([]searched, len(entries))}
	for i, e := range entries {
		s := &x.text[i]
		s.name, s.does = strings.ToLower(e.Name), strings.ToLower(e.Does)
		s.names = strings.FieldsFunc(s.name, separates)
		s.also = strings.FieldsFunc(strings.ToLower(e.Also)+" "+s.does, separates)
	}
	return x
}

func separates(r rune) bool {
	return r == ' ' || r == '_' || r == '-' || r == ':' || r == ',' || r == '@'
}

// What a word of the query is worth, by how it was found. A whole word of the name beats everything, letters
// that are merely there in their order come last.
const (
	exactName  = 1 << 20 // the query is the name
	nameBegins = 1 << 16 // the name begins with the query
	wordOfName = 1000
	beginsName = 700
	wordAlso   = 500
	beginsAlso = 400
	insideName = 250
	insideDoes = 200
	loose      = 20 // and the points of the loose match, which stay below 100 a letter
)

// Rank returns the numbers of the entries that match a query, the best first. Every word of the query must be
// found in an entry. The empty query matches all, in their order.
func (x *Index) Rank(query string) []int {
	query = strings.ToLower(strings.TrimSpace(query))
	words := strings.Fields(query)
	type hit struct{ entry, points int }
	hits := make([]hit, 0, 64)
	for i := range x.text {
		if p, ok := x.text[i].points(query, words); ok {
			hits = append(hits, hit{i, p})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.points, a.points) })
	out := make([]int, len(hits))
	for i, h := range hits {
		out[i] = h.entry
	}
	return out
}

// Exact is the number of the entry of exactly that name; -1 for none.
func (x *Index) Exact(name string) int {
	name = strings.ToLower(strings.TrimSpace(name))
	return slices.IndexFunc(x.text, func(s searched) bool { return s.name == name })
}

func (s *searched) points(query string, words []string) (int, bool) {
	sum := 0
	for _, w := range words {
		p := s.word(w)
		if p == 0 {
			return 0, false
		}
		sum += p
	}
	switch {
	case query == "":
		return 0, true
	case s.name == query:
		return exactName, true
	case strings.HasPrefix(s.name, query):
		sum += nameBegins - len(s.name)
	}
	return sum/len(words) - len(s.names), true
}

// word is what one word of the query is worth; 0 if the entry does not have it.
func (s *searched) word(w string) int {
	begins := func(t string) bool { return strings.HasPrefix(t, w) }
	switch {
	case slices.Contains(s.names, w):
		return wordOfName
	case slices.ContainsFunc(s.names, begins):
		return beginsName
	case slices.Contains(s.also, w):
		return wordAlso
	case slices.ContainsFunc(s.also, begins):
		return beginsAlso
	case strings.Contains(s.name, w):
		return insideName
	case len(w) > 1 && strings.Contains(s.does, w):
		return insideDoes
	}
	if p, ok := views.Fuzzy(w, s.name); ok && len(w) > 1 {
		return loose + min(p/len(w), insideDoes-loose-1)
	}
	return 0
}
