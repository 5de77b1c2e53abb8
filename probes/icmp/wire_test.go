package icmp

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// fake is a wire for tests: what is sent goes to react, which may put messages back, now or later.
type fake struct {
	openErr error
	sendErr error
	react   func(c *fakeConn, msg []byte, to netip.Addr)
}

func (f fake) Open(v6 bool) (net.PacketConn, error) {
	if f.openErr != nil {
		return nil, f.openErr
	}
	return &fakeConn{wire: f, in: make(chan delivered, 64), closed: make(chan struct{})}, nil
}

type delivered struct {
	msg  []byte
	from netip.Addr
	err  error
}

type fakeConn struct {
	wire   fake
	in     chan delivered
	closed chan struct{}
	once   sync.Once
}

func (c *fakeConn) put(msg []byte, from netip.Addr) { c.in <- delivered{msg: msg, from: from} }

func (c *fakeConn) ReadFrom(p []byte) (int, net.Addr, error) {
	select {
	case d := <-c.in:
		return copy(p, d.msg), &net.IPAddr{IP: d.from.AsSlice()}, d.err
	case <-c.closed:
		return 0, nil, net.ErrClosed
	}
}

func (c *fakeConn) WriteTo(p []byte, to net.Addr) (int, error) {
	if c.wire.sendErr != nil {
		return 0, c.wire.sendErr
	}
	addr, _ := netip.AddrFromSlice(to.(*net.IPAddr).IP)
	if c.wire.react != nil {
		c.wire.react(c, append([]byte{}, p...), addr)
	}
	return len(p), nil
}

func (c *fakeConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *fakeConn) LocalAddr() net.Addr              { return &net.IPAddr{} }
func (c *fakeConn) SetDeadline(time.Time) error      { return nil }
func (c *fakeConn) SetReadDeadline(time.Time) error  { return nil }
func (c *fakeConn) SetWriteDeadline(time.Time) error { return nil }
