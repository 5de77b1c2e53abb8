package dns

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"oobscope/probes"
)

func targetAt(a netip.AddrPort, proto probes.Proto) probes.Target {
	return probes.Target{
		Addr:     a.Addr().Unmap(),
		Endpoint: probes.Endpoint{Service: "dns", Proto: proto, Port: a.Port(), Prober: "dns"},
		Pace: probes.Pace{
			UDPAttempts: 2, TCPAttempts: 2, Connect: 400 * time.Millisecond, FirstByte: 400 * time.Millisecond,
		},
		Line: probes.NewLine(time.Millisecond, nil),
	}
}

// startUDP answers each query with what reply makes of it, nil for silence, and counts them.
func startUDP(t *testing.T, reply func(query []byte) []byte) (probes.Target, *atomic.Int64) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	heard := new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			heard.Add(1)
			if b := reply(bytes.Clone(buf[:n])); b != nil {
				_, _ = conn.WriteToUDPAddrPort(b, from)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return targetAt(conn.LocalAddr().(*net.UDPAddr).AddrPort(), probes.UDP), heard
}

// startTCP serves connections one after the other.
func startTCP(t *testing.T, serve func(c net.Conn, nth int)) probes.Target {
	t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for nth := 1; ; nth++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			serve(c, nth)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return targetAt(l.Addr().(*net.TCPAddr).AddrPort(), probes.TCP)
}

func fact(o probes.Observation, key string) string {
	i := slices.IndexFunc(o.Evidence.Facts, func(f probes.Fact) bool { return f.Key == key })
	if i < 0 {
		return ""
	}
	return o.Evidence.Facts[i].Value
}

// resolve answers as a resolver does: one address, recursion available.
func resolve(t *testing.T, q []byte, last byte) []byte {
	id := uint16(q[0])<<8 | uint16(q[1])
	return response(t, dnsmessage.Header{ID: id, RecursionAvailable: true}, ours(), address(last))
}

func TestOverUDP(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply func([]byte) []byte
		class probes.Class
		facts map[string]string
		heard int64
	}{
		"a resolver": {
			reply: func(q []byte) []byte { return resolve(t, q, 1) }, class: probes.OpenProto, heard: 1,
			facts: map[string]string{
				"dns.rcode": "NOERROR", "dns.recursion_available": "true", "dns.authoritative": "false",
				"dns.localhost": "127.0.0.1", "dns.note": "", "dns.truncated": "",
			},
		},
		"a liar": {
			reply: func(q []byte) []byte {
				b := resolve(t, q, 1)
				return append(b[:len(b)-4], 192, 0, 2, 1)
			},
			class: probes.OpenProto, heard: 1,
			facts: map[string]string{
				"dns.localhost": "192.0.2.1", "dns.note": "localhost. leads elsewhere than to loopback (RFC 6761 6.3)",
			},
		},
		"refused": {
			reply: func(q []byte) []byte {
				return response(t, dnsmessage.Header{ID: uint16(q[0])<<8 | uint16(q[1]), RCode: dnsmessage.RCodeRefused, Truncated: true}, ours())
			},
			class: probes.OpenProto, heard: 1, facts: map[string]string{"dns.rcode": "REFUSED", "dns.truncated": "true"},
		},
		"an echo":        {reply: func(q []byte) []byte { return q }, class: probes.OpenOther, heard: 2},
		"another answer": {reply: func(q []byte) []byte { q[0]++; return resolve(t, q, 1) }, class: probes.OpenOther, heard: 2},
		"silence":        {reply: func([]byte) []byte { return nil }, class: probes.SilenceUnproven, heard: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, heard := startUDP(t, c.reply)
			o := Prober{}.Probe(t.Context(), target)
			if o.Class != c.class || o.Flags&probes.Spoke != 0 == c.class.Silent() {
				t.Errorf("%v, flags %v; want %v", o.Class, o.Flags, c.class)
			}
			for key, want := range c.facts {
				if got := fact(o, key); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
			if c.class == probes.OpenOther && o.Evidence.Banner == "" {
				t.Error("the other protocol's bytes are not kept")
			}
			promised := Prober{}.Script(target)[0]
			if _, p := target.Line.Totals(); heard.Load() != c.heard || p != c.heard || int(p) > promised.Packets {
				t.Errorf("%d heard, %d packets, %d promised; want %d", heard.Load(), p, promised.Packets, c.heard)
			}
		})
	}
}

func TestOverTCP(t *testing.T) {
	t.Parallel()
	answer := func(reply func(query []byte) []byte) func(net.Conn, int) {
		return func(c net.Conn, _ int) {
			q := readQuery(c)
			if q == nil {
				return
			}
			_, _ = c.Write(reply(q))
			_, _ = io.Copy(io.Discard, c) // until the prober closes
		}
	}
	for name, c := range map[string]struct {
		serve func(net.Conn, int)
		class probes.Class
	}{
		"a resolver":       {answer(func(q []byte) []byte { return frame(resolve(t, q, 1)) }), probes.OpenProto},
		"without a length": {answer(func(q []byte) []byte { return resolve(t, q, 1) }), probes.OpenOther},
		"another protocol": {answer(func([]byte) []byte { return []byte("220 mail\r\n") }), probes.OpenOther},
		"mute":             {func(c net.Conn, _ int) { _, _ = io.Copy(io.Discard, c) }, probes.OpenMute},
		"cut":              {func(c net.Conn, _ int) { _, _ = c.Read(make([]byte, 64)) }, probes.OpenCut},
		"mute once": {func(c net.Conn, nth int) {
			if nth == 1 {
				_, _ = io.Copy(io.Discard, c)
				return
			}
			answer(func(q []byte) []byte { return frame(resolve(t, q, 1)) })(c, nth)
		}, probes.OpenProto},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := startTCP(t, c.serve)
			o := Prober{}.Probe(t.Context(), target)
			if o.Class != c.class {
				t.Errorf("%v, want %v; steps %+v", o.Class, c.class, o.Evidence.Steps)
			}
			promised := Prober{}.Script(target)[0]
			n, p := target.Line.Totals()
			if n > int64(promised.Conversations) || p > int64(promised.Packets) || p != int64(o.Packets) {
				t.Errorf("%d conversations, %d packets (%d in the record), promised %d and %d", n, p, o.Packets, promised.Conversations, promised.Packets)
			}
		})
	}
}

// readQuery reads one framed query and checks that it is the one that the script lists.
func readQuery(c net.Conn) []byte {
	q := make([]byte, 29)
	if _, err := io.ReadFull(c, q); err != nil {
		return nil
	}
	listed := frame(encode(uint16(q[2])<<8 | uint16(q[3])))
	if !bytes.Equal(q, listed) {
		return nil
	}
	return q[2:]
}

func TestCancelledOverTCP(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	target := startTCP(t, func(c net.Conn, _ int) {
		_, _ = c.Read(make([]byte, 64))
		cancel()
		_, _ = io.Copy(io.Discard, c)
	})
	target.Pace.FirstByte = 10 * time.Second
	if o := (Prober{}).Probe(ctx, target); o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("%v %q", o.Class, o.Reason)
	}
}

func TestUnknownTransport(t *testing.T) {
	t.Parallel()
	o := Prober{}.Probe(t.Context(), probes.Target{Endpoint: probes.Endpoint{Proto: probes.ICMP}})
	if o.Class != probes.ProbeError || o.Reason != probes.LocalError || o.Evidence.Error == "" {
		t.Errorf("%+v", o)
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	for proto, want := range map[probes.Proto]string{
		probes.UDP: hex.EncodeToString(encode(0)), probes.TCP: hex.EncodeToString(frame(encode(0))),
	} {
		s := Prober{}.Script(targetAt(netip.MustParseAddrPort("127.0.0.1:53"), proto))
		if len(s) != 1 || hex.EncodeToString(s[0].Bytes) != want || s[0].Packets < s[0].Conversations {
			t.Errorf("%v: %+v", proto, s)
		}
	}
}
