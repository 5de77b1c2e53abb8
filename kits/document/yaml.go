package document

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of what is handed to the YAML library. It copies a block of text for each blank line behind it,
// moves all that follows for each empty value, and descends one call for each key of a block map. The
// figures keep the worst file below a second and stand far above what a kit or a site needs.
const (
	maxParts  = 300_000      // characters that can begin or end a part
	maxBlank  = 32           // blank lines in a row
	maxEmpty  = 1000         // keys and list entries without a value
	maxNested = 2 * MaxDepth // counted roughly here, exactly in the tree
)

func parseYAML(data []byte) (root *Node, fault *Problem) {
	// The library is handed bytes from strangers. A panic in it is a file that cannot be read, not the
	// end of the program.
	defer func() {
		if recover() != nil {
			root, fault = nil, &Problem{Message: "found YAML that the parser cannot take",
				Hint: "simplify the file, or write it as JSON"}
		}
	}()
	if fault := checkSize(data); fault != nil {
		return nil, fault
	}
	tokens := lexer.Tokenize(string(data))
	if fault := (&guard{}).check(tokens); fault != nil {
		return nil, fault
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxFault(err)
	}
	return (&yamlTree{}).document(file)
}

// checkSize bounds what the lexer costs: the number of parts for its memory, and blank lines in a row,
// each of which makes it copy the block of text that it stands in.
func checkSize(data []byte) *Problem {
	parts, blank, line := 0, 0, 0
	for text := range bytes.Lines(data) {
		line++
		if len(bytes.TrimSpace(text)) > 0 {
			blank = 0
		} else if blank += max(1, bytes.Count(text, []byte("\r"))); blank > maxBlank {
			return &Problem{Line: line, Column: 1, Message: fmt.Sprintf("found more than %d blank lines in a row", maxBlank)}
		}
		for _, c := range text {
			switch c {
			case '\n', '\r', ',', ':', '-', '[', ']', '{', '}', '#', '"', '\'', '?', '|', '>', '&', '*', '!', '%', '@', '`':
				parts++
			}
		}
		if parts > maxParts {
			return &Problem{Line: line, Column: 1, Message: fmt.Sprintf("found more than %d parts", maxParts)}
		}
	}
	return nil
}

// syntaxFault takes the position out of an error of the parser.
func syntaxFault(err error) *Problem {
	fault := &Problem{Message: "found broken YAML: " + clean(err.Error(), 120), Hint: "check indentation and quotes"}
	if e, ok := err.(interface {
		GetMessage() string
		GetToken() *token.Token
	}); ok {
		fault.Message = "found broken YAML: " + clean(e.GetMessage(), 120)
		if t := e.GetToken(); t != nil {
			fault.Line, fault.Column = place(t)
		}
	}
	return fault
}

func place(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return max(1, t.Position.Line), max(1, t.Position.Column)
}

// yamlTree turns the library's syntax tree into ours.
type yamlTree struct{ builder }

func (y *yamlTree) document(file *ast.File) (*Node, *Problem) {
	root := &Node{Line: 1, Column: 1}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if fault := y.fill(root, nil, doc.Body, 1); fault != nil {
			return nil, fault
		}
	}
	return root, nil
}

// fill makes n the value that body holds.
func (y *yamlTree) fill(n, parent *Node, body ast.Node, depth int) *Problem {
	n.Line, n.Column = place(body.GetToken())
	if fault := y.add(n, parent, depth); fault != nil {
		return fault
	}
	switch v := body.(type) {
	case *ast.MappingNode:
		return y.mapping(n, v.Values, v.IsFlowStyle, depth)
	case *ast.MappingValueNode:
		return y.mapping(n, []*ast.MappingValueNode{v}, false, depth)
	case *ast.SequenceNode:
		return y.sequence(n, v, depth)
	case *ast.LiteralNode:
		n.Kind, n.Text = String, v.Value.Value
	case *ast.StringNode:
		n.Text = v.Value
		if t := v.Token.Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
			n.Kind = String
		} else {
			n.Kind = resolve(n.Text)
		}
	case *ast.NullNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		n.Text = body.GetToken().Value
		if n.Kind = resolve(n.Text); n.Kind == Null {
			n.Text = ""
		}
	default:
		return n.fault("found a construct that is not accepted here, expected a map, a list or a value")
	}
	return nil
}

func (y *yamlTree) mapping(m *Node, values []*ast.MappingValueNode, flow bool, depth int) *Problem {
	m.Kind = Map
	seen := map[string]int{}
	for i, v := range values {
		field, fault := y.field(m, v)
		if fault != nil {
			return fault
		}
		if i == 0 && !flow {
			// The library places a block map at its first colon; people look for its first key.
			m.Line, m.Column = field.Line, field.Column
		}
		if fault := y.key(m, field, seen); fault != nil {
			return fault
		}
		// An empty value has no place of its own.
		field.Value = &Node{key: field.Key, Line: field.Line, Column: field.Column}
		if v.Value.GetToken().Type == token.ImplicitNullType {
			if fault := y.add(field.Value, m, depth+1); fault != nil {
				return fault
			}
		} else if fault := y.fill(field.Value, m, v.Value, depth+1); fault != nil {
			return fault
		}
		m.Fields = append(m.Fields, field)
	}
	return nil
}

// field reads the key of a map entry.
func (y *yamlTree) field(m *Node, v *ast.MappingValueNode) (Field, *Problem) {
	t := v.Key.GetToken()
	f := Field{}
	f.Line, f.Column = place(t)
	switch k := v.Key.(type) {
	case *ast.StringNode:
		f.Key = k.Value
	case *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.NullNode:
		f.Key = t.Value
	default:
		return f, &Problem{Line: f.Line, Column: f.Column, Path: m.Path(), Message: "found a key that is not plain text"}
	}
	return f, nil
}

func (y *yamlTree) sequence(l *Node, v *ast.SequenceNode, depth int) *Problem {
	l.Kind = List
	for i, body := range v.Values {
		item := &Node{index: i}
		if fault := y.fill(item, l, body, depth+1); fault != nil {
			return fault
		}
		l.Items = append(l.Items, item)
	}
	return nil
}
