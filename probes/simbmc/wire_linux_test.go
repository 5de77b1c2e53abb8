package simbmc

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"oobscope/probes"
)

func echoRequest(t *testing.T, v6 bool, to netip.Addr, seq int) []byte {
	t.Helper()
	m := icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: 77, Seq: seq, Data: []byte("token of odd length")}}
	var pseudo []byte
	if v6 {
		m.Type = ipv6.ICMPTypeEchoRequest
		pseudo = icmp.IPv6PseudoHeader(net.IPv6loopback, to.AsSlice())
	}
	b, err := m.Marshal(pseudo)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readEcho returns the sequence number of the next reply and who sent it.
func readEcho(t *testing.T, c net.PacketConn, v6 bool) (int, netip.Addr) {
	t.Helper()
	buf := make([]byte, 256)
	n, from, err := c.ReadFrom(buf)
	if err != nil {
		t.Fatalf("no reply: %v", err)
	}
	addr, _ := netip.AddrFromSlice(from.(*net.IPAddr).IP)
	var head []byte
	proto, kind := 1, icmp.Type(ipv4.ICMPTypeEchoReply)
	if v6 {
		proto, kind = 58, ipv6.ICMPTypeEchoReply
		// The length and next-header words of the library's pseudo-header are for it to fill in; here they are ours.
		head = append(append(addr.AsSlice(), net.IPv6loopback...), 0, 0, 0, byte(n), 0, 0, 0, 58)
	}
	if sum := onesComplement(head, buf[:n]); sum != 0 {
		t.Errorf("checksum of the reply is off: %04x", sum)
	}
	m, err := icmp.ParseMessage(proto, buf[:n])
	if err != nil || m.Type != kind {
		t.Fatalf("reply %+v, %v", m, err)
	}
	e := m.Body.(*icmp.Echo)
	if e.ID != 77 || string(e.Data) != "token of odd length" {
		t.Errorf("reply %+v", e)
	}
	return e.Seq, addr.Unmap()
}

func TestEcho(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15, Slow: time.Millisecond})
	for _, v6 := range []bool{false, true} {
		c, err := s.Wire().Open(v6)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		want := map[int]netip.Addr{}
		for i, h := range s.hosts {
			to := h.Addr
			if v6 {
				to = netip.AddrFrom16(to.As16())
			}
			if _, err := c.WriteTo(echoRequest(t, v6, to, i), &net.IPAddr{IP: to.AsSlice()}); err != nil {
				t.Fatal(err)
			}
			if truth, _ := s.Truth(h.Addr, "icmp-echo", probes.ICMP); truth.Class == probes.OpenProto {
				want[i] = h.Addr
			}
		}
		if len(want) != 13 { // all but the dead and the mute one
			t.Errorf("%d hosts answer echo", len(want))
		}
		for range len(want) {
			seq, from := readEcho(t, c, v6)
			if want[seq] != from {
				t.Errorf("echo %d came from %v", seq, from)
			}
			delete(want, seq)
		}
		checkNothingMore(t, c)
		c.Close()
	}
}

func checkNothingMore(t *testing.T, c net.PacketConn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(brief)); err != nil {
		t.Fatal(err)
	}
	if n, from, err := c.ReadFrom(make([]byte, 256)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("want nothing, got %d bytes from %v, %v", n, from, err)
	}
}

func TestWireIsPicky(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	c, err := s.Wire().Open(false)
	if err != nil {
		t.Fatal(err)
	}
	alive := &net.IPAddr{IP: s.of(t, "hardened").Addr.AsSlice()}
	bad := echoRequest(t, false, netip.Addr{}, 1)
	bad[3] ^= 1
	for _, p := range [][]byte{nil, {8, 0}, bad, echoRequest(t, true, s.hosts[0].Addr, 1)} {
		if _, err := c.WriteTo(p, alive); err != nil {
			t.Errorf("% x: %v", p, err)
		}
	}
	good := echoRequest(t, false, netip.Addr{}, 1)
	if _, err := c.WriteTo(good, &net.IPAddr{IP: s.block.canary().AsSlice()}); err != nil {
		t.Error(err)
	}
	if _, err := c.WriteTo(good, &net.UDPAddr{IP: alive.IP}); err == nil {
		t.Error("a UDP address was taken")
	}
	checkNothingMore(t, c)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := c.WriteTo(good, alive); !errors.Is(err, net.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

// A deadline wakes a reader that already waits, may be moved, and may be taken back.
func TestWireDeadlines(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	c, err := s.Wire().Open(false)
	if err != nil {
		t.Fatal(err)
	}
	woken := make(chan error)
	go func() {
		_, _, err := c.ReadFrom(make([]byte, 64))
		woken <- err
	}()
	for _, at := range []time.Time{time.Now().Add(time.Hour), {}, time.Unix(1, 0)} {
		if err := c.SetReadDeadline(at); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-woken; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("woken by %v", err)
	}
	if err := c.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	to := s.of(t, "hardened").Addr
	if _, err := c.WriteTo(echoRequest(t, false, to, 9), &net.IPAddr{IP: to.AsSlice()}); err != nil {
		t.Fatal(err)
	}
	if seq, _ := readEcho(t, c, false); seq != 9 {
		t.Errorf("echo %d", seq)
	}
	go func() {
		_, _, err := c.ReadFrom(make([]byte, 64))
		woken <- err
	}()
	c.Close()
	if err := <-woken; !errors.Is(err, net.ErrClosed) {
		t.Errorf("woken by %v", err)
	}
}
