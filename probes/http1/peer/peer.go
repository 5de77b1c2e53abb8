// Package peer is the other side for the tests of the TCP probers: a server on loopback that does what a
// test tells it, keeps every byte it was sent.
//
// Only tests import it. It never connects to anything.
package peer

import (
	gotls "crypto/tls"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
)

// Peer is one listening server.
type Peer struct {
	Addr netip.AddrPort

	mu       sync.Mutex
	received []*strings.Builder // the bytes of each conversation, behind TLS if there is any
	done     sync.WaitGroup
}

// Serve listens on 127.0.0.1 and gives each connection to handle, which may read and write as it likes;
// the connection is closed behind it. The test waits at its end until every handler has returned.
func Serve(tb testing.TB, handle func(net.Conn)) *Peer { return serve(tb, "127.0.0.1:0", nil, handle) }

// Serve6 is Serve on ::1. The test is skipped where the machine has no IPv6 loopback.
func Serve6(tb testing.TB, handle func(net.Conn)) *Peer { return serve(tb, "[::1]:0", nil, handle) }

// ServeTLS is Serve behind a handshake with that configuration. handle is called for finished
// handshakes only.
func ServeTLS(tb testing.TB, config *gotls.Config, handle func(net.Conn)) *Peer {
	return serve(tb, "127.0.0.1:0", config, handle)
}

func serve(tb testing.TB, at string, config *gotls.Config, handle func(net.Conn)) *Peer {
	tb.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		tb.Skipf("no listener on %s: %v", at, err)
	}
	p := &Peer{Addr: netip.MustParseAddrPort(l.Addr().String())}
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.done.Add(1)
			go p.converse(c, config, handle)
		}
	}()
	tb.Cleanup(func() {
		l.Close()
		p.done.Wait()
	})
	return p
}

func (p *Peer) converse(c net.Conn, config *gotls.Config, handle func(net.Conn)) {
	defer p.done.Done()
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second)) // a test that hangs ends, and fails, some day
	p.mu.Lock()
	log := &strings.Builder{}
	p.received = append(p.received, log)
	p.mu.Unlock()
	if config != nil {
		secure := gotls.Server(c, config)
		if secure.Handshake() != nil {
			return
		}
		c = secure
	}
	handle(&logged{Conn: c, peer: p, log: log})
}

// logged keeps what is read.
type logged struct {
	net.Conn
	peer *Peer
	log  *strings.Builder
}

func (c *logged) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.peer.mu.Lock()
	c.log.Write(b[:n])
	c.peer.mu.Unlock()
	return n, err
}

// Received returns what came in each conversation, in the order of their beginning.
func (p *Peer) Received() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]string, len(p.received))
	for i, b := range p.received {
		out[i] = b.String()
	}
	return out
}

// Target is the peer as a prober sees it, with deadlines that no loaded test machine misses.
func (p *Peer) Target(service string, secure bool) probes.Target {
	pace, _ := probes.PaceNamed("fast")
	pace.Gap = time.Millisecond
	pace.Connect, pace.FirstByte, pace.TLS = 10*time.Second, 10*time.Second, 10*time.Second
	return probes.Target{
		Addr:     p.Addr.Addr(),
		Endpoint: probes.Endpoint{Service: service, Proto: probes.TCP, Port: p.Addr.Port(), TLS: secure},
		Pace:     pace, Line: probes.NewLine(pace.Gap, nil),
	}
}

// Impatient is a Target for peers that keep silent: the deadlines will be waited out.
func (p *Peer) Impatient(service string, secure bool) probes.Target {
	t := p.Target(service, secure)
	t.Pace.FirstByte, t.Pace.TLS = 60*time.Millisecond, 60*time.Millisecond
	return t
}
