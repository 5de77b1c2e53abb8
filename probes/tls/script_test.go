package tls_test

import (
	"bytes"
	gotls "crypto/tls"
	"net"
	"strings"
	"testing"

	"oobscope/probes/http1/peer"
	"oobscope/probes/tls"
)

// What the script shows is what goes out, but for what is drawn anew each time. It must fit into one
// segment of the smallest link, since old controllers stumble over a longer one.
func TestScriptShowsTheRealClientHello(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Reply("\x15\x03\x00\x00\x02\x02\x28"))
	target := p.Target("tls", true)
	script := tls.Prober{}.Script(target)
	if len(script) != 1 || !bytes.Equal(script[0].Bytes, tls.ClientHello()) || len(script[0].Bytes) > 536 {
		t.Fatalf("script %+v", script)
	}
	if script[0].Conversations != 2*target.Pace.TCPAttempts {
		t.Errorf("%d conversations", script[0].Conversations)
	}
	tls.Prober{}.Probe(t.Context(), target)
	sent, shown := []byte(p.Received()[0])[:len(script[0].Bytes)], script[0].Bytes
	differ := 0
	for i := range shown {
		if sent[i] != shown[i] {
			differ++
			if shown[i] != 0 {
				t.Errorf("byte %d: %02x sent, %02x shown", i, sent[i], shown[i])
			}
		}
	}
	// Random, session id, the X25519 share: 96 bytes, of which one in 256 is zero by chance.
	if differ < 80 || differ > 96+64 {
		t.Errorf("%d bytes differ", differ)
	}
	if bytes.Contains(shown, []byte(strings.Repeat("\x00", 32))) == false {
		t.Error("no blanked field in the script")
	}
}

// The offer must reach down to what old controllers speak.
func TestOfferIsWide(t *testing.T) {
	t.Parallel()
	offered := make(chan []uint16, 1)
	config := peer.Sound(t)
	config.GetConfigForClient = func(h *gotls.ClientHelloInfo) (*gotls.Config, error) {
		offered <- append(append([]uint16{}, h.CipherSuites...), h.SupportedVersions...)
		return nil, nil
	}
	observe(t, peer.ServeTLS(t, config, func(net.Conn) {}))
	got := map[uint16]bool{}
	for _, v := range <-offered {
		got[v] = true
	}
	for _, v := range []uint16{
		gotls.VersionTLS10, gotls.VersionTLS13, gotls.TLS_RSA_WITH_RC4_128_SHA,
		gotls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, gotls.TLS_RSA_WITH_AES_128_CBC_SHA,
	} {
		if !got[v] {
			t.Errorf("%#04x is not offered", v)
		}
	}
}
