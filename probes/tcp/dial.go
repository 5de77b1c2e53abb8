package tcp

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"oobscope/probes"
)

// state is how far a connect has come.
type state int

const (
	pending  state = iota
	accepted       // the handshake is done
	failed         // the outcome says how
)

func dial(ctx context.Context, t probes.Target, rec *probes.Recorder) (*Conn, probes.Outcome) {
	if a, ok := t.Line.Accepted(); ok {
		return adopt(ctx, t, rec, a)
	}
	attempts, packets := 0, 0
	var known fates
	for {
		c, out, sent := attempt(ctx, t, rec, &known)
		if sent {
			attempts++
		}
		packets += out.Packets
		// A router may look for the host through all tries before it says that there is none: nothing was lost then.
		if c != nil || !out.Class.Silent() && out.Class != probes.ProbeError && out.Class != probes.Unreach {
			t.Line.Answered(known.tries)
		}
		if !out.Class.Silent() || attempts >= t.Pace.TCPAttempts {
			out.Attempts, out.Packets = attempts, packets
			return c, known.settle(t, out)
		}
	}
}

// attempt is one SYN from a new source port. sent is false if it came to nothing before the connect. known
// takes note of what became of the packets of a silent one.
func attempt(ctx context.Context, t probes.Target, rec *probes.Recorder, known *fates) (c *Conn, out probes.Outcome, sent bool) {
	to := t.AddrPort()
	if err := t.Line.Begin(ctx); err != nil {
		return nil, probes.LocalFailure("wait for a turn to connect to "+to.String(), err), false
	}
	y, err := start(ctx, to, t.Pace.Connect)
	if err != nil {
		t.Line.End()
		out := probes.LocalFailure("connect to "+to.String(), err)
		rec.Step("local", err.Error(), "", to.String(), nil)
		return nil, out, false
	}
	defer y.close()
	s := story{rec: rec, hops: t.Hops, local: y.local(), remote: to}
	s.step("sent", "SYN", true)

	at, out, late := await(ctx, t, y)
	out.RTT = time.Since(y.began)
	copies, packets := y.sent()
	known.tries += 1 + copies
	if at == accepted {
		return open(ctx, t, s, y, late, out.RTT)
	}
	if !late {
		t.Line.End()
	}
	t.Line.Count(packets)
	out.Packets = packets
	if copies > 0 {
		s.step("sent", fmt.Sprintf("SYN again, %d x, by the system", copies), true)
	}
	d := probes.Untold
	if out.Class.Silent() {
		d = y.departure(t)
		known.add(d)
	}
	s.end(&out, y.errors(), d)
	return nil, out, true
}

// await holds the line for the gap, then lends it to others while it waits on, beyond the deadline if that is too
// soon to know what became of the SYN. late says that the line was lent.
func await(ctx context.Context, t probes.Target, y *try) (at state, out probes.Outcome, late bool) {
	end := y.began.Add(t.Pace.Connect)
	if hold := holdFor(t); hold < t.Pace.Connect {
		if at, out = y.wait(ctx, y.began.Add(hold)); at != pending || ctx.Err() != nil {
			return at, ended(ctx, t, at, out), false
		}
		t.Line.Yield(y.lastCopy(t))
		late = true
	}
	if at, out = y.wait(ctx, end); at == pending && ctx.Err() == nil {
		at, out = untold(ctx, t, y)
	}
	return at, ended(ctx, t, at, out), late
}

// ended fills in the outcome of a wait that nothing ended.
func ended(ctx context.Context, t probes.Target, at state, out probes.Outcome) probes.Outcome {
	if at != pending {
		return out
	}
	if err := ctx.Err(); err != nil {
		return probes.LocalFailure("connect to "+t.AddrPort().String(), err)
	}
	return probes.Outcome{Class: probes.SilenceUnproven}
}

// open makes the Conn of an accepted connection, with the line in hand.
func open(ctx context.Context, t probes.Target, s story, y *try, late bool, rtt time.Duration) (*Conn, probes.Outcome, bool) {
	ttl := s.accept()
	out := probes.Outcome{RTT: rtt}
	fail := func(err error) (*Conn, probes.Outcome, bool) {
		_, out.Packets = y.sent()
		t.Line.Count(out.Packets)
		failure := probes.LocalFailure("talk to "+t.AddrPort().String(), err)
		failure.RTT, failure.Packets = out.RTT, out.Packets
		return nil, failure, true
	}
	if late {
		out.Reason = probes.LateAnswer
		if err := t.Line.Resume(ctx); err != nil {
			return fail(err)
		}
	}
	nc, err := y.conn()
	if err != nil {
		t.Line.End()
		return fail(err)
	}
	return newConn(ctx, nc, t.Line, s, ttl), out, true
}

// story writes the packet story of one connection.
type story struct {
	rec           *probes.Recorder
	hops          probes.Hops    // may be nil
	local, remote netip.AddrPort // local is invalid where the system does not tell
}

func (s story) step(dir, what string, out bool, payload ...byte) {
	from, to := s.remote.String(), s.own()
	if out {
		from, to = to, from
	}
	s.rec.Step(dir, what, from, to, payload)
}

func (s story) icmp(errors []probes.ICMPError) {
	for _, e := range errors {
		from := ""
		if e.Offender.IsValid() {
			from = e.Offender.String()
		}
		s.rec.Step("icmp", e.String(), from, s.own(), nil)
	}
}

func (s story) own() string {
	if !s.local.IsValid() {
		return ""
	}
	return s.local.String()
}

// accept tells of the SYN-ACK; the TTL is 0 if nobody knows it.
func (s story) accept() (ttl uint8) {
	if s.hops != nil {
		ttl, _ = s.hops.Accept(s.remote, s.local)
	}
	s.step("got", "SYN-ACK"+ttlWords(ttl), false)
	return ttl
}

// reset tells of a reset; the TTL is 0 if nobody knows it.
func (s story) reset(what string) (ttl uint8) {
	if s.hops != nil {
		ttl, _ = s.hops.Reset(s.remote, s.local)
	}
	s.step("rst", what+ttlWords(ttl), false)
	return ttl
}

func ttlWords(ttl uint8) string {
	if ttl == 0 {
		return ""
	}
	return fmt.Sprintf(", TTL %d", ttl)
}

// cutMid tells whether the reset of an accepted connection has come a shorter way than its SYN-ACK: then a
// box in between has cut it.
func cutMid(reset, accept uint8) bool {
	return accept != 0 && probes.Origin(reset, []uint8{accept}) == probes.RstMid
}

// end tells how an attempt without a connection ended. RTT stays only where a packet came; d is about a silence.
func (s story) end(out *probes.Outcome, icmp []probes.ICMPError, d probes.Departure) {
	s.icmp(icmp)
	switch out.Class {
	case probes.RstUnknown:
		out.TTL = s.reset("RST")
	case probes.OpenCut:
		accept := s.accept()
		out.TTL = s.reset("RST, at once")
		if out.ReferenceTTL = accept; cutMid(out.TTL, accept) {
			out.Flags |= probes.CutMid
		}
	case probes.SilenceUnproven:
		s.step("wait", fmt.Sprintf("%.1f s, nothing", out.RTT.Seconds()), false)
		if words := departureWords(d); words != "" {
			s.step("local", words, true)
		}
		out.RTT = 0
	case probes.ProbeError:
		s.step("local", out.Err.Error(), true)
		out.RTT = 0
	}
}
