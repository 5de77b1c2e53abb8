package http1

import (
	"crypto/rand"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// Agent is the User-Agent of every request: enough for an operator to recognise us in a log, and
// without a version, which a target has no need to know.
const Agent = "oobscope"

// Field is one header line.
type Field struct{ Name, Value string }

// Request is a question without a body.
type Request struct {
	Method string
	Path   string
	Fields []Field // sent after the fixed ones, in this order
	Raw    string  // sent instead of everything else; for a question whose exact bytes matter
}

// Name is the request in a few words, for the packet story: "GET /redfish".
func (r Request) Name() string {
	if r.Raw != "" {
		line, _, _ := strings.Cut(r.Raw, "\r\n")
		return line
	}
	return r.Method + " " + r.Path
}

// Bytes is the request as it goes out to addr. secure tells whether it travels inside TLS, which decides
// whether the port is named in Host.
func (r Request) Bytes(addr netip.AddrPort, secure bool) []byte {
	if r.Raw != "" {
		return []byte(r.Raw)
	}
	var b strings.Builder
	b.WriteString(r.Method + " " + r.Path + " HTTP/1.1\r\n")
	fixed := []Field{
		{"Host", Host(addr, secure)}, {"User-Agent", Agent}, {"Accept", "*/*"}, {"Connection", "close"},
	}
	for _, f := range append(fixed, r.Fields...) {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// Host is the value of the Host field (RFC 9110 7.2): always the numeric address, which UPnP servers
// insist on, in brackets for IPv6; the port only if it is not the scheme's own. A zone is local to us
// and left out (RFC 6874 4).
func Host(addr netip.AddrPort, secure bool) string {
	ip := addr.Addr().Unmap().WithZone("")
	host := ip.String()
	if ip.Is6() {
		host = "[" + host + "]"
	}
	if secure && addr.Port() == 443 || !secure && addr.Port() == 80 {
		return host
	}
	return host + ":" + strconv.Itoa(int(addr.Port()))
}

// ZeroToken stands for a Token in a script.
const ZeroToken = "0000000000000000"

// Token returns the name of something that no server has: eight random bytes in hexadecimal.
func Token() string {
	b := make([]byte, len(ZeroToken)/2)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
