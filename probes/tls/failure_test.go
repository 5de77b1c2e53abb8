package tls_test

import (
	"context"
	gotls "crypto/tls"
	"net"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/tls"
)

func TestFailuresAreFindings(t *testing.T) {
	t.Parallel()
	// A ServerHello that picks SSLv3: record, handshake header, version 3.0, random, no session id, a suite.
	sslv3 := "\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00" + strings.Repeat("r", 32) + "\x00\x00\x0a\x00"
	for _, c := range []struct {
		name    string
		handle  func(net.Conn)
		class   probes.Class
		weak    probes.WeakSet
		failure string
	}{
		{"alert", peer.Reply("\x15\x03\x00\x00\x02\x02\x28"), probes.OpenProto, weak(probes.TLSUnspoken), "handshake failure"},
		{"unknown alert", peer.Reply("\x15\x03\x01\x00\x02\x02\xff"), probes.OpenProto, weak(probes.TLSUnspoken), "255"},
		{"SSLv3 only", peer.Reply(sslv3), probes.OpenProto, weak(probes.TLSUnspoken), "protocol version"},
		{"SSLv2 only", peer.Reply("\x80\x2e\x04\x00\x01\x00\x02"), probes.OpenProto, weak(probes.TLSUnspoken), "SSLv2"},
		{"broken record", peer.Reply("\x16\x03\x03\x00\x04\x02\x00\x00\x00"), probes.OpenProto, 0, "tls"},
		{"closed", peer.Reply(""), probes.OpenCut, 0, "closed on the ClientHello"},
		{"reset", peer.Reset, probes.OpenCut, 0, "closed on the ClientHello"},
		{"HTTP", peer.Reply("HTTP/1.1 400 Bad Request\r\n\r\n"), probes.OpenOther, 0, "HTTP in clear text"},
		{"SSH", peer.Say("SSH-2.0-dropbear\r\n"), probes.OpenOther, 0, "SSH"},
		{"too short to tell", peer.Reply("\x15\x03"), probes.OpenOther, 0, "unknown protocol"},
		{"empty record", peer.Reply("\x16\x03\x01\x00\x00"), probes.OpenOther, 0, "unknown protocol"},
		{"endless garbage", peer.Endless("", "\x1b]0;x\x07"), probes.OpenOther, 0, "unknown protocol"},
		{"endless handshake", peer.Endless("", "\x16\x03\x03\x00\x02\x00\x00"), probes.OpenProto, 0, "tls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := observe(t, peer.Serve(t, c.handle))
			f := o.Evidence.TLS
			if o.Class != c.class || o.Weak != c.weak || f == nil || !strings.Contains(f.Failure, c.failure) {
				t.Fatalf("class %v weaknesses %v facts %+v", o.Class, o.Weak.List(), f)
			}
			if spoke := o.Flags&probes.Spoke != 0; spoke != (c.class != probes.OpenCut) {
				t.Errorf("spoke %v", spoke)
			}
		})
	}
}

func TestClientCertificateDemanded(t *testing.T) {
	t.Parallel()
	config := peer.Sound(t)
	config.ClientAuth, config.MaxVersion = gotls.RequireAnyClientCert, gotls.VersionTLS12
	o := observe(t, peer.ServeTLS(t, config, peer.Silent))
	if o.Class != probes.OpenProto || o.Evidence.TLS.Failure == "" {
		t.Errorf("class %v facts %+v", o.Class, o.Evidence.TLS)
	}
}

func TestSilenceIsAskedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	o := tls.Prober{}.Probe(t.Context(), p.Impatient("tls", true))
	if n := len(p.Received()); o.Class != probes.OpenMute || n != 2 || o.Flags&probes.Spoke != 0 {
		t.Errorf("class %v after %d conversations, flags %v", o.Class, n, o.Flags)
	}
}

// A peer that stops in the middle of a handshake has spoken TLS.
func TestStallBehindServerHello(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Say("\x16\x03\x03\x00\x60\x02\x00\x00\x5c"))
	o := tls.Prober{}.Probe(t.Context(), p.Impatient("tls", true))
	if n := len(p.Received()); o.Class != probes.OpenProto || n != 1 || o.Evidence.TLS.Failure != "went silent during the handshake" {
		t.Errorf("class %v after %d conversations, facts %+v", o.Class, n, o.Evidence.TLS)
	}
}

func TestCancelledHandshake(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := peer.Serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		cancel()
		peer.Silent(c)
	})
	o := tls.Prober{}.Probe(ctx, p.Target("tls", true))
	if o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("class %v reason %v", o.Class, o.Reason)
	}
}

func TestSupersedes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class probes.Class
		why   probes.Reason
		want  bool
	}{
		{probes.Unobserved, probes.NoReason, true},
		{probes.OpenCut, probes.NoReason, true},
		{probes.OpenMute, probes.NoReason, true},
		{probes.ProbeError, probes.Cancelled, true},
		{probes.ProbeError, probes.HostBudget, false},
		{probes.SilenceUnproven, probes.NoReason, false},
		{probes.RstUnknown, probes.NoReason, false},
	} {
		if got := tls.Supersedes(c.class, c.why); got != c.want {
			t.Errorf("%v %v: %v", c.class, c.why, got)
		}
	}
}

func FuzzRecord(f *testing.F) {
	for _, s := range []string{"", "\x15\x03\x01\x00\x02\x02\x28", "\x16\x03\x03\x01\x00\x02", "\x80\x2e\x04\x00\x01", "HTTP/1.1 400", "220 x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, ok := tls.Alert(b); ok && !tls.LooksLikeTLS(b) {
			t.Fatal("an alert that is not TLS")
		}
		if what := tls.Describe(b); what == "" || len(what) > 100 || strings.ContainsFunc(what, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("described as %q", what)
		}
	})
}
