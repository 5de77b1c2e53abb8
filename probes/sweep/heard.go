package sweep

import (
	"net/netip"

	"oobscope/probes"
)

// kind is what came back.
type kind uint8

const (
	gotAccept  kind = iota + 1 // a SYN-ACK
	gotReset                   // a reset that answers the SYN
	gotAnswer                  // a valid answer
	gotStrange                 // a datagram that is none
	gotError                   // an ICMP error, or a local failure that the system told of later
)

// arrival is an answer whose token was found right.
type arrival struct {
	kind kind
	ttl  uint8
	at   uint32 // ticks
	icmp probes.ICMPError
	own  netip.Addr // of this machine; for gotError
	// copied says that the system had sent the packet a second time by itself, so that nobody knows which of the two
	// was answered: the first one was lost, more likely than slow.
	copied bool
}

// distancePorts are the UDP ports whose datagrams show the distance of a host, as in package hops.
var distancePorts = [...]uint16{427, 623}

// arrived takes an answer to a try of a slot.
func (s *search) arrived(i, slot, try int, a arrival) {
	h := &s.hosts[i]
	if h.has(left) {
		return
	}
	g := s.groupOf(i)
	to := s.addr(i)
	q := &g.asks[family(to)][slot]
	out := probes.Outcome{}
	if a.kind == gotError {
		var decides bool
		if out, decides = probes.ICMPFailure(a.icmp, to, a.own); !decides {
			return
		}
	}
	h.distance(q, a)
	if h.held && q.endpoint.Proto == probes.TCP {
		h.last, h.held = s.now(), false // nothing is repeated any more
	}
	if try >= 1<<12 {
		s.checked(h, g, slot, try, a, out)
		return
	}
	f := s.flow(i, slot)
	if f.state != asked || try >= int(f.tries) {
		return
	}
	h.land(slot)
	s.wire.settled(i, slot)
	f.by, f.ttl = uint8(try), a.ttl
	if sent := f.sent(try); a.at > sent {
		f.rtt = (a.at - sent) * uint32(tick.Microseconds())
		if a.kind != gotError && !a.copied { // a router may take seconds to find out that nobody is there
			s.slowest = max(s.slowest, a.at-sent)
		}
	}
	s.decide(i, h, q, slot, f, a, out)
}

// decide settles a flow, or leaves it to its prober.
func (s *search) decide(i int, h *host, q *question, slot int, f *flow, a arrival, out probes.Outcome) {
	class := out.Class
	switch a.kind {
	case gotAccept:
		f.state, class = accepted, probes.OpenMute
	case gotReset:
		f.state, class = reset, probes.RstUnknown
		if a.ttl != 0 {
			class = probes.Origin(a.ttl, h.answers.list())
		}
		s.out.refused(i, slot, f, h)
	case gotAnswer:
		f.state, class = answered, probes.OpenProto
		if q.endpoint.Proto == probes.ICMP {
			f.state = settled
			s.out.echo(i, slot, f)
		}
	case gotStrange:
		f.state, class = strange, probes.OpenOther
	case gotError:
		f.state = settled
		s.out.fault(i, slot, f, a, out)
	}
	if a.kind != gotError && a.kind != gotReset && q.endpoint.Proto != probes.UDP {
		lost := int(f.by)
		if a.copied {
			lost++
		}
		s.loss.answer(lost)
		s.Answered(lost + 1)
	}
	s.remember(h, slot, q.endpoint.Proto, class)
}

// remember keeps the flow that is the best control, and ends the silence of a host that has spoken.
func (s *search) remember(h *host, slot int, proto probes.Proto, c probes.Class) {
	rank := uint8(0)
	switch {
	case c.Open() && proto == probes.ICMP:
		rank = 3
	case c.Open() || c == probes.PortUnreach:
		rank = 2
	case c == probes.RstHost || c == probes.RstUnknown:
		rank = 1
	default:
		return
	}
	h.silent = 0
	if rank > h.rank && (h.check != isAlive) {
		h.known, h.rank = uint16(slot+1), rank
	}
}

// distance notes how far an answer has come.
func (h *host) distance(q *question, a arrival) {
	switch {
	case a.kind == gotAccept:
		h.accepts.add(a.ttl)
	case a.kind == gotAnswer && q.endpoint.Proto == probes.ICMP:
		h.answers.add(a.ttl)
	case a.kind == gotAnswer || a.kind == gotStrange:
		for _, port := range distancePorts {
			if q.endpoint.Port == port {
				h.answers.add(a.ttl)
			}
		}
	}
}

// checked takes the answer to a check.
func (s *search) checked(h *host, g *group, slot, try int, a arrival, out probes.Outcome) {
	at, _ := 0, 0
	if h.check != noCheck {
		at, _ = s.checkSlot(h, g)
	}
	if h.check == noCheck || slot != at || try>>4&0xff != int(h.serial) || try&15 >= int(h.tries) {
		return
	}
	own := true // it was the host that spoke
	switch {
	case out.Class == probes.ProbeError:
		h.check = noCheck // nothing was learned
		return
	case h.check == isEcho:
		if own = a.kind == gotAnswer; own {
			h.state.Flags |= probes.HostEcho
		}
	case h.check == isUDP:
		if own = out.Class == probes.PortUnreach; own {
			h.state.Flags |= probes.HostUDPControl
		}
	}
	if own {
		s.checkWon(h)
	} else {
		h.check = noCheck
	}
}

// sample picks hosts that serve as controls for the path while everything goes well: some in each second, each
// host once.
func (s *search) sample(h *host, now uint32) bool {
	if h.known == 0 || h.has(sampled) || h.check != noCheck || !s.pace.wantsControl(now) {
		return false
	}
	h.facts |= sampled
	return true
}

// adapt steers the rate and tells of it.
func (s *search) adapt(now uint32) {
	patience := uint32(s.Plan.Pace.Connect / tick)
	if s.slowest > 0 {
		patience = min(patience, max(s.gap, overdue*s.slowest))
	}
	s.missControls(now, patience)
	patience += windowSlack
	if s.pace.adapt(now, patience) {
		s.tellRate()
	}
}

// tellRate tells of the rate as it is now.
func (s *search) tellRate() {
	loss := s.pace.base
	if s.pace.limiter == 0 {
		loss = max(loss, s.loss.share()) // what a limiter drops is not lost whatever the rate
	}
	s.out.rate(probes.RateState{PerSecond: s.pace.speed(), Limiter: s.pace.limiter, Price: s.pace.price, Loss: loss})
}
