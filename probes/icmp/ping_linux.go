package icmp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"oobscope/probes"
	"oobscope/probes/vantage"
)

// permissionHint names both ways to the right. The ipv4 setting rules ICMPv6 ping sockets as well.
const permissionHint = "allow ping sockets: sysctl -w net.ipv4.ping_group_range='0 2147483647'; " +
	"or allow raw ones: setcap cap_net_raw+ep on the oobscope program"

// pingSocket is an unprivileged ICMP socket. The kernel owns the identifier and hands over replies to
// our echoes alone; ICMP errors come through the error queue.
type pingSocket struct {
	conn net.PacketConn
	raw  syscall.RawConn
	v6   bool
	told bool       // the last ICMPv6 echo is known to have left: the first may wait for its neighbour, and fail later
	own  netip.Addr // valid once connected

	queue []arrival // errors that were taken out of the system's queue; of whoever receives
}

// openPing opens a ping socket, which needs a group inside net.ipv4.ping_group_range.
func openPing(v6 bool) (link, error) {
	family, proto := unix.AF_INET, unix.IPPROTO_ICMP
	if v6 {
		family, proto = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, proto)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	f := os.NewFile(uintptr(fd), "ping")
	defer f.Close() // the packet connection holds a copy
	if err := askForErrors(fd, v6); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	conn, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &pingSocket{conn: conn, raw: raw, v6: v6}, nil
}

// askForErrors turns on the error queue and the hop count of replies.
func askForErrors(fd int, v6 bool) error {
	if err := probes.WatchErrors(fd, v6); err != nil {
		return err
	}
	if v6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT, 1)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVTTL, 1)
}

func (p *pingSocket) way() string        { return wayPing }
func (p *pingSocket) keepsID() bool      { return false }
func (p *pingSocket) source() netip.Addr { return p.own }

// tells: the fate of an ICMPv6 echo is not told (icmpv6_push_pending_frames has no result). But if this machine has
// dropped no packet of IPv6 at all while one was sent, that one has left.
func (p *pingSocket) tells() bool { return !p.v6 || p.told }

// discarded counts the packets of IPv6 that this machine has dropped; not of IPv4, where a send tells.
func (p *pingSocket) discarded() (n int64, known bool) {
	if !p.v6 {
		return 0, false
	}
	return vantage.Discarded6()
}

func (p *pingSocket) Close() error { return p.conn.Close() }

// send sends an echo. An ICMP error that came meanwhile makes the first try fail, so it is made again:
// the error itself stands in the queue.
func (p *pingSocket) send(msg []byte, to netip.Addr) error {
	dst := &net.UDPAddr{IP: to.AsSlice(), Zone: to.Zone()}
	before, known := p.discarded()
	_, err := p.conn.WriteTo(msg, dst)
	var why syscall.Errno
	if errors.As(err, &why) && repeats(why) {
		_, err = p.conn.WriteTo(msg, dst)
	}
	after, still := p.discarded()
	p.told = err == nil && known && still && after == before
	if err == nil && !p.own.IsValid() {
		p.own = ownAddr(dst)
	}
	return err
}

// ownAddr is the address that this machine speaks to dst with, as the routing table has it. Connecting a
// UDP socket sends nothing.
func ownAddr(dst *net.UDPAddr) netip.Addr {
	route, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: dst.IP, Zone: dst.Zone, Port: 9})
	if err != nil {
		return netip.Addr{}
	}
	defer route.Close()
	return route.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone("")
}

// receive looks into the error queue before the socket at every turn: a pending error that a send has
// taken leaves its entry behind without a further wake-up.
func (p *pingSocket) receive(buf []byte) (arrival, error) {
	var got arrival
	var failed error
	err := p.raw.Read(func(fd uintptr) (done bool) {
		got, failed = p.poll(int(fd), buf)
		return failed != unix.EAGAIN
	})
	return got, errors.Join(err, failed)
}

// poll takes what is there without waiting; EAGAIN if nothing is.
func (p *pingSocket) poll(fd int, buf []byte) (arrival, error) {
	var control [256]byte
	for {
		if len(p.queue) == 0 {
			probes.EachError(fd, func(to unix.Sockaddr, packet []byte, e probes.ICMPError) {
				p.queue = append(p.queue, arrival{from: e.Offender, queued: &e, about: probes.AddrPortOf(to).Addr().Unmap(), bytes: bytes.Clone(packet)})
			})
		}
		if len(p.queue) > 0 {
			first := p.queue[0]
			p.queue = p.queue[1:]
			return first, nil
		}
		n, c, _, from, err := unix.Recvmsg(fd, buf, control[:], unix.MSG_DONTWAIT)
		switch {
		case err == nil:
			return arrival{from: sockAddr(from), bytes: buf[:n], ttl: hopCount(control[:c])}, nil
		case err == unix.EAGAIN:
			return arrival{}, unix.EAGAIN
		case err != unix.EINTR && !repeats(err):
			return arrival{}, os.NewSyscallError("recvmsg", err)
		}
	}
}

// repeats tells whether a failed call only repeats an ICMP error that the queue holds, or held.
func repeats(err error) bool {
	switch err {
	case unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EACCES, unix.EPROTO,
		unix.EHOSTDOWN, unix.ENOPROTOOPT, unix.EOPNOTSUPP, unix.ENONET, unix.EMSGSIZE:
		return true
	}
	return false
}

// hopCount reads the TTL or hop limit of a reply; 0 if the system did not tell.
func hopCount(control []byte) int {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return 0
	}
	for _, m := range messages {
		v4 := m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_TTL
		v6 := m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_HOPLIMIT
		if (v4 || v6) && len(m.Data) >= 4 {
			return int(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return 0
}

func sockAddr(sa unix.Sockaddr) netip.Addr {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(sa.Addr)
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(sa.Addr).Unmap()
	}
	return netip.Addr{}
}
