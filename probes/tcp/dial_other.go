//go:build !linux

package tcp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"oobscope/probes"
)

// try is one connect under way. Without an error queue an ICMP error cannot be told from a route of our
// own, so such an end is a local failure, never a verdict on the path.
type try struct {
	began  time.Time
	target netip.AddrPort
	cancel context.CancelFunc
	result chan result
	got    result
	done   bool // got is what came
}

type result struct {
	conn net.Conn
	err  error
}

func start(ctx context.Context, to netip.AddrPort, deadline time.Duration) (*try, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	y := &try{began: time.Now(), target: to, cancel: cancel, result: make(chan result, 1)}
	go func() {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", to.String())
		y.result <- result{c, err}
	}()
	return y, nil
}

func (y *try) wait(ctx context.Context, until time.Time) (state, probes.Outcome) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case y.got = <-y.result:
		y.done = true
	case <-t.C:
		return pending, probes.Outcome{}
	case <-ctx.Done():
		return pending, probes.Outcome{}
	}
	switch err := y.got.err; {
	case err == nil:
		return accepted, probes.Outcome{}
	case ctx.Err() != nil:
		return pending, probes.Outcome{}
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed, probes.Outcome{Class: probes.RstUnknown}
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return failed, probes.Outcome{Class: probes.SilenceUnproven}
	default:
		return failed, probes.LocalFailure("connect to "+y.target.String(), err)
	}
}

func (y *try) conn() (net.Conn, error) {
	c := y.got.conn
	y.got.conn = nil
	return c, nil
}

// sent knows of one packet alone: this system does not tell.
func (y *try) sent() (copies, packets int) { return 0, 1 }

func (y *try) errors() []probes.ICMPError { return nil }

func (y *try) local() netip.AddrPort { return netip.AddrPort{} }

// close also closes a connection that came too late to be wanted.
func (y *try) close() {
	y.cancel()
	if !y.done {
		go func() {
			if late := <-y.result; late.conn != nil {
				late.conn.Close()
			}
		}()
	} else if y.got.conn != nil {
		y.got.conn.Close()
	}
}

func (y *try) lastCopy(probes.Target) time.Time { return time.Now() }

// tells: nobody here says what became of a SYN.
const tells = false

func (y *try) said() probes.Departure { return probes.Untold }

// holdFor keeps the line for the whole wait: nobody here says when this system repeats a SYN.
func holdFor(t probes.Target) time.Duration { return t.Pace.Connect }

// segments counts the handshake, and a packet for each side's end: the least there must be.
func segments(net.Conn) traffic { return traffic{out: 2, closing: 2} }

func queued(net.Conn) []probes.ICMPError { return nil }

// adopt is never called: no Scout of this system opens connections.
func adopt(_ context.Context, t probes.Target, _ *probes.Recorder, _ probes.Accepted) (*Conn, probes.Outcome) {
	t.Line.End()
	return nil, probes.LocalFailure("take over a connection to "+t.AddrPort().String(), errors.ErrUnsupported)
}
