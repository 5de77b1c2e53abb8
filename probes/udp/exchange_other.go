//go:build !linux

package udp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"oobscope/probes"
)

// link is the system's side of a socket.
type link struct {
	conn *net.UDPConn
	stop func() bool
}

func open(ctx context.Context, to netip.AddrPort, payload []byte) (*socket, error) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return nil, err
	}
	s := &socket{sent: time.Now(), link: link{conn: c}}
	s.local = c.LocalAddr().(*net.UDPAddr).AddrPort()
	if _, err := c.Write(payload); err != nil {
		c.Close()
		return nil, err
	}
	s.stop = context.AfterFunc(ctx, func() { c.SetReadDeadline(time.Unix(1, 0)) })
	return s, nil
}

// next takes a refusal for a port unreachable of the target: without an error queue its sender stays
// unknown, but a connected socket is told of no other kind.
func (s *socket) next(ctx context.Context, until time.Time) event {
	if until.IsZero() {
		until = time.Now().Add(time.Millisecond)
	}
	if err := s.conn.SetReadDeadline(until); err != nil {
		return event{err: err}
	}
	if ctx.Err() != nil {
		return event{silent: true}
	}
	buf := make([]byte, 64*1024)
	n, err := s.conn.Read(buf)
	switch {
	case err == nil:
		return event{data: buf[:n:n]}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return event{silent: true}
	case errors.Is(err, syscall.ECONNREFUSED):
		return event{icmp: []probes.ICMPError{{Type: 3, Code: 3, Errno: int(syscall.ECONNREFUSED)}}}
	}
	return event{err: err}
}

func (s *socket) close() {
	s.stop()
	s.conn.Close()
}

// tells: nobody here says what became of a datagram.
const tells = false
