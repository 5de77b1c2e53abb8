package probes

import (
	"context"
	"slices"
)

// controlTries is how often a control is asked before its silence is believed.
const controlTries = 3

// answered tells whether the host itself spoke: only such a flow can prove later that it still does.
func answered(c Class) bool {
	return c.Open() || c == RstHost || c == RstUnknown || c == PortUnreach
}

// learn takes a settled flow into account. It returns true if the host may have gone quiet and the caller
// has to check that.
func (v *visit) learn(slot int, c Class) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.classes[slot] = c
	switch {
	case answered(c):
		v.answers++
		v.silent = 0
	case c.Silent():
		v.silent++
		v.proven = false
	}
	if v.silent < v.patience || v.checking || v.state.Flags&HostQuiet != 0 {
		return false
	}
	_, known := v.known()
	v.checking = known
	return known
}

// checkQuiet asks a host that answered before, and is silent now, a question that it did answer. Each time
// it does, twice as many silent flows are taken for policy before the next check.
func (v *visit) checkQuiet(ctx context.Context) {
	before := v.answerCount()
	alive, sure, lost := v.control(ctx)
	v.vouch(sure && lost > 0 && (alive || v.answerCount() > before), alive)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.checking = false
	v.checked.Broadcast()
	switch {
	case !sure:
	case alive:
		v.silent, v.proven = 0, true
		v.patience *= 2
	case v.answers > before: // by another flow, and perhaps before the control
		v.silent = 0
		v.patience *= 2
	default:
		v.state.Flags |= HostQuiet
	}
}

func (v *visit) answerCount() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.answers
}

func (v *visit) isQuiet() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state.Flags&HostQuiet != 0
}

// known is the best control of the visited host. The lock is held.
func (v *visit) known() (Flow, bool) {
	return v.plan.bestControl(v.host, func(slot int) Class { return v.classes[slot] })
}

// bestControl picks the flow of a host that is the best control: a protocol's answer before a bare refusal, which a
// box in between may have forged, and among equals the cheapest. class tells what is known of each slot.
func (p *Plan) bestControl(h Host, class func(slot int) Class) (Flow, bool) {
	best, rank := -1, 0
	for slot := range h.Count {
		c := class(slot)
		if !answered(c) {
			continue
		}
		r := 1
		if c.Open() || c == PortUnreach {
			r = 2
		}
		if p.Groups[h.Group].Endpoints[slot].Proto == ICMP {
			r = 3
		}
		if r > rank {
			best, rank = slot, r
		}
	}
	if best < 0 {
		return Flow{}, false
	}
	return p.Flow(h.First + FlowID(best)), true
}

// control asks the best known flow again, up to three times; lost is how many of them nothing answered. sure is false
// if nothing was learned: no such flow, a local failure, or the end of ctx.
func (v *visit) control(ctx context.Context) (alive, sure bool, lost int) {
	v.mu.Lock()
	f, ok := v.known()
	v.mu.Unlock()
	for try := 0; ok && try < controlTries; try++ {
		o := v.once(ctx, f, v.line)
		if o.Class == ProbeError || ctx.Err() != nil {
			return false, false, lost
		}
		silent := o.Class.Silent()
		v.count(silent)
		if !silent {
			return true, true, lost
		}
		lost++
	}
	return false, ok, lost
}

// once probes a flow with a single attempt; on TCP a connect says enough.
func (x *run) once(ctx context.Context, f Flow, line *Line) Observation {
	prober := f.Endpoint.Prober
	if f.Endpoint.Proto == TCP {
		prober = KnockTCP
	}
	return x.probe(ctx, f, prober, x.plan.Pace.single(), line)
}

// single is the pace with one attempt.
func (p Pace) single() Pace {
	p.TCPAttempts, p.UDPAttempts = 1, 1
	return p
}

func (v *visit) count(lost bool) {
	n := 0
	if lost {
		n = 1
	}
	v.mu.Lock()
	v.state.ControlSent += min(1, ^v.state.ControlSent)
	v.state.ControlLost += min(uint8(n), ^v.state.ControlLost)
	v.mu.Unlock()
	v.push(func(g *Gates) { g.ControlSent++; g.ControlLost += n })
}

// controls makes the checks of verdicts.md section 1 that follow the flows of a host.
func (v *visit) controls(ctx context.Context) {
	v.mu.Lock()
	_, alive := v.known()
	silent, silentUDP, mute, proven := false, false, false, v.proven
	for slot, c := range v.classes {
		e := v.plan.Groups[v.host.Group].Endpoints[slot]
		silent = silent || c.Silent()
		silentUDP = silentUDP || c.Silent() && e.Proto == UDP
		mute = mute || c == OpenMute || c == OpenCut // a proxy that cannot reach the host cuts what it has accepted
	}
	v.mu.Unlock()
	if silent && alive && !proven && !v.isQuiet() {
		v.checkQuiet(ctx)
		if !v.isQuiet() && (ctx.Err() == nil || context.Cause(ctx) == errHostBudget) {
			v.vouch(true, false) // what could not be checked
		}
	}
	if v.isQuiet() || ctx.Err() != nil {
		return
	}
	_, onAccepts := v.comparable()
	if mute || onAccepts {
		v.honesty(ctx)
	}
	unknown, _ := v.comparable()
	if (silent && !alive || unknown) && v.state.Flags&HostEcho == 0 && !v.plan.Groups[v.host.Group].asksEcho() {
		alive = v.echo(ctx) || alive
	}
	if silentUDP && alive && !v.knocked {
		v.closedUDP(ctx)
	}
}

// asksEcho tells whether an ICMP flow is among the questions anyway.
func (g *Group) asksEcho() bool {
	return slices.ContainsFunc(g.Endpoints, func(e Endpoint) bool { return e.Proto == ICMP })
}

// echo proves that a host is alive none of whose flows was answered, and shows how far away it is.
func (v *visit) echo(ctx context.Context) bool {
	if o := v.knock(ctx, KnockEcho, ICMP, 0); o.Class == OpenProto {
		v.state.Flags |= HostEcho
	}
	return v.state.Flags&HostEcho != 0
}

// closedUDP proves that ICMP errors of the host come back to us.
func (v *visit) closedUDP(ctx context.Context) {
	if o := v.knock(ctx, KnockUDP, UDP, v.ports.UDPPort); o.Class == PortUnreach {
		v.state.Flags |= HostUDPControl
	}
}

// honesty proves that an accept means something on this host.
func (v *visit) honesty(ctx context.Context) {
	o := v.knock(ctx, KnockTCP, TCP, v.ports.TCPPort)
	switch {
	case o.Class.Open():
		v.state.Flags |= HostFakesOpen
	case o.Class != ProbeError:
		v.state.Flags |= HostHonest
	}
}

func (v *visit) knock(ctx context.Context, prober string, proto Proto, port uint16) Observation {
	f := Flow{Host: v.host.Index, Addr: v.host.Addr, Group: v.host.Group,
		Endpoint: Endpoint{Service: prober, Proto: proto, Port: port, Prober: prober}}
	return v.probe(ctx, f, prober, v.plan.Pace.single(), v.line)
}
