package probes

import (
	"context"

	"fmt"
	"sync"
	"time"
)

// inFlight is how many flows of a host may be under way: enough for the waits for silent datagrams to
// overlap. The line still lets one of them speak at a time.
const inFlight = 4

// sweptFlight is the same where a scout has waited for the silent ones already: what is left mostly speaks.
const sweptFlight = 2

// visit is one host under way.
type visit struct {
	*run
	host Host
	line *Line

	mu       sync.Mutex
	todo     []Flow
	classes  []Class       // by slot, of an earlier run too
	resets   []Observation // as they were seen, with their TTL
	recalled int           // how many of them were seen before the run was cut off; they come first
	state    HostState
	answers  int  // flows that the host answered, in this run
	silent   int  // flows that were silent since the last answer or control
	patience int  // how many of them call for a control
	checking bool // a control for quietness is under way
	checked  sync.Cond
	proven   bool          // a control was answered after the last silent flow
	unsure   []Observation // silent flows that no control has vouched for yet
	shaken   time.Time     // when the last control was lost that had an answer in the end

	// What a scout has found out before the visit.
	seen       map[int]Observation // by slot
	references References
	knocked    bool // the closed UDP port was asked
}

// visit probes the flows and then makes the checks of one host.
func (x *run) visit(ctx context.Context, h Host, todo []Flow) {
	x.Board.SetActive(h.Index, true)
	defer x.Board.SetActive(h.Index, false)
	v := x.newVisit(h, todo)
	v.disown()
	v.carryOut(ctx)
}

func (x *run) newVisit(h Host, todo []Flow) *visit {
	v := &visit{run: x, host: h, line: x.newLine(x.allowed[h.Group]), todo: todo, patience: 2}
	cells, state := x.Board.Row(h.Index, nil)
	v.state, v.checked.L = state, &v.mu
	for _, c := range cells {
		v.classes = append(v.classes, c.Class)
	}
	v.recall()
	return v
}

// carryOut makes the visit.
func (v *visit) carryOut(ctx context.Context) {
	within, cancel := context.WithTimeoutCause(ctx, v.plan.Pace.Host, errHostBudget)
	defer cancel()
	if v.hops != nil {
		v.hops.Watch(v.host.Addr)
	}
	most := inFlight
	if v.seen != nil {
		most = sweptFlight
	}
	var workers sync.WaitGroup
	for range min(most, len(v.todo)) {
		workers.Go(func() {
			for f, ok := v.next(); ok && ctx.Err() == nil; f, ok = v.next() {
				v.flow(ctx, within, f)
			}
		})
	}
	workers.Wait()
	v.controls(within)
	v.settleResets()
	if ctx.Err() == nil {
		v.done(v.host.Index, v.state)
	} else {
		v.reopen()
	}
}

// newLine makes the line of a host. After a resume the gap counts from the start of the run: the run before
// may have ended a moment ago, in the middle of a conversation.
func (x *run) newLine(limit int64) *Line {
	l := NewLine(x.plan.Pace.Gap, x.segment)
	l.limit, l.tally = limit, x.Board.AddSent
	if !x.plan.Simulated {
		l.answers = x.answered
	}
	if x.Done != nil {
		l.last = x.began
	}
	return l
}

// answered counts what an opening took. A simulated segment loses nothing, and is only as fast as this machine.
func (x *run) answered(tries int) { x.loss.add(time.Now(), tries) }

// next hands out flows. While the host is suspected of having gone quiet, it makes everybody wait.
func (v *visit) next() (Flow, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for v.checking {
		v.checked.Wait()
	}
	if len(v.todo) == 0 {
		return Flow{}, false
	}
	f := v.todo[0]
	v.todo = v.todo[1:]
	return f, true
}

// flow settles one flow, unless the run is cancelled meanwhile.
func (v *visit) flow(ctx, within context.Context, f Flow) {
	switch {
	case v.isQuiet():
		v.record(f, v.line, v.joined(f.Slot, left(f, WentQuiet)))
		return
	case within.Err() != nil:
		v.record(f, v.line, v.joined(f.Slot, left(f, HostBudget)))
		return
	}
	o := v.probe(within, f, f.Endpoint.Prober, v.plan.Pace, v.line)
	if within.Err() != nil && !conclusive(o.Class) {
		if ctx.Err() != nil {
			return
		}
		o.Class, o.Reason = ProbeError, HostBudget
	}
	said := o.Class
	o = v.joined(f.Slot, v.origin(o))
	if v.record(f, v.line, o) && o.Class.Silent() {
		v.wait(f, o)
	}
	if !said.Silent() {
		said = o.Class
	}
	if v.learn(f.Slot, said) {
		v.checkQuiet(within)
	}
	v.settledAs(f.Slot, o.Class)
}

// settledAs keeps the class that stands: a flow whose conversation was silent after an answer to its first packet
// counts as silent for the question whether the host went quiet, and as what it was for all others.
func (v *visit) settledAs(slot int, c Class) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.classes[slot] = c
}

// left is the observation of a flow that was never asked.
func left(f Flow, why Reason) Observation {
	return Observation{Flow: f.ID, Class: ProbeError, Reason: why, At: time.Now()}
}

// conclusive tells whether a class stands although the context ended meanwhile: the end itself may have
// made the silence or cut the connection.
func conclusive(c Class) bool {
	return !c.Silent() && c != OpenMute && c != OpenCut && c != ProbeError
}

// probe calls a prober and sets right what it may have got wrong: a panic, a line not given back, a class
// that says nothing.
func (x *run) probe(ctx context.Context, f Flow, prober string, pace Pace, line *Line) (o Observation) {
	began, line := time.Now(), line.fork()
	defer func() {
		if p := recover(); p != nil {
			o = Observation{Class: ProbeError, Reason: LocalError}
			o.Evidence.Error = Clean(fmt.Sprintf("the prober %s failed: %v", prober, p), 256)
		}
		line.End()
		o.Flow, o.Evidence.Simulated = f.ID, x.plan.Simulated
		if o.At.IsZero() {
			o.At = began
		}
		_, packets := line.Totals()
		o.Packets = max(o.Packets, int(packets))
		x.interrupted(o.Class, began)
	}()
	o = x.Probers[prober].Probe(ctx, Target{Addr: f.Addr, Endpoint: f.Endpoint, Pace: pace, Line: line, Hops: x.hops})
	switch {
	case o.Class == Unobserved || o.Class >= classCount:
		o.Class, o.Reason = ProbeError, LocalError
		o.Evidence.Error = Clean("the prober "+prober+" came back without a class", 256)
	case o.Class == ProbeError && o.Reason == Cancelled && ctx.Err() == nil:
		o.Reason = LocalError // a deadline of its own, not ours
	}
	return o
}

// keep puts an observation on the board and into the sink, in this order.
func (x *run) keep(o Observation) bool {
	if x.doubtful(o) {
		return false
	}
	return x.put(x.remember(o))
}

// put is keep for an observation that was looked at before.
func (x *run) put(o Observation) bool {
	x.Board.Set(o)
	return x.store("an observation", func() error { return x.Sink.Observe(o) })
}

// record keeps the first observation of a flow, which settles it; false if that did not get through.
func (x *run) record(f Flow, line *Line, o Observation) bool {
	x.noteRefusal(f, o)
	if !x.keep(x.alone(f, o)) {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.settled++
	switch tcp := f.Endpoint.Proto == TCP; {
	case tcp && o.Class.Open() && len(x.early) < taintFlows:
		x.early = append(x.early, early{f, line})
	case !tcp && x.Scout != nil && o.Class == OpenProto && len(x.others) < taintFlows:
		x.others = append(x.others, early{f, line})
	}
	return true
}

// sinkError is why the run was stopped when the sink failed.
type sinkError struct{ err error }

func (e sinkError) Error() string { return e.err.Error() }

// store calls the sink; the first failure ends the run.
func (x *run) store(what string, call func() error) bool {
	x.sink.Lock()
	defer x.sink.Unlock()
	err := call()
	if err != nil {
		x.stop(sinkError{fmt.Errorf("store %s: %w", what, err)})
	}
	return err == nil
}
