package icmp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// The system matches an ICMP error to a ping socket by the identifier alone, and every process counts its own: what
// refuses somebody else's echo must not be taken for a refusal of ours.
func TestPingSocketHearsOfOthers(t *testing.T) {
	loopbackOfOurOwn(t)
	forge, err := net.ListenPacket("ip4:icmp", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer forge.Close()
	target := netip.MustParseAddr("127.0.0.1")
	e := newEcho(target, false)
	ours, err := e.encode(2)
	if err != nil {
		t.Fatal(err)
	}
	others, err := newEcho(target, false).encode(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		about string
		echo  []byte
		ours  bool
	}{
		{"an echo of ours", "127.0.0.1", ours, true},
		{"its header alone", "127.0.0.1", ours[:echoHeader], true},
		{"another target", "127.77.0.9", others, false},
		{"another target, its header alone", "127.77.0.9", others[:echoHeader], false},
		{"an echo of somebody else to the same target", "127.0.0.1", others, false},
	} {
		hearsOf(t, forge, c.name, netip.MustParseAddr(c.about), c.echo, e, c.ours)
	}
}

// hearsOf refuses an echo and looks whether a ping socket that speaks to us takes it for e.
func hearsOf(t *testing.T, forge net.PacketConn, name string, about netip.Addr, refused []byte, e echo, ours bool) {
	t.Helper()
	l, err := openPing(false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	quoted := append([]byte(nil), refused...)
	binary.BigEndian.PutUint16(quoted[4:], bound(t, l.(*pingSocket)))
	prohibit(t, forge, about, quoted)
	a, err := l.receive(make([]byte, 1500)) // the system has put it into our queue in any case
	if err != nil || a.queued == nil || a.about != about {
		t.Fatalf("%s: received %+v, %v", name, a, err)
	}
	f, err := (&exchange{to: e.target, echo: e}).read(a)
	if got := err == nil; got != ours {
		t.Errorf("%s: taken for ours: %t, want %t (%v)", name, got, ours, err)
	}
	if class, _ := f.fault.Class(e.target); ours && (f.seq != 2 || class != probes.Prohibited) {
		t.Errorf("%s: sequence %d, class %s", name, f.seq, class)
	}
}

// loopbackOfOurOwn puts the thread of this test into a network namespace that has a loopback and allows ping sockets. The
// thread ends with the test.
func loopbackOfOurOwn(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: a network namespace needs root")
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skipf("SKIPPED: no network namespace here: %v", err)
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ping_group_range", []byte("0 2147483647"), 0); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	lo.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		t.Fatal(err)
	}
}

// bound gives a ping socket its identifier and returns that.
func bound(t *testing.T, p *pingSocket) (id uint16) {
	t.Helper()
	var failed error
	err := p.raw.Control(func(fd uintptr) {
		failed = unix.Bind(int(fd), &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
		id = probes.LocalAddr(int(fd)).Port()
	})
	if err != nil || failed != nil || id == 0 {
		t.Fatal(err, failed, id)
	}
	return id
}

// prohibit sends an administrative prohibition (RFC 792, code 13) of a packet from us that quotes an echo.
func prohibit(t *testing.T, forge net.PacketConn, about netip.Addr, quoted []byte) {
	t.Helper()
	h := ipv4.Header{Version: 4, Len: ipv4.HeaderLen, TotalLen: ipv4.HeaderLen + len(quoted), TTL: 9, Protocol: protoICMP,
		Src: net.IPv4(127, 0, 0, 1), Dst: about.AsSlice()}
	head, err := h.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	m := icmp.Message{Type: ipv4.ICMPTypeDestinationUnreachable, Code: 13, Body: &icmp.DstUnreach{Data: append(head, quoted...)}}
	b, err := m.Marshal(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := forge.WriteTo(b, &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
}
