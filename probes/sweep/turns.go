package sweep

import (
	"net/netip"
	"syscall"

	"oobscope/probes"
)

// checkTries is how often a control is asked at least before its silence is believed; more where the path loses.
const checkTries = 3

// turn gives a host its turn: what has waited long enough is settled, and what is next is asked.
func (s *search) turn(i int, h *host, now uint32) (ask, bool) {
	g := s.groupOf(i)
	to := s.addr(i)
	asks := g.asks[family(to)]
	s.expire(i, h, to, asks, now)
	for {
		s.wonder(h, g, asks)
		if h.check != noCheck {
			a, wait := s.checkTurn(i, h, g, asks, now)
			if a.q != nil {
				return a, true
			}
			if !wait {
				continue // the check is over
			}
			if h.check == isAlive {
				return ask{}, false // nobody speaks to a host that may have gone quiet
			}
		}
		if h.quiet() {
			s.abandon(i, h, g)
		} else if slot, ok := s.next(i, h, g, asks, now); ok {
			f := s.flow(i, slot)
			if s.sample(h, now) {
				h.begin(isAlive)
				continue
			}
			return s.ask(i, to, &asks[slot], slot, int(f.tries)), true
		}
		if !h.idle(g) || h.check != noCheck {
			return ask{}, false
		}
		if !s.finish(h, g, asks) {
			s.leave(i, h)
			return ask{}, false
		}
	}
}

// wonder begins a check that is due while flows are still to be asked: whether the host has gone quiet, and
// whether its refusals come back, which is waited for beside the flows.
func (s *search) wonder(h *host, g *group, asks []question) {
	switch {
	case h.check != noCheck || h.quiet():
	case h.silent >= h.patience && h.known != 0:
		h.begin(isAlive)
	case h.has(silentUDP) && h.alive() && !h.has(knocked) && len(asks[g.udpSlot()].openings) > 0:
		h.facts |= knocked
		h.begin(isUDP)
	}
}

func (s *search) ask(host int, to netip.Addr, q *question, slot, try int) ask {
	return ask{
		host: host, slot: slot, try: try, to: to, q: q, opening: q.opening(try), token: s.tokens.of(to, slot, try),
	}
}

// expire settles the flows that have waited for their last try long enough.
func (s *search) expire(i int, h *host, to netip.Addr, asks []question, now uint32) {
	for _, have := range h.flight {
		if have == 0 {
			continue
		}
		slot := int(have - 1)
		f := s.flow(i, slot)
		q := &asks[slot]
		if now < f.last()+waitOf(q, int(f.tries)-1) || !s.enough(f, q, now) {
			continue
		}
		h.land(slot)
		s.wire.settled(i, slot)
		f.state = settled
		if s.wire.absent(s, i) {
			s.out.fault(i, slot, f, arrival{icmp: noStation}, nobody(to))
			continue
		}
		if f.ttl == copyRefused {
			s.out.local(i, slot, f, probes.LocalFailure("connect to "+to.String(), probes.ErrNotSent))
			continue
		}
		s.out.silent(i, slot, f)
		if q.endpoint.Proto == probes.UDP {
			h.facts |= silentUDP
		} else {
			h.facts |= silentTCP
		}
		h.facts &^= proven
		h.silent += min(1, ^h.silent)
	}
}

// noStation is what this machine says of a neighbour that it has looked for in vain. It is not always told in an
// error: those are limited, and a socket may be closed by then.
var noStation = probes.ICMPError{Local: true, Errno: int(syscall.EHOSTUNREACH)}

func nobody(to netip.Addr) probes.Outcome {
	out, _ := probes.ICMPFailure(noStation, to, netip.Addr{})
	return out
}

// tries is how many first packets a question is worth: what the pace says, and more where the path loses some.
func (s *search) tries(q *question) int {
	return min(len(q.openings)+s.loss.extra(), maxTries)
}

// enough tells whether a silent flow was asked often enough to be settled: as often as its pace says after the last
// moment at which the search may have been too fast for the path, or as often as its budget allows.
func (s *search) enough(f *flow, q *question, now uint32) bool {
	tries := int(f.tries)
	switch {
	case tries >= min(len(q.openings)+lossTries, maxTries):
		return true
	case tries < s.tries(q) || s.pace.doubtful(now):
		return false
	case s.pace.bad == 0:
		return true
	}
	good := 0
	for try := range tries {
		if f.sent(try) > s.pace.bad {
			good++
		}
	}
	return good >= len(q.openings)
}

// again tells whether a silent flow is asked once more. What it is asked beyond its pace waits until the search has
// found its rate: those tries are few.
func (s *search) again(f *flow, q *question, now uint32) bool {
	if int(f.tries) < len(q.openings) {
		return true
	}
	return !s.pace.doubtful(now) && !s.enough(f, q, now)
}

// waitOf is how long a try is waited for, in ticks.
func waitOf(q *question, try int) uint32 { return uint32(q.opening(try).Wait / tick) }

// next picks the flow whose turn it is: the one whose try has waited longest, or else one that was not asked yet.
func (s *search) next(i int, h *host, g *group, asks []question, now uint32) (slot int, ok bool) {
	room := false
	var oldest uint32
	for _, have := range h.flight {
		if have == 0 {
			room = true
			continue
		}
		f := s.flow(i, int(have-1))
		q := &asks[have-1]
		at := f.last()
		// Half a gap early is no loss, since answers to all tries count, and a turn missed by a little would be.
		if now+s.gap/2 >= at+waitOf(q, int(f.tries)-1) && (!ok || at < oldest) && s.again(f, q, now) {
			slot, oldest, ok = int(have-1), at, true
		}
	}
	if ok || !room {
		return slot, ok
	}
	order := g.orders[uint(i*0x9e3779b1)%orders]
	for int(h.next) < g.count {
		slot := int(order[h.next])
		if s.flow(i, slot).state == idle {
			return slot, true
		}
		h.next++
	}
	return 0, false
}

// idle tells whether all flows of the host were begun and none waits.
func (h *host) idle(g *group) bool { return int(h.next) >= g.count && h.flight == [inFlight]uint16{} }

// abandon settles what is left of a host that went quiet: it is not asked any more. What was asked stays silent.
func (s *search) abandon(i int, h *host, g *group) {
	for slot := range g.count {
		f := s.flow(i, slot)
		switch f.state {
		case asked:
			s.out.silent(i, slot, f)
		case idle:
			s.out.wentQuiet(i, slot, f)
		default:
			continue
		}
		s.wire.settled(i, slot)
		f.state = settled
	}
	h.flight, h.next = [inFlight]uint16{}, uint16(g.count)
}

// finish begins the checks that follow the flows (verdicts.md section 1). It returns false when none is left.
func (s *search) finish(h *host, g *group, asks []question) bool {
	silent := h.has(silentTCP) || h.has(silentUDP)
	switch {
	case h.quiet():
		return false
	case silent && h.known != 0 && !h.has(proven) && !h.has(final):
		h.facts |= final
		h.begin(isAlive)
	case silent && !h.alive() && !g.asksEcho && !h.has(echoed) && len(asks[g.echoSlot()].openings) > 0:
		h.facts |= echoed
		h.begin(isEcho)
	default:
		return false
	}
	return true
}

// begin begins a check.
func (h *host) begin(c check) { h.check, h.tries, h.serial = c, 0, h.serial+1 }

// checkTurn asks the question of a check, or ends it. wait says that nothing is to be done now.
func (s *search) checkTurn(i int, h *host, g *group, asks []question, now uint32) (a ask, wait bool) {
	slot, most := s.checkSlot(h, g)
	q := &asks[slot]
	if h.tries > 0 && now < h.checkAt+s.checkWait(q, int(h.tries) >= most) {
		return ask{}, true
	}
	if h.tries > 0 && h.check == isAlive && !h.missed {
		s.controlled(h, true)
	}
	if int(h.tries) >= most {
		s.checkLost(h)
		return ask{}, false
	}
	to := s.addr(i)
	a = s.ask(i, to, q, slot, checkTry(h.serial, int(h.tries)))
	if h.check == isAlive {
		a.opening = q.opening(int(s.flow(i, slot).by)) // the one that it did answer
	} else {
		a.opening = q.opening(int(h.tries))
	}
	a.check = true
	return a, false
}

// checkWait is how long a check is waited for. Before its last try it is repeated as soon as an answer is overdue,
// so that loss is seen early; answers to all of its tries count.
func (s *search) checkWait(q *question, last bool) uint32 {
	wait := waitOf(q, 0)
	if last || s.slowest == 0 {
		return wait
	}
	return min(wait, max(s.gap, overdue*s.slowest))
}

// overdue is how many times the slowest answer of the search so far an answer is waited for.
const overdue = 8

// checkSlot is the question of a check, and how often it is asked at most.
func (s *search) checkSlot(h *host, g *group) (slot, most int) {
	switch h.check {
	case isEcho:
		return g.echoSlot(), 2
	case isUDP:
		return g.udpSlot(), 1
	}
	return int(h.known - 1), checkTries + s.loss.extra()
}

// checkTry numbers the tries of checks apart from those of flows.
func checkTry(serial uint8, try int) int { return 1<<12 | int(serial)<<4 | try }

// checkLost ends a check that nobody answered.
func (s *search) checkLost(h *host) {
	if h.check == isAlive {
		h.state.Flags |= probes.HostQuiet
	}
	h.check = noCheck
}

// checkWon ends a check that was answered.
func (s *search) checkWon(h *host) {
	h.silent = 0
	h.facts |= proven
	if h.check == isAlive {
		s.controlled(h, false)
		h.patience += min(h.patience, ^h.patience)
	}
	h.check = noCheck
}

// controlled counts a control, for the host and for the path.
func (s *search) controlled(h *host, lost bool) {
	h.state.ControlSent += min(1, ^h.state.ControlSent)
	if lost {
		h.state.ControlLost += min(1, ^h.state.ControlLost)
	}
	s.pace.control(lost, h.checkAt)
	s.out.controlled(lost)
}

// leave hands a host over: nothing is sent to it any more.
func (s *search) leave(i int, h *host) {
	h.facts |= left
	s.live--
	s.gone++
	s.out.leave(i)
}
