package probes

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// confirm asks silent flows again if this path loses packets and they were asked too seldom to mean something. What
// is left over, because there are too many of them or because too much is lost, the judge does not count.
func (x *run) confirm(ctx context.Context) {
	x.push(nil)
	g := x.Board.Gates()
	needed := g.TriesNeeded()
	if ctx.Err() != nil || needed <= 1 && g.LossyUntil == 0 && len(x.shaken) == 0 || g.Lossy() {
		return
	}
	lines := map[int]*Line{}
	defer x.handOver(lines)
	kinds := x.silentKinds(func(f Flow, c Cell) bool {
		return !x.again[f.ID] && (x.shaken[f.ID] || c.At < g.LossyUntil || x.plan.Pace.Tries(f.Endpoint.Proto, int(c.Attempts), c.Flags) < needed)
	})
	asked := x.askedInFull()
	for _, k := range kinds { // the budget has room for limitAsked of a kind
		k.flows = k.flows[:min(len(k.flows), max(0, limitAsked-asked[k.slot]))]
	}
	limiter := x.segment
	if g.LossyUntil > 0 {
		limiter = rate.NewLimiter(rate.Limit(calmPace(g.Rate)), 1)
		x.calm(ctx, g.LossyUntil)
	}
	x.askAgain(ctx, limiter, lines, kinds, limitAsked, x.plan.Pace)
	if ctx.Err() != nil {
		return
	}
	lost := fmt.Sprintf("%d of %d packets were lost on this path", g.TriesLost+int64(g.ControlLost), g.TriesSent+int64(g.ControlSent))
	if g.LossyUntil > 0 {
		lost += fmt.Sprintf(", and more than a fifth at times until %d s after the start", g.LossyUntil/1000)
	}
	for _, k := range kinds {
		for _, o := range k.again {
			if o.Doubted {
				continue
			}
			o.Evidence.Add("asked.again", lost)
			x.keepAgain(o.Observation, g.LossyUntil)
		}
	}
}

// calm waits for the end of the last bad while, which is rounded up.
func (x *run) calm(ctx context.Context, until uint32) {
	t := time.NewTimer(x.Board.until(until))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	x.loss.restart(time.Now())
}

// askedInFull counts, by kind, the flows that were asked again with all attempts.
func (x *run) askedInFull() map[Slot]int {
	out := map[Slot]int{}
	for id := range x.again {
		f := x.plan.Flow(id)
		out[Slot{f.Group, f.Slot}]++
	}
	return out
}

// keepAgain keeps what asking a silent flow again has shown; a silence adds to the one before, unless that is from a
// time in which too much was lost.
func (x *run) keepAgain(o Observation, lossyUntil uint32) {
	f := x.plan.Flow(o.Flow)
	row, _ := x.Board.Row(f.Host, nil)
	before := row[f.Slot]
	switch {
	case o.Class == ProbeError:
		return
	case o.Class.Silent():
		if before.At >= lossyUntil && before.Reason != Shaken {
			o.Attempts += int(before.Attempts)
			o.Flags |= before.Flags & Single
		}
		o.Flags |= before.Flags & (Left | Held | Alone)
	}
	x.keep(o)
}

// handOver gives the taint check the lines that flows were asked again on: it speaks to some of these hosts next,
// and must keep the gap.
func (x *run) handOver(lines map[int]*Line) {
	for _, early := range [][]early{x.early, x.others} {
		for i := range early {
			if l := lines[early[i].flow.Host]; l != nil {
				early[i].line = l
			}
		}
	}
}

// askAgain probes the flows of all kinds, up to most of each, that were not asked again yet. The limiter says how far
// apart, over all hosts, whatever they send first leaves; their waits overlap.
func (x *run) askAgain(ctx context.Context, limiter *rate.Limiter, lines map[int]*Line, kinds []*silentKind, most int, pace Pace) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, k := range kinds {
		done := len(k.again)
		k.again = append(k.again, make([]secondLook, max(0, min(most, len(k.flows))-done))...)
		for i := done; i < len(k.again); i++ {
			f := x.plan.Flow(k.flows[i])
			line := lines[f.Host]
			if line == nil {
				line = x.newLine(x.allowed[f.Group])
				line.segment, line.last = limiter, time.Now() // the host may have been spoken to a moment ago
				lines[f.Host] = line
			}
			if x.hops != nil {
				x.hops.Watch(f.Addr)
			}
			all.Go(func() { k.again[i] = x.lookAgain(ctx, f, pace, line) })
		}
	}
}

// lookAgain probes a silent flow once more. If a limiter was at work in this run, it may be at work again, and on few
// flows nobody would see it; if a control of the host was lost, it may be lost again. So a silence counts only if a flow
// of the same host that is known to answer does so right behind it. What the limiter swallows of these tells the loss
// gate, too.
func (x *run) lookAgain(ctx context.Context, f Flow, pace Pace, line *Line) secondLook {
	look := secondLook{Observation: x.probe(ctx, f, f.Endpoint.Prober, pace, line)}
	limited := x.Board.Gates().LossyUntil > 0
	if !look.Class.Silent() || !limited && !x.shaken[f.ID] {
		return look
	}
	cells, _ := x.Board.Row(f.Host, nil)
	control, ok := x.plan.bestControl(x.plan.Host(f.Host), func(slot int) Class { return cells[slot].Class })
	if !ok {
		return look // alive by something that is no flow: an echo, or a closed port
	}
	behind := x.once(ctx, control, line)
	if limited && behind.Class != ProbeError {
		x.controlled(behind.Class.Silent())
	}
	look.Doubted = !answered(behind.Class)
	return look
}
