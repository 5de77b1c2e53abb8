package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Parse reads one document. File is only a name for messages; a name that ends in ".json", or bytes that
// are valid JSON, are read as JSON, everything else as YAML. The error is always of type Problems.
func Parse(file string, data []byte) (*Node, error) {
	root, fault := parse(file, data)
	if fault != nil {
		fault.File = clean(file, 300)
		return nil, Problems{*fault}
	}
	return root, nil
}

func parse(file string, data []byte) (*Node, *Problem) {
	if len(data) > MaxBytes {
		return nil, &Problem{
			Message: fmt.Sprintf("found %d bytes, expected at most %d", len(data), MaxBytes),
			Hint:    "is this the right file?",
		}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if fault := checkText(data); fault != nil {
		return nil, fault
	}
	if strings.HasSuffix(strings.ToLower(file), ".json") || looksLikeJSON(data) {
		return parseJSON(data)
	}
	return parseYAML(data)
}

// looksLikeJSON spares a JSON file under another name the differences between JSON and YAML: tabs,
// surrogate pairs, escaped slashes.
func looksLikeJSON(data []byte) bool {
	start := bytes.TrimLeft(data, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[') && json.Valid(data)
}

// checkText refuses bytes that no YAML or JSON text may hold (YAML 1.2.2, 5.1): invalid UTF-8 and control
// characters other than tab and line ends.
func checkText(data []byte) *Problem {
	at := cursor{data: data}
	for i := 0; i < len(data); {
		c := data[i]
		if c >= ' ' && c < 0x7f || c == '\t' || c == '\n' || c == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if c < utf8.RuneSelf || r >= 0x80 && r < 0xa0 && r != 0x85 || r == utf8.RuneError && size == 1 {
			line, column := at.position(i)
			what := "a control character"
			if r == utf8.RuneError && size == 1 {
				what = "a byte that is not UTF-8"
			}
			return &Problem{Line: line, Column: column, Message: "found " + what + ", expected text",
				Hint: "save the file as UTF-8 text"}
		}
		i += size
	}
	return nil
}

// cursor turns byte offsets into lines and columns. Offsets must be asked for in rising order, which
// keeps the whole file linear.
type cursor struct {
	data   []byte
	offset int
	line   int // from 0
	column int // in characters, from 0
}

func (c *cursor) position(offset int) (line, column int) {
	for c.offset < offset {
		b := c.data[c.offset]
		c.offset++
		switch {
		case b == '\n':
			c.line++
			c.column = 0
		case utf8.RuneStart(b):
			c.column++
		}
	}
	return c.line + 1, c.column + 1
}

// builder makes the tree and holds its limits.
type builder struct{ nodes int }

// add hangs a new node below parent, which may be nil for the top, at the given depth.
func (b *builder) add(n *Node, parent *Node, depth int) *Problem {
	n.parent = parent
	b.nodes++
	switch {
	case depth > MaxDepth:
		return n.fault(fmt.Sprintf("nested deeper than %d levels", MaxDepth))
	case b.nodes > MaxNodes:
		return n.fault(fmt.Sprintf("found more than %d values", MaxNodes))
	}
	return nil
}

// key checks one key of a map that is being filled. Seen holds the line of each key so far.
func (b *builder) key(m *Node, f Field, seen map[string]int) *Problem {
	fault := &Problem{Line: f.Line, Column: f.Column, Path: m.Path()}
	if len(f.Key) > maxKey {
		fault.Message = fmt.Sprintf("found a key of %d bytes, expected at most %d", len(f.Key), maxKey)
		return fault
	}
	if first, ok := seen[f.Key]; ok {
		fault.Message = fmt.Sprintf("found the key %s twice, first on line %d", Quote(f.Key), first)
		fault.Hint = "keep one of them"
		return fault
	}
	if seen[f.Key] = f.Line; len(seen) > maxKeys {
		fault.Message = fmt.Sprintf("found more than %d keys in one map", maxKeys)
		return fault
	}
	return nil
}

func (n *Node) fault(message string) *Problem {
	return &Problem{Line: n.Line, Column: n.Column, Path: n.Path(), Message: message}
}
