package views

import (
	"fmt"
	"slices"
	"strings"
)

// Grammar is what can be asked of the rows of one screen: its keys, and the values that are known of each.
type Grammar struct {
	Keys  []FilterKey
	words *Words
	known [filterKeys][]string
}

// NewGrammar makes the grammar of a screen that knows these keys. The values of closed sets are known to it.
func NewGrammar(w *Words, keys ...FilterKey) *Grammar {
	g := &Grammar{Keys: keys, words: w}
	for _, k := range keys {
		g.known[k] = closedValues(k, w)
	}
	return g
}

// Know adds values of a key that the data has; the empty one and those known already are passed over.
func (g *Grammar) Know(k FilterKey, values ...string) {
	for _, v := range values {
		if v != "" && !slices.Contains(g.known[k], v) {
			g.known[k] = append(g.known[k], v)
		}
	}
}

// key finds a key of this screen by its name or alias.
func (g *Grammar) key(name string) (FilterKey, bool) {
	for _, k := range g.Keys {
		if e := &filterKeyTable[k]; e.name == name || e.alias == name && name != "" {
			return k, true
		}
	}
	return 0, false
}

// Parse reads a query. A nil grammar knows no key: every term is a plain word.
func (g *Grammar) Parse(s string) Query {
	var q Query
	for _, tok := range tokens(s) {
		if t, _ := g.term(&tok); len(t.alts) > 0 {
			q.terms = append(q.terms, t)
		}
	}
	return q
}

// Trouble says in the user's words what of a query cannot be understood or cannot match; empty if nothing.
func (g *Grammar) Trouble(s string) string {
	if g == nil {
		return ""
	}
	for _, tok := range tokens(s) {
		if _, trouble := g.term(&tok); trouble != "" {
			return trouble
		}
	}
	return ""
}

// term reads a token. Values that cannot be right are left out and named.
func (g *Grammar) term(tok *token) (t term, trouble string) {
	t = term{not: tok.not, fuzzy: tok.fuzzy}
	if g != nil && tok.key != "" {
		if k, known := g.key(tok.key); known {
			t.key = k
			return g.values(t, tok)
		}
		trouble = g.strange(tok)
	}
	if tok.whole != "" {
		t.alts = []alternative{{text: strings.ToLower(tok.whole)}}
	}
	return t, trouble
}

// strange says that a word looks like a key that is not known here. An address and a time do not.
func (g *Grammar) strange(tok *token) string {
	for i, r := range tok.key {
		if r < 'a' || r > 'z' || i > 12 {
			return ""
		}
	}
	if strings.Trim(strings.ToLower(tok.whole), "0123456789abcdef:./") == "" || strings.HasPrefix(tok.whole[len(tok.key)+1:], "//") {
		return ""
	}
	if len(g.Keys) == 0 {
		return fmt.Sprintf(g.words.Filter.NoKeys, tok.key)
	}
	return fmt.Sprintf(g.words.Filter.UnknownKey, Safe(tok.key), g.keyList())
}

func (g *Grammar) keyList() string {
	names := make([]string, len(g.Keys))
	for i, k := range g.Keys {
		names[i] = k.String() + ":"
	}
	return strings.Join(names, " ")
}

// values reads the values of a key. One that cannot be read at all is left out; one that nothing is like stays,
// and matches nothing. Either is said.
func (g *Grammar) values(t term, tok *token) (term, string) {
	trouble := ""
	for _, v := range tok.values {
		v = strings.ToLower(v)
		if strings.Trim(v, "<>=") == "" {
			continue // not finished
		}
		a, fits := g.value(t.key, v, t.fuzzy)
		known := fits && (t.fuzzy || a.exact || g.like(t.key, v))
		if fits {
			t.alts = append(t.alts, a)
		}
		if !known && trouble == "" {
			trouble = g.must(t.key, v)
		}
	}
	return t, trouble
}

// value reads one value of a key; false if it cannot be one.
func (g *Grammar) value(k FilterKey, v string, fuzzy bool) (a alternative, fits bool) {
	a.text = v
	switch filterKeyTable[k].kind {
	case hostKind:
		a.net, fits = readNetwork(v)
	case severityKind:
		a.span, fits = ranged(v, severity(g.words))
	case numberKind:
		a.span, fits = ranged(v, decimal)
	case portKind:
		a.span, a.proto, fits = portSpan(v)
	case yesKind:
		a.text, fits = yesOrNo(v, g.words)
		a.exact = true
	default:
		a.exact = !fuzzy && (g.knows(k, v) || k == ByRule && strings.Trim(v, "0123456789") == "")
		fits = true
	}
	return a, fits
}

// knows tells whether a value is exactly one of those that are known.
func (g *Grammar) knows(k FilterKey, v string) bool {
	return slices.ContainsFunc(g.known[k], func(s string) bool { return sameFold(s, v) })
}

// like tells whether a value is part of a known one, or of the word for it; true if none is known.
func (g *Grammar) like(k FilterKey, v string) bool {
	switch filterKeyTable[k].kind {
	case textKind, closedKind:
	default:
		return true
	}
	if len(g.known[k]) == 0 {
		return true
	}
	return slices.ContainsFunc(g.known[k], func(s string) bool { return containsFold(s, v) }) ||
		slices.ContainsFunc(closedWords(k, g.words), func(s string) bool { return containsFold(s, v) })
}

func yesOrNo(v string, w *Words) (string, bool) {
	switch {
	case strings.HasPrefix("yes", v) || v == "true" || v == w.Plain.Yes:
		return "yes", true
	case strings.HasPrefix("no", v) || v == "false" || v == w.Plain.No:
		return "no", true
	}
	return "", false
}

// must says what a value of a key has to look like.
func (g *Grammar) must(k FilterKey, v string) string {
	fw := &g.words.Filter
	name, v := k.String(), Safe(v)
	switch filterKeyTable[k].kind {
	case hostKind:
		return fmt.Sprintf(fw.BadHost, v)
	case severityKind:
		return fmt.Sprintf(fw.BadSeverity, v)
	case numberKind:
		return fmt.Sprintf(fw.BadNumber, name, v)
	case portKind:
		return fmt.Sprintf(fw.BadPort, v)
	case yesKind:
		return fmt.Sprintf(fw.BadYes, name, v)
	}
	return fmt.Sprintf(fw.NoSuch, name, v, strings.Join(g.known[k], " "))
}

// howTo says how a filter is written, as far as the screen has such keys.
func (g *Grammar) howTo() []string {
	fw := &g.words.Filter
	out := slices.Clone(fw.Grammar)
	if slices.ContainsFunc(g.Keys, func(k FilterKey) bool {
		return k == BySeverity || k == ByPort || filterKeyTable[k].kind == numberKind
	}) {
		out = append(out, fw.Numbers)
	}
	if slices.Contains(g.Keys, ByHost) {
		out = append(out, fw.Networks)
	}
	return append(out, fw.Completes)
}
