package sweep

import (
	"encoding/binary"
	"os"

	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// shared is a datagram or ping socket that speaks to many targets. Its answers carry their tokens; its error queue
// says whom an ICMP error was for.
type shared struct {
	w    *crowd
	fd   int
	v6   bool
	ping bool
	port uint16
	buf  [2048]byte
	out  []byte
}

// share opens a shared socket and watches it.
func (w *crowd) share(v6 bool, kind, proto int) (*shared, error) {
	family := unix.AF_INET
	var any unix.Sockaddr = &unix.SockaddrInet4{}
	if v6 {
		family, any = unix.AF_INET6, &unix.SockaddrInet6{}
	}
	fd, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, proto)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	c := &shared{w: w, fd: fd, v6: v6, ping: proto != 0}
	if err := c.set(any); err != nil {
		unix.Close(fd)
		return nil, err
	}
	w.shared = append(w.shared, c)
	e := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(-len(w.shared))}
	if err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &e); err != nil {
		return nil, os.NewSyscallError("epoll_ctl", err) // close closes it with the others
	}
	return c, nil
}

func (c *shared) set(any unix.Sockaddr) error {
	if err := probes.WatchErrors(c.fd, c.v6); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	level, option := unix.IPPROTO_IP, unix.IP_RECVTTL
	if c.v6 {
		level, option = unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT
		if !c.ping {
			_ = unix.SetsockoptInt(c.fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
		}
	}
	_ = unix.SetsockoptInt(c.fd, level, option, 1)                       // TTLs are told where they can be
	_ = unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 4<<20) // as much as the system gives
	if err := unix.Bind(c.fd, any); err != nil {
		return os.NewSyscallError("bind", err)
	}
	c.port = probes.LocalAddr(c.fd).Port()
	return nil
}

// send sends one ask. An ICMP error that came meanwhile makes the first try fail: it stands in the queue.
func (c *shared) send(a *ask) error {
	c.out = a.opening.Encode(c.out[:0], a.token)
	var to unix.Sockaddr
	port := int(a.q.endpoint.Port)
	if !c.v6 {
		to = &unix.SockaddrInet4{Port: port, Addr: a.to.As4()}
	} else {
		zone, err := probes.ZoneIndex(a.to.Zone())
		if err != nil {
			return err
		}
		to = &unix.SockaddrInet6{Port: port, Addr: a.to.As16(), ZoneId: zone}
	}
	err := unix.Sendto(c.fd, c.out, 0, to)
	for range 8 {
		if err == nil || !repeats(err) {
			break
		}
		err = unix.Sendto(c.fd, c.out, 0, to)
	}
	if err != nil {
		return os.NewSyscallError("send", err)
	}
	return nil
}

// repeats tells whether a failed call only repeats an ICMP error that the queue holds.
func repeats(err error) bool {
	switch err {
	case unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EACCES, unix.EPROTO, unix.EHOSTDOWN, unix.ENOPROTOOPT,
		unix.EOPNOTSUPP, unix.ENONET, unix.EMSGSIZE:
		return true
	}
	return false
}

// hear takes everything that has come.
func (c *shared) hear(s *search) {
	c.errors(s)
	var control [128]byte
	for range 4096 {
		n, cn, _, from, err := unix.Recvmsg(c.fd, c.buf[:], control[:], unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			if !repeats(err) {
				return
			}
			c.errors(s)
			continue
		}
		at := probes.AddrPortOf(from)
		p := packet{
			from: at.Addr(), target: at.Addr(), port: at.Port(), own: c.port, proto: protoUDP, payload: c.buf[:n],
			ttl: hopCount(control[:cn]),
		}
		if c.ping {
			p.proto, p.port = protoICMP, 0
		}
		s.took(&p, c.ports(), s.now())
	}
}

// ports are the source ports that a token is held against.
func (c *shared) ports() *ports {
	var p ports
	family := 0
	if c.v6 {
		family = 1
	}
	for _, u := range c.w.udp[family] {
		p.udp = append(p.udp, u.port)
	}
	return &p
}

// errors takes what the error queue holds.
func (c *shared) errors(s *search) {
	probes.EachError(c.fd, func(to unix.Sockaddr, sent []byte, e probes.ICMPError) {
		at := probes.AddrPortOf(to)
		p := packet{target: at.Addr(), port: at.Port(), own: c.port, proto: protoUDP, fault: true}
		if c.ping {
			p.proto, p.port = protoICMP, 0
			if len(sent) < 16 {
				return
			}
			p.own = uint16(binary.BigEndian.Uint64(sent[8:]) >> 48) // the data begins with the token
		}
		p.queued = &e
		s.took(&p, c.ports(), s.now())
	})
}

// hopCount reads the TTL or hop limit of a datagram; 0 if the system did not tell.
func hopCount(control []byte) uint8 {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return 0
	}
	for _, m := range messages {
		v4 := m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_TTL
		v6 := m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_HOPLIMIT
		if (v4 || v6) && len(m.Data) >= 4 {
			return uint8(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return 0
}
