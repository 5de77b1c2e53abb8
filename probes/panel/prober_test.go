package panel_test

import (
	gotls "crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/panel"
)

const request = "HEAD / HTTP/1.0\r\n\r\n"

func TestPanel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		class  probes.Class
		why    probes.Reason
		clear  bool
		asked  int
		fact   string
	}{
		{"panel", peer.Reply("HTTP/1.1 302 Found\r\nServer: Kloxo\r\nLocation: http://203.0.113.9/login\r\n\r\n"), probes.OpenProto, 0, true, 1, "Location=http://203.0.113.9/login;"},
		{"old panel", peer.Reply("HTTP/1.0 200 OK\n\n<html>"), probes.OpenProto, 0, true, 1, "status=HTTP/1.0 200 OK;"},
		{"endless head", peer.Endless("HTTP/1.0 200 OK\r\n", "A: b\r\n"), probes.OpenProto, 0, true, 1, ""},
		{"busy", peer.Reply("HTTP/1.0 503 Busy\r\n\r\n"), probes.OpenProto, probes.Busy, true, 1, ""},
		{"TLS alert", peer.Reply("\x15\x03\x01\x00\x02\x02\x0a"), probes.OpenOther, 0, false, 2, "tls=open_proto;"},
		{"garbage", peer.Endless("", "\x1b[2J\x00"), probes.OpenOther, 0, false, 1, "answered=unknown protocol"},
		{"closed", peer.Reply(""), probes.OpenCut, 0, false, 1, ""},
		{"reset", peer.Reset, probes.OpenCut, 0, false, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			o := panel.Prober{}.Probe(t.Context(), p.Target("control-panel", false))
			if o.Class != c.class || o.Reason != c.why || o.Weak.Has(probes.PanelClearText) != c.clear {
				t.Errorf("class %v reason %q weaknesses %v", o.Class, o.Reason, o.Weak.List())
			}
			var facts strings.Builder
			for _, f := range o.Evidence.Facts {
				fmt.Fprintf(&facts, "%s=%s;", f.Key, f.Value)
			}
			if !strings.Contains(facts.String(), c.fact) || strings.Contains(o.Evidence.Banner, "\x1b") {
				t.Errorf("facts %s banner %q", facts.String(), o.Evidence.Banner)
			}
			if sent := p.Received(); len(sent) != c.asked || sent[0] != request {
				t.Errorf("sent %q", sent)
			}
		})
	}
}

func TestSilentPortIsAskedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	o := panel.Prober{}.Probe(t.Context(), p.Impatient("control-panel", false))
	if sent := p.Received(); o.Class != probes.OpenMute || len(sent) != 2 || sent[1] != request {
		t.Errorf("class %v, sent %q", o.Class, sent)
	}
}

// A panel that speaks TLS shows its certificate in the one handshake behind the alert.
func TestPanelBehindTLS(t *testing.T) {
	t.Parallel()
	config := peer.Sound(t)
	var conversations atomic.Int32
	p := peer.Serve(t, func(c net.Conn) {
		if conversations.Add(1) == 1 {
			peer.Say("\x15\x03\x01\x00\x02\x02\x0a")(c) // and keeps the connection open
			return
		}
		_ = gotls.Server(c, config).Handshake()
	})
	o := panel.Prober{}.Probe(t.Context(), p.Target("control-panel", false))
	if o.Class != probes.OpenOther || o.Evidence.TLS == nil || o.Evidence.TLS.LeafSHA256 == "" || !o.Weak.Has(probes.TLSSelfSigned) {
		t.Errorf("class %v facts %+v weaknesses %v", o.Class, o.Evidence.TLS, o.Weak.List())
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	script := panel.Prober{}.Script(p.Target("control-panel", false))
	if len(script) != 2 || string(script[0].Bytes) != request || script[1].When == "" {
		t.Errorf("script %+v", script)
	}
}
