package probes

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How much the checks of the path ask.
const (
	taintFlows    = 3 // early open flows that are asked again at the end
	controlLow    = 20000
	controlSpread = 10000
)

// controlPorts fills in the ports that the plan leaves to chance: high ones that no endpoint has.
func (p *Plan) controlPorts() Control {
	taken := make(map[uint16]bool)
	for _, g := range p.Groups {
		for _, e := range g.Endpoints {
			taken[e.Port] = true
		}
	}
	pick := func(salt uint64) uint16 {
		for n := salt; ; n += 2 {
			port := uint16(controlLow + mix(p.Seed, n)%controlSpread)
			if !taken[port] {
				return port
			}
		}
	}
	c := p.Control
	if c.TCPPort == 0 {
		c.TCPPort = pick(1)
	}
	if c.UDPPort == 0 {
		c.UDPPort = pick(2)
	}
	return c
}

// taint asks flows again that were open early: silence now means that something on the path has turned on us. A
// connect says enough; where no TCP flow was open, others are asked in full. It uses all attempts of the pace, so
// that one lost packet taints nothing.
func (x *run) taint(ctx context.Context) {
	again := x.early
	if len(again) == 0 {
		again = x.others
	}
	var all sync.WaitGroup
	defer all.Wait()
	for _, e := range again {
		prober := KnockTCP
		if e.flow.Endpoint.Proto != TCP {
			prober = e.flow.Endpoint.Prober
		}
		all.Go(func() {
			o := x.probe(ctx, e.flow, prober, x.plan.Pace, e.line)
			if o.Class == ProbeError || ctx.Err() != nil {
				return
			}
			x.push(func(g *Gates) {
				g.TaintSent++
				if o.Class.Silent() {
					g.TaintLost++
				}
			})
		})
	}
}

// push changes the gates and hands them to the board and the sink. Too much loss slows the run down.
func (x *run) push(change func(g *Gates)) {
	x.mu.Lock()
	if change != nil {
		change(&x.gates)
	}
	c := x.Board.Counters()
	x.gates.PacketsSent = x.earlier.PacketsSent + c.Packets - x.first.Packets
	x.gates.Conversations = x.earlier.Conversations + c.Conversations - x.first.Conversations
	sent, lost, until := x.loss.total()
	x.gates.TriesSent, x.gates.TriesLost = x.earlier.TriesSent+sent, x.earlier.TriesLost+lost
	if !until.IsZero() {
		x.gates.LossyUntil = x.Board.second(until)
	}
	x.countRefused()
	g := x.gates
	g.CanaryAnswered, g.CanarySpoke, g.Limited = slices.Clone(g.CanaryAnswered), slices.Clone(g.CanarySpoke), slices.Clone(g.Limited)
	if g.Lossy() && !x.slowed {
		x.slowed = true
		x.slowDown(c)
	}
	x.Board.SetGates(g)
	x.mu.Unlock()
	x.store("a gate", func() error { return x.Sink.Gates(g) })
}

// refusedEvery spares reading the system's counters at every change of the gates; the last one reads them.
const refusedEvery = 5 * time.Second

// countRefused asks what this machine has refused to send since the run began, if nobody did so lately.
func (x *run) countRefused() {
	if x.Refused == nil || x.plan.Simulated || time.Since(x.looked) < refusedEvery {
		return
	}
	x.looked = time.Now()
	x.gates.RefusedHere = x.earlier.RefusedHere + max(0, x.Refused()-x.refused)
}

// slowDown halves the rate at which the segment has been asked so far.
func (x *run) slowDown(c Counters) {
	limit := x.segment.Limit()
	if seconds := c.Elapsed.Seconds(); seconds > 0 {
		limit = min(limit, rate.Limit(float64(c.Conversations)/seconds))
	}
	x.segment.SetLimitAt(time.Now(), max(limit/2, 1))
}
