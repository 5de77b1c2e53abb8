package udp

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// link is the system's side of a socket, watched by the runtime's poller.
type link struct {
	file *os.File
	raw  syscall.RawConn
	stop func() bool
}

// tells: a datagram that the system took has passed its filters and its interface, else the send fails: EPERM, and
// ENOBUFS because the socket has IP_RECVERR (udp_send_skb).
const tells = true

// open makes a connected socket and sends the payload.
func open(ctx context.Context, to netip.AddrPort, payload []byte) (*socket, error) {
	fd, address, err := probes.OpenSocket(to, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, address); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("connect", err)
	}
	s := &socket{local: probes.LocalAddr(fd), sent: time.Now()}
	if err := unix.Send(fd, payload, 0); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("send", err)
	}
	s.file = os.NewFile(uintptr(fd), "udp "+to.String())
	if s.raw, err = s.file.SyscallConn(); err != nil {
		s.file.Close()
		return nil, err
	}
	s.stop = context.AfterFunc(ctx, func() { s.file.SetReadDeadline(time.Unix(1, 0)) })
	return s, nil
}

// next waits for a datagram or an ICMP error until the moment, or until ctx of open has ended. The zero
// moment is in the past.
func (s *socket) next(ctx context.Context, until time.Time) (e event) {
	if until.IsZero() {
		until = time.Unix(1, 0)
	}
	if err := s.file.SetReadDeadline(until); err != nil {
		return event{err: err}
	}
	if ctx.Err() != nil { // it ended before the deadline above was set, so nobody else will move it
		return event{silent: true}
	}
	look := func(fd uintptr) bool {
		e = receive(int(fd))
		return !e.silent
	}
	err := s.raw.Read(look)
	if errors.Is(err, os.ErrDeadlineExceeded) { // look once more: a passed deadline is told before any data
		err = s.raw.Control(func(fd uintptr) { look(fd) })
	}
	if err != nil {
		return event{err: err}
	}
	return e
}

// receive takes one datagram, or all errors, without blocking. It asks for the size first, so that a
// waiting socket holds no buffer.
func receive(fd int) event {
	if icmp := probes.ReadErrors(fd); len(icmp) > 0 {
		return event{icmp: icmp}
	}
	var none [1]byte
	n, _, err := unix.Recvfrom(fd, none[:], unix.MSG_PEEK|unix.MSG_TRUNC|unix.MSG_DONTWAIT)
	switch err {
	case nil:
	case unix.EAGAIN, unix.EINTR:
		return event{silent: true}
	default: // an error that came between the two calls: its entry is in the queue now
		if icmp := probes.ReadErrors(fd); len(icmp) > 0 {
			return event{icmp: icmp}
		}
		return event{err: os.NewSyscallError("recvfrom", err)}
	}
	data := make([]byte, n)
	n, _, err = unix.Recvfrom(fd, data, unix.MSG_DONTWAIT)
	if err != nil { // a datagram with a bad checksum vanishes between the two calls
		return event{silent: true}
	}
	return event{data: data[:n]}
}

func (s *socket) close() {
	s.stop()
	s.file.Close()
}
