package document

import (
	"strconv"
	"strings"
)

// Kind is what a node holds, by the core schema of YAML 1.2 (section 10.3), which JSON shares.
type Kind uint8

// The kinds. Only what is not quoted can be a number, a truth value or nothing.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// String names the kind for people, in the words that messages use.
func (k Kind) String() string {
	return [...]string{"nothing", "a truth value", "a number", "text", "a list", "a map"}[k]
}

// Node is one value of a document. Its text is what the file says and therefore hostile.
type Node struct {
	Kind         Kind
	Line, Column int     // from 1, in characters; for a value that is missing, of its key
	Text         string  // of Bool, Number and String
	Items        []*Node // of a List
	Fields       []Field // of a Map, in file order; no key occurs twice

	parent *Node
	key    string // in a parent map
	index  int    // in a parent list
}

// Field is one entry of a map.
type Field struct {
	Key          string
	Line, Column int // of the key
	Value        *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	for i := range n.Fields {
		if n.Fields[i].Key == key {
			return n.Fields[i].Value
		}
	}
	return nil
}

// Path returns where the node stands, as a dotted path: rules[3].action. It is empty for the top. Keys
// in it are cleaned.
func (n *Node) Path() string {
	var steps []string
	for ; n.parent != nil; n = n.parent {
		if n.parent.Kind == List {
			steps = append(steps, "["+strconv.Itoa(n.index)+"]")
			continue
		}
		steps = append(steps, "."+clean(n.key, 60))
	}
	var b strings.Builder
	for i := len(steps) - 1; i >= 0; i-- {
		b.WriteString(steps[i])
	}
	return strings.TrimPrefix(b.String(), ".")
}

// Found describes the node for a message: the kind, and the text if it is short enough to help.
func (n *Node) Found() string {
	switch n.Kind {
	case Bool, Number:
		return clean(n.Text, 40)
	case String:
		return Quote(n.Text)
	case List:
		return "a list"
	case Map:
		return "a map"
	}
	return "nothing"
}

// resolve gives an unquoted scalar its kind (YAML 1.2.2, 10.3.2).
func resolve(s string) Kind {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
		return Number
	}
	if number(s) {
		return Number
	}
	return String
}

// number tells whether s is a number of the core schema. It is a scan and not strconv, which also takes
// underscores, "Infinity" and hexadecimal fractions.
func number(s string) bool {
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o') {
		set := "0123456789abcdefABCDEF"
		if s[1] == 'o' {
			set = "01234567"
		}
		return strings.Trim(s[2:], set) == ""
	}
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(s), "e")
	if scientific {
		if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
			exponent = exponent[1:]
		}
		if !digits(exponent) {
			return false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return digits(whole + fraction)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
