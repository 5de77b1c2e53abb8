package probes

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// ErrSpent is what Begin returns when the host has had all the conversations that its budget allows.
var ErrSpent = errors.New("the conversation budget of the host is used up")

// Line is the one line that a run has to a host. Whoever wants to send takes its turn from it, so that
// a host never has two conversations at a time and always has the gap between two of them.
//
// A conversation is Begin … End. A first packet without an answer is not a conversation yet: Yield lets
// others go on while the sender waits, and Resume takes the line back when a late answer comes. End and
// Yield do nothing for a Line that is not held.
type Line struct {
	*track
	held          atomic.Bool
	conversations atomic.Int64
	packets       atomic.Int64
}

// track is what all Lines to one host share.
type track struct {
	gap     time.Duration
	segment *rate.Limiter
	limit   int64                              // conversations allowed; 0 = no limit
	tally   func(conversations, packets int64) // may be nil
	answers func(tries int)                    // may be nil
	begun   atomic.Int64

	// queue orders those who begin; turn is the conversation itself. They are two, so that a late
	// answer (Resume) need not wait behind someone who only waits for the gap or for the segment.
	queue chan struct{}
	turn  chan struct{}

	mu       sync.Mutex
	last     time.Time // the last packet that opened something, or the end of the last conversation
	accepted *Accepted
}

// Accepted is a connection that a Scout has opened and hands on: the conversation that began with its SYN.
type Accepted struct {
	FD    int // not blocking; whoever takes it closes it
	Local netip.AddrPort
	RTT   time.Duration
}

// Adopt makes this the line of a conversation that has begun already. It must be fresh.
func (l *Line) Adopt(a Accepted) {
	l.turn <- struct{}{}
	l.accepted = &a
}

// Accepted hands out the connection that the line has adopted, once, together with the line itself, held.
func (l *Line) Accepted() (a Accepted, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.accepted == nil {
		return a, false
	}
	a, l.accepted = *l.accepted, nil
	l.held.Store(true)
	return a, true
}

// NewLine makes the line of one host. segment may be nil: no limit over all hosts.
func NewLine(gap time.Duration, segment *rate.Limiter) *Line {
	return &Line{track: &track{
		gap: gap, segment: segment, queue: make(chan struct{}, 1), turn: make(chan struct{}, 1),
	}}
}

// fork makes another handle on the same line, with totals of its own: one for each flow.
func (l *Line) fork() *Line { return &Line{track: l.track} }

// Begin waits until the host is free, the gap has passed and the segment's rate allows a conversation.
// After a nil error the caller holds the line and must call End or Yield. The error is that of ctx, or
// ErrSpent.
func (l *Line) Begin(ctx context.Context) error {
	if err := enter(ctx, l.queue); err != nil {
		return err
	}
	defer func() { <-l.queue }()
	if l.limit > 0 && l.begun.Load() >= l.limit {
		return ErrSpent
	}
	for token := l.segment == nil; ; {
		if err := enter(ctx, l.turn); err != nil {
			return err
		}
		rest := l.rest()
		if rest <= 0 && token {
			l.held.Store(true)
			l.begun.Add(1)
			l.conversations.Add(1)
			l.report(1, 0)
			return nil
		}
		<-l.turn
		if err := l.pause(ctx, rest, &token); err != nil {
			return err
		}
	}
}

// pause waits for the rest of the gap, or if that is over for the segment: in this order, so that a token
// is not taken long before it is used.
func (l *track) pause(ctx context.Context, rest time.Duration, token *bool) error {
	if rest <= 0 {
		*token = true
		return l.segment.Wait(ctx)
	}
	t := time.NewTimer(rest)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// End gives the line back after a conversation; the gap counts from now.
func (l *Line) End() { l.release(time.Now()) }

// Yield gives the line back while a first packet is still unanswered. sent is when its last copy leaves
// (it may lie ahead); the gap counts from there.
func (l *Line) Yield(sent time.Time) { l.release(sent) }

// Resume takes the line back, without a new gap, because an answer came after a Yield. The caller must
// call End.
func (l *Line) Resume(ctx context.Context) error {
	err := enter(ctx, l.turn)
	if err == nil {
		l.held.Store(true)
	}
	return err
}

// Gap is the least time between two conversations.
func (l *Line) Gap() time.Duration { return l.gap }

// Count adds packets that were measured to have left for this host.
func (l *Line) Count(packets int) {
	l.packets.Add(int64(packets))
	l.report(0, int64(packets))
}

// Totals returns the conversations begun and the packets counted through this Line so far.
func (l *Line) Totals() (conversations, packets int64) {
	return l.conversations.Load(), l.packets.Load()
}

// Answered tells the run that an opening got its first answer, of whatever kind, at that try: what came before it
// was lost. Copies that the system sends by itself count as tries.
func (l *Line) Answered(tries int) {
	if l.answers != nil && tries > 0 {
		l.answers(tries)
	}
}

func (l *track) report(conversations, packets int64) {
	if l.tally != nil {
		l.tally(conversations, packets)
	}
}

func (l *Line) release(at time.Time) {
	if !l.held.CompareAndSwap(true, false) {
		return
	}
	l.mu.Lock()
	if at.After(l.last) {
		l.last = at
	}
	l.mu.Unlock()
	<-l.turn
}

// rest is how much of the gap is left.
func (l *track) rest() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last.IsZero() {
		return 0
	}
	return l.gap - time.Since(l.last)
}

// enter takes a place in a channel of one; an ended ctx never gets it.
func enter(ctx context.Context, place chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case place <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
