package https_test

import (
	gotls "crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/https"
)

func facts(o probes.Observation) string {
	var b strings.Builder
	for _, f := range o.Evidence.Facts {
		fmt.Fprintf(&b, "%s=%s;", f.Key, f.Value)
	}
	return b.String()
}

func TestFrontPage(t *testing.T) {
	t.Parallel()
	const page = "HTTP/1.1 200 OK\r\nServer: XCC Web Server\r\n\r\n<html>"
	const basic = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"bmc\"\r\n\r\n"
	const away = "HTTP/1.1 302 Found\r\nLocation: https://203.0.113.9/start.html\r\n\r\n"
	var clearLogin probes.WeakSet
	clearLogin = clearLogin.With(probes.ClearTextLogin)
	for _, c := range []struct {
		name   string
		secure bool // the endpoint is meant to speak TLS
		served bool // the peer does
		handle func(net.Conn)
		class  probes.Class
		why    probes.Reason
		weak   probes.WeakSet // beside that of the test certificate
		fact   string
	}{
		{"page", true, true, peer.Reply(page), probes.OpenProto, 0, 0, "Server=XCC Web Server;issuer=CN=bmc,O=Example;"},
		{"redirect is only recorded", true, true, peer.Reply(away), probes.OpenProto, 0, 0, "Location=https://203.0.113.9/start.html;"},
		{"login inside TLS", true, true, peer.Reply(basic), probes.OpenProto, 0, 0, "status=HTTP/1.1 401 Unauthorized;"},
		{"busy", true, true, peer.Reply("HTTP/1.1 503 Busy\r\n\r\n"), probes.OpenProto, probes.Busy, 0, ""},
		{"endless page", true, true, peer.Endless(page, strings.Repeat("x", 4096)), probes.OpenProto, 0, 0, ""},
		{"another protocol inside TLS", true, true, peer.Reply("* OK IMAP4\r\n"), probes.OpenOther, 0, 0, "issuer="},
		{"clear text on the TLS port", true, false, peer.Reply("HTTP/1.1 400 Bad Request\r\n\r\n"), probes.OpenOther, 0, 0, "answered=HTTP in clear text;"},
		{"closed", true, false, peer.Reply(""), probes.OpenCut, 0, 0, ""},
		{"clear text where meant", false, false, peer.Reply(page), probes.OpenProto, 0, 0, "Server="},
		{"password in clear text", false, false, peer.Reply(basic), probes.OpenProto, 0, clearLogin, "WWW-Authenticate=Basic"},
		{"digest in clear text", false, false, peer.Reply("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"x\"\r\n\r\n"), probes.OpenProto, 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			weak := c.weak
			var p *peer.Peer
			if c.served {
				p, weak = peer.ServeTLS(t, peer.Sound(t), c.handle), weak.With(probes.TLSSelfSigned)
			} else {
				p = peer.Serve(t, c.handle)
			}
			o := https.Prober{}.Probe(t.Context(), p.Target("https-mgmt", c.secure))
			if o.Class != c.class || o.Reason != c.why || o.Weak != weak {
				t.Errorf("class %v reason %q weaknesses %v", o.Class, o.Reason, o.Weak.List())
			}
			if !strings.Contains(facts(o), c.fact) {
				t.Errorf("facts %s", facts(o))
			}
			if n := len(p.Received()); n != 1 {
				t.Errorf("%d conversations", n)
			}
		})
	}
}

func TestTooOldTLSIsServed(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Reply("\x15\x03\x00\x00\x02\x02\x28"))
	o := https.Prober{}.Probe(t.Context(), p.Target("https-mgmt", true))
	if o.Class != probes.OpenProto || !o.Weak.Has(probes.TLSUnspoken) || o.Evidence.TLS.Failure == "" {
		t.Errorf("class %v weaknesses %v facts %+v", o.Class, o.Weak.List(), o.Evidence.TLS)
	}
}

// TLS 1.3 lets the client believe that the handshake is done before it asks for its certificate.
func TestClientCertificateDemanded(t *testing.T) {
	t.Parallel()
	config := peer.Sound(t)
	config.ClientAuth = gotls.RequireAnyClientCert
	p := peer.ServeTLS(t, config, peer.Silent)
	o := https.Prober{}.Probe(t.Context(), p.Target("https-mgmt", true))
	if o.Class != probes.OpenProto || !strings.Contains(o.Evidence.TLS.Failure, "certificate") {
		t.Errorf("class %v facts %+v", o.Class, o.Evidence.TLS)
	}
}

func TestOverIPv6(t *testing.T) {
	t.Parallel()
	p := peer.Serve6(t, peer.Reply("HTTP/1.1 200 OK\r\n\r\n"))
	o := https.Prober{}.Probe(t.Context(), p.Target("http", false))
	want := fmt.Sprintf("Host: [::1]:%d\r\n", p.Addr.Port())
	if got := p.Received(); o.Class != probes.OpenProto || len(got) != 1 || !strings.Contains(got[0], want) {
		t.Errorf("class %v after %q, want %q", o.Class, got, want)
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	p := peer.ServeTLS(t, peer.Sound(t), peer.Reply("HTTP/1.1 200 OK\r\n\r\n"))
	target := p.Target("https-mgmt", true)
	script := https.Prober{}.Script(target)
	https.Prober{}.Probe(t.Context(), target)
	if len(script) != 2 || !script[1].InsideTLS || string(script[1].Bytes) != p.Received()[0] {
		t.Errorf("script %+v, sent %q", script, p.Received())
	}
}
