package http1

import (
	"net/netip"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

func TestHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		addr   string
		secure bool
		want   string
	}{
		{"198.18.1.5:443", true, "198.18.1.5"},
		{"198.18.1.5:443", false, "198.18.1.5:443"},
		{"198.18.1.5:80", false, "198.18.1.5"},
		{"198.18.1.5:49152", false, "198.18.1.5:49152"},
		{"[fd00:20::5]:443", true, "[fd00:20::5]"},
		{"[fd00:20::5]:5988", false, "[fd00:20::5]:5988"},
		{"[fe80::1%eth0]:443", true, "[fe80::1]"},
		{"[::ffff:198.18.1.5]:443", true, "198.18.1.5"},
	} {
		if got := Host(netip.MustParseAddrPort(c.addr), c.secure); got != c.want {
			t.Errorf("%s secure %v: %q, want %q", c.addr, c.secure, got, c.want)
		}
	}
}

func TestRequestBytes(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddrPort("198.18.1.5:5988")
	r := Request{Method: "POST", Path: "/cimom", Fields: []Field{{"Content-Length", "0"}}}
	want := "POST /cimom HTTP/1.1\r\nHost: 198.18.1.5:5988\r\nUser-Agent: oobscope\r\nAccept: */*\r\n" +
		"Connection: close\r\nContent-Length: 0\r\n\r\n"
	if got := string(r.Bytes(addr, false)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	raw := Request{Method: "HEAD", Path: "/", Raw: "HEAD / HTTP/1.0\r\n\r\n"}
	if got := string(raw.Bytes(addr, false)); got != raw.Raw || raw.Name() != "HEAD / HTTP/1.0" {
		t.Errorf("raw request became %q, named %q", got, raw.Name())
	}
}

func TestTokensDiffer(t *testing.T) {
	t.Parallel()
	a, b := Token(), Token()
	if a == b || len(a) != len(ZeroToken) || strings.Trim(a, "0123456789abcdef") != "" {
		t.Errorf("tokens %q and %q", a, b)
	}
}

// A script must never promise more than package tcp allows one conversation, and must count every try.
func TestScriptCost(t *testing.T) {
	t.Parallel()
	target := probes.Target{Addr: netip.MustParseAddr("198.18.1.5"), Endpoint: probes.Endpoint{Port: 443}}
	target.Pace.TCPAttempts = 2
	for _, secure := range []bool{false, true} {
		for _, body := range []int{0, 8 << 10, 256 << 10} {
			plan := Planned{Ask: Ask{Request: Request{Method: "GET", Path: "/"}, TLS: secure, Body: body}, Tries: 2}
			conversations, packets := 0, 0
			for _, r := range Script(target, plan) {
				conversations, packets = conversations+r.Conversations, packets+r.Packets
			}
			most := 2 * (tcp.MaxPackets + tcp.SilentPackets)
			if conversations != 4 || packets > most || packets < 2*tcp.KnockPackets {
				t.Errorf("secure %v body %d: %d conversations, %d packets (at most %d)", secure, body, conversations, packets, most)
			}
		}
	}
}
