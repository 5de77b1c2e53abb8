package simbmc

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Wire carries ICMP echo inside the process, because the kernel would answer it for every address of
// loopback, also for dead hosts.
type Wire struct{ s *Segment }

// Wire returns the segment's ICMP wire.
func (s *Segment) Wire() Wire { return Wire{s} }

// wireDepth is how many unread answers an end of the wire keeps; more are lost.
const wireDepth = 4096

// Open returns an end of the wire that carries whole ICMP messages (ICMPv6 if v6) without an IP header.
// Addresses are *net.IPAddr; over ICMPv6 a host is found under its IPv4-mapped address. Deadlines work for
// reads; writes never wait. The end works until it or the segment is closed.
func (w Wire) Open(v6 bool) (net.PacketConn, error) {
	c := &wireConn{s: w.s, v6: v6, in: make(chan packet, wireDepth), done: make(chan struct{})}
	c.deadline.init()
	if !w.s.hold(c) {
		return nil, fmt.Errorf("open the simulated icmp wire: %w", net.ErrClosed)
	}
	return c, nil
}

type packet struct {
	from    netip.Addr
	message []byte
}

type wireConn struct {
	s        *Segment
	v6       bool
	in       chan packet
	done     chan struct{}
	once     sync.Once
	deadline deadline
}

// ReadFrom waits for the next message. A message longer than p is cut, as on a datagram socket.
func (c *wireConn) ReadFrom(p []byte) (int, net.Addr, error) {
	select {
	case <-c.done:
		return 0, nil, c.fail("read", net.ErrClosed)
	case <-c.deadline.passed():
		return 0, nil, c.fail("read", os.ErrDeadlineExceeded)
	default:
	}
	select {
	case m := <-c.in:
		return copy(p, m.message), &net.IPAddr{IP: m.from.AsSlice()}, nil
	case <-c.done:
		return 0, nil, c.fail("read", net.ErrClosed)
	case <-c.deadline.passed():
		return 0, nil, c.fail("read", os.ErrDeadlineExceeded)
	}
}

// WriteTo hands a message to the host at addr. Whatever is not a sound echo request to a host that answers
// echo is lost without an error.
func (c *wireConn) WriteTo(p []byte, addr net.Addr) (int, error) {
	select {
	case <-c.done:
		return 0, c.fail("write", net.ErrClosed)
	default:
	}
	ip, ok := addr.(*net.IPAddr)
	if !ok {
		return 0, c.fail("write", fmt.Errorf("the address must be a *net.IPAddr, not %T", addr))
	}
	to, _ := netip.AddrFromSlice(ip.IP)
	h := c.s.byAddr[to.Unmap()]
	reply := c.echoReply(p, to)
	if h == nil || !h.persona.echo || reply == nil {
		return len(p), nil
	}
	m := packet{to, reply}
	if h.persona.slow {
		time.AfterFunc(c.s.opts.Slow, func() { c.deliver(m) })
	} else {
		c.deliver(m)
	}
	return len(p), nil
}

func (c *wireConn) deliver(m packet) {
	select {
	case c.in <- m:
	default:
	}
}

// echoReply turns an echo request into its reply (RFC 792, RFC 4443 section 4); nil if it is not a sound
// one. Over ICMPv6 the system fills in the checksum of what a socket sends, so zero is taken as well.
func (c *wireConn) echoReply(request []byte, host netip.Addr) []byte {
	kind, answer := byte(8), byte(0)
	var toHost, toUs []byte // pseudo-headers; their sums are equal, as swapping the addresses changes nothing
	if c.v6 {
		kind, answer = 128, 129
		toHost = pseudoHeader(netip.IPv6Loopback(), host, len(request))
		toUs = toHost
	}
	if len(request) < 8 || request[0] != kind || request[1] != 0 {
		return nil
	}
	unfilled := c.v6 && request[2] == 0 && request[3] == 0
	if !unfilled && onesComplement(toHost, request) != 0 {
		return nil
	}
	reply := append([]byte{answer, 0, 0, 0}, request[4:]...)
	binary.BigEndian.PutUint16(reply[2:], onesComplement(toUs, reply))
	return reply
}

// pseudoHeader is the one of RFC 8200 section 8.1 for ICMPv6.
func pseudoHeader(from, to netip.Addr, length int) []byte {
	a, b := from.As16(), to.As16()
	return append(binary.BigEndian.AppendUint32(append(a[:], b[:]...), uint32(length)), 0, 0, 0, 58)
}

// onesComplement is the Internet checksum (RFC 1071) over two parts; the first has an even length.
func onesComplement(head, tail []byte) uint16 {
	var sum uint32
	for _, part := range [][]byte{head, tail} {
		for i := 0; i < len(part); i += 2 {
			sum += uint32(part[i]) << 8
			if i+1 < len(part) {
				sum += uint32(part[i+1])
			}
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// Close ends reads and writes.
func (c *wireConn) Close() error {
	c.once.Do(func() {
		close(c.done)
		c.deadline.set(time.Time{})
		c.s.forget(c)
	})
	return nil
}

func (c *wireConn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "icmp", Addr: c.LocalAddr(), Err: err}
}

func (c *wireConn) LocalAddr() net.Addr {
	if c.v6 {
		return &net.IPAddr{IP: net.IPv6loopback}
	}
	return &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}
}

func (c *wireConn) SetDeadline(t time.Time) error     { return c.SetReadDeadline(t) }
func (c *wireConn) SetWriteDeadline(time.Time) error  { return nil }
func (c *wireConn) SetReadDeadline(t time.Time) error { c.deadline.set(t); return nil }
