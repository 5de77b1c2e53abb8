package simbmc

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
)

// Caps on what a client may send.
const (
	requestHead = 16 << 10
	requestBody = 256 << 10
)

// request is an HTTP request as far as the pages need it. Bodies are read and forgotten.
type request struct {
	method, target string
	header         textproto.MIMEHeader
}

// page is the answer to a request. Content-Length follows from body unless length is set.
type page struct {
	code   int
	reason string
	header []string // whole lines
	body   string
	length string
}

func (p page) with(lines ...string) page {
	p.header = append(p.header[:len(p.header):len(p.header)], lines...)
	return p
}

var errRequest = errors.New("not an http request")

// serveHTTP makes a server that answers one request a connection (RFC 9112).
func serveHTTP(answer func(h *host, r request) page) func(h *host, c net.Conn) {
	return func(h *host, c net.Conn) {
		r, err := readRequest(bufio.NewReader(io.LimitReader(c, requestHead+requestBody)))
		if errors.Is(err, errRequest) {
			page{code: 400, reason: "Bad Request"}.write(c, "GET")
			return
		}
		if err == nil && h.think() {
			answer(h, r).write(c, r.method)
		}
	}
}

func readRequest(br *bufio.Reader) (request, error) {
	first, err := br.Peek(1)
	if err != nil {
		return request{}, err
	}
	if first[0] < 'A' || first[0] > 'Z' { // a TLS hello has no line end to wait for
		return request{}, errRequest
	}
	tp := textproto.NewReader(br)
	line, err := tp.ReadLine()
	if err != nil {
		return request{}, err
	}
	method, rest, ok := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || !strings.HasPrefix(version, "HTTP/1.") {
		return request{}, errRequest
	}
	header, err := tp.ReadMIMEHeader()
	if err != nil {
		return request{}, errRequest
	}
	if n, _ := strconv.Atoi(header.Get("Content-Length")); n > 0 {
		if _, err := io.CopyN(io.Discard, br, int64(min(n, requestBody))); err != nil {
			return request{}, err
		}
	}
	return request{method, target, header}, nil
}

func (p page) write(w io.Writer, method string) {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", p.code, p.reason)
	for _, line := range p.header {
		b.WriteString(line + "\r\n")
	}
	length := p.length
	if length == "" {
		length = strconv.Itoa(len(p.body))
	}
	b.WriteString("Content-Length: " + length + "\r\nConnection: close\r\n\r\n")
	if method != "HEAD" {
		b.WriteString(p.body)
	}
	io.WriteString(w, b.String())
}

func htmlPage(title string) page {
	return page{code: 200, reason: "OK", header: []string{"Content-Type: text/html"},
		body: "<!DOCTYPE html><title>" + title + "</title><h1>" + title + "</h1>\n"}
}

// loginPage is a plain web server: a front page and nothing else.
func loginPage(h *host, r request) page {
	if path, _, _ := strings.Cut(r.target, "?"); path != "/" {
		return page{code: 404, reason: "Not Found"}.with("Server: embedded-web/1.4")
	}
	return htmlPage(h.Title + " sign-in").with("Server: embedded-web/1.4")
}

// panelPage is the web hosting panel that does not belong on a BMC: it serves its login page in clear.
func panelPage(_ *host, r request) page {
	if r.target != "/" {
		return page{code: 302, reason: "Found"}.with("Location: /login", "Server: hostpanel/6.1")
	}
	return htmlPage("Hosting panel login").with("Server: hostpanel/6.1")
}
