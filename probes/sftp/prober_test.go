package sftp

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
)

func TestGreetings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		class  probes.Class
		what   string // "" : no greeting
		clear  bool
	}{
		{"ready", peer.Say("+bmc SFTP Service\x00"), probes.OpenProto, "RFC 913, clear text", true},
		{"refusing", peer.Say("-bmc Out to lunch\x00"), probes.OpenProto, "RFC 913, clear text, refuses service", true},
		{"SSH", peer.Say("SSH-2.0-OpenSSH_9.6\r\n"), probes.OpenOther, "encrypted SSH", false},
		{"FTP", peer.Say("220 bmc FTP server ready\r\n"), probes.OpenOther, "FTP, clear text", true},
		{"FTP, several lines", peer.Say("220-welcome\r\n220 ready\r\n"), probes.OpenOther, "FTP, clear text", true},
		{"SMTP", peer.Say("220 mx ESMTP\r\n"), probes.OpenOther, "SMTP, clear text", true},
		{"POP3", peer.Say("+OK ready\r\n"), probes.OpenOther, "unknown protocol, first bytes 2b4f4b2072656164790d0a", false},
		{"endless", peer.Say(strings.Repeat("+", 1<<16)), probes.OpenOther, "unknown protocol, first bytes " + strings.Repeat("2b", 16), false},
		{"cut short", func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2") }, probes.OpenOther, "encrypted SSH", false},
		{"closed without a word", func(net.Conn) {}, probes.OpenCut, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			o := Prober{}.Probe(t.Context(), p.Target("sftp-rfc913", false))
			what := ""
			for _, f := range o.Evidence.Facts {
				what = f.Value
			}
			if o.Class != c.class || what != c.what || o.Weak.Has(probes.ClearTextLogin) != c.clear {
				t.Errorf("class %v fact %q weaknesses %v", o.Class, what, o.Weak.List())
			}
			if spoke := o.Flags&probes.Spoke != 0; spoke != (c.what != "") || strings.ContainsAny(o.Evidence.Banner, "\x00\r\n") {
				t.Errorf("flags %v banner %q", o.Flags, o.Evidence.Banner)
			}
			if sent := p.Received(); len(sent) != 1 || sent[0] != "" {
				t.Errorf("sent %q", sent)
			}
		})
	}
}

func TestSilenceIsAwaitedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	o := Prober{}.Probe(t.Context(), p.Impatient("sftp-rfc913", false))
	if sent := p.Received(); o.Class != probes.OpenMute || len(sent) != 2 || sent[0]+sent[1] != "" {
		t.Errorf("class %v, sent %q", o.Class, sent)
	}
}

func TestCancelledWhileListening(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := peer.Serve(t, func(c net.Conn) {
		cancel()
		peer.Silent(c)
	})
	o := Prober{}.Probe(ctx, p.Target("sftp-rfc913", false))
	if o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("class %v reason %v", o.Class, o.Reason)
	}
}

func TestScriptSendsNothing(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Say("+x\x00"))
	target := p.Target("sftp-rfc913", false)
	script := Prober{}.Script(target)
	o := Prober{}.Probe(t.Context(), target)
	if len(script) != 1 || len(script[0].Bytes) != 0 || script[0].Packets < 2*o.Packets {
		t.Errorf("script %+v, %d packets used", script, o.Packets)
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"+x\x00", "-\x00", "SSH-2.0-x", "220 y", "\x00", "+OK", "\x15\x03\x01\x00\x02\x02\x28"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		class, what, _ := classify(b)
		if what == "" || class != probes.OpenProto && class != probes.OpenOther {
			t.Fatalf("class %v fact %q", class, what)
		}
		if class == probes.OpenProto && (!strings.Contains(string(b), "\x00") || b[0] != '+' && b[0] != '-') {
			t.Fatalf("%q passes for RFC 913", b)
		}
	})
}
