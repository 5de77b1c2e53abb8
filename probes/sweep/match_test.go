package sweep

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"oobscope/probes"
)

// asking makes a search of one host whose flows were all asked once, and the packet of each that is right.
func asking(t *testing.T) (s *search, sent func(slot int) packet, taken *[]int) {
	t.Helper()
	p := planFor(2, endpoints)
	fake := opener{}
	board := probes.NewBoard(p)
	w := &matching{ports: ports{tcp: 61000, tcps: 1024, udp: []uint16{62100, 62101, 62102, 62103}}}
	s = newSearch(&probes.Search{
		Plan: p, Probers: probes.Probers{"fake": fake, probes.KnockEcho: fake, probes.KnockUDP: fake},
		Host:   func(i int) ([]probes.Cell, probes.HostState) { return board.Row(i, nil) },
		Settle: func(probes.Observation, probes.References) {}, Leave: func(probes.Parting, func(int) probes.Swept) {},
		Sent: func(_, _ int64) {}, Controlled: func(bool) {}, Rate: func(probes.RateState) {}, Answered: func(int) {},
	}, w)
	t.Cleanup(s.out.close)
	for slot := range endpoints {
		s.flow(0, slot).mark(10)
		s.hosts[0].board(slot)
	}
	to := s.addr(0)
	return s, func(slot int) packet {
		token := s.tokens.of(to, slot, 0)
		q := &s.groups[0].asks[0][slot]
		pk := packet{from: to, target: to, ttl: 60, port: q.endpoint.Port, own: w.ports.own(q.endpoint.Proto, token)}
		switch q.endpoint.Proto {
		case probes.TCP:
			pk.proto, pk.flags, pk.ack = protoTCP, flagSYN|flagACK, sequence(token)+1
		case probes.UDP:
			pk.proto, pk.payload = protoUDP, binary.BigEndian.AppendUint64(nil, token)
		default:
			pk.proto, pk.payload = protoICMP, binary.BigEndian.AppendUint64(nil, token)
		}
		return pk
	}, &w.taken
}

// matching is a wire that notes which slots were decided.
type matching struct {
	network
	ports ports
	taken []int
}

func (m *matching) settled(_, slot int) { m.taken = append(m.taken, slot) }

func (m *matching) take(s *search, p packet) { s.took(&p, &m.ports, 20) }

func TestAnswersAreTakenOnce(t *testing.T) {
	t.Parallel()
	s, right, taken := asking(t)
	w := s.wire.(*matching)
	for slot := range endpoints {
		w.take(s, right(slot))
		w.take(s, right(slot)) // a copy
	}
	if len(*taken) != len(endpoints) {
		t.Errorf("slots %v were decided", *taken)
	}
}

func TestForgedAnswersAreThrownAway(t *testing.T) {
	t.Parallel()
	s, right, taken := asking(t)
	w := s.wire.(*matching)
	forge := map[string]func(slot int, p *packet) bool{
		"another sender":    func(_ int, p *packet) bool { p.target = netip.MustParseAddr("198.19.0.2"); return true },
		"nobody we asked":   func(_ int, p *packet) bool { p.target = netip.MustParseAddr("203.0.113.1"); return true },
		"another port":      func(slot int, p *packet) bool { p.port++; return slot != 0 },
		"another own port":  func(slot int, p *packet) bool { p.own++; return slot != 0 },
		"wrong number":      func(_ int, p *packet) bool { p.ack++; return p.proto == protoTCP },
		"a bare reset":      func(_ int, p *packet) bool { p.flags = flagRST; return p.proto == protoTCP },
		"a SYN":             func(_ int, p *packet) bool { p.flags = flagSYN; return p.proto == protoTCP },
		"error, wrong SYN":  func(_ int, p *packet) bool { p.fault, p.icmpType, p.ack = true, 3, p.ack+9; return p.proto == protoTCP },
		"error, other echo": func(_ int, p *packet) bool { p.fault, p.icmpType = true, 3; return p.proto == protoICMP },
		"echo, wrong data": func(_ int, p *packet) bool {
			if p.proto == protoICMP {
				p.payload[7]++
			}
			return p.proto == protoICMP
		},
	}
	for name, change := range forge {
		for slot := range endpoints {
			p := right(slot)
			if !change(slot, &p) {
				continue
			}
			w.take(s, p)
			if len(*taken) > 0 {
				t.Fatalf("%s: slot %d was decided by a forged answer", name, (*taken)[0])
			}
		}
	}
}

// A datagram from the right port that does not carry the token is somebody's, but proves no protocol.
func TestStrangeDatagramProvesNoProtocol(t *testing.T) {
	t.Parallel()
	s, right, _ := asking(t)
	p := right(3)
	p.payload = []byte("who is asking?")
	s.wire.(*matching).take(s, p)
	if got := s.flow(0, 3).state; got != strange {
		t.Errorf("state %d", got)
	}
}

// Tokens of a search before are of no use to the next one.
func TestStaleAnswersAreThrownAway(t *testing.T) {
	t.Parallel()
	_, stale, _ := asking(t)
	s, _, taken := asking(t)
	for slot := range endpoints {
		s.wire.(*matching).take(s, stale(slot))
	}
	for _, slot := range *taken {
		if endpoints[slot].Proto != probes.UDP { // one of four source ports may be the same by chance
			t.Errorf("slot %d was decided by a stale answer", slot)
		} else if s.flow(0, slot).state == answered {
			t.Errorf("a stale datagram passed for an answer")
		}
	}
}
