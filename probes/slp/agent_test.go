package slp

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
)

// agent is a service agent on loopback. reply makes its answers to one request.
type agent struct {
	addr  netip.AddrPort
	proto probes.Proto

	mu    sync.Mutex
	heard [][]byte
}

func (a *agent) hear(b []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = append(a.heard, bytes.Clone(b))
}

func (a *agent) requests() [][]byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.heard)
}

func (a *agent) target() probes.Target {
	return probes.Target{
		Addr:     a.addr.Addr().Unmap(),
		Endpoint: probes.Endpoint{Service: "slp", Proto: a.proto, Port: a.addr.Port(), Prober: "slp"},
		Pace: probes.Pace{
			UDPAttempts: 3, TCPAttempts: 2, Connect: 400 * time.Millisecond, FirstByte: 400 * time.Millisecond,
		},
		Line: probes.NewLine(time.Millisecond, nil),
	}
}

func startUDP(t *testing.T, reply func(request []byte, nth int) [][]byte) *agent {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(), proto: probes.UDP}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 2048)
		for nth := 1; ; nth++ {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			a.hear(buf[:n])
			for _, b := range reply(buf[:n], nth) {
				if _, err := conn.WriteToUDPAddrPort(b, from); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return a
}

// startTCP serves connections one after the other.
func startTCP(t *testing.T, serve func(c net.Conn, nth int)) *agent {
	t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{addr: l.Addr().(*net.TCPAddr).AddrPort(), proto: probes.TCP}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for nth := 1; ; nth++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			serve(recorded{c, a}, nth)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return a
}

// recorded notes what is read from a connection.
type recorded struct {
	net.Conn
	a *agent
}

func (r recorded) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if n > 0 {
		r.a.hear(p[:n])
	}
	return n, err
}

func xidOf(request []byte) uint16 { return binary.BigEndian.Uint16(request[offsetXID:]) }

func facts(o probes.Observation, key string) string {
	var out []string
	for _, f := range o.Evidence.Facts {
		if f.Key == key {
			out = append(out, f.Value)
		}
	}
	return strings.Join(out, " | ")
}
