package simbmc

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"oobscope/probes"
)

func TestTruthIsComplete(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 64})
	for _, h := range s.Hosts() {
		for _, e := range endpoints {
			truth, ok := s.Truth(h.Addr, e.service, e.proto)
			if !ok || truth.Class == probes.Unobserved || truth.Class.String() == "invalid" {
				t.Errorf("%s %s/%v: %v %v", h.Personality, e.service, e.proto, truth, ok)
			}
			if truth.Weak != 0 && !truth.Class.Open() {
				t.Errorf("%s %s/%v: weaknesses of a service that does not answer", h.Personality, e.service, e.proto)
			}
		}
	}
	first := s.Hosts()[0].Addr
	for _, c := range []struct {
		addr    netip.Addr
		service string
		proto   probes.Proto
	}{{first, "gopher", probes.TCP}, {first, "redfish", probes.UDP}, {s.block.canary(), "redfish", probes.TCP}} {
		if _, ok := s.Truth(c.addr, c.service, c.proto); ok {
			t.Errorf("a truth about %v %s/%v", c.addr, c.service, c.proto)
		}
	}
	mapped := netip.AddrFrom16(first.As16())
	if _, ok := s.Truth(mapped, "redfish", probes.TCP); !ok {
		t.Error("an IPv4-mapped address was not recognised")
	}
}

// Each class must be reached by some host, or the segment is no ground for tests of that class.
func TestEveryClassOccurs(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	var weak probes.WeakSet
	seen := map[probes.Class]bool{}
	for _, h := range s.Hosts() {
		for _, e := range endpoints {
			truth, _ := s.Truth(h.Addr, e.service, e.proto)
			seen[truth.Class] = true
			weak |= truth.Weak
		}
	}
	for _, c := range []probes.Class{probes.OpenProto, probes.OpenOther, probes.OpenMute, probes.OpenCut,
		probes.RstUnknown, probes.PortUnreach, probes.SilenceUnproven} {
		if !seen[c] {
			t.Errorf("no host shows %v", c)
		}
	}
	if n := len(weak.List()); n < 20 {
		t.Errorf("only %d weaknesses are simulated: %v", n, weak.List())
	}
}

// What the transport does at every door of every personality is what the truth says.
func TestTruthOfTransport(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	var wg sync.WaitGroup
	for _, h := range s.hosts {
		for _, e := range endpoints {
			truth, _ := s.Truth(h.Addr, e.service, e.proto)
			wg.Go(func() {
				switch e.proto {
				case probes.TCP:
					checkStream(t, h, h.addrPort(e.door), truth)
				case probes.UDP:
					checkDatagram(t, h, h.addrPort(e.door), truth)
				}
			})
		}
	}
	wg.Wait()
}

// A lost SYN is sent again after a second; the second one must be lost as well.
func TestSilenceDropsEverySYN(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	at := s.of(t, "dead").addrPort(doorWeb)
	c, err := net.DialTimeout("tcp4", at.String(), 1500*time.Millisecond)
	if err == nil {
		c.Close()
		t.Fatal("a dead host accepted a connection")
	}
	if !timedOut(err) {
		t.Fatalf("want silence, got %v", err)
	}
}

func TestCanaryIsNobody(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	for service, ports := range s.Ports() {
		for _, p := range ports {
			at := netip.AddrPortFrom(s.block.canary(), p)
			if c, err := net.DialTimeout("tcp4", at.String(), patience); err == nil {
				c.Close()
				t.Errorf("%s: the canary accepted", service)
			}
		}
	}
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func checkStream(t *testing.T, h *host, at netip.AddrPort, truth Truth) {
	t.Helper()
	wait := patience
	if truth.Class == probes.SilenceUnproven {
		wait = brief
	}
	c, err := net.DialTimeout("tcp4", at.String(), wait)
	if err == nil {
		defer c.Close()
	}
	switch truth.Class {
	case probes.RstUnknown:
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s %v: want a reset, got %v", h.Personality, at, err)
		}
		return
	case probes.SilenceUnproven:
		if !timedOut(err) {
			t.Errorf("%s %v: want silence, got %v", h.Personality, at, err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s %v: want %v, got %v", h.Personality, at, truth.Class, err)
		return
	}
	switch truth.Class {
	case probes.OpenMute:
		n, err := askRaw(c, brief)
		if n != 0 || !timedOut(err) {
			t.Errorf("%s %v: want a mute connection, got %d bytes, %v", h.Personality, at, n, err)
		}
	case probes.OpenCut:
		n, err := askRaw(c, patience)
		if n != 0 || !(errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)) {
			t.Errorf("%s %v: want a reset after the accept, got %d bytes, %v", h.Personality, at, n, err)
		}
	case probes.OpenProto, probes.OpenOther: // the tests of each protocol hold them to it
	default:
		t.Errorf("%s %v: no test for %v", h.Personality, at, truth.Class)
	}
}

// askRaw sends a request that no server could overlook, and tells what came.
func askRaw(c net.Conn, wait time.Duration) (int, error) {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return 0, err
	}
	if _, err := c.Write([]byte("HEAD / HTTP/1.0\r\n\r\n")); err != nil {
		return 0, err
	}
	return c.Read(make([]byte, 256))
}

func checkDatagram(t *testing.T, h *host, at netip.AddrPort, truth Truth) {
	t.Helper()
	if truth.Class == probes.OpenProto { // the tests of each protocol hold it to it
		return
	}
	c, err := net.Dial("udp4", at.String())
	if err != nil {
		t.Errorf("%v: %v", at, err)
		return
	}
	defer c.Close()
	wait := patience
	if truth.Class == probes.SilenceUnproven {
		wait = brief
	}
	_, err = askUDP(c, []byte{6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 1, 0, 0}, wait)
	switch {
	case truth.Class == probes.PortUnreach && !errors.Is(err, syscall.ECONNREFUSED):
		t.Errorf("%s %v: want port unreachable, got %v", h.Personality, at, err)
	case truth.Class == probes.SilenceUnproven && !timedOut(err):
		t.Errorf("%s %v: want silence, got %v", h.Personality, at, err)
	}
}

func askUDP(c net.Conn, question []byte, wait time.Duration) ([]byte, error) {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	if _, err := c.Write(question); err != nil {
		return nil, err
	}
	buf := make([]byte, 8192)
	n, err := c.Read(buf)
	return buf[:n], err
}
