package probes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The probers that the honesty, liveness and taint checks need beside those of the endpoints.
const (
	KnockTCP = "tcp-knock" // connects and closes at once
	KnockUDP = "udp-knock" // one small datagram to a port where nothing should listen
	// KnockEcho asks a host whose flows were all silent for an echo, when its group has no ICMP flow that
	// would have done so. Without it such a host's silence stays unproven.
	KnockEcho = "icmp-knock"
)

// Runner carries out a plan. All fields but Done, Before and Hops must be set; a Runner is used for one Run.
type Runner struct {
	Plan    *Plan // sealed
	Probers Probers
	Board   *Board // of the same plan; a resumed run hands in what was stored
	Sink    Sink   // one call at a time
	// Done tells which flows were settled before; they are not probed. nil means a fresh run. It is
	// called from one goroutine at a time.
	Done func(FlowID) bool
	// Before is what this run saw of a settled flow before it was cut off; nil means that nobody knows any more. It must
	// be safe for concurrent use.
	Before func(FlowID) (*Observation, bool)
	// Hops tells a reset of the host from one that was forged on the path; nil means that nothing can, and
	// every reset is RstUnknown. A simulated plan never uses it: its packets travel no distance.
	Hops Hops
	// Scout sends the first packets of all flows; what answers is visited. nil: every flow begins with a visit.
	Scout Scout
	// Refused counts the packets that this machine has refused to send since some moment in the past, whosever they
	// were; nil means that nobody counts. It is of no use to a simulated plan.
	Refused func() int64
	// Prior is what other runs have seen of this plan's flows; nil means nothing.
	Prior Prior

	// Astray says why a packet to a host would not do any more what the plan has it for: it would leave from another zone,
	// or not at all. nil: nobody looks. It is called by one at a time, and of no use to a simulated plan.
	Astray func(Host) error

	sleeping func() time.Duration // for how long the machine has slept; nil: as it says
	clock    func() time.Time     // what the pulse of the process goes by; nil: that of the machine
}

// Summary says how a run went.
type Summary struct {
	Complete bool // every flow is settled and the checks of the end were made
	Flows    int  // of the plan
	Before   int  // settled before this run began (resume)
	Settled  int  // settled by this run
	Gates    Gates
	Elapsed  time.Duration
}

// run is one Run under way.
type run struct {
	*Runner
	plan    *Plan
	stop    context.CancelCauseFunc
	segment *rate.Limiter // nil: no limit
	places  *places       // for hosts that are visited
	allowed []int64       // conversations with one host, by group
	ports   Control       // with the ports filled in
	before  int           // flows settled by earlier runs
	began   time.Time
	hops    Hops      // nil: none, or of no use
	refused int64     // by this machine, before the run began
	looked  time.Time // when it was last asked for that

	sleptBefore time.Duration // by this machine, before the run began
	pulse       *pulse
	ways        ways

	loss   lossWatch
	again  map[FlowID]bool // flows that were asked again in full at the end; used by one goroutine
	cut    uint32          // when an earlier sitting was cut off: see cutOff
	shaken map[FlowID]bool // silent flows behind which a control was lost; under the lock until the visits have ended

	earlier Gates    // what earlier runs learned and sent (resume)
	first   Counters // of the board when this run began

	sink sync.Mutex // Sink is called by one at a time

	mu       sync.Mutex
	gates    Gates
	slowed   bool
	refusals refusals // by others than the targets
	settled  int
	early    []early // the first open TCP flows
	others   []early // the first other flows whose protocol answered a scout, for a run that has no open TCP flow
}

// early is a flow that was open early in the run, kept with its line for the taint check.
type early struct {
	flow Flow
	line *Line
}

// errHostBudget is why a host's context ends when its time is over.
var errHostBudget = errors.New("the time budget of the host is used up")

// Run probes every flow of the plan that was not done before. A cancelled ctx is no error: the flows under
// way are left unsettled, so that a resumed run asks them again, and the summary is not complete. The
// error is about the plan, a missing prober, or the Sink's.
func (r *Runner) Run(ctx context.Context) (Summary, error) {
	if err := r.check(); err != nil {
		return Summary{}, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	x := r.begin(stop)
	r.Board.Begin(x.began)
	defer x.pulse.start(ctx)()

	var start sync.WaitGroup
	canaries := x.canaries()
	start.Go(func() { x.knockCanaries(ctx, canaries) })
	watching, enough := context.WithCancel(ctx)
	start.Go(func() { x.places.watch(watching, newScale().look) })
	start.Go(func() { x.watchWays(watching) })
	failed := x.firstPackets(ctx)
	enough()
	start.Wait()
	if failed != nil {
		return Summary{Flows: r.Plan.Flows(), Before: x.before}, failed
	}
	x.unmask(ctx)
	x.confirm(ctx)
	if ctx.Err() == nil {
		x.knockCanaries(ctx, canaries)
		x.taint(ctx)
	}
	x.looked = time.Time{}
	x.push(nil)
	r.Board.End(time.Now())

	sum := Summary{
		Flows: r.Plan.Flows(), Before: x.before, Settled: x.settled, Gates: r.Board.Gates(),
		Elapsed: time.Since(x.began),
	}
	sum.Complete = ctx.Err() == nil && sum.Before+sum.Settled == sum.Flows
	var failure sinkError
	if errors.As(context.Cause(ctx), &failure) {
		return sum, failure.err
	}
	return sum, nil
}

// check refuses a plan that must not run, and one that needs a prober nobody gave.
func (r *Runner) check() error {
	if err := r.Plan.Check(); err != nil {
		return fmt.Errorf("check the plan: %w", err)
	}
	needed := []string{KnockTCP, KnockUDP, KnockEcho}
	for _, g := range r.Plan.Groups {
		for _, e := range g.Endpoints {
			needed = append(needed, e.Prober)
		}
	}
	for _, name := range needed {
		if r.Probers[name] == nil {
			return fmt.Errorf("check the plan: there is no prober %q", name)
		}
	}
	return nil
}

func (r *Runner) begin(stop context.CancelCauseFunc) *run {
	x := &run{
		Runner: r, plan: r.Plan, stop: stop, places: newPlaces(r.Plan.parallel(), r.Plan.Flows()), ports: r.Plan.controlPorts(), gates: r.Board.Gates(),
		began: time.Now(), again: make(map[FlowID]bool), shaken: make(map[FlowID]bool),
	}
	if r.sleeping == nil {
		r.sleeping = asleep
	}
	x.sleptBefore = r.sleeping()
	if r.clock == nil {
		r.clock = time.Now
	}
	x.pulse = newPulse(r.Plan.Pace.Connect, r.clock)
	if !r.Plan.Simulated {
		x.hops = r.Hops
		if r.Refused != nil {
			x.refused, x.looked = r.Refused(), x.began
		}
	}
	if limit := r.Plan.Pace.Rate; limit > 0 {
		x.segment = rate.NewLimiter(rate.Limit(limit), max(1, int(limit/20)))
	} else {
		x.segment = rate.NewLimiter(rate.Inf, 1)
	}
	for i := range r.Plan.Groups {
		x.allowed = append(x.allowed, int64(groupCost(r.Plan, i, r.Probers).conversations+groupAgain(r.Plan, i, r.Probers).conversations))
	}
	x.cut = x.cutOff()
	x.ways.fine = make([]time.Time, len(r.Plan.Groups))
	x.earlier, x.first = x.gates, r.Board.Counters()
	for id := range r.Plan.Flows() {
		if r.Done != nil && r.Done(FlowID(id)) {
			x.before++
		}
	}
	return x
}

// hosts visits every host in the order of the seed, a bounded number at a time.
func (x *run) hosts(ctx context.Context) {
	order := newPermutation(x.plan.Hosts(), x.plan.Seed)
	var visits sync.WaitGroup
	defer visits.Wait()
	for i := range x.plan.Hosts() {
		host := x.plan.Host(order.at(i))
		todo := x.todo(host)
		if len(todo) == 0 && x.visited(host) {
			continue
		}
		if !x.places.take(ctx) {
			return
		}
		visits.Go(func() {
			defer x.places.leave()
			x.visit(ctx, host, todo)
		})
	}
}

// todo lists the flows of a host that are not settled, ICMP first: an early answer makes every later
// silence mean more.
func (x *run) todo(h Host) []Flow {
	var first, rest []Flow
	order := newPermutation(h.Count, mix(x.plan.Seed, uint64(h.Index)))
	for i := range h.Count {
		id := h.First + FlowID(order.at(i))
		if x.Done != nil && x.Done(id) {
			continue
		}
		if f := x.plan.Flow(id); f.Endpoint.Proto == ICMP {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

// visited tells whether an earlier run also finished the checks of the host.
func (x *run) visited(h Host) bool {
	_, s := x.Board.Row(h.Index, nil)
	return s.Flags&HostDone != 0
}
