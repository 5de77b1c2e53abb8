package icmp

import (
	"context"
	"fmt"
	"net/netip"
	"syscall"
	"time"

	"oobscope/probes"
)

// exchange is the state of one probe of one flow.
type exchange struct {
	target probes.Target
	to     netip.Addr
	link   link
	rec    *probes.Recorder
	echo   echo

	sentAt [maxEchoes + 1]time.Time // by sequence number; 0 is not used
	sent   int
}

// heard is what the listening goroutine passes on: something about our echo, or the failure of the link.
type heard struct {
	finding
	arrival
	at   time.Time
	late bool // the line had been lent to others when it came
	err  error
}

// run sends the echoes and waits. The line is held for the gap, which nobody else could use, and lent to
// others while the rest of the patience runs: an unanswered echo is no conversation.
func (x *exchange) run(ctx context.Context) probes.Outcome {
	answers := make(chan heard, 1) // the first one decides
	go x.listen(answers)
	defer func() {
		_ = x.link.Close() // ends the goroutine, which closes the channel
		for range answers {
		}
	}()
	for seq := uint16(1); seq <= maxEchoes; seq++ {
		if err := x.target.Line.Begin(ctx); err != nil {
			return x.stopped(err)
		}
		h, out := x.ask(ctx, seq, answers)
		switch {
		case h != nil:
			return x.settle(*h)
		case out.Class != probes.Unobserved:
			return out
		}
		x.rec.Step("wait", fmt.Sprintf("nothing for sequence %d in %v", seq, x.patience()), "", "", nil)
	}
	return x.cost(probes.Outcome{Class: probes.SilenceUnproven, Flags: x.departed()})
}

// departed says what is known of the departure of echoes that nobody answered.
func (x *exchange) departed() probes.Flags {
	seen := probes.Untold
	if h := x.target.Hops; h != nil && x.link.keepsID() {
		seen = h.Departure(netip.AddrPortFrom(x.to, 0), netip.AddrPortFrom(netip.Addr{}, x.echo.id), x.sentAt[1])
	}
	switch {
	case seen == probes.Departed:
		return probes.Left
	case seen == probes.Missing:
		return probes.Held
	case x.link.tells():
		return probes.Left
	}
	return 0
}

// ask sends one echo over the held line, unless the one before was answered while this one waited for its
// turn, and waits for an answer to any of them. Without an answer the outcome says whether to go on:
// Unobserved. The line is given back exactly once.
func (x *exchange) ask(ctx context.Context, seq uint16, answers <-chan heard) (*heard, probes.Outcome) {
	line := x.target.Line
	select {
	case h := <-answers:
		line.Yield(x.sentAt[seq-1])
		return x.late(h), probes.Outcome{}
	default:
	}
	if err := x.send(seq); err != nil {
		line.End()
		x.rec.Step("local", "the echo did not leave this machine", "", x.to.String(), nil)
		return nil, x.cost(probes.LocalFailure("send an echo to "+x.to.String(), err))
	}
	end := x.sentAt[seq].Add(x.patience())
	held := x.sentAt[seq].Add(min(line.Gap(), x.patience()))
	if h, err := await(ctx, answers, held); h != nil || err != nil {
		line.End()
		return h, x.unless(err)
	}
	line.Yield(x.sentAt[seq])
	h, err := await(ctx, answers, end)
	if h != nil {
		h = x.late(*h)
	}
	return h, x.unless(err)
}

// await waits for an answer until the moment; nil if none came.
func await(ctx context.Context, answers <-chan heard, until time.Time) (*heard, error) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case h := <-answers:
		return &h, nil
	case <-t.C:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// unless is the outcome of a wait: nothing to say, unless it was stopped.
func (x *exchange) unless(err error) probes.Outcome {
	if err == nil {
		return probes.Outcome{}
	}
	return x.stopped(err)
}

// late marks an answer that came after the line had been lent.
func (x *exchange) late(h heard) *heard {
	h.late = true
	return &h
}

func (x *exchange) patience() time.Duration {
	if c := x.target.Pace.Connect; c > 0 {
		return min(answerIn, c)
	}
	return answerIn
}

func (x *exchange) send(seq uint16) error {
	msg, err := x.echo.encode(seq)
	if err != nil {
		return err
	}
	x.sentAt[seq] = time.Now()
	if err := x.link.send(msg, x.to); err != nil {
		return err
	}
	x.sent++
	x.target.Line.Count(1)
	x.rec.Step("sent", fmt.Sprintf("%s (%s)", requestWords(seq), x.link.way()), "", x.to.String(), msg)
	return nil
}

// listen reads the link until it is closed and passes on what is about our echo. It never waits for the
// other side of the channel, so that a flood of matching messages costs nothing but its reading.
func (x *exchange) listen(to chan<- heard) {
	defer close(to)
	buf := make([]byte, 1500)
	for {
		a, err := x.link.receive(buf)
		h := heard{arrival: a, at: time.Now(), err: err}
		if err == nil {
			if h.finding, err = x.read(a); err != nil {
				continue
			}
			h.bytes = append([]byte{}, a.bytes...)
		}
		select {
		case to <- h:
		default:
		}
		if h.err != nil {
			return
		}
	}
}

// read tells whether an arrival is about an echo of ours and decides something.
func (x *exchange) read(a arrival) (finding, error) {
	f := finding{}
	if a.queued != nil {
		var err error
		if f, err = x.echo.queued(a); err != nil {
			return f, err
		}
	} else {
		var err error
		if f, err = x.echo.decode(a.bytes, a.from); err != nil {
			return f, err
		}
		if f.seq < 1 || f.seq > maxEchoes {
			return f, errForeign
		}
	}
	if _, ok := f.fault.Class(x.to); !f.reply && !ok {
		return f, errForeign
	}
	return f, nil
}

// settle makes the outcome of the first answer.
func (x *exchange) settle(h heard) probes.Outcome {
	if h.err != nil {
		return x.stopped(h.err)
	}
	if h.seq == 0 { // an error of this machine does not say which echo it is about
		h.seq = uint16(x.sent)
	}
	rtt := h.at.Sub(x.sentAt[h.seq])
	var out probes.Outcome
	if h.reply {
		x.tellReply(h)
		out = probes.Outcome{Class: probes.OpenProto, Flags: probes.Spoke}
	} else {
		x.rec.Step("icmp", words(h.fault), h.from.String(), "", h.bytes)
		out = x.fault(h)
	}
	if out.Class != probes.Unreach { // a router may look for the host through all tries before it says so
		x.target.Line.Answered(int(h.seq))
	}
	out.RTT = rtt
	if h.late && out.Reason == probes.NoReason {
		out.Reason = probes.LateAnswer
	}
	return x.cost(out)
}

func (x *exchange) tellReply(h heard) {
	story := fmt.Sprintf("ICMP echo reply, sequence %d", h.seq)
	if h.ttl > 0 {
		story += fmt.Sprintf(", TTL %d", h.ttl)
		x.rec.Fact("icmp.reply_ttl", fmt.Sprint(h.ttl))
	}
	x.rec.Step("got", story, h.from.String(), "", h.bytes)
}

// fault makes the outcome of an ICMP error. A message does not hold the errno that tells a failed
// neighbour discovery from a filter of this machine, so it is worked out from type and code.
func (x *exchange) fault(h heard) probes.Outcome {
	own := h.source
	if !own.IsValid() {
		own = x.link.source()
	}
	e := h.fault
	if class, _ := e.Class(x.to); e.Errno == 0 {
		e.Errno = int(syscall.EACCES)
		if class == probes.Unreach {
			e.Errno = int(syscall.EHOSTUNREACH)
		}
	}
	out, _ := probes.ICMPFailure(e, x.to, own)
	return out
}

// stopped is the end of a probe that could not go on: cancelled, out of budget, or a failed socket.
func (x *exchange) stopped(err error) probes.Outcome {
	x.rec.Step("local", "stopped before an answer came", "", "", nil)
	return x.cost(probes.LocalFailure("wait for the echo of "+x.to.String(), err))
}

func (x *exchange) cost(o probes.Outcome) probes.Outcome {
	o.Attempts, o.Packets = x.sent, x.sent
	return o
}
