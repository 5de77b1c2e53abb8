package http1

import (
	"strings"
	"testing"
)

func TestParseHead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, raw, line string // line "" means: not HTTP
		cut             bool
		fields          int
	}{
		{"plain", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "HTTP/1.1 200 OK", false, 1},
		{"bare line feeds", "HTTP/1.0 404 Bad Request\nA: b\nC:d\n\n", "HTTP/1.0 404 Bad Request", false, 2},
		{"no reason", "HTTP/1.1 501\r\n\r\n", "HTTP/1.1 501", false, 0},
		{"empty reason", "HTTP/1.1 401 \r\n\r\n", "HTTP/1.1 401", false, 0},
		{"body behind", "HTTP/1.1 200 OK\r\n\r\nServer: no\r\n", "HTTP/1.1 200 OK", false, 0},
		{"no end", "HTTP/1.1 200 OK\r\nServer: x\r\nPart", "HTTP/1.1 200 OK", true, 1},
		{"status line only", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", true, 0},
		{"junk between fields", "HTTP/1.1 200 OK\r\njunk\r\nbad name: x\r\n: y\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK", false, 1},
		{"too many lines", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", MaxLines+5) + "\r\n", "HTTP/1.1 200 OK", true, MaxLines},
		{"too long", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", MaxHead) + "\r\n\r\n", "HTTP/1.1 200 OK", true, 0},
		{"empty", "", "", false, 0},
		{"short code", "HTTP/1.1 20 OK\r\n\r\n", "", false, 0},
		{"long code", "HTTP/1.1 2000 OK\r\n\r\n", "", false, 0},
		{"signed code", "HTTP/1.1 +20 OK\r\n\r\n", "", false, 0},
		{"low code", "HTTP/1.1 099 OK\r\n\r\n", "", false, 0},
		{"other protocol", "RTSP/1.0 200 OK\r\n\r\n", "", false, 0},
		{"odd version", "HTTP/11 200 OK\r\n\r\n", "", false, 0},
		{"cut in the status line", "HTTP/1.1 2", "", false, 0},
	} {
		h, err := ParseHead([]byte(c.raw))
		if (err == nil) != (c.line != "") {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		if err == nil && (h.Line() != c.line || h.Cut != c.cut || len(h.Fields) != c.fields) {
			t.Errorf("%s: line %q cut %v fields %d, want %q %v %d", c.name, h.Line(), h.Cut, len(h.Fields), c.line, c.cut, c.fields)
		}
	}
}

func TestHeadFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, fields string
		length       int64 // -1: none
		chunked      bool
	}{
		{"none", "", -1, false},
		{"one", "content-length:  42 \r\n", 42, false},
		{"same twice", "Content-Length: 7\r\nContent-Length: 7\r\n", 7, false},
		{"different twice", "Content-Length: 7\r\nContent-Length: 8\r\n", -1, false},
		{"second is bad", "Content-Length: 7\r\nContent-Length: x\r\n", -1, false},
		{"negative", "Content-Length: -1\r\n", -1, false},
		{"list", "Content-Length: 7, 7\r\n", -1, false},
		{"overflow", "Content-Length: 99999999999999999999\r\n", -1, false},
		{"chunked", "Transfer-Encoding: Chunked\r\n", -1, true},
		{"chunked at the end", "Transfer-Encoding: gzip, chunked\r\n", -1, true},
		{"chunked elsewhere", "Transfer-Encoding: chunked, gzip\r\n", -1, false},
	} {
		h, err := ParseHead([]byte("HTTP/1.1 200 OK\r\n" + c.fields + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		n, ok := h.Length()
		if !ok {
			n = -1
		}
		if n != c.length || h.Chunked() != c.chunked {
			t.Errorf("%s: length %d chunked %v, want %d %v", c.name, n, h.Chunked(), c.length, c.chunked)
		}
	}
}

func FuzzParseHead(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody", "HTTP/1.0 404 Bad Request\nCONTENT-LENGTH: 0\n\n",
		"HTTP/1.1 501", "\x15\x03\x01\x00\x02\x02\x28", "HTTP/1.1 200 \x1b[2J\r\n: \r\n", "HTTP/9.9 999 \xff\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := ParseHead(raw)
		if err != nil {
			return
		}
		if h.Status < 100 || h.Status > 999 || len(h.Fields) > MaxLines {
			t.Fatalf("status %d, %d fields", h.Status, len(h.Fields))
		}
		if n, ok := h.Length(); ok && n < 0 {
			t.Fatalf("length %d", n)
		}
		if !strings.HasPrefix(string(raw), h.Proto) || strings.ContainsAny(h.Line(), "\n") {
			t.Fatalf("line %q", h.Line())
		}
		h.Chunked()
		for _, x := range h.Fields {
			if !token(x.Name) || strings.Contains(x.Value, "\n") {
				t.Fatalf("field %q: %q", x.Name, x.Value)
			}
		}
	})
}
