package simbmc

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func dial(t *testing.T, h *host, d door) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp4", h.addrPort(d).String(), patience)
	if err != nil {
		t.Fatalf("%s: %v", h.Personality, err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

func dialTLS(t *testing.T, h *host, d door) *tls.Conn {
	t.Helper()
	c := tls.Client(dial(t, h, d), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10})
	if err := c.Handshake(); err != nil {
		t.Fatalf("%s: %v", h.Personality, err)
	}
	return c
}

// say sends words and returns all that comes until the peer closes.
func say(t *testing.T, c net.Conn, words string) string {
	t.Helper()
	if _, err := io.WriteString(c, words); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("after %q: %v", words, err)
	}
	return string(answer)
}

func TestHTTPServices(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15, Slow: time.Millisecond})
	const post = "POST /cimom HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nCIMOperation: MethodCall\r\n\r\n"
	get := func(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" }
	head := func(path string) string { return "HEAD " + path + " HTTP/1.0\r\n\r\n" }
	for _, c := range []struct {
		personality string
		door        door
		tls         bool
		words       string
		first       string
		has         []string
	}{
		{"hardened", doorWeb, true, get("/redfish"), "HTTP/1.1 200 OK", []string{"\r\n\r\n" + `{"v1":"/redfish/v1/"}`}},
		{"hardened", doorWeb, true, get("/redfish/v1/"), "HTTP/1.1 200 OK", []string{`"RedfishVersion":"1.15.1"`, `"UUID":"`, `"Vendor":"Veldrane"`}},
		{"hardened", doorWeb, true, get("/redfish/v1/Systems"), "HTTP/1.1 401 ", []string{"WWW-Authenticate: Basic"}},
		{"hardened", doorWeb, true, get("/redfish/v1/nowhere"), "HTTP/1.1 401 ", nil},
		{"hardened", doorCIMTLS, true, get("/"), "HTTP/1.1 501 ", []string{"CIMError: "}},
		{"hardened", doorCIMTLS, true, post, "HTTP/1.1 401 ", []string{`Basic realm="cimom"`}},
		{"slow", doorWeb, true, get("/redfish/v1/"), "HTTP/1.1 200 OK", []string{`"Product":"Node Warden Lite"`}},
		{"silent", doorWeb, true, get("/redfish/v1/AccountService"), "HTTP/1.1 401 ", nil},
		{"redfish_anonymous", doorWeb, true, get("/redfish/v1/Systems"), "HTTP/1.1 200 OK", []string{`"Members@odata.count":1`}},
		{"redfish_anonymous", doorWeb, true, get("/redfish/v1/AccountService"), "HTTP/1.1 200 OK", []string{"MinPasswordLength"}},
		{"redfish_anonymous", doorWeb, true, get("/redfish/v1/nowhere"), "HTTP/1.1 404 ", nil},
		{"legacy_clear_text", doorCIM, false, get("/"), "HTTP/1.1 501 ", []string{"CIMError: "}},
		{"legacy_clear_text", doorCIM, false, post, "HTTP/1.1 200 OK", []string{"CIMOperation: MethodResponse", "<IMETHODRESPONSE"}},
		{"legacy_clear_text", doorWeb, true, get("/redfish"), "HTTP/1.1 404 ", nil},
		{"ipmi_none_auth", doorCIM, false, post, "HTTP/1.1 401 ", []string{`Basic realm="cimom"`}},
		{"control_panel", doorPanel, false, head("/"), "HTTP/1.1 200 OK", []string{"Server: hostpanel/"}},
		{"wrong_protocol", doorCIMTLS, false, "\x16\x03\x01\x00\x05", "HTTP/1.1 400 ", nil},
		{"wrong_protocol", doorCIMTLS, false, get("/"), "HTTP/1.1 501 ", []string{"CIMError: "}},
		{"wrong_protocol", doorCIM, false, get("/"), "HTTP/1.1 200 OK", []string{"text/html"}},
		{"wrong_protocol", doorUPnP, false, head("/PSBlock"), "HTTP/1.1 404 ", []string{"embedded-web"}},
		{"wrong_protocol", doorPanel, true, head("/"), "HTTP/1.1 200 OK", nil},
		{"appliance", doorWeb, true, get("/"), "HTTP/1.1 200 OK", []string{"<title>Meridock"}},
		{"appliance", doorWeb, true, get("/redfish"), "HTTP/1.1 404 ", nil},
		{"psblock", doorUPnP, false, head("/zzz"), "HTTP/1.1 404 Bad Request", []string{"Content-Length: 0", "Portable SDK for UPnP"}},
		{"psblock", doorUPnP, false, get("/IPMIdevicedesc.xml"), "HTTP/1.1 200 OK", []string{"urn:schemas-upnp-org:device:management:1"}},
		{"psblock", doorUPnP, false, head("/PSBlock"), "HTTP/1.1 200 OK", []string{"Content-Length: 10240"}},
		{"psblock", doorUPnP, false, "\x16\x03\x01\x00\x05", "HTTP/1.1 400 ", nil},
	} {
		h := s.of(t, c.personality)
		var conn net.Conn
		if c.tls {
			conn = dialTLS(t, h, c.door)
		} else {
			conn = dial(t, h, c.door)
		}
		answer := say(t, conn, c.words)
		if !strings.HasPrefix(answer, c.first) {
			t.Errorf("%s %q: %q", c.personality, c.words, answer)
		}
		for _, part := range c.has {
			if !strings.Contains(answer, part) {
				t.Errorf("%s %q: no %q in %q", c.personality, c.words, part, answer)
			}
		}
		if strings.HasPrefix(c.words, "HEAD") && !strings.HasSuffix(answer, "\r\n\r\n") {
			t.Errorf("%s %q: a body came: %q", c.personality, c.words, answer)
		}
	}
	if n := s.SecretReads(); n != 0 {
		t.Errorf("%d secret reads were counted, none was made", n)
	}
}

func TestSecretReadsAreCountedAndRefused(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	h := s.of(t, "psblock")
	for i, words := range []string{
		"GET /PSBlock HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /PSStore HTTP/1.0\r\n\r\n",
		"GET /PMConfig.dat?x HTTP/1.0\r\n\r\n",
		"GET /wsman/simple_auth.passwd HTTP/1.0\r\nRange: bytes=0-0\r\n\r\n",
		"POST /psblock HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
	} {
		if answer := say(t, dial(t, h, doorUPnP), words); !strings.HasPrefix(answer, "HTTP/1.1 403 ") {
			t.Errorf("%q: %q", words, answer)
		}
		if n := s.SecretReads(); n != int64(i+1) {
			t.Errorf("after %q: %d secret reads", words, n)
		}
	}
}

func TestGreetings(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	for personality, want := range map[string]string{
		"legacy_clear_text": "+bmc-127-",
		"wrong_protocol":    "SSH-2.0-",
	} {
		buf := make([]byte, 256)
		n, err := dial(t, s.of(t, personality), doorSFTP).Read(buf)
		if err != nil || !strings.HasPrefix(string(buf[:n]), want) {
			t.Errorf("%s: %q, %v", personality, buf[:n], err)
		}
		if personality == "legacy_clear_text" && !strings.HasSuffix(string(buf[:n]), " SFTP Service\x00") {
			t.Errorf("greeting %q", buf[:n])
		}
	}
}
