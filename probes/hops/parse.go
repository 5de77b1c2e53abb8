package hops

import (
	"encoding/binary"
	"net/netip"
)

// kind is what a packet is to a run.
type kind uint8

const (
	reset   kind = iota + 1 // a TCP reset
	accept                  // a SYN-ACK
	answer                  // an echo reply, or a datagram from a port of answerPorts
	opening                 // a SYN or an echo request of ours on its way out
)

// answerPorts are the UDP ports whose datagrams show the distance of a host: SLP and RMCP, which nobody on the
// path answers in the name of others, as is often done with DNS.
var answerPorts = [...]uint16{427, 623}

// packet is what is kept of a packet while it is sorted in.
type packet struct {
	kind kind
	ttl  uint8
	pair
	own [16]byte // our address, of an opening alone
}

// pair names a connection as it is seen from here; an answer has no ports, an echo request no port but its
// identifier for a local one.
type pair struct {
	from        [16]byte // the other side; IPv4 in its mapped form
	port, local uint16
}

// Protocol numbers (RFC 5237 registry), and the extension headers of RFC 8200 4 that are skipped.
const (
	protoHopByHop    = 0
	protoICMP        = 1
	protoTCP         = 6
	protoUDP         = 17
	protoRouting     = 43
	protoICMPv6      = 58
	protoDestination = 60
)

// Flags of a TCP segment (RFC 9293 3.1).
const (
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// Echoes (RFC 792, RFC 4443 4.1 and 4.2).
const (
	echoReply     = 0
	echoRequest   = 8
	echoRequestV6 = 128
	echoReplyV6   = 129
)

// maxExtensions is how many extension headers are skipped before a packet is given up.
const maxExtensions = 8

// parse reads an IPv4 or IPv6 packet from its first byte on. It returns false for what says nothing about
// a distance: other protocols, fragments, what is cut off or does not add up.
func parse(b []byte) (packet, bool) {
	if len(b) == 0 {
		return packet{}, false
	}
	switch b[0] >> 4 {
	case 4:
		return parse4(b)
	case 6:
		return parse6(b)
	}
	return packet{}, false
}

// parse4 reads an IPv4 header (RFC 791 3.1).
func parse4(b []byte) (p packet, ok bool) {
	if len(b) < 20 {
		return p, false
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if header < 20 || total < header || len(b) < header || binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
		return p, false
	}
	p.ttl = b[8]
	from, to := mapped(b[12:16]), mapped(b[16:20])
	payload := b[header:min(len(b), total)] // the link may have padded the frame
	if b[9] == protoICMP {
		ok = p.echo(payload, echoReply, echoRequest)
	} else {
		ok = p.segment(b[9], payload)
	}
	p.turn(from, to)
	return p, ok
}

// mapped is an IPv4 address in the form that both versions share.
func mapped(b []byte) (a [16]byte) {
	a[10], a[11] = 0xff, 0xff
	copy(a[12:], b)
	return a
}

// turn names the two sides: of an opening, the sender is we.
func (p *packet) turn(from, to [16]byte) {
	p.from = from
	if p.kind == opening {
		p.from, p.own = to, from
		p.port, p.local = p.local, p.port
	}
}

// parse6 reads an IPv6 header and skips extension headers (RFC 8200 3 and 4). A jumbogram is no answer of ours.
func parse6(b []byte) (p packet, ok bool) {
	if len(b) < 40 {
		return p, false
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	p.ttl = b[7]
	from, to := [16]byte(b[8:24]), [16]byte(b[24:40])
	if netip.AddrFrom16(from).Is4In6() || netip.AddrFrom16(to).Is4In6() { // nobody's address on a wire, and here it would pass for IPv4
		return p, false
	}
	next, payload, ok := skipExtensions(b[6], b[40:min(len(b), 40+length)])
	switch {
	case !ok:
	case next == protoICMPv6:
		ok = p.echo(payload, echoReplyV6, echoRequestV6)
	default:
		ok = p.segment(next, payload)
	}
	p.turn(from, to)
	return p, ok
}

// skipExtensions returns the protocol behind the extension headers and what it carries; false if they do not
// add up.
func skipExtensions(next byte, payload []byte) (byte, []byte, bool) {
	for range maxExtensions + 1 {
		if next != protoHopByHop && next != protoRouting && next != protoDestination {
			return next, payload, true
		}
		if len(payload) < 8 {
			return next, nil, false
		}
		size := (int(payload[1]) + 1) * 8
		if len(payload) < size {
			return next, nil, false
		}
		next, payload = payload[0], payload[size:]
	}
	return next, nil, false
}

// echo takes an ICMP message of one of those types with code 0. The identifier of a request stands for its
// port.
func (p *packet) echo(b []byte, reply, request byte) bool {
	if len(b) < 8 || b[1] != 0 {
		return false
	}
	switch b[0] {
	case reply:
		p.kind = answer
	case request:
		p.kind, p.port = opening, binary.BigEndian.Uint16(b[4:])
	}
	return p.kind != 0 && p.ttl != 0
}

// segment takes a TCP segment or a UDP datagram.
func (p *packet) segment(proto byte, b []byte) bool {
	switch {
	case proto == protoTCP && len(b) >= 20:
		switch b[13] & (flagSYN | flagRST | flagACK) {
		case flagRST, flagRST | flagACK:
			p.kind = reset
		case flagSYN | flagACK:
			p.kind = accept
		case flagSYN:
			p.kind = opening
		}
		p.port, p.local = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	case proto == protoUDP && len(b) >= 8:
		port := binary.BigEndian.Uint16(b)
		for _, known := range answerPorts {
			if port == known {
				p.kind = answer
			}
		}
	}
	return p.kind != 0 && p.ttl != 0
}
