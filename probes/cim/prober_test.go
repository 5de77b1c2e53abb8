package cim_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/cim"
	"oobscope/probes/http1/peer"
)

const (
	sfcbFront    = "HTTP/1.1 501 Not Implemented\r\nServer: sfcHttpd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
	pegasusFront = "HTTP/1.1 501 Not Implemented\r\nCIMError: Only POST and M-POST are implemented\r\n\r\n"
	denied       = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"cimom\"\r\n\r\n"
)

func table(front, post string) map[string]string {
	return map[string]string{"GET /": front, "POST /cimom": post}
}

func set(list ...probes.Weakness) (s probes.WeakSet) {
	for _, w := range list {
		s = s.With(w)
	}
	return s
}

func facts(o probes.Observation) string {
	var b strings.Builder
	for _, f := range o.Evidence.Facts {
		fmt.Fprintf(&b, "%s=%s;", f.Key, f.Value)
	}
	return b.String()
}

func TestLadder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers map[string]string
		class   probes.Class
		why     probes.Reason
		weak    probes.WeakSet // in clear text ClearTextLogin comes on top wherever a server was proved
		fact    string
		asked   int
	}{
		{"sfcb with login", table(sfcbFront, denied), probes.OpenProto, 0, 0, "server family=SBLIM sfcb;login=demanded", 2},
		{"sfcb without login", table(sfcbFront, "HTTP/1.1 400 Bad Request\r\n\r\n"), probes.OpenProto, 0, set(probes.CIMNoLogin), "login=not demanded", 2},
		{"Pegasus without login", table(pegasusFront, "HTTP/1.1 400 Bad Request\r\nCIMError: request-not-well-formed\r\n\r\n"), probes.OpenProto, 0, set(probes.CIMNoLogin), "CIMError=request-not-well-formed", 2},
		{"Pegasus answers", table(pegasusFront, "HTTP/1.1 200 OK\r\n\r\n<CIM>"), probes.OpenProto, 0, set(probes.CIMNoLogin), "OpenPegasus", 2},
		{"Pegasus forbids", table(pegasusFront, "HTTP/1.1 403 Forbidden\r\n\r\n"), probes.OpenProto, 0, 0, "login=demanded", 2},
		{"path unknown", table(sfcbFront, "HTTP/1.1 404 Not Found\r\n\r\n"), probes.OpenProto, 0, 0, "login=undecided", 2},
		{"redirect", table(sfcbFront, "HTTP/1.1 302 Found\r\nLocation: http://203.0.113.9/\r\n\r\n"), probes.OpenProto, 0, 0, "login=undecided", 2},
		{"OpenWBEM complains", table("HTTP/1.1 405 Method Not Allowed\r\nServer: openwbem/3.2 (CIMOM)\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"), probes.OpenProto, 0, 0, "login=undecided", 2},
		{"OpenWBEM answers", table("HTTP/1.1 405 Method Not Allowed\r\nServer: openwbem/3.2 (CIMOM)\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"), probes.OpenProto, 0, set(probes.CIMNoLogin), "OpenWBEM", 2},
		{"Java", table("HTTP/1.1 400 javax.wbem.HttpServerConnection\r\n\r\n", denied), probes.OpenProto, 0, 0, "Java WBEM", 2},
		{"unnamed make", table("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"cimom\"\r\n\r\n", denied), probes.OpenProto, 0, 0, "another make", 2},
		{"no answer to the POST", table(sfcbFront, ""), probes.OpenProto, 0, 0, "login=undecided: no answer", 2},
		{"busy", table("HTTP/1.1 503 Busy\r\nServer: sfcHttpd\r\n\r\n", denied), probes.OpenProto, probes.Busy, 0, "sfcb", 1},
		{"busy at the POST", table(sfcbFront, "HTTP/1.1 503 Busy\r\n\r\n"), probes.OpenProto, probes.Busy, 0, "login=undecided", 2},
		{"listener", table("HTTP/1.1 501 Not Implemented\r\nCIMExport: MethodResponse\r\n\r\n", denied), probes.OpenOther, 0, 0, "indication listener", 1},
		{"web server", table("HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n<html>", "HTTP/1.1 200 OK\r\n\r\n"), probes.OpenOther, 0, 0, "without a CIM mark", 1},
		{"bare 501", table("HTTP/1.1 501 Not Implemented\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"), probes.OpenOther, 0, 0, "without a CIM mark", 1},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " secure ", secure), func(t *testing.T) {
				t.Parallel()
				p, weak := peer.Serve(t, peer.Answers(c.answers)), c.weak
				switch {
				case secure:
					p, weak = peer.ServeTLS(t, peer.Sound(t), peer.Answers(c.answers)), weak.With(probes.TLSSelfSigned)
				case c.class == probes.OpenProto:
					weak = weak.With(probes.ClearTextLogin)
				}
				o := cim.Prober{}.Probe(t.Context(), p.Target("cim", secure))
				if o.Class != c.class || o.Reason != c.why || o.Weak != weak || !strings.Contains(facts(o), c.fact) {
					t.Errorf("class %v reason %q weaknesses %v facts %s", o.Class, o.Reason, o.Weak.List(), facts(o))
				}
				if n := len(p.Received()); n != c.asked {
					t.Errorf("%d requests, want %d", n, c.asked)
				}
			})
		}
	}
}

// What stands on the TLS port without TLS.
func TestClearTextOnTheTLSPort(t *testing.T) {
	t.Parallel()
	// stubborn says nothing to a ClientHello, as a server does that waits for the end of a line.
	stubborn := func(clear, hello func(net.Conn)) func(net.Conn) {
		return func(c net.Conn) {
			b := make([]byte, 1)
			if n, _ := c.Read(b); n == 1 && b[0] == 'G' {
				clear(c)
				return
			}
			hello(c)
		}
	}
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		class  probes.Class
		weak   probes.WeakSet
		asked  int
	}{
		{"error to the ClientHello", peer.Reply("HTTP/1.1 400 Bad Request\r\nServer: sfcHttpd\r\n\r\n"), probes.OpenOther, set(probes.CIMClearText), 1},
		{"closes on the ClientHello", stubborn(peer.Reply(sfcbFront), func(net.Conn) {}), probes.OpenOther, set(probes.CIMClearText), 2},
		{"waits for a line", stubborn(peer.Reply(sfcbFront), peer.Silent), probes.OpenOther, set(probes.CIMClearText), 3},
		{"closes always", peer.Reply(""), probes.OpenCut, 0, 2},
		{"silent always", peer.Silent, probes.OpenMute, 0, 3},
		{"another protocol in clear", stubborn(peer.Reply("500 what?\r\n"), func(net.Conn) {}), probes.OpenOther, 0, 2},
		{"SSH", peer.Say("SSH-2.0-x\r\n"), probes.OpenOther, 0, 1},
		{"TLS alert", peer.Reply("\x15\x03\x00\x00\x02\x02\x28"), probes.OpenOther, set(probes.TLSUnspoken), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			target, hasty := p.Target("cim-https", true), p.Impatient("cim-https", true)
			if c.asked == 3 {
				target.Pace.TLS = hasty.Pace.TLS
			}
			if c.class == probes.OpenMute {
				target = hasty
			}
			o := cim.Prober{}.Probe(t.Context(), target)
			if n := len(p.Received()); o.Class != c.class || o.Weak != c.weak || n != c.asked {
				t.Errorf("class %v weaknesses %v after %d conversations; facts %s", o.Class, o.Weak.List(), n, facts(o))
			}
		})
	}
}

func TestTLSOnTheClearTextPort(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Reply("\x15\x03\x01\x00\x02\x02\x28"))
	o := cim.Prober{}.Probe(t.Context(), p.Target("cim-http", false))
	if o.Class != probes.OpenOther || !strings.Contains(facts(o), "TLS alert") {
		t.Errorf("class %v facts %s", o.Class, facts(o))
	}
}

// No operation can be executed: every request ends with its head, none has a body, none is an M-POST, none
// has a credential, and all of them are in the script.
func TestOnlyHeadsGoOut(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Answers(table(sfcbFront, denied)))
	target := p.Target("cim-http", false)
	cim.Prober{}.Probe(t.Context(), target)
	script := cim.Prober{}.Script(target)
	sent := p.Received()
	if len(sent) != len(script) {
		t.Fatalf("%d requests, %d in the script", len(sent), len(script))
	}
	for i, s := range sent {
		if s != string(script[i].Bytes) || strings.Index(s, "\r\n\r\n") != len(s)-4 {
			t.Errorf("sent %q, script %q", s, script[i].Bytes)
		}
		if strings.HasPrefix(s, "M-POST") || strings.Contains(s, "Authorization") {
			t.Errorf("sent %q", s)
		}
	}
	if !strings.Contains(sent[1], "\r\nContent-Length: 0\r\n") {
		t.Errorf("sent %q", sent[1])
	}
}

func TestCancelledBetweenTheSteps(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := peer.Serve(t, func(c net.Conn) {
		cancelled := peer.Answers(map[string]string{"GET /": sfcbFront})
		cancelled(c)
		cancel()
	})
	o := cim.Prober{}.Probe(ctx, p.Target("cim-http", false))
	if o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("class %v reason %v", o.Class, o.Reason)
	}
}
