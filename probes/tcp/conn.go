package tcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"oobscope/probes"
)

// ErrTooMuch ends a conversation that went beyond MaxPackets or MaxBytes.
var ErrTooMuch = errors.New("the conversation went beyond its budget")

// conn is what a Conn keeps beside the connection.
type conn struct {
	story  story
	line   *probes.Line
	stop   func() bool
	once   sync.Once
	closed error
	in     atomic.Int64

	accepted uint8 // TTL of the SYN-ACK; 0 if not known
}

// newConn takes over an accepted connection and the held line. The connection ends with ctx.
func newConn(ctx context.Context, nc net.Conn, line *probes.Line, s story, accepted uint8) *Conn {
	c := &Conn{Conn: nc, conn: conn{story: s, line: line, accepted: accepted}}
	set := make(chan struct{}) // ctx may have ended already: then Close begins before stop is there
	c.stop = context.AfterFunc(ctx, func() {
		<-set
		c.Close()
	})
	close(set)
	return c
}

// Read reads what the target sent, at most MaxBytes in a conversation.
func (c *Conn) Read(p []byte) (int, error) {
	left := MaxBytes - c.in.Load()
	if err := c.allowed(left); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), left)])
	c.in.Add(int64(n))
	if n > 0 {
		c.story.step("got", fmt.Sprintf("%d bytes", n), false, p[:n]...)
	}
	if err != nil {
		c.note(err)
	}
	return n, err
}

// Write sends to the target.
func (c *Conn) Write(p []byte) (int, error) {
	if err := c.allowed(1); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if n > 0 {
		c.story.step("sent", fmt.Sprintf("%d bytes", n), true, p[:n]...)
	}
	if err != nil {
		c.note(err)
	}
	return n, err
}

// allowed checks the limits of a conversation.
func (c *Conn) allowed(left int64) error {
	if left <= 0 {
		return fmt.Errorf("%w: %d bytes came", ErrTooMuch, MaxBytes)
	}
	if s := segments(c.Conn); s.out >= MaxPackets {
		return fmt.Errorf("%w: %d packets left", ErrTooMuch, s.out)
	}
	return nil
}

// note records why a read or write failed. An ICMP error from elsewhere proves that a box in between cut
// the connection.
func (c *Conn) note(err error) {
	found := queued(c.Conn)
	c.story.icmp(found)
	for _, e := range found {
		if e.Offender.IsValid() && !sameHost(e.Offender, c.Conn.RemoteAddr()) {
			c.story.rec.Edit(func(o *probes.Observation) { o.Flags |= probes.CutMid })
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		c.story.step("fin", "FIN", false)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		c.cut()
	case Mute(err):
		c.story.step("wait", "nothing more until the deadline", false)
	}
}

// cut records a reset.
func (c *Conn) cut() {
	ttl := c.story.reset("RST")
	if ttl == 0 {
		return
	}
	c.story.rec.Edit(func(o *probes.Observation) {
		o.Evidence.TTL, o.Evidence.ReferenceTTL = ttl, c.accepted
		if cutMid(ttl, c.accepted) {
			o.Flags |= probes.CutMid
		}
	})
}

// Close ends the conversation: it counts the packets on the line and in the record, and gives the line
// back. Every call after the first returns what the first one did.
func (c *Conn) Close() error {
	c.once.Do(func() {
		c.stop()
		s := segments(c.Conn)
		c.closed = c.Conn.Close()
		packets := s.out + s.closing
		if s.closing > 0 {
			c.story.step("fin", "FIN", true)
		}
		c.story.rec.Edit(func(o *probes.Observation) { o.Packets += packets })
		c.line.Count(packets)
		c.line.End()
	})
	return c.closed
}

// Cut tells whether an error of Read, Write or a TLS handshake means that the other side, or a box that
// speaks for it, ended the connection: a reset, an early end, an ICMP error (class open_cut).
func Cut(err error) bool {
	for _, cause := range []error{
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED,
		syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EACCES,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// Mute tells whether an error means that nothing came before the deadline (class open_mute).
func Mute(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
}

// traffic is what the system says of a connection.
type traffic struct {
	out     int // packets that left
	closing int // packets that closing it now will add: our FIN, and the ACK of theirs
}

// sameHost says yes where the system does not name the remote side any more: nothing is proved then.
func sameHost(a netip.Addr, remote net.Addr) bool {
	r, ok := remote.(*net.TCPAddr)
	return !ok || r.AddrPort().Addr().Unmap().WithZone("") == a.Unmap().WithZone("")
}
