package probes

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// segment is a fake network: it answers flows as a test says, and checks the manners of whoever asks.
type segment struct {
	t   *testing.T
	gap time.Duration
	// answer says what try n (from 0) at addr:port gets; Unobserved stands for a panic.
	answer func(to netip.AddrPort, proto Proto, n int) Class

	mu    sync.Mutex
	tries map[string]int
	busy  map[netip.Addr]bool
	last  map[netip.Addr]time.Time
	order []netip.AddrPort
}

func newSegment(t *testing.T, gap time.Duration, answer func(netip.AddrPort, Proto, int) Class) *segment {
	return &segment{
		t: t, gap: gap, answer: answer, tries: make(map[string]int),
		busy: make(map[netip.Addr]bool), last: make(map[netip.Addr]time.Time),
	}
}

// probers maps every name that the tests use to the fake.
func (s *segment) probers() Probers {
	return Probers{"fake": s, KnockTCP: s, KnockUDP: s, KnockEcho: s}
}

// Script implements Prober.
func (s *segment) Script(t Target) []Request {
	n := t.Pace.TCPAttempts
	return []Request{{What: "fake", Conversations: n, Packets: 2 * n}}
}

// Probe implements Prober: conversations take 50 ms, silence yields after the gap and waits 3 s.
func (s *segment) Probe(ctx context.Context, t Target) Observation {
	rec := NewRecorder()
	for range t.Pace.TCPAttempts {
		if err := t.Line.Begin(ctx); err != nil {
			out := LocalFailure("begin", err)
			return rec.Done(out.Class, out.Reason)
		}
		class := s.enter(t)
		t.Line.Count(2)
		rec.Edit(func(o *Observation) { o.Attempts++ })
		if !class.Silent() {
			time.Sleep(50 * time.Millisecond)
			s.leave(t)
			t.Line.End()
			return rec.Done(class, NoReason)
		}
		sent := time.Now()
		sleep(ctx, t.Line.Gap())
		s.leave(t)
		t.Line.Yield(sent)
		sleep(ctx, t.Pace.Connect-t.Line.Gap())
		if err := ctx.Err(); err != nil {
			out := LocalFailure("wait", err)
			return rec.Done(out.Class, out.Reason)
		}
	}
	return rec.Done(SilenceUnproven, NoReason)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// enter checks that nobody else talks to the host and that the gap has passed.
func (s *segment) enter(t Target) Class {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[t.Addr] {
		s.t.Errorf("two conversations at a time with %s", t.Addr)
	}
	if last, ok := s.last[t.Addr]; ok && time.Since(last) < s.gap {
		s.t.Errorf("%s after the last conversation with %s, the gap is %s", time.Since(last), t.Addr, s.gap)
	}
	s.busy[t.Addr] = true
	s.last[t.Addr] = time.Now()
	s.order = append(s.order, t.AddrPort())
	key := fmt.Sprint(t.AddrPort(), t.Endpoint.Proto)
	n := s.tries[key]
	s.tries[key]++
	class := s.answer(t.AddrPort(), t.Endpoint.Proto, n)
	if class == Unobserved {
		s.busy[t.Addr] = false
		panic("the fake fails")
	}
	return class
}

func (s *segment) leave(t Target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[t.Addr] = false
}

// asked is how many first packets went to a port of a host.
func (s *segment) asked(addr string, proto Proto, port uint16) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries[fmt.Sprint(netip.AddrPortFrom(netip.MustParseAddr(addr), port), proto)]
}

// memory is a Sink that remembers.
type memory struct {
	mu    sync.Mutex
	seen  map[FlowID]Observation
	hosts map[int]HostState
	gates []Gates
	limit int // fail after that many observations; 0 = never
	err   error
	twice []FlowID
}

func newMemory() *memory {
	return &memory{seen: make(map[FlowID]Observation), hosts: make(map[int]HostState)}
}

func (m *memory) Observe(o Observation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.limit > 0 && len(m.seen) >= m.limit {
		return m.err
	}
	if _, again := m.seen[o.Flow]; again {
		m.twice = append(m.twice, o.Flow)
	}
	m.seen[o.Flow] = o
	return nil
}

func (m *memory) Host(i int, s HostState) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hosts[i] = s
	return nil
}

func (m *memory) Gates(g Gates) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gates = append(m.gates, g)
	return nil
}

// testPlan has hosts 198.18.0.1 .. n with the given endpoints.
func testPlan(n int, endpoints ...Endpoint) *Plan {
	p := &Plan{Seed: 7, Pace: Paces()[1]}
	g := Group{Role: "bmc", Endpoints: endpoints}
	a := netip.MustParseAddr("198.18.0.0")
	for range n {
		a = a.Next()
		g.Addrs = append(g.Addrs, a)
	}
	p.Groups = []Group{g}
	p.Control = Control{UDPPort: 40001, TCPPort: 20001}
	p.Seal()
	return p
}

func tcpPort(port uint16) Endpoint {
	return Endpoint{Service: fmt.Sprint("tcp", port), Proto: TCP, Port: port, Prober: "fake"}
}

func udpPort(port uint16) Endpoint {
	return Endpoint{Service: fmt.Sprint("udp", port), Proto: UDP, Port: port, Prober: "fake"}
}

var echo = Endpoint{Service: "icmp-echo", Proto: ICMP, Prober: "fake"}
