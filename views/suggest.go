package views

import (
	"slices"
	"strings"
)

// suggestMost is how many completions are offered; more could not be read.
const suggestMost = 200

// Suggest lists what the last term of a query can become: keys, then values that are known; each is the
// term as it would be typed. The best stands first.
func (g *Grammar) Suggest(query string) []string {
	if g == nil {
		return nil
	}
	last := lastToken(query)
	var out []string
	if last.key == "" {
		out = g.suggestKeys(last)
	} else if k, known := g.key(last.key); known {
		out = g.suggestValues(k, last)
	}
	typed := query[last.at:]
	return slices.DeleteFunc(out, func(s string) bool { return s == typed })
}

// Typing is Suggest and Trouble for a query that is being typed: a last term that can still become something is not
// wrong yet.
func (g *Grammar) Typing(query string) (offered []string, trouble string) {
	offered = g.Suggest(query)
	if len(offered) == 0 || lastToken(query).whole == "" {
		return offered, g.Trouble(query)
	}
	list := tokens(query)
	for i := range list[:len(list)-1] {
		if _, trouble = g.term(&list[i]); trouble != "" {
			break
		}
	}
	return offered, trouble
}

// Complete puts a suggestion in the place of the last term.
func (g *Grammar) Complete(query, suggestion string) string {
	return query[:lastToken(query).at] + suggestion
}

// lastToken is the term that is being typed: an empty one behind a blank.
func lastToken(query string) token {
	list := tokens(query)
	if n := len(list); n > 0 {
		if last := list[n-1]; last.open || !blank(query[len(query)-1]) {
			return last
		}
	}
	return token{at: len(query)}
}

// suggestKeys are the keys that begin with a word, and the terms whose value does.
func (g *Grammar) suggestKeys(t token) []string {
	word := strings.ToLower(t.whole)
	var out []string
	if t.quoted {
		return nil
	}
	for _, k := range g.Keys {
		if strings.HasPrefix(k.String(), word) {
			out = append(out, k.String()+":")
		}
	}
	if word == "" {
		return out
	}
	for _, k := range g.Keys {
		for _, v := range g.known[k] {
			if strings.HasPrefix(strings.ToLower(v), word) && len(out) < suggestMost {
				out = append(out, k.String()+":"+Quote(v))
			}
		}
	}
	return out
}

// suggestValues are the values of a key that begin with what was typed of the last one, then those that have it
// in them. Values before it, and a comparison, stay as they are.
func (g *Grammar) suggestValues(k FilterKey, t token) []string {
	n := len(t.values)
	head := k.String() + ":"
	for _, v := range t.values[:n-1] {
		head += Quote(v) + ","
	}
	typed := strings.ToLower(t.values[n-1])
	if k == BySeverity {
		op := typed[:len(typed)-len(strings.TrimLeft(typed, "<>="))]
		head, typed = head+op, typed[len(op):]
	}
	var begins, has []string
	for _, v := range g.known[k] {
		low := strings.ToLower(v)
		switch {
		case slices.Contains(t.values[:n-1], v):
		case strings.HasPrefix(low, typed):
			begins = append(begins, head+Quote(v))
		case strings.Contains(low, typed):
			has = append(has, head+Quote(v))
		}
	}
	out := append(begins, has...)
	return out[:min(len(out), suggestMost)]
}
