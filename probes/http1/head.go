package http1

import (
	"bytes"
	"errors"
	"strings"
)

// The caps on the head of an answer.
const (
	MaxHead  = 8 << 10
	MaxLines = 100
)

// Head is the status line and the fields of an answer. Every text in it is as it came: clean it before
// it is shown.
type Head struct {
	Proto  string // "HTTP/1.0"
	Status int    // 100 to 999
	Reason string
	Fields []Field
	Cut    bool // the head went over a cap or ended early; what came before is here
}

// Get returns the value of the first field with that name, whatever its case; empty for none.
func (h *Head) Get(name string) string {
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Length returns the Content-Length if there is exactly one plain number; RFC 9110 8.6 forbids the rest.
func (h *Head) Length() (n int64, ok bool) {
	for _, f := range h.Fields {
		if !strings.EqualFold(f.Name, "Content-Length") {
			continue
		}
		v, good := digits(f.Value)
		if !good || ok && v != n {
			return 0, false
		}
		n, ok = v, true
	}
	return n, ok
}

// Chunked tells whether the body comes in chunks (RFC 9112 7.1).
func (h *Head) Chunked() bool {
	v := h.Get("Transfer-Encoding")
	return strings.EqualFold(v[strings.LastIndexByte(v, ',')+1:], "chunked") ||
		strings.HasSuffix(strings.ToLower(v), " chunked")
}

// Line is the status line.
func (h *Head) Line() string {
	return strings.TrimRight(h.Proto+" "+string([]byte{
		'0' + byte(h.Status/100), '0' + byte(h.Status/10%10), '0' + byte(h.Status%10),
	})+" "+h.Reason, " ")
}

var errNotHTTP = errors.New("answer does not begin with an HTTP status line")

// ParseHead reads the head of an answer: a status line (RFC 9112 4), then fields up to the first empty
// line or the end. Lines end in LF, with or without CR. Lines that are no fields are passed over, since
// old servers send such things and none of them matters to us. The error says that it is not HTTP at all.
func ParseHead(raw []byte) (*Head, error) {
	raw, capped := raw[:min(len(raw), MaxHead)], len(raw) > MaxHead
	line, rest, whole := cutLine(raw)
	h, ok := statusLine(line)
	if !ok {
		return nil, errNotHTTP
	}
	h.Cut = capped || !whole
	for n := 0; len(rest) > 0; n++ {
		if line, rest, whole = cutLine(rest); len(line) == 0 && whole {
			return h, nil
		}
		if n == MaxLines || !whole {
			h.Cut = true
			return h, nil
		}
		if name, value, found := strings.Cut(line, ":"); found && token(name) {
			h.Fields = append(h.Fields, Field{name, strings.Trim(value, " \t")})
		}
	}
	h.Cut = true
	return h, nil
}

func cutLine(b []byte) (line string, rest []byte, whole bool) {
	l, rest, whole := bytes.Cut(b, []byte{'\n'})
	return string(bytes.TrimSuffix(l, []byte{'\r'})), rest, whole
}

// statusLine reads "HTTP/1.1 404 Not Found".
func statusLine(s string) (*Head, bool) {
	proto, rest, _ := strings.Cut(s, " ")
	if len(proto) != 8 || proto[:5] != "HTTP/" || !digit(proto[5]) || proto[6] != '.' || !digit(proto[7]) {
		return nil, false
	}
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	n, ok := digits(code)
	if !ok || len(code) != 3 || n < 100 {
		return nil, false
	}
	return &Head{Proto: proto, Status: int(n), Reason: reason}, true
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// digits reads a plain decimal number of at most 18 digits: no sign, no blank, no overflow.
func digits(s string) (n int64, ok bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// token tells whether s can be the name of a field (RFC 9110 5.6.2).
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
