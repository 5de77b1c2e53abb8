package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// jsonReader walks the tokens of encoding/json (RFC 8259) and keeps where each of them began.
type jsonReader struct {
	builder
	dec  *json.Decoder
	data []byte
	at   cursor
	line int // of the last token
	col  int
}

func parseJSON(data []byte) (*Node, *Problem) {
	r := &jsonReader{dec: json.NewDecoder(bytes.NewReader(data)), data: data, at: cursor{data: data}}
	r.dec.UseNumber()
	tok, fault := r.next()
	if fault != nil {
		return nil, fault
	}
	root, fault := r.value(tok, &Node{}, nil, 1)
	if fault != nil {
		return nil, fault
	}
	r.mark()
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &Problem{Line: r.line, Column: r.col, Message: "found something after the end of the document"}
	}
	return root, nil
}

// mark notes where the next token begins. The decoder says where the last one ended; only blanks and one
// separator can lie between.
func (r *jsonReader) mark() {
	start := int(r.dec.InputOffset())
	for start < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[start]) >= 0 {
		start++
	}
	r.line, r.col = r.at.position(start)
}

func (r *jsonReader) next() (json.Token, *Problem) {
	r.mark()
	tok, err := r.dec.Token()
	if err == nil {
		return tok, nil
	}
	fault := &Problem{Line: r.line, Column: r.col, Message: "found broken JSON: " + clean(err.Error(), 120)}
	var syntax *json.SyntaxError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		fault.Message = "found the end of the file, expected the rest of the document"
	} else if errors.As(err, &syntax) && int(syntax.Offset) > r.at.offset {
		fault.Line, fault.Column = r.at.position(min(int(syntax.Offset)-1, len(r.data)))
	}
	return nil, fault
}

// value fills n with the value that tok begins.
func (r *jsonReader) value(tok json.Token, n, parent *Node, depth int) (*Node, *Problem) {
	n.Line, n.Column = r.line, r.col
	if fault := r.add(n, parent, depth); fault != nil {
		return nil, fault
	}
	switch t := tok.(type) {
	case json.Delim:
		if t == '{' {
			n.Kind = Map
			return n, r.object(n, depth)
		}
		n.Kind = List
		return n, r.array(n, depth)
	case string:
		n.Kind, n.Text = String, t
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case bool:
		n.Kind, n.Text = Bool, "false"
		if t {
			n.Text = "true"
		}
	}
	return n, nil
}

func (r *jsonReader) object(m *Node, depth int) *Problem {
	seen := map[string]int{}
	for {
		tok, fault := r.next()
		if fault != nil {
			return fault
		}
		name, ok := tok.(string)
		if !ok { // the decoder lets nothing but a key or the end stand here
			return nil
		}
		field := Field{Key: name, Line: r.line, Column: r.col}
		if fault := r.key(m, field, seen); fault != nil {
			return fault
		}
		if tok, fault = r.next(); fault != nil {
			return fault
		}
		if field.Value, fault = r.value(tok, &Node{key: name}, m, depth+1); fault != nil {
			return fault
		}
		m.Fields = append(m.Fields, field)
	}
}

func (r *jsonReader) array(l *Node, depth int) *Problem {
	for {
		tok, fault := r.next()
		if fault != nil {
			return fault
		}
		if tok == json.Delim(']') {
			return nil
		}
		item, fault := r.value(tok, &Node{index: len(l.Items)}, l, depth+1)
		if fault != nil {
			return fault
		}
		l.Items = append(l.Items, item)
	}
}
