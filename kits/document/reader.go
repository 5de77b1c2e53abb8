package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Need says whether a key must be there.
type Need bool

// The two needs.
const (
	Optional Need = false
	Required Need = true
)

// maxProblems bounds what a hostile file can make us remember.
const maxProblems = 1000

// Reader gives a document its meaning, key by key, and collects everything that is wrong on the way. Its
// getters return the zero value for what is absent or wrong, so that one pass finds all problems; ask Err
// at the end. A Reader is for one file and one goroutine.
type Reader struct {
	file     string
	problems Problems
	warnings Problems
	asked    map[*Node][]string
}

// NewReader returns a reader of the document that was parsed from the named file.
func NewReader(file string) *Reader {
	return &Reader{file: clean(file, 300), asked: map[*Node][]string{}}
}

// Err returns all problems in file order as Problems, or nil.
func (r *Reader) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return inFileOrder(r.problems)
}

// Warnings returns what is noteworthy but not wrong, in file order.
func (r *Reader) Warnings() Problems { return inFileOrder(r.warnings) }

func inFileOrder(ps Problems) Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ps
}

// Fail notes a problem with a node: what was found and what was expected, and a hint or "". Text from
// the file goes into the message through Quote or Node.Found only.
func (r *Reader) Fail(n *Node, message, hint string) {
	r.problems = r.note(r.problems, r.problem(n, message, hint))
}

// Warn notes something about a node that is not wrong.
func (r *Reader) Warn(n *Node, message, hint string) {
	r.warnings = r.note(r.warnings, r.problem(n, message, hint))
}

func (r *Reader) problem(n *Node, message, hint string) Problem {
	return Problem{File: r.file, Line: n.Line, Column: n.Column, Path: n.Path(), Message: message, Hint: hint}
}

func (r *Reader) note(list Problems, p Problem) Problems {
	if len(list) >= maxProblems {
		return list
	}
	return append(list, p)
}

// expected notes that a node is not what it should be.
func (r *Reader) expected(n *Node, what, hint string) {
	r.Fail(n, "found "+n.Found()+", expected "+what, hint)
}

// Field returns the value of a key of a map, or nil if it is absent or empty. Several keys are spellings
// of the same thing; more than one of them is a problem. A nil map has no fields.
func (r *Reader) Field(m *Node, need Need, keys ...string) *Node {
	if m == nil || m.Kind != Map {
		return nil
	}
	r.asked[m] = append(r.asked[m], keys...)
	var got *Node
	for _, key := range keys {
		n := m.Get(key)
		switch {
		case n == nil:
		case got != nil:
			r.Fail(n, "found a second spelling of "+Quote(got.key), "keep one of them")
		default:
			got = n
		}
	}
	switch {
	case got == nil && need == Required:
		r.Fail(m, "found no "+Quote(keys[0])+", which is required", "")
	case got != nil && got.Kind == Null:
		if need == Required {
			r.Fail(got, "found nothing, expected a value", "")
		}
		return nil
	}
	return got
}

// AsMap returns n if it is a map, else nil; anything but a map is a problem. Like all As getters it takes
// nil for an absent value.
func (r *Reader) AsMap(n *Node) *Node {
	if n == nil || n.Kind == Map {
		return n
	}
	r.expected(n, "a map", "")
	return nil
}

// AsList returns the items of a list.
func (r *Reader) AsList(n *Node) []*Node {
	if n == nil {
		return nil
	}
	if n.Kind != List {
		hint := ""
		if n.Kind == String {
			hint = "write [" + strings.Trim(n.Found(), `"`) + "] for a list of one"
		}
		r.expected(n, "a list", hint)
		return nil
	}
	return n.Items
}

// AsString returns a text that is not empty.
func (r *Reader) AsString(n *Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == Number || n.Kind == Bool:
		r.expected(n, "text", "put it in quotes")
		return ""
	case n.Kind != String || strings.TrimSpace(n.Text) == "":
		r.expected(n, "text", "")
		return ""
	}
	return n.Text
}

// AsInt returns a whole number from low to high, both included; 0 if it is absent or wrong.
func (r *Reader) AsInt(n *Node, low, high int) int {
	if n == nil {
		return 0
	}
	v, err := strconv.Atoi(n.Text)
	if n.Kind == Number && err == nil && v >= low && v <= high {
		return v
	}
	r.expected(n, fmt.Sprintf("a whole number from %d to %d", low, high), "")
	return 0
}

// AsBool returns true or false, nil if it is absent or wrong.
func (r *Reader) AsBool(n *Node) *bool {
	if n == nil {
		return nil
	}
	if n.Kind != Bool {
		r.expected(n, "true or false", "")
		return nil
	}
	v := strings.EqualFold(n.Text, "true")
	return &v
}

// AsStrings returns a list of texts.
func (r *Reader) AsStrings(n *Node) []string {
	var out []string
	for _, item := range r.AsList(n) {
		if s := r.AsString(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// AsEnum returns a text that is one of words.
func (r *Reader) AsEnum(n *Node, words ...string) string {
	if n == nil {
		return ""
	}
	if n.Kind == String && slices.Contains(words, n.Text) {
		return n.Text
	}
	hint := ""
	if n.Kind == String {
		hint = didYouMean(n.Text, words)
	}
	r.expected(n, oneOf(words), hint)
	return ""
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Map returns the map under a key; nil if it is absent or wrong. It and the five below are Field and an
// As getter in one.
func (r *Reader) Map(m *Node, key string, need Need) *Node { return r.AsMap(r.Field(m, need, key)) }

// List returns the items of the list under a key.
func (r *Reader) List(m *Node, key string, need Need) []*Node {
	return r.AsList(r.Field(m, need, key))
}

// String returns the text under a key.
func (r *Reader) String(m *Node, key string, need Need) string {
	return r.AsString(r.Field(m, need, key))
}

// Bool returns the truth value under a key; nil if it is absent or wrong.
func (r *Reader) Bool(m *Node, key string, need Need) *bool { return r.AsBool(r.Field(m, need, key)) }

// Strings returns the list of texts under a key.
func (r *Reader) Strings(m *Node, key string, need Need) []string {
	return r.AsStrings(r.Field(m, need, key))
}

// Enum returns the text under a key, which must be one of words.
func (r *Reader) Enum(m *Node, key string, need Need, words ...string) string {
	return r.AsEnum(r.Field(m, need, key), words...)
}

// Int returns the whole number under a key, from low to high.
func (r *Reader) Int(m *Node, key string, need Need, low, high int) int {
	return r.AsInt(r.Field(m, need, key), low, high)
}

// Unknown warns of every key of a map that no getter has asked for. Call it when the map has been read.
func (r *Reader) Unknown(m *Node) {
	if m == nil || m.Kind != Map {
		return
	}
	known := r.asked[m]
	for _, f := range m.Fields {
		if len(r.warnings) >= maxProblems {
			return
		}
		if slices.Contains(known, f.Key) {
			continue
		}
		p := r.problem(f.Value, "found an unknown field", didYouMean(f.Key, known))
		p.Line, p.Column = f.Line, f.Column
		r.warnings = append(r.warnings, p)
	}
}
