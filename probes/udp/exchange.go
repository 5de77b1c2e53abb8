package udp

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"oobscope/probes"
)

// maxDatagrams bounds what one exchange looks at: datagrams, accepted or not, and ICMP errors.
const maxDatagrams = 256

// event is what happened on a socket: a datagram, errors, or none of them when the time was over.
type event struct {
	data   []byte
	icmp   []probes.ICMPError
	err    error // a local failure
	silent bool
}

// talk is one exchange under way.
type talk struct {
	target  probes.Target
	rec     *probes.Recorder
	q       Question
	sockets []*socket // one for each attempt; a late answer may come to an older one
	answers [][]byte
	size    int // payload bytes accepted
	seen    int // datagrams, accepted or not, and ICMP errors
	strange bool
	out     probes.Outcome
	decided bool
}

func exchange(ctx context.Context, t probes.Target, rec *probes.Recorder, q Question) ([][]byte, probes.Outcome) {
	if q.Attempts <= 0 {
		q.Attempts = max(t.Pace.UDPAttempts, 1)
	}
	if q.MaxSize <= 0 {
		q.MaxSize = 64 * 1024
	}
	x := &talk{target: t, rec: rec, q: q}
	defer x.close()
	for i := range q.Attempts {
		x.attempt(ctx, wait(t.Pace, q.Attempts, i))
		if x.decided {
			break
		}
	}
	if !x.decided {
		x.out.Class = probes.SilenceUnproven
		if tells {
			x.out.Flags |= probes.Left
		}
		if x.strange {
			x.out.Class, x.out.Flags = probes.OpenOther, probes.Spoke
		}
	}
	// A router may look for the host through all tries before it says that there is none: nothing was lost then.
	if c := x.out.Class; len(x.answers) > 0 || !c.Silent() && c != probes.ProbeError && c != probes.Unreach {
		t.Line.Answered(len(x.sockets))
	}
	x.out.Attempts, x.out.Packets = len(x.sockets), len(x.sockets)
	return x.answers, x.out
}

// wait is how long attempt i of n waits for its answer. The pattern 0, 1.5 s, 4 s of bmc-services.md
// section 12 belongs to a deadline of 3 s and stretches with it; the last wait is the deadline itself.
func wait(p probes.Pace, n, i int) time.Duration {
	switch {
	case i == n-1 || i > 1:
		return p.Connect
	case i == 0:
		return p.Connect / 2
	}
	return p.Connect * 5 / 6
}

// attempt sends one datagram from a new source port and waits. The line is held for the gap; then others
// may use it while this one waits on.
func (x *talk) attempt(ctx context.Context, patience time.Duration) {
	line, to := x.target.Line, x.target.AddrPort()
	if err := line.Begin(ctx); err != nil {
		x.fail(probes.LocalFailure("wait for a turn to send to "+to.String(), err))
		return
	}
	if x.sweep(ctx); x.decided {
		line.Yield(time.Time{}) // nothing was sent, so no new gap begins
		return
	}
	s, err := open(ctx, to, x.q.Payload)
	sent := time.Now()
	if err != nil {
		line.End()
		x.rec.Step("local", err.Error(), "", to.String(), nil)
		x.fail(probes.LocalFailure("send to "+to.String(), err))
		return
	}
	x.sockets = append(x.sockets, s)
	line.Count(1)
	x.rec.Step("sent", x.q.What, s.local.String(), to.String(), x.q.Payload)
	if x.listen(ctx, s, sent.Add(min(line.Gap(), patience))); x.decided {
		x.linger(ctx, s)
		line.End()
		return
	}
	line.Yield(sent)
	if x.listen(ctx, s, sent.Add(patience)); !x.decided {
		x.rec.Step("wait", fmt.Sprintf("%.1f s, no answer", time.Since(sent).Seconds()), "", s.local.String(), nil)
		x.sweep(ctx)
		return
	}
	x.linger(ctx, s)
}

// sweep looks once at every socket for an answer that came late.
func (x *talk) sweep(ctx context.Context) {
	for _, s := range x.sockets {
		if x.listen(ctx, s, time.Time{}); x.decided {
			x.linger(ctx, s)
			return
		}
	}
}

// listen takes what comes until something decides or the moment is over. A moment in the past takes only
// what is already there.
func (x *talk) listen(ctx context.Context, s *socket, until time.Time) {
	for !x.decided && x.seen < maxDatagrams {
		e := s.next(ctx, until)
		switch {
		case e.err != nil:
			x.fail(probes.LocalFailure("hear from "+x.target.AddrPort().String(), e.err))
		case e.silent:
			if err := ctx.Err(); err != nil {
				x.fail(probes.LocalFailure("wait for "+x.target.AddrPort().String(), err))
			}
			return
		}
		x.errors(s, e.icmp)
		if e.data != nil {
			x.take(s, e.data)
		}
	}
}

// linger goes on collecting after the first answer; what fails now no longer matters.
func (x *talk) linger(ctx context.Context, s *socket) {
	if len(x.answers) == 0 || x.q.Linger <= 0 {
		return
	}
	until := time.Now().Add(x.q.Linger)
	for x.size < x.q.MaxSize && x.seen < maxDatagrams {
		e := s.next(ctx, until)
		if e.silent || e.err != nil {
			return
		}
		if e.data != nil {
			x.take(s, e.data)
		}
	}
}

// take records a datagram and keeps it if it is an answer.
func (x *talk) take(s *socket, data []byte) {
	x.seen++
	accepted := x.q.Accept == nil || x.q.Accept(data)
	what := "answer"
	if !accepted {
		what, x.strange = "not an answer to this question", true
	}
	x.rec.Step("got", what, x.target.AddrPort().String(), s.local.String(), data)
	if !accepted {
		return
	}
	if len(x.answers) == 0 {
		x.out.RTT, x.decided = time.Since(s.sent), true
	}
	data = data[:min(len(data), x.q.MaxSize-x.size)]
	x.size += len(data)
	x.answers = append(x.answers, data)
}

// errors records ICMP errors; the first that decides ends the exchange.
func (x *talk) errors(s *socket, icmp []probes.ICMPError) {
	x.seen += len(icmp)
	for _, e := range icmp {
		from := ""
		if e.Offender.IsValid() {
			from = e.Offender.String()
		}
		x.rec.Step("icmp", e.String(), from, s.local.String(), nil)
		if x.decided {
			continue
		}
		if out, decides := probes.ICMPFailure(e, x.target.Addr, s.local.Addr()); decides {
			if out.Class != probes.ProbeError {
				out.RTT = time.Since(s.sent)
			}
			x.fail(out)
		}
	}
}

func (x *talk) fail(out probes.Outcome) { x.out, x.decided = out, true }

func (x *talk) close() {
	for _, s := range x.sockets {
		s.close()
	}
}

// socket is one connected datagram socket: the system itself drops what is not from the target.
type socket struct {
	local netip.AddrPort
	sent  time.Time
	link
}
