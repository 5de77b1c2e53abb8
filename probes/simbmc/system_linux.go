package simbmc

import (
	"fmt"
	"io"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// Handles kept for the rest of the process, and the least number of conversations a segment is worth having
// with. A conversation costs two: the prober usually lives in the same process.
const (
	spareHandles     = 64
	minConversations = 64
	maxConversations = 4096
)

// checkSystem tells how many conversations the file handle limit leaves room for.
func checkSystem(kinds []*persona) (conversations int, err error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("read the limit of open files: %w", err)
	}
	sockets := 1
	for _, p := range kinds {
		sockets += p.sockets()
	}
	return conversationsWithin(limit.Cur, sockets, len(kinds))
}

func conversationsWithin(limit uint64, sockets, hosts int) (int, error) {
	need := uint64(sockets + spareHandles + 2*minConversations)
	if limit < need {
		return 0, fmt.Errorf("simulate %d hosts: %d open files are needed, %d are allowed; raise it (ulimit -n %d) or ask for fewer hosts",
			hosts, need, limit, need)
	}
	return int(min(maxConversations, (limit-uint64(sockets+spareHandles))/2)), nil
}

// dropTCP is a listener to which the kernel lets no packet through: a SYN to it is lost, as behind a
// firewall that drops. The filter is in place before listen, so there is no moment of openness.
func dropTCP(at netip.AddrPort) (io.Closer, error) {
	fd, err := boundSocket(unix.SOCK_STREAM, at)
	if err != nil {
		return nil, err
	}
	if err := unix.Listen(fd, 1); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("listen", err)
	}
	return handle(fd), nil
}

// dropUDP is a socket that swallows every datagram, so that no port unreachable goes out.
func dropUDP(at netip.AddrPort) (io.Closer, error) {
	fd, err := boundSocket(unix.SOCK_DGRAM, at)
	if err != nil {
		return nil, err
	}
	return handle(fd), nil
}

type handle int

func (h handle) Close() error { return unix.Close(int(h)) }

func boundSocket(kind int, at netip.AddrPort) (fd int, err error) {
	fd, err = unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	// SO_REUSEADDR as net.Listen sets it: without it the remains of an earlier test's connections on the same
	// port would refuse the bind.
	if kind == unix.SOCK_STREAM {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}
	if err == nil {
		err = dropAll(fd)
	}
	if err == nil {
		err = os.NewSyscallError("bind", unix.Bind(fd, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}))
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// dropAll attaches a socket filter that accepts zero bytes of every packet.
func dropAll(fd int) error {
	program := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: 0}}
	err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	return os.NewSyscallError("setsockopt SO_ATTACH_FILTER", err)
}

// checkSilence knocks at a dropping door of our own: on a system without socket filters the segment would
// tell untruths. On loopback a handshake is over before connect returns, so a short look is enough.
func (s *Segment) checkSilence() error {
	c, err := dropTCP(netip.AddrPortFrom(s.block.lock(), s.ports[doorWeb]))
	if err != nil {
		return fmt.Errorf("bind a dropping door of the simulated segment: %w", err)
	}
	defer c.Close()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(fd)
	err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(s.ports[doorWeb]), Addr: s.block.lock().As4()})
	if err == unix.EINPROGRESS {
		var n int
		n, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, 2)
		if n == 0 && (err == nil || err == unix.EINTR) {
			return nil
		}
	}
	return fmt.Errorf("simulate a dropped packet: this system lets it through (%v); a Linux kernel with socket filters is needed", err)
}
