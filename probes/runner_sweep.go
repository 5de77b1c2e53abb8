package probes

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// firstPackets sends the first packets in the way of the engine, and visits.
func (x *run) firstPackets(ctx context.Context) error {
	if x.Scout == nil {
		x.hosts(ctx)
		return nil
	}
	x.push(func(g *Gates) { g.Engine = x.Scout.Engine().String() })
	q := newLeftQueue()
	var visits sync.WaitGroup
	visits.Go(func() { x.visitLeft(ctx, q) })
	err := x.Scout.Scout(ctx, &Search{
		Plan: x.plan, Probers: x.Probers, Control: x.ports, Began: x.began, Done: x.Done,
		Host: func(host int) ([]Cell, HostState) { return x.Board.Row(host, nil) },
		Settle: func(o Observation, r References) {
			o.Evidence.Simulated = x.plan.Simulated
			x.settleSwept(o, r)
		},
		Adopt: func(seen Observation, a Accepted, back func(Class)) bool {
			if !x.places.tryTake() {
				return false
			}
			visits.Go(func() {
				defer x.places.leave()
				back(x.converse(ctx, seen, a))
			})
			return true
		},
		Leave:      func(l Parting, all func(int) Swept) { x.leave(ctx, q, l, all) },
		Sent:       x.Board.AddSent,
		Controlled: x.controlled,
		Answered:   x.answered,
		Rate:       func(r RateState) { x.push(func(g *Gates) { g.Rate = r }) },
	})
	q.end()
	visits.Wait()
	for _, early := range [][]early{x.early, x.others} { // other lines have spoken to these hosts since
		for i := range early {
			early[i].line = x.newLine(0)
			early[i].line.last = time.Now()
		}
	}
	if err != nil {
		return fmt.Errorf("send the first packets: %w", err)
	}
	return nil
}

func (x *run) controlled(lost bool) {
	x.push(func(g *Gates) {
		g.ControlSent++
		if lost {
			g.ControlLost++
		}
	})
}

// settleSwept records a flow that its first packets have decided.
func (x *run) settleSwept(o Observation, r References) {
	if o.Class == RstUnknown && o.Evidence.TTL != 0 {
		o = compare(o, x.trusted(r, 0))
	}
	x.record(x.plan.Flow(o.Flow), nil, o)
}

// trusted are the references that count: SYN-ACKs only if nobody on the path makes them, as far as is known.
func (x *run) trusted(r References, host HostFlags) []uint8 {
	x.mu.Lock()
	proxied := len(x.gates.CanaryAnswered) > 0
	x.mu.Unlock()
	out := r.Answers
	if proxied || host&HostFakesOpen != 0 {
		return out
	}
	for _, ttl := range r.Accepts {
		if !slices.Contains(out, ttl) {
			out = append(slices.Clone(out), ttl)
		}
	}
	return out
}

// leave takes a host from the scout. It is visited if one of its flows has answered, or if something is to be
// asked yet that only a visit can ask.
func (x *run) leave(ctx context.Context, q *leftQueue, l Parting, all func(int) Swept) {
	group := &x.plan.Groups[x.plan.Host(l.Host).Group]
	quiet := l.State.Flags&HostQuiet != 0
	bare := l.Resets > 0 && len(l.References.Answers) == 0
	switch {
	case ctx.Err() != nil:
	case !quiet && (l.Open > 0 || l.Unasked > 0 || bare && !group.asksEcho()):
		q.add(leftHost{l.Host, all})
	case l.Open > 0 || l.Unasked > 0 || l.Resets > 0 || x.Before != nil: // what came before may be named now
		x.close(ctx, all(l.Host))
	default:
		x.done(l.Host, l.State)
	}
}

// close ends a host that is not visited: what its first packets saw stands.
func (x *run) close(ctx context.Context, s Swept) {
	v := x.sweptVisit(s)
	for slot := range v.host.Count {
		f := x.plan.Flow(v.host.First + FlowID(slot))
		if o, seen := v.seen[slot]; seen {
			o.Reason = WentQuiet
			x.record(f, nil, o)
		} else if slices.Contains(s.Unasked, f.ID) {
			x.record(f, nil, left(f, WentQuiet))
		}
	}
	v.settleResets()
	if ctx.Err() == nil {
		x.done(s.Host, v.state)
	}
}

func (x *run) done(host int, s HostState) {
	s.Flags |= HostDone
	x.Board.SetHost(host, s)
	x.store("a host", func() error { return x.Sink.Host(host, s) })
}

// visitLeft visits the hosts that the scout has left, a bounded number at a time.
func (x *run) visitLeft(ctx context.Context, q *leftQueue) {
	var visits sync.WaitGroup
	defer visits.Wait()
	for h, ok := q.next(); ok; h, ok = q.next() {
		if !x.places.take(ctx) {
			return
		}
		visits.Go(func() {
			defer x.places.leave()
			v := x.sweptVisit(h.all(h.host))
			x.Board.SetActive(h.host, true)
			defer x.Board.SetActive(h.host, false)
			v.carryOut(ctx)
		})
	}
}

// converse has the one conversation that began with an accepted connection, and settles its flow. It returns what
// the host has said in it.
func (x *run) converse(ctx context.Context, seen Observation, a Accepted) Class {
	f := x.plan.Flow(seen.Flow)
	x.Board.SetActive(f.Host, true)
	defer x.Board.SetActive(f.Host, false)
	within, cancel := context.WithTimeoutCause(ctx, x.plan.Pace.Host, errHostBudget)
	defer cancel()
	v := x.newVisit(x.plan.Host(f.Host), nil)
	v.seen = map[int]Observation{f.Slot: seen}
	v.line.Adopt(a)
	o := x.probe(within, f, f.Endpoint.Prober, x.plan.Pace, v.line)
	if a, untouched := v.line.Accepted(); untouched {
		closeFile(a.FD)
	}
	if within.Err() != nil && !conclusive(o.Class) {
		if ctx.Err() != nil {
			return o.Class
		}
		o.Class, o.Reason = ProbeError, HostBudget
	}
	said := o.Class
	x.record(f, v.line, v.joined(f.Slot, v.origin(o)))
	if said == ProbeError {
		said = seen.Class
	}
	return said
}

// sweptVisit makes the visit of a host that was swept: to the flows that have answered, no sooner than the gap
// after the last packet of the scout.
func (x *run) sweptVisit(s Swept) *visit {
	h := x.plan.Host(s.Host)
	v := x.newVisit(h, nil)
	v.state, v.references, v.proven, v.knocked = s.State, s.References, s.Proven, s.Knocked
	v.resets = append(v.resets, s.Resets...)
	v.seen = make(map[int]Observation, len(s.Seen))
	for _, o := range s.Seen {
		f := x.plan.Flow(o.Flow)
		v.seen[f.Slot] = o
		v.classes[f.Slot] = o.Class
		v.todo = append(v.todo, f)
	}
	for _, id := range s.Unasked {
		v.todo = append(v.todo, x.plan.Flow(id))
	}
	if s.Last.After(v.line.last) {
		v.line.last = s.Last
	}
	return v
}

// joined puts what the first packets saw in front of what the prober says. Where that has learned less, because
// nothing came any more or nothing could be asked, the first packets stand: an accept is never silence.
func (v *visit) joined(slot int, o Observation) Observation {
	first, ok := v.seen[slot]
	if !ok {
		return o
	}
	shift := float64(o.At.Sub(first.At).Microseconds()) / 1000
	steps := slices.Clone(first.Evidence.Steps)
	for _, s := range o.Evidence.Steps {
		s.AtMS += shift
		if len(steps) < MaxSteps {
			steps = append(steps, s)
		}
	}
	o.At, o.Evidence.Steps = first.At, steps
	o.Attempts += first.Attempts
	o.Packets += first.Packets
	if o.Class.Silent() || o.Class == ProbeError {
		o.Evidence.Add("first_packet", "answered as "+first.Class.String()+"; the conversation after it: "+o.Class.String())
		o.Class, o.RTT = first.Class, first.RTT
		o.Flags |= first.Flags
	}
	return o
}

// leftHost is a host that waits for its visit.
type leftHost struct {
	host int
	all  func(int) Swept
}

// leftQueue holds the hosts that wait for a visit: a few bytes for each, so that the scout never waits for it.
type leftQueue struct {
	mu    sync.Mutex
	more  sync.Cond
	hosts []leftHost
	ended bool
}

func newLeftQueue() *leftQueue {
	q := &leftQueue{}
	q.more.L = &q.mu
	return q
}

func (q *leftQueue) add(h leftHost) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.hosts = append(q.hosts, h)
	q.more.Signal()
}

func (q *leftQueue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.more.Broadcast()
}

// next waits for a host; false when there will be none.
func (q *leftQueue) next() (leftHost, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.hosts) == 0 && !q.ended {
		q.more.Wait()
	}
	if len(q.hosts) == 0 {
		return leftHost{}, false
	}
	h := q.hosts[0]
	q.hosts = q.hosts[1:]
	return h, true
}
