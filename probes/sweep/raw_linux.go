package sweep

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// Raw is the scout of a user with CAP_NET_RAW. Its packets go through this machine's own routes, filters and
// neighbour tables like those of any program; its answers are captured with their TTL.
type Raw struct{}

var _ probes.Scout = Raw{}

// Engine implements probes.Scout.
func (Raw) Engine() probes.Engine { return probes.Sweep }

// Scout implements probes.Scout.
func (Raw) Scout(ctx context.Context, p *probes.Search) error {
	w, err := openRaw()
	if err != nil {
		return fmt.Errorf("open the sockets of a sweep (it needs CAP_NET_RAW): %w", err)
	}
	defer w.close()
	newSearch(p, w).run(ctx)
	return nil
}

// message is struct mmsghdr of sendmmsg(2).
type message struct {
	header unix.Msghdr
	sent   uint32
	_      [4]byte
}

// raw is the wire of a Raw.
type raw struct {
	send4, send6 int
	ring         *ring
	ports        ports
	kept         []int // sockets that keep the UDP ports
	hops         *hops
	counted      uint32 // when the ring was last asked for what it lost

	buffers  [batchSize][packetRoom]byte
	vectors  [batchSize]unix.Iovec
	messages [batchSize]message
	to4      [batchSize]unix.RawSockaddrInet4
	to6      [batchSize]unix.RawSockaddrInet6
}

func openRaw() (w *raw, err error) {
	w = &raw{send4: -1, send6: -1}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.send4, err = rawSocket(unix.AF_INET); err != nil {
		return w, err
	}
	if w.send6, err = rawSocket(unix.AF_INET6); err != nil && !errors.Is(err, unix.EAFNOSUPPORT) {
		return w, err
	}
	if err = w.takePorts(); err != nil {
		return w, err
	}
	if w.hops, err = openHops(); err != nil {
		return w, err
	}
	w.ring, err = openRing(filter(&w.ports))
	return w, err
}

// rawSocket makes a socket that takes whole IP packets (raw(7), IPPROTO_RAW) and hears nothing.
func rawSocket(family int) (int, error) {
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err := probes.WatchErrors(fd, family == unix.AF_INET6); err != nil { // without it a drop at the interface is no error
		unix.Close(fd)
		return -1, os.NewSyscallError("setsockopt", err)
	}
	// What waits for a neighbour is held against the buffer: a large one keeps the dead from blocking the rest.
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUFFORCE, sendBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer)
	}
	return fd, nil
}

const sendBuffer = 64 << 20

// Source ports: beside those that the system gives to other sockets, if there is room.
const (
	tcpPorts  = 1024
	udpPorts  = 16
	firstPort = 61000
)

// TCPPorts are the source ports of the raw SYNs of a search.
func TCPPorts() (first, last uint16) { return firstPort, firstPort + tcpPorts - 1 }

// takePorts keeps the UDP ports with sockets that hear nothing, so that the system does not answer for them with
// a refusal. The TCP ports are nobody's: the system resets what is accepted there, which ends it at once.
func (w *raw) takePorts() error {
	w.ports.tcp, w.ports.tcps = firstPort, tcpPorts
	for port := firstPort + tcpPorts; port < 1<<16 && len(w.ports.udp) < udpPorts; port++ {
		pair, err := keepPort(port)
		w.kept = append(w.kept, pair...)
		if err == nil {
			w.ports.udp = append(w.ports.udp, uint16(port))
		}
	}
	if len(w.ports.udp) == 0 {
		return errors.New("no source port is free for datagrams")
	}
	return nil
}

// keepPort binds a port in both families. The sockets drop whatever comes.
func keepPort(port int) (fds []int, err error) {
	for _, at := range []unix.Sockaddr{&unix.SockaddrInet4{Port: port}, &unix.SockaddrInet6{Port: port}} {
		family := unix.AF_INET
		if _, six := at.(*unix.SockaddrInet6); six {
			family = unix.AF_INET6
		}
		fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err == unix.EAFNOSUPPORT {
			continue
		}
		if err != nil {
			return fds, os.NewSyscallError("socket", err)
		}
		fds = append(fds, fd)
		if family == unix.AF_INET6 {
			_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
		}
		if err := attach(fd, []bpf.Instruction{drop}); err != nil {
			return fds, os.NewSyscallError("setsockopt", err)
		}
		if err := unix.Bind(fd, at); err != nil {
			return fds, os.NewSyscallError("bind", err)
		}
	}
	return fds, nil
}

func (w *raw) way() string { return "raw socket, sweep" }

func (w *raw) closing() string { return "RST, by the system: the first packet was raw" }

// absent implements wire.
func (w *raw) absent(s *search, host int) bool { return w.hops.absent(&s.hosts[host], s.addr(host)) }

// tells implements wire: a raw socket goes through the filters of this machine and its interface, and a drop there
// fails the send.
func (w *raw) tells(probes.Proto, bool) bool { return true }

func (w *raw) room() int { return batchSize }

func (w *raw) settled(int, int) {}

// hold implements wire: the system repeats nothing of what is raw.
func (w *raw) hold(*search, *ask) uint32 { return 0 }

// own implements wire: the port follows from the token.
func (w *raw) own(s *search, host, slot, try int) netip.AddrPort {
	a := s.addr(host)
	proto := s.groupOf(host).asks[family(a)][slot].endpoint.Proto
	from := w.hops.own(&s.hosts[host])
	if !from.IsValid() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(from, w.ports.own(proto, s.tokens.of(plain(a), slot, try)))
}

// send implements wire. A batch is of one family, so that one call takes it.
func (w *raw) send(s *search, asks []ask) (int, error) {
	fd, n := w.send4, 0
	for n < len(asks) && n < batchSize && asks[n].to.Is4() == asks[0].to.Is4() {
		from, err := w.hops.source(&s.hosts[asks[n].host], asks[n].to)
		if err != nil {
			if n == 0 {
				return 0, err
			}
			break
		}
		w.put(n, &asks[n], from)
		n++
	}
	if !asks[0].to.Is4() {
		fd = w.send6
	}
	sent, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&w.messages[0])), uintptr(n), 0, 0, 0)
	switch errno {
	case 0:
		return int(sent), nil
	case unix.EAGAIN, unix.ENOMEM, unix.EINTR:
		return 0, errLater
	}
	return 0, os.NewSyscallError("sendmmsg", errno)
}

// put makes message i of a batch.
func (w *raw) put(i int, a *ask, from netip.Addr) {
	e := &a.q.endpoint
	token := a.token
	b := appendPacket(w.buffers[i][:0], from, plain(a.to), w.ports.own(e.Proto, token), e.Port, token, e.Proto, a.opening.Encode)
	w.vectors[i] = unix.Iovec{Base: &b[0]}
	w.vectors[i].SetLen(len(b))
	h := &w.messages[i].header
	*h = unix.Msghdr{Iov: &w.vectors[i]}
	h.SetIovlen(1)
	if a.to.Is4() {
		w.to4[i] = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: a.to.As4()}
		h.Name, h.Namelen = (*byte)(unsafe.Pointer(&w.to4[i])), unix.SizeofSockaddrInet4
		return
	}
	w.to6[i] = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: a.to.As16(), Scope_id: w.scope(a.to)}
	h.Name, h.Namelen = (*byte)(unsafe.Pointer(&w.to6[i])), unix.SizeofSockaddrInet6
}

func (w *raw) scope(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	n, _ := probes.ZoneIndex(a.Zone()) // a zone that is not there has no route, which source has found out
	return n
}

// hear implements wire.
func (w *raw) hear(s *search) {
	w.ring.read(func(b []byte, at time.Time) {
		if p, ok := parse(b); ok {
			s.took(&p, &w.ports, s.ticks(at))
		}
	})
	// An answer that the ring had no room for is lost like any other, but it is this machine that is too fast.
	if now := s.now(); now-w.counted >= window {
		if w.counted = now; w.ring.lost() > 0 {
			s.pace.crowded(s.now())
		}
	}
}

func (w *raw) close() {
	if w.ring != nil {
		w.ring.close()
	}
	if w.hops != nil {
		w.hops.close()
	}
	for _, fd := range append(w.kept, w.send4, w.send6) {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}
