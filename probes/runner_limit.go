package probes

import (
	"context"
	"slices"
	"sort"
	"time"

	"golang.org/x/time/rate"
)

// A box on the path refuses by ICMP only so often: RFC 1812 4.3.2.8 asks for a limit, and Linux allows one
// error a second for each destination, which is us, whatever the gap to each host. In a busy run most of its
// refusals then look like silence.
const (
	limitSpacing = 1100 * time.Millisecond // between two flows that are asked again
	limitQuiet   = 1500 * time.Millisecond // without a refusal for so long, the next one is not hidden
	limitSample  = 2                       // silent flows of a kind that are asked again to see whether it is so
	limitAsked   = 64                      // all silent flows of a kind up to that many, if it is so
	limitMemory  = 4096                    // refusals that are remembered
)

// Slot is one endpoint of one group of a plan: a kind of flow.
type Slot struct {
	Group int `json:"group"`
	Slot  int `json:"slot"`
}

// refusals remembers when somebody on the path has refused by ICMP. It is used under the run's lock.
type refusals struct {
	at    []time.Time // a ring once it is full
	next  int
	total int
}

func (r *refusals) add(at time.Time) {
	r.total++
	if len(r.at) < limitMemory {
		r.at = append(r.at, at)
		return
	}
	r.at[r.next] = at
	r.next = (r.next + 1) % limitMemory
}

// hides tells whether a refusal of what was sent at that time may have been lost to a limit.
func (r *refusals) hides(sent time.Time) bool {
	if r.total > len(r.at) && sent.Add(-limitQuiet).Before(r.at[r.next]) {
		return true // older than what is remembered
	}
	// The ring is in the order of time from next on: the first refusal after the quiet time decides.
	i := sort.Search(len(r.at), func(i int) bool {
		return r.at[(r.next+i)%len(r.at)].After(sent.Add(-limitQuiet))
	})
	return i < len(r.at) && !r.at[(r.next+i)%len(r.at)].After(sent.Add(limitQuiet-limitSpacing))
}

// noteRefusal remembers a refusal by somebody on the path. From the first one on it is open whether a limit hides others.
func (x *run) noteRefusal(f Flow, o Observation) {
	if !refusedByOther(o.Class, o.Offender == f.Addr) {
		return
	}
	x.mu.Lock()
	x.refusals.add(time.Now())
	told := x.gates.LimitOpen
	x.gates.LimitOpen = true
	x.mu.Unlock()
	if !told {
		x.push(nil)
	}
}

// alone marks a silent flow that was asked at least once while no limit could have hidden a refusal.
func (x *run) alone(f Flow, o Observation) Observation {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !o.Class.Silent() {
		return o
	}
	for _, s := range o.Evidence.Steps {
		if s.Dir == "sent" && !x.refusals.hides(o.At.Add(time.Duration(s.AtMS*float64(time.Millisecond)))) {
			o.Flags |= Alone
			break
		}
	}
	return o
}

// refusedByOther tells whether an ICMP error of somebody on the path decided a flow.
func refusedByOther(c Class, byTarget bool) bool {
	return (c == Prohibited || c == PortUnreachMid || c == Unreach) && !byTarget
}

// silentKind is the silent flows of one kind that may have been refused, on hosts that are known to be alive.
type silentKind struct {
	slot  Slot
	flows []FlowID // the first limitAsked of them
	total int
	again []secondLook // what asking them again has shown, in their order
}

// secondLook is what asking a silent flow again has shown.
type secondLook struct {
	Observation
	// Doubted: it stayed silent, and so did a flow of this host that is known to answer, asked right behind it.
	Doubted bool
}

// masked tells whether one of the flows was refused, or answered, when it was asked again, or could not be asked.
func (k *silentKind) masked() bool {
	return slices.ContainsFunc(k.again, func(o secondLook) bool { return !o.Class.Silent() })
}

// unmask asks silent flows again, one at a time over the whole run, if anybody on the path has refused by
// ICMP in this run: alone, a refusal can not be lost to its limit. A sample of each kind decides whether all
// of it are asked that time allows; what is left over is named in the gates, and its silence proves nothing.
func (x *run) unmask(ctx context.Context) {
	x.mu.Lock()
	refused := x.gates.LimitOpen // perhaps by an earlier sitting of the run
	x.mu.Unlock()
	if !refused {
		return
	}
	kinds, lines := x.silentKinds(func(_ Flow, c Cell) bool { return c.Flags&Alone == 0 }), map[int]*Line{}
	defer x.handOver(lines)
	slow := rate.NewLimiter(rate.Every(limitSpacing), 1)
	// One packet alone shows a refusal. The sample is not kept, so it may be asked again.
	x.askAgain(ctx, slow, lines, kinds, limitSample, x.plan.Pace.single())
	clear(x.again)
	kinds = slices.DeleteFunc(kinds, func(k *silentKind) bool { return !k.masked() })
	for _, k := range kinds {
		k.again = nil
	}
	x.askAgain(ctx, slow, lines, kinds, limitAsked, x.plan.Pace)
	if ctx.Err() != nil {
		return
	}
	until := x.Board.Gates().LossyUntil
	for _, k := range kinds {
		asked := 0
		for _, o := range k.again {
			if o.Doubted || o.Class == ProbeError {
				continue
			}
			asked++
			x.again[o.Flow] = true
			if o.Class.Silent() {
				o.Flags |= Alone
			}
			x.keepAgain(o.Observation, until)
		}
		if k.total > asked {
			x.push(func(g *Gates) { g.Limited = append(g.Limited, k.slot) })
		}
	}
	x.push(func(g *Gates) { g.LimitOpen = false })
}

// silentKinds reads the board once, for the silent flows of living hosts that want asks for.
func (x *run) silentKinds(want func(Flow, Cell) bool) (kinds []*silentKind) {
	var row []Cell
	host := 0
	for g := range x.plan.Groups {
		of := make([]silentKind, len(x.plan.Groups[g].Endpoints))
		for range x.plan.Groups[g].Addrs {
			var s HostState
			row, s = x.Board.Row(host, row)
			first := x.plan.Host(host).First
			host++
			alive := s.Flags&(HostEcho|HostUDPControl) != 0
			for _, c := range row {
				alive = alive || answered(c.Class)
			}
			if !alive || s.Flags&HostQuiet != 0 {
				continue // its silence proves nothing anyway
			}
			for slot, c := range row {
				id := first + FlowID(slot)
				if !c.Class.Silent() || !want(x.plan.Flow(id), c) {
					continue
				}
				k := &of[slot]
				k.slot = Slot{g, slot}
				if k.total++; len(k.flows) < limitAsked {
					k.flows = append(k.flows, id)
				}
			}
		}
		for i := range of {
			if of[i].total > 0 {
				kinds = append(kinds, &of[i])
			}
		}
	}
	return kinds
}
