package probes

import (
	"net/netip"
	"time"
)

// Budget is what a run may cost at most. It is shown before a run and kept by it.
type Budget struct {
	Hosts, Flows           int
	Conversations, Packets int64
	PerHost                int           // conversations with one host, at most
	Estimate               time.Duration // if half of the first packets stay unanswered
}

// cost is what something may take, and how long the line of a host is likely to be busy with it.
type cost struct {
	conversations, packets int
	time                   time.Duration
}

func (c *cost) add(o cost, times int) {
	c.conversations += o.conversations * times
	c.packets += o.packets * times
	c.time += o.time * time.Duration(times)
}

// Estimate adds up what the probers say that they may send to a sealed plan, the checks of the runner
// included. It asks once for each group, so it is cheap for any number of hosts. An endpoint without a
// prober counts nothing; Run refuses it.
func Estimate(p *Plan, probers Probers) Budget {
	b := Budget{Hosts: p.Hosts(), Flows: p.Flows()}
	var busy, longest time.Duration
	var round time.Duration
	for i, g := range p.Groups {
		c := groupCost(p, i, probers)
		if len(g.Addrs) > 0 {
			round = max(round, p.rounds(i, probers))
		}
		b.Conversations += int64(len(g.Addrs)) * int64(c.conversations)
		b.Packets += int64(len(g.Addrs)) * int64(c.packets)
		again := groupAgain(p, i, probers)
		asked := int64(min(len(g.Addrs), limitAsked+limitSample))
		b.Conversations += asked * int64(again.conversations)
		b.Packets += asked * int64(again.packets)
		b.PerHost = max(b.PerHost, c.conversations+again.conversations)
		busy += time.Duration(len(g.Addrs)) * c.time
		if len(g.Addrs) > 0 {
			longest = max(longest, c.time)
		}
	}
	canaries, lonely := 2*min(len(p.Canaries), canaryMax), p.canaryCost(probers)
	ends := p.taintCost(probers)
	b.Conversations += int64(canaries*lonely.conversations + taintFlows*ends.conversations)
	b.Packets += int64(canaries*lonely.packets + taintFlows*ends.packets)
	b.Estimate = max(busy/time.Duration(p.parallel()), longest)
	if p.Engine != Visits {
		b.Estimate = round + p.Pace.Connect + max(busy/time.Duration(p.parallel()), longest)/2 // the silent half is asked in the rounds
	}
	if p.Pace.Rate > 0 {
		begun := float64(b.Conversations) / 2 // about what is left of the retries when half of them answer
		b.Estimate = max(b.Estimate, time.Duration(begun/p.Pace.Rate*float64(time.Second)))
	}
	return b
}

// groupCost is what one host of a group may cost: its flows, the controls between and after them, the
// closed UDP port and the unlikely TCP port.
func groupCost(p *Plan, group int, probers Probers) cost {
	var sum cost
	g := &p.Groups[group]
	if len(g.Addrs) == 0 {
		return sum
	}
	at, single := g.Addrs[0], p.Pace.single()
	for _, e := range g.Endpoints {
		sum.add(p.scriptCost(at, e, probers, p.Pace), 1)
	}
	n := len(g.Endpoints)
	if p.Engine != Visits {
		first := cost{conversations: FirstPackets, packets: 2 * FirstPackets} // a copy, or the reset of what is accepted
		sum.add(first, n)
		sum.add(first, quietChecks(n)+2) // each check, and the sample
	}
	sum.add(p.controlCost(g, probers), controlTries*(quietChecks(n)+1))
	sum.time += time.Duration(quietChecks(n)+1) * p.Pace.Gap
	sum.add(p.scriptCost(at, Endpoint{Proto: UDP, Port: 1, Prober: KnockUDP}, probers, single), 1)
	sum.add(p.scriptCost(at, knockEndpoint, probers, single), 1)
	if !g.asksEcho() {
		sum.add(p.scriptCost(at, Endpoint{Proto: ICMP, Prober: KnockEcho}, probers, single), 1)
	}
	return sum
}

// canaryCost is what one canary may cost, once: a knock on some TCP ports, each with the dearest conversation of the plan
// behind it, and what it is asked beside them.
func (p *Plan) canaryCost(probers Probers) cost {
	var sum, most cost
	single := p.Pace.single()
	speakers := p.speakers(TCP)
	for _, e := range speakers {
		c := p.scriptCost(p.anyAddr(), e, probers, single)
		most.conversations, most.packets = max(most.conversations, c.conversations), max(most.packets, c.packets)
	}
	ports := min(len(speakers), canaryPorts)
	sum.add(most, ports)
	sum.add(p.scriptCost(p.anyAddr(), knockEndpoint, probers, single), ports)
	for _, e := range p.canaryAsks() {
		sum.add(p.scriptCost(p.anyAddr(), e, probers, single), 1)
	}
	return sum
}

// taintCost is what asking a flow again at the end may cost: a connect, or, where a run may have no open TCP flow,
// the whole of another.
func (p *Plan) taintCost(probers Probers) cost {
	most := p.scriptCost(p.anyAddr(), knockEndpoint, probers, p.Pace)
	if p.Engine == Visits {
		return most
	}
	for i := range p.Groups {
		for _, e := range p.Groups[i].Endpoints {
			if e.Proto == TCP {
				continue
			}
			c := p.scriptCost(p.anyAddr(), e, probers, p.Pace)
			most.conversations, most.packets = max(most.conversations, c.conversations), max(most.packets, c.packets)
		}
	}
	return most
}

// FirstPackets is how many first packets a scout sends to one flow at most, and in one check: those of the pace, and
// more where the path loses some.
const FirstPackets = 8

// rounds is how long a scout asks the hosts of a group if nothing answers: each of its openings has a round.
func (p *Plan) rounds(group int, probers Probers) time.Duration {
	n := 0
	for _, e := range p.Groups[group].Endpoints {
		opener, ok := probers[e.Prober].(Opener)
		switch {
		case e.Proto == TCP:
			n += p.Pace.TCPAttempts
		case ok:
			n += len(opener.Openings(Target{Addr: p.Groups[group].Addrs[0], Endpoint: e, Pace: p.Pace}))
		}
	}
	gap := p.Pace.Gap
	if p.Pace.Rate > 0 {
		gap = max(gap, time.Duration(float64(p.Hosts())/p.Pace.Rate*float64(time.Second)))
	}
	return time.Duration(n) * gap
}

// groupAgain is what one host of a group may cost if its flows are asked again because of a limit on ICMP errors or on
// packets, with a control behind each.
func groupAgain(p *Plan, group int, probers Probers) (sum cost) {
	g := &p.Groups[group]
	if len(g.Addrs) == 0 {
		return sum
	}
	for _, e := range g.Endpoints {
		sum.add(p.scriptCost(g.Addrs[0], e, probers, p.Pace), 1)
	}
	sum.add(p.controlCost(g, probers), len(g.Endpoints))
	return sum
}

// controlCost is what the dearest control of a group may cost.
func (p *Plan) controlCost(g *Group, probers Probers) (most cost) {
	for _, e := range g.Endpoints {
		if e.Proto == TCP {
			e.Prober = KnockTCP
		}
		c := p.scriptCost(g.Addrs[0], e, probers, p.Pace.single())
		most.conversations, most.packets = max(most.conversations, c.conversations), max(most.packets, c.packets)
	}
	return most
}

// quietChecks is how many checks for quietness n flows can call for: after 2 silent ones, 4 more, 8 more.
func quietChecks(n int) int {
	checks := 0
	for next := 2; n >= next; next *= 2 {
		n -= next
		checks++
	}
	return checks
}

// knockEndpoint stands for whichever port is knocked on: the cost is the same.
var knockEndpoint = Endpoint{Proto: TCP, Port: 1, Prober: KnockTCP}

// anyAddr is an address of the plan, to ask for a script with.
func (p *Plan) anyAddr() (a netip.Addr) {
	if p.Hosts() > 0 {
		a = p.Host(0).Addr
	}
	return a
}

// scriptCost adds up the script of one endpoint for a host that stands for all of its group.
func (p *Plan) scriptCost(at netip.Addr, e Endpoint, probers Probers, pace Pace) cost {
	prober := probers[e.Prober]
	if prober == nil {
		return cost{}
	}
	t := Target{Addr: at, Endpoint: e, Pace: pace, Line: NewLine(pace.Gap, nil)}
	var c cost
	for _, r := range prober.Script(t) {
		c.conversations += r.Conversations
		c.packets += r.Packets
	}
	attempts, silence := 1, pace.Gap
	switch e.Proto {
	case TCP:
		attempts, silence = pace.TCPAttempts, pace.Gap+time.Second // the system's copy of the SYN
	case UDP:
		attempts = pace.UDPAttempts
	}
	served := time.Duration(max(1, c.conversations/max(attempts, 1))) * pace.Gap
	c.time = (served + time.Duration(attempts)*silence) / 2
	return c
}

// parallel is how many hosts may be under way: what the pace says, what this machine's file handles bear,
// and no more than the segment's rate can feed twice over, because a host that only waits for the rate
// spends its own budget.
func (p *Plan) parallel() int {
	files := openFiles() - reservedFiles
	if p.Engine == Crowd {
		files -= files * crowdShare / 4
	}
	n := min(p.Pace.Hosts, max(1, files/filesPerHost))
	if p.Pace.Rate > 0 && p.Pace.Gap > 0 {
		n = min(n, max(1, int(2*p.Pace.Rate*p.Pace.Gap.Seconds())))
	}
	return n
}

// File handles that are left to the rest of the program, and that a host may hold at its worst: in-flight
// flows, some with a socket for each of their attempts.
const (
	reservedFiles = 128
	filesPerHost  = 2 * inFlight
)
