package tcp

import (
	"context"
	"time"

	"oobscope/probes"
)

// The system says of its copy of a SYN whether it could be sent, and of the SYN itself nothing. The copy is due a
// second after the SYN (RFC 6298 section 2); who must know waits as long as this for it.
const (
	copyDue  = 1100 * time.Millisecond
	copyLate = 1500 * time.Millisecond
)

// departure says whether the SYN of a silent attempt has left this machine, by the capture if there is one, and
// by what the system says of its copy. What the system has refused to send, nobody has seen leaving.
func (y *try) departure(t probes.Target) probes.Departure {
	seen := probes.Untold
	if t.Hops != nil {
		seen = t.Hops.Departure(t.AddrPort(), y.local(), y.began)
	}
	said := y.said()
	switch {
	case seen == probes.Departed:
		return seen
	case said == probes.Refused:
		return said
	case seen == probes.Missing: // the system may think that it has sent what something behind it has eaten
		return seen
	}
	return said
}

// untold waits on for a silent attempt until somebody can say whether its SYN has left, or the copy is long
// overdue. What comes meanwhile decides as ever. Packets to loopback leave nowhere.
func untold(ctx context.Context, t probes.Target, y *try) (at state, out probes.Outcome) {
	if !tells || t.Addr.IsLoopback() {
		return pending, out
	}
	for _, patience := range []time.Duration{copyDue, copyLate} {
		if d := y.departure(t); d == probes.Departed || d == probes.Refused {
			break
		}
		if at, out = y.wait(ctx, y.began.Add(patience)); at != pending || ctx.Err() != nil {
			return at, out
		}
	}
	return pending, out
}

// fates sums up what is known of the attempts of one flow.
type fates struct {
	left, missing, refused bool
	tries                  int // SYNs and their copies
}

func (f *fates) add(d probes.Departure) {
	f.left = f.left || d == probes.Departed
	f.missing = f.missing || d == probes.Missing
	f.refused = f.refused || d == probes.Refused
}

// settle makes a silence a local failure if no packet left and the system says so of one, and notes what is
// known of any other silence.
func (f *fates) settle(t probes.Target, out probes.Outcome) probes.Outcome {
	switch {
	case !out.Class.Silent():
	case f.left:
		out.Flags |= probes.Left
	case f.refused:
		failure := probes.LocalFailure("connect to "+t.AddrPort().String(), probes.ErrNotSent)
		failure.Attempts, failure.Packets = out.Attempts, out.Packets
		return failure
	case f.missing:
		out.Flags |= probes.Held
	}
	return out
}

// departureWords tell of a departure in the packet story, if it is not as it should be.
func departureWords(d probes.Departure) string {
	switch d {
	case probes.Missing:
		return "the capture saw no SYN of this port leave"
	case probes.Refused:
		return "this machine refused to send the SYN"
	}
	return ""
}
