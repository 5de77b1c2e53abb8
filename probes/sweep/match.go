package sweep

import (
	"syscall"

	"oobscope/probes"
	"oobscope/probes/icmp"
)

// ports are the source ports of raw first packets.
type ports struct {
	tcp, tcps uint16 // the first, and how many
	udp       []uint16
}

// own is the source port of a token.
func (p *ports) own(proto probes.Proto, token uint64) uint16 {
	switch proto {
	case probes.TCP:
		return p.tcp + uint16(place(token, int(p.tcps)))
	case probes.UDP:
		return p.udp[place(token, len(p.udp))]
	}
	return 0
}

// took matches a captured packet to what was asked, and takes it if it carries the right token. Everything else,
// forged, stale or meant for others, is thrown away.
func (s *search) took(p *packet, ports *ports, at uint32) {
	i := s.book.find(p.target)
	if i < 0 || s.hosts[i].has(left) {
		return
	}
	h, g := &s.hosts[i], s.groupOf(i)
	asks := g.asks[family(p.target)]
	if h.check != noCheck { // first, because it may ask a flow's question again
		slot, _ := s.checkSlot(h, g)
		for try := range int(h.tries) {
			if s.fits(p, i, &asks[slot], slot, checkTry(h.serial, try), ports, at) {
				return
			}
		}
	}
	for _, have := range h.flight {
		if have == 0 {
			continue
		}
		slot := int(have - 1)
		for try := int(s.flow(i, slot).tries) - 1; try >= 0; try-- {
			if s.fits(p, i, &asks[slot], slot, try, ports, at) {
				return
			}
		}
	}
}

// fits takes the packet if it answers that try of that question.
func (s *search) fits(p *packet, i int, q *question, slot, try int, ports *ports, at uint32) bool {
	e := &q.endpoint
	if !carries(p.proto, e.Proto) || p.port != e.Port {
		return false
	}
	token := s.tokens.of(p.target, slot, try)
	a := arrival{ttl: p.ttl, at: at}
	if p.fault {
		if !s.quotes(p, e.Proto, token, ports) {
			return false
		}
		a.kind, a.own, a.icmp = gotError, p.to, faultOf(p)
		if p.queued != nil {
			a.own, a.icmp = s.wire.own(s, i, slot, try).Addr(), *p.queued
		}
		s.arrived(i, slot, try, a)
		return true
	}
	switch e.Proto {
	case probes.TCP:
		if p.own != ports.own(e.Proto, token) || p.ack != sequence(token)+1 {
			return false
		}
		switch p.flags & (flagSYN | flagRST | flagACK) {
		case flagSYN | flagACK:
			a.kind = gotAccept
		case flagRST | flagACK:
			a.kind = gotReset
		default:
			return false
		}
	case probes.UDP:
		if p.own != ports.own(e.Proto, token) {
			return false
		}
		a.kind = gotStrange
		if s.opening(i, q, slot, try).Answers(p.payload, token) {
			a.kind = gotAnswer
		}
	default:
		if !s.opening(i, q, slot, try).Answers(p.payload, token) {
			return false
		}
		a.kind = gotAnswer
	}
	s.arrived(i, slot, try, a)
	return true
}

// opening is what a try has sent.
func (s *search) opening(i int, q *question, slot, try int) *probes.Opening {
	if try < 1<<12 {
		return q.opening(try)
	}
	if s.hosts[i].check == isAlive {
		return q.opening(int(s.flow(i, slot).by))
	}
	return q.opening(try & 15)
}

// quotes tells whether an ICMP error quotes the packet of that token. A quoted datagram shows no more of it than
// the source port.
func (s *search) quotes(p *packet, proto probes.Proto, token uint64, ports *ports) bool {
	switch proto {
	case probes.TCP:
		return p.own == ports.own(proto, token) && p.ack == sequence(token)+1
	case probes.UDP:
		return p.own == ports.own(proto, token)
	}
	return p.own == icmp.Identifier(token)
}

// faultOf is the error as a socket's error queue would tell it. A message does not hold the errno that tells a
// failed neighbour discovery from a filter of this machine, so it is worked out from type and code.
func faultOf(p *packet) probes.ICMPError {
	e := probes.ICMPError{V6: p.target.Is6(), Type: p.icmpType, Code: p.icmpCode, Offender: p.from, Errno: int(syscall.EACCES)}
	if class, _ := e.Class(p.target); class == probes.Unreach {
		e.Errno = int(syscall.EHOSTUNREACH)
	}
	return e
}

func carries(number byte, proto probes.Proto) bool {
	switch proto {
	case probes.TCP:
		return number == protoTCP
	case probes.UDP:
		return number == protoUDP
	}
	return number == protoICMP || number == protoICMPv6
}
