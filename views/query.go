package views

import "strings"

// Query is a filter that was read: terms that must all hold. Every text is a query; what cannot be understood
// of it is left out, and Grammar.Trouble says so.
//
//	query := term { blank term }
//	term  := ["-f" blank] ["!"] ( word | key ":" value { "," value } )
//
// A word or a value with blanks, commas or quotes in it stands in double quotes; two of them inside mean one.
// "!" turns a term round, "-f" matches it loosely, commas separate alternatives. A key that the screen does
// not know makes a plain word of the whole (an IPv6 address has colons too); a key without a value is not
// finished yet and holds.
type Query struct{ terms []term }

// term is one condition.
type term struct {
	key        FilterKey
	not, fuzzy bool
	alts       []alternative
}

// alternative is one value of a term; any of them is enough.
type alternative struct {
	text  string // lower case
	exact bool   // it is one of the known values: only that one is meant
	span         // of a number
	net   network
	proto string // of a port
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

// token is a term as it was typed.
type token struct {
	not, fuzzy bool
	key        string // lower case, as typed; empty for a plain word
	values     []string
	whole      string // all of it as a plain word, without quotes and signs
	at         int    // where the word begins in the text, behind the signs
	quoted     bool   // the word began with a quote: it has no key
	open       bool   // a quote is not closed
}

// maxTerms is how many terms of a query count; nobody types more.
const maxTerms = 64

// tokens cuts a text into terms. "-f" alone is no term: it belongs to the next one.
func tokens(s string) []token {
	var out []token
	fuzzy := false
	for i := 0; i < len(s) && len(out) < maxTerms; {
		if blank(s[i]) {
			i++
			continue
		}
		t, next := scan(s, i)
		i = next
		if t.whole == "-f" && !t.quoted && !t.not {
			fuzzy = true
			continue
		}
		t.fuzzy, fuzzy = fuzzy, false
		out = append(out, t)
	}
	return out
}

func blank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'
}

// scan reads the token that begins at byte i and tells where the text goes on.
func scan(s string, i int) (token, int) {
	var t token
	if s[i] == '!' {
		t.not = true
		i++
	}
	t.quoted = i < len(s) && s[i] == '"'
	t.at = i
	var word, value strings.Builder
	inside := false
	for ; i < len(s) && (inside || !blank(s[i])); i++ {
		c := s[i]
		switch {
		case c == '"' && inside && i+1 < len(s) && s[i+1] == '"':
			i++
		case c == '"':
			inside = !inside
			continue
		case inside:
		case c == ':' && t.key == "" && !t.quoted && word.Len() > 0:
			t.key = strings.ToLower(word.String())
			word.WriteByte(c)
			continue
		case c == ',' && t.key != "":
			t.values = append(t.values, value.String())
			value.Reset()
			word.WriteByte(c)
			continue
		}
		word.WriteByte(c)
		if t.key != "" {
			value.WriteByte(c)
		}
	}
	t.whole, t.open = word.String(), inside
	if t.key != "" {
		t.values = append(t.values, value.String())
	}
	return t, i
}

// Quote writes a value so that a query takes it as one.
func Quote(value string) string {
	value = Safe(value)
	if value != "" && !strings.ContainsAny(value, " ,\"") && value[0] != '!' {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

// Ask is the query for rows whose key is one of the values.
func Ask(key FilterKey, values ...string) string {
	quoted := make([]string, len(values))
	for i := range values {
		quoted[i] = Quote(values[i])
	}
	return key.String() + ":" + strings.Join(quoted, ",")
}
