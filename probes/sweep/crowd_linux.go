package sweep

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
	"oobscope/probes/icmp"
)

// Sockets is the scout of a user without rights: a connect for each SYN that waits, watched by one epoll, and a few
// datagram sockets for everything else, whose error queues tell whom an ICMP error was for.
type Sockets struct{}

var _ probes.Scout = Sockets{}

// Engine implements probes.Scout.
func (Sockets) Engine() probes.Engine { return probes.Crowd }

// Scout implements probes.Scout.
func (Sockets) Scout(ctx context.Context, p *probes.Search) error {
	w, err := openCrowd(probes.CrowdSockets(), p.Plan.Flows())
	if err != nil {
		return fmt.Errorf("open the sockets of a crowd: %w", err)
	}
	defer w.close()
	newSearch(p, w).run(ctx)
	return nil
}

// The system repeats an unanswered SYN after a second, and never more than once here. A try that is not a flow's
// last is given up before that, so that no copy of it leaves; the last one waits as long as a visit's does.
const (
	synCopy   = uint32(time.Second / tick)
	shortTry  = uint32(900 * time.Millisecond / tick)
	copyLook  = uint32(1300 * time.Millisecond / tick) // the copy has left by then, or never will
	userLimit = 2 * time.Second
)

// connect is one connect under way, or free.
type connect struct {
	host  int32 // + 1; 0: free
	slot  uint16
	try   uint16
	at    uint32
	again uint32 // counts the uses of the file handle
}

// crowd is the wire of a Sockets.
type crowd struct {
	epoll   int
	most    int // connects under way
	under   int
	handles []connect // by file handle
	short   fifo      // tries that are given up
	copied  fifo      // tries whose copy is looked for
	shared  []*shared
	udp     [2][]*shared
	echo    [2]*shared
	noEcho  [2]error
	ports   [][portsKept]uint16 // source ports of a flow's latest connects, by try
	hops    *hops
	events  [512]unix.EpollEvent
	s       *search
}

const (
	portsKept  = 3
	crowdPorts = 16
)

func openCrowd(most, flows int) (w *crowd, err error) {
	w = &crowd{epoll: -1, most: most, ports: make([][portsKept]uint16, flows)}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return w, os.NewSyscallError("epoll_create1", err)
	}
	if w.hops, err = openHops(); err != nil {
		return w, err
	}
	for v6 := range 2 {
		for range crowdPorts {
			c, err := w.share(v6 == 1, unix.SOCK_DGRAM, 0)
			if errors.Is(err, unix.EAFNOSUPPORT) {
				break
			}
			if err != nil {
				return w, err
			}
			w.udp[v6] = append(w.udp[v6], c)
		}
		proto := unix.IPPROTO_ICMP
		if v6 == 1 {
			proto = unix.IPPROTO_ICMPV6
		}
		w.echo[v6], w.noEcho[v6] = w.share(v6 == 1, unix.SOCK_DGRAM, proto)
	}
	return w, nil
}

func (w *crowd) way() string { return "ping socket, crowd" }

func (w *crowd) closing() string { return "" }

// absent implements wire.
func (w *crowd) absent(s *search, host int) bool { return w.hops.absent(&s.hosts[host], s.addr(host)) }

// tells implements wire: a datagram that this machine drops fails, a SYN and an echo of ICMPv6 go without a word.
func (w *crowd) tells(proto probes.Proto, v6 bool) bool {
	return proto == probes.UDP || proto == probes.ICMP && !v6
}

func (w *crowd) room() int { return min(w.most-w.under, batchSize) }

// settled implements wire: connects end by themselves.
func (w *crowd) settled(int, int) {}

// own implements wire.
func (w *crowd) own(s *search, host, slot, try int) netip.AddrPort {
	a := s.addr(host)
	g := s.groupOf(host)
	q := &g.asks[family(a)][slot]
	from := w.hops.own(&s.hosts[host])
	if !from.IsValid() || try >= 1<<12 {
		return netip.AddrPort{}
	}
	switch q.endpoint.Proto {
	case probes.TCP:
		f := s.flow(host, slot)
		if port := w.ports[s.number(host, slot)][try%portsKept]; try+portsKept >= int(f.tries) && port != 0 {
			return netip.AddrPortFrom(from, port)
		}
		return netip.AddrPort{}
	case probes.UDP:
		sockets := w.udp[family(a)]
		return netip.AddrPortFrom(from, sockets[place(s.tokens.of(plain(a), slot, try), len(sockets))].port)
	}
	return netip.AddrPortFrom(from, 0)
}

// send implements wire: one ask.
func (w *crowd) send(s *search, asks []ask) (int, error) {
	a := &asks[0]
	w.s = s
	_, err := w.hops.source(&s.hosts[a.host], a.to)
	if err != nil {
		return 0, err
	}
	switch a.q.endpoint.Proto {
	case probes.TCP:
		err = w.connect(s, a)
	case probes.UDP:
		sockets := w.udp[family(a.to)]
		if len(sockets) == 0 {
			return 0, unix.EAFNOSUPPORT
		}
		err = sockets[place(a.token, len(sockets))].send(a)
	default:
		c := w.echo[family(a.to)]
		if c == nil {
			return 0, outcomeError{icmp.OpenFailure(fmt.Errorf("ping socket: %w", w.noEcho[family(a.to)]))}
		}
		err = c.send(a)
	}
	if err == nil {
		return 1, nil
	}
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EMFILE) || errors.Is(err, unix.ENOMEM) {
		return 0, errLater
	}
	return 0, err
}

// hold implements wire: after a try that the system may repeat, the gap begins with the copy.
func (w *crowd) hold(s *search, a *ask) uint32 {
	if a.q.endpoint.Proto == probes.TCP && w.long(s, a) {
		return synCopy
	}
	return 0
}

// long tells whether a try waits for as long as a visit's would. Where answers are slow, each does.
func (w *crowd) long(s *search, a *ask) bool {
	if uint32(a.opening.Wait/tick) < synCopy {
		return false // it is over before there is a copy
	}
	return a.check || a.try+1 >= s.tries(a.q) || 2*s.slowest > shortTry
}

// connect begins a connect.
func (w *crowd) connect(s *search, a *ask) error {
	fd, address, err := probes.OpenSocket(netip.AddrPortFrom(a.to, a.q.endpoint.Port), unix.SOCK_STREAM)
	if err != nil {
		return err
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_SYNCNT, 1)
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userLimit.Milliseconds()))
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 64<<10)
	err = unix.Connect(fd, address)
	if err != nil && err != unix.EINPROGRESS && err != unix.EINTR {
		unix.Close(fd)
		return os.NewSyscallError("connect", err)
	}
	for fd >= len(w.handles) {
		w.handles = append(w.handles, make([]connect, max(64, len(w.handles)))...)
	}
	now := s.now()
	c := &w.handles[fd]
	*c = connect{host: int32(a.host + 1), slot: uint16(a.slot), try: uint16(a.try), at: now, again: c.again + 1}
	w.under++
	own := probes.LocalAddr(fd)
	if !a.check {
		w.ports[s.number(a.host, a.slot)][a.try%portsKept] = own.Port()
	}
	if !w.long(s, a) {
		w.short.add(due{int32(fd), now + min(shortTry, uint32(a.opening.Wait/tick)), c.again})
	} else {
		w.copied.add(due{int32(fd), now + copyLook, c.again})
	}
	e := unix.EpollEvent{Events: unix.EPOLLOUT | unix.EPOLLET, Fd: int32(fd)}
	if err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &e); err != nil {
		w.drop(fd)
		return os.NewSyscallError("epoll_ctl", err)
	}
	return nil
}

// drop closes a connect.
func (w *crowd) drop(fd int) {
	w.handles[fd].host = 0
	w.under--
	unix.Close(fd)
}

// hear implements wire.
func (w *crowd) hear(s *search) {
	for {
		n, err := unix.EpollWait(w.epoll, w.events[:], 0)
		if err != nil || n <= 0 {
			break
		}
		for _, e := range w.events[:n] {
			if e.Fd < 0 {
				w.shared[-e.Fd-1].hear(s)
			} else {
				w.look(s, int(e.Fd))
			}
		}
		if n < len(w.events) {
			break
		}
	}
	now := s.now()
	for d, ok := w.short.next(now); ok; d, ok = w.short.next(now) {
		if w.is(d) {
			w.look(s, int(d.fd)) // it may have been decided just now
		}
		if w.is(d) {
			w.drop(int(d.fd))
		}
	}
	for d, ok := w.copied.next(now); ok; d, ok = w.copied.next(now) {
		if w.is(d) {
			w.look(s, int(d.fd))
		}
	}
}

// is tells whether a file handle is still the connect that it was.
func (w *crowd) is(d due) bool {
	c := &w.handles[d.fd]
	return c.host != 0 && c.again == d.again
}

// States of tcp_info that matter here (include/net/tcp_states.h).
const (
	tcpSynSent = 2
	tcpClose   = 7
)

// look finds out what has become of a connect. The error queue comes first: it says more than SO_ERROR, and asking
// for that one empties it.
func (w *crowd) look(s *search, fd int) {
	c := w.handles[fd]
	if c.host == 0 {
		return
	}
	host, slot, try := int(c.host-1), int(c.slot), int(c.try)
	own := w.hops.own(&s.hosts[host])
	told := false
	probes.EachError(fd, func(_ unix.Sockaddr, _ []byte, e probes.ICMPError) {
		if _, decides := probes.ICMPFailure(e, s.addr(host), own); decides && !told {
			told = true
			s.arrived(host, slot, try, arrival{kind: gotError, at: s.now(), icmp: e, own: own})
		}
	})
	if told {
		w.drop(fd)
		return
	}
	info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	switch {
	case err != nil:
		w.drop(fd)
	case info.State == tcpSynSent:
		w.departed(s, c, info)
	case info.State != tcpClose:
		w.accepted(s, fd, c, info.Total_retrans > 0)
	default:
		errno, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		s.Sent(0, int64(info.Total_retrans))
		w.drop(fd)
		w.ended(s, host, slot, try, unix.Errno(errno))
	}
}

// departed notes what has become of the copy of a SYN: the system has made it, and counts it as under way unless its
// own filters or its interface refused it (see the same in package tcp).
func (w *crowd) departed(s *search, c connect, info *unix.TCPInfo) {
	f := s.flow(int(c.host-1), int(c.slot))
	switch {
	case info.Total_retrans == 0 || c.try >= 1<<12 || f.state != asked:
	case info.Retrans > 0:
		f.ttl = copyLeft
	case f.ttl == 0:
		f.ttl = copyRefused
	}
}

// ended sorts the end of a connect that left nothing in the error queue.
func (w *crowd) ended(s *search, host, slot, try int, errno unix.Errno) {
	a := arrival{at: s.now()}
	switch errno {
	case unix.ECONNREFUSED:
		a.kind = gotReset
	case unix.ETIMEDOUT:
		return // silence is for the search to find
	case unix.ECONNRESET, unix.EPIPE, 0: // the handshake was done and the reset came before we looked
		a.kind = gotAccept
	default:
		a.kind, a.icmp = gotError, probes.ICMPError{Local: true, Errno: int(errno)}
	}
	s.arrived(host, slot, try, a)
}

// accepted hands an accepted connection on to its prober, or closes it if too many conversations are under way.
func (w *crowd) accepted(s *search, fd int, c connect, copied bool) {
	host, slot, try := int(c.host-1), int(c.slot), int(c.try)
	s.arrived(host, slot, try, arrival{kind: gotAccept, at: s.now(), copied: copied})
	if s.hosts[host].busy == 0 && s.flow(host, slot).state == accepted && try < 1<<12 {
		_ = unix.EpollCtl(w.epoll, unix.EPOLL_CTL_DEL, fd, nil)
		if s.adopt(host, slot, probes.Accepted{FD: fd, Local: probes.LocalAddr(fd)}) {
			w.handles[fd].host = 0
			w.under--
			return
		}
	}
	s.Sent(0, 2)
	w.drop(fd)
}

func (w *crowd) close() {
	for fd := range w.handles {
		if w.handles[fd].host != 0 {
			w.drop(fd)
		}
	}
	for _, c := range w.shared {
		unix.Close(c.fd)
	}
	if w.hops != nil {
		w.hops.close()
	}
	if w.epoll >= 0 {
		unix.Close(w.epoll)
	}
}
