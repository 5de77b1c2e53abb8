package probes

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// How much the canaries are asked.
const (
	canaryPorts = 3 // TCP ports that are knocked on at each canary
	canaryMax   = 8 // canaries that are used; more prove nothing more
	canaryUDP   = 8 // UDP services that are asked for at each canary
)

// canary is an address that nobody has, with its line.
type canary struct {
	addr  netip.Addr
	knock []Endpoint // TCP, of the plan
	ask   []Endpoint // an echo, and the UDP services of the plan
	line  *Line
}

// canaries picks the canaries of the run and what of the plan they are asked.
func (x *run) canaries() []canary {
	speakers, asks := x.plan.speakers(TCP), x.plan.canaryAsks()
	var out []canary
	for i, a := range x.plan.Canaries[:min(len(x.plan.Canaries), canaryMax)] {
		c := canary{addr: a, ask: asks, line: x.newLine(0)}
		order := newPermutation(len(speakers), mix(x.plan.Seed, uint64(i)))
		for k := range min(len(speakers), canaryPorts) {
			c.knock = append(c.knock, speakers[order.at(k)])
		}
		out = append(out, c)
	}
	return out
}

// canaryAsks are the echo, and what UDP services the plan asks for.
func (p *Plan) canaryAsks() []Endpoint {
	services := p.speakers(UDP)
	return append([]Endpoint{{Service: KnockEcho, Proto: ICMP, Prober: KnockEcho}}, services[:min(len(services), canaryUDP)]...)
}

// speakers are the first endpoint of the plan on each port of a protocol, by port.
func (p *Plan) speakers(proto Proto) []Endpoint {
	var out []Endpoint
	for _, g := range p.Groups {
		for _, e := range g.Endpoints {
			if e.Proto == proto {
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Endpoint) int { return cmp.Compare(a.Port, b.Port) })
	return slices.CompactFunc(out, func(a, b Endpoint) bool { return a.Port == b.Port })
}

// knockCanaries asks every canary some of what the targets are asked. Nobody is there: whoever accepts, answers an echo or
// speaks a protocol does so in the name of others, and would do so in the name of a target that is switched off.
func (x *run) knockCanaries(ctx context.Context, canaries []canary) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, c := range canaries {
		for _, e := range c.knock {
			all.Go(func() { x.knockCanary(ctx, c, e) })
		}
		for _, e := range c.ask {
			all.Go(func() { x.askCanary(ctx, c, e) })
		}
	}
}

// knockCanary connects; where that is accepted it also finds out whether an application speaks.
func (x *run) knockCanary(ctx context.Context, c canary, e Endpoint) {
	knock := Endpoint{Service: KnockTCP, Proto: TCP, Port: e.Port, Prober: KnockTCP}
	o := x.probe(ctx, Flow{Addr: c.addr, Endpoint: knock}, KnockTCP, x.plan.Pace.single(), c.line)
	if ctx.Err() != nil || o.Attempts == 0 {
		return
	}
	name := netip.AddrPortFrom(c.addr, e.Port).String()
	x.push(func(g *Gates) {
		g.CanarySent++
		if o.Class.Open() && !slices.Contains(g.CanaryAnswered, name) {
			g.CanaryAnswered = append(g.CanaryAnswered, name)
		}
	})
	if o.Class.Open() {
		x.askCanary(ctx, c, e)
	}
}

// askCanary lets a prober speak to a canary.
func (x *run) askCanary(ctx context.Context, c canary, e Endpoint) {
	o := x.probe(ctx, Flow{Addr: c.addr, Endpoint: e}, e.Prober, x.plan.Pace.single(), c.line)
	if ctx.Err() != nil || o.Attempts == 0 {
		return
	}
	name := impostor(c.addr, e)
	x.push(func(g *Gates) {
		g.CanarySent++
		if (o.Class == OpenProto || o.Class == OpenOther) && !slices.Contains(g.CanarySpoke, name) {
			g.CanarySpoke = append(g.CanarySpoke, name)
		}
	})
}

// impostor names an answer of a canary: protocol, address and port.
func impostor(a netip.Addr, e Endpoint) string {
	if e.Proto == ICMP {
		return e.Proto.String() + " " + a.String()
	}
	return e.Proto.String() + " " + netip.AddrPortFrom(a, e.Port).String()
}

// Impostor tells whether the answer of an application, or an echo, is no proof on this path, because a canary has given
// one to the same question. Of TCP few ports are tried, so that one speaks for all.
func (g *Gates) Impostor(e Endpoint) bool {
	for _, name := range g.CanarySpoke {
		proto, at, _ := strings.Cut(name, " ")
		if proto != e.Proto.String() {
			continue
		}
		if to, err := netip.ParseAddrPort(at); e.Proto != UDP || err == nil && to.Port() == e.Port {
			return true
		}
	}
	return false
}
