package simbmc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"oobscope/probes"
)

// Segment is a running simulation. It is safe for concurrent use.
type Segment struct {
	opts   Options
	block  block
	ports  [doorCount]uint16
	hosts  []*host
	byAddr map[netip.Addr]*host

	secretReads atomic.Int64

	done  chan struct{}
	slots chan struct{} // one for each conversation that may be under way
	wg    sync.WaitGroup
	mu    sync.Mutex
	open  map[io.Closer]struct{} // nil once Close has begun
}

// placeTries is how often another block and other ports are tried when one is taken.
const placeTries = 16

// Start builds the segment and returns once every server listens. It fails with a hint where loopback has
// no spare addresses (anything but Linux) or the limit of file handles is too low.
func Start(o Options) (*Segment, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	kinds := append(deal(o.Hosts-2, o.Seed), &appliance, &resolver)
	conversations, err := checkSystem(kinds)
	if err != nil {
		return nil, err
	}
	certs, err := newCertificates()
	if err != nil {
		return nil, err
	}
	rng := placeSource(o.Seed)
	for range placeTries {
		var s *Segment
		if s, err = startAt(o, drawBlock(rng), drawPorts(rng), kinds, certs, conversations); err == nil {
			return s, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("find a free address block on loopback, %d tries: %w", placeTries, err)
}

func startAt(o Options, b block, ports [doorCount]uint16, kinds []*persona, certs *certificates, conversations int) (*Segment, error) {
	lock, err := claim(b, ports)
	if err != nil {
		return nil, err
	}
	s := &Segment{
		opts: o, block: b, ports: ports, byAddr: make(map[netip.Addr]*host, len(kinds)),
		done: make(chan struct{}), slots: make(chan struct{}, conversations),
		open: map[io.Closer]struct{}{lock: {}},
	}
	ids := rand.New(rand.NewPCG(o.Seed, 0x75756964))
	for i, p := range kinds {
		addr := b.host(i)
		if p.role == "resolver" {
			addr = b.resolver()
		}
		h := &host{Host: Host{addr, p.role, p.name, p.title()}, seg: s, persona: p, uuid: newUUID(ids)}
		if h.tls, err = certs.server(p.cert, addr); err == nil {
			err = s.bind(h)
		}
		if err != nil {
			s.Close()
			return nil, err
		}
		s.hosts = append(s.hosts, h)
		s.byAddr[addr] = h
	}
	if err := s.checkSilence(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close stops every server and wire, and returns when nothing of the segment runs any more.
func (s *Segment) Close() {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	if open != nil {
		close(s.done)
	}
	for c := range open {
		c.Close()
	}
	s.wg.Wait()
}

// hold keeps c to be closed by Close. False, and c closed, if that has already begun.
func (s *Segment) hold(c io.Closer) bool {
	s.mu.Lock()
	running := s.open != nil
	if running {
		s.open[c] = struct{}{}
	}
	s.mu.Unlock()
	if !running {
		c.Close()
	}
	return running
}

// forget is for what was closed before the segment.
func (s *Segment) forget(c io.Closer) {
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
}

// sleep waits for d; false if the segment was closed meanwhile.
func (s *Segment) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}

// think is the delay that a slow host takes before an answer; false if the segment was closed meanwhile.
func (h *host) think() bool {
	return !h.persona.slow || h.seg.sleep(h.seg.opts.Slow)
}

// Hosts lists the hosts: BMCs by address, then the appliance and the resolver.
func (s *Segment) Hosts() []Host {
	out := make([]Host, len(s.hosts))
	for i, h := range s.hosts {
		out[i] = h.Host
	}
	return out
}

// Ports returns the ports of each service of the catalogue that has any, in the form of a site's override.
func (s *Segment) Ports() map[string][]uint16 {
	out := map[string][]uint16{}
	for _, e := range endpoints {
		if e.door < doorCount && !slices.Contains(out[e.service], s.ports[e.door]) {
			out[e.service] = append(out[e.service], s.ports[e.door])
		}
	}
	return out
}

// Control returns the ports for the honesty and liveness checks: closed on every live host; on dead hosts
// packets to them are dropped.
func (s *Segment) Control() probes.Control {
	return probes.Control{UDPPort: s.ports[doorControlUDP], TCPPort: s.ports[doorControlTCP]}
}

// SecretReads counts requests that would have moved the contents of a secret file. A harmless prober
// leaves it at 0.
func (s *Segment) SecretReads() int64 { return s.secretReads.Load() }

// addrPort is where a door of the host is.
func (h *host) addrPort(d door) netip.AddrPort { return netip.AddrPortFrom(h.Addr, h.seg.ports[d]) }

// bind opens all doors of a host.
func (s *Segment) bind(h *host) error {
	for d, st := range h.persona.streams {
		if err := s.bindStream(h, d, st); err != nil {
			return fmt.Errorf("bind tcp %v for the simulated segment: %w", h.addrPort(d), err)
		}
	}
	for d, dg := range h.persona.datagrams {
		if err := s.bindDatagram(h, d, dg); err != nil {
			return fmt.Errorf("bind udp %v for the simulated segment: %w", h.addrPort(d), err)
		}
	}
	return nil
}

func (s *Segment) bindStream(h *host, d door, st stream) error {
	at := h.addrPort(d)
	switch st.state {
	case silent:
		c, err := dropTCP(at)
		if err == nil {
			s.hold(c)
		}
		return err
	case speaking:
		ln, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(at))
		if err != nil {
			return err
		}
		s.hold(ln)
		s.wg.Go(func() { s.accept(h, st, ln) })
	}
	return nil
}

func (s *Segment) bindDatagram(h *host, d door, dg datagram) error {
	at := h.addrPort(d)
	switch dg.state {
	case silent:
		c, err := dropUDP(at)
		if err == nil {
			s.hold(c)
		}
		return err
	case speaking:
		pc, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
		if err != nil {
			return err
		}
		s.hold(pc)
		s.wg.Go(func() { s.receive(h, dg, pc) })
	}
	return nil
}

func newUUID(rng *rand.Rand) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], rng.Uint64())
	binary.BigEndian.PutUint64(b[8:], rng.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
