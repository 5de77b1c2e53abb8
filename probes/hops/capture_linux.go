package hops

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// receiveBuffer holds a burst of answers; atOnce is more packets than it can hold, and an end to reading when
// more keep coming.
const (
	receiveBuffer = 1 << 20
	atOnce        = 4096
)

// Capture is the capture socket of a run. It is safe for concurrent use; after Close it still says what it knew.
//
// The system gives a packet to captures before it gives it to TCP (__netif_receive_skb_core). So when a connect
// has failed its reset waits here at the latest: whoever asks empties the socket first, and waits for nothing.
type Capture struct {
	file  *os.File
	raw   syscall.RawConn
	done  chan struct{} // the reader has ended
	began time.Time

	mu   sync.Mutex // also held while reading, so that no packet is between socket and tables
	buf  [snap]byte
	kept tables
	lost bool // the socket was too full once: what was not seen may have been there
}

var _ probes.Hops = (*Capture)(nil)

// Open begins to capture on every interface of this network namespace, with a packet socket (packet(7)) that
// needs CAP_NET_RAW. It takes note of nobody before Watch, and of no SYN from the ports to skip: whoever sends very many
// from there knows himself what becomes of them.
func Open(skip Ports) (*Capture, error) {
	fd, err := openSocket(skip)
	if err != nil {
		return nil, fmt.Errorf("open a capture socket for hop distances (it needs CAP_NET_RAW): %w", err)
	}
	c := &Capture{file: os.NewFile(uintptr(fd), "capture"), done: make(chan struct{}), began: time.Now(), kept: newTables()}
	if c.raw, err = c.file.SyscallConn(); err != nil {
		c.file.Close()
		return nil, fmt.Errorf("open a capture socket for hop distances: %w", err)
	}
	go c.listen()
	return c, nil
}

// openSocket makes the socket deaf, sets its filter and only then binds it: no packet slips past the filter.
func openSocket(skip Ports) (fd int, err error) {
	program, err := bpf.Assemble(filter(skip))
	if err != nil {
		return -1, err
	}
	code := make([]unix.SockFilter, len(program))
	for i, r := range program {
		code[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer) // a small buffer loses TTLs, not truth
	err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]})
	if err != nil {
		unix.Close(fd)
		return -1, os.NewSyscallError("setsockopt", err)
	}
	every := binary.NativeEndian.Uint16([]byte{unix.ETH_P_ALL >> 8, unix.ETH_P_ALL & 0xff}) // in network order
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: every}); err != nil {
		unix.Close(fd)
		return -1, os.NewSyscallError("bind", err)
	}
	return fd, nil
}

// listen empties the socket whenever something comes, until it is closed.
func (c *Capture) listen() {
	defer close(c.done)
	_ = c.raw.Read(func(fd uintptr) bool {
		for c.drain(int(fd)) {
		}
		return false
	})
}

// drain sorts in what waits in the socket; more says that it stopped before the end.
func (c *Capture) drain(fd int) (more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range atOnce {
		n, err := unix.Read(fd, c.buf[:])
		if err == unix.EINTR {
			continue
		}
		if err != nil { // empty; or an interface went down, which the next packet does not mind
			return false
		}
		if p, ok := parse(c.buf[:n]); ok {
			c.kept.learn(p, time.Since(c.began))
		}
	}
	return true
}

// ask empties the socket and then looks something up.
func (c *Capture) ask(look func(t *tables)) {
	_ = c.raw.Control(func(fd uintptr) { c.drain(int(fd)) }) // fails only when closed: nothing new to learn then
	c.mu.Lock()
	defer c.mu.Unlock()
	look(&c.kept)
}

// Watch implements probes.Hops.
func (c *Capture) Watch(host netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept.watch(host)
}

// Reset implements probes.Hops.
func (c *Capture) Reset(remote, local netip.AddrPort) (ttl uint8, ok bool) {
	c.ask(func(t *tables) { ttl = t.ends(remote, local).reset })
	return ttl, ttl != 0
}

// Accept implements probes.Hops.
func (c *Capture) Accept(remote, local netip.AddrPort) (ttl uint8, ok bool) {
	c.ask(func(t *tables) { ttl = t.ends(remote, local).accept })
	return ttl, ttl != 0
}

// Reference implements probes.Hops.
func (c *Capture) Reference(host netip.Addr, accepts bool) (list []uint8) {
	c.ask(func(t *tables) { list = t.reference(host, accepts) })
	return list
}

// Departure implements probes.Hops. A packet is captured behind every filter and queue of this machine, when the
// interface takes it (dev_hard_start_xmit).
func (c *Capture) Departure(remote, local netip.AddrPort, since time.Time) (d probes.Departure) {
	c.ask(func(t *tables) { d = t.departure(remote, local, since.Sub(c.began)) })
	if d == probes.Missing && c.overflowed() {
		return probes.Untold
	}
	return d
}

// overflowed tells whether packets were lost for want of room since the capture began (PACKET_STATISTICS of
// packet(7), which counts from the last call). A closed capture misses everything.
func (c *Capture) overflowed() (lost bool) {
	err := c.raw.Control(func(fd uintptr) {
		stats, err := unix.GetsockoptTpacketStats(int(fd), unix.SOL_PACKET, unix.PACKET_STATISTICS)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.lost = c.lost || err != nil || stats.Drops > 0
		lost = c.lost
	})
	return lost || err != nil
}

// Close ends the capture and waits for its reader.
func (c *Capture) Close() error {
	err := c.file.Close()
	<-c.done
	return err
}
