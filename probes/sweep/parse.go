package sweep

import (
	"encoding/binary"
	"net/netip"

	"oobscope/probes"
)

// packet is what a captured packet says, as far as it can be an answer to a first packet.
type packet struct {
	from, to netip.Addr
	ttl      uint8
	proto    byte   // of the packet, or of the one that an ICMP error quotes
	port     uint16 // the target's
	own      uint16 // this machine's; the identifier of an echo
	flags    byte   // TCP
	ack      uint32 // TCP: what is acknowledged; of a quoted SYN, its sequence number + 1
	payload  []byte // UDP: the data; ICMP: the whole message. It aliases the packet
	fault    bool   // an ICMP error; from is its sender
	icmpType byte
	icmpCode byte
	target   netip.Addr        // whom the quoted packet was for; otherwise from
	seq      uint16            // of a quoted echo
	queued   *probes.ICMPError // what an error queue told; the rest of an error's fields is then empty
}

// maxExtensions is how many extension headers of IPv6 are skipped before a packet is given up.
const maxExtensions = 8

// parse reads an IP packet from its first byte on. It returns false for what cannot be an answer: other
// protocols, fragments, what is cut off or does not add up. Checksums are the system's business.
func parse(b []byte) (p packet, ok bool) {
	proto, rest, ok := p.parseIP(b)
	if !ok {
		return p, false
	}
	p.proto, p.target = proto, p.from
	switch proto {
	case protoTCP:
		return p, p.parseTCP(rest)
	case protoUDP:
		if len(rest) < 8 {
			return p, false
		}
		p.port, p.own = binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
		size := int(binary.BigEndian.Uint16(rest[4:]))
		if size < 8 {
			return p, false
		}
		p.payload = rest[8:min(size, len(rest))]
		return p, true
	case protoICMP, protoICMPv6:
		return p, p.parseICMP(proto, rest)
	}
	return p, false
}

// parseIP reads the header (RFC 791 3.1, RFC 8200 3 and 4) and returns what is behind it.
func (p *packet) parseIP(b []byte) (proto byte, rest []byte, ok bool) {
	if len(b) < 20 {
		return 0, nil, false
	}
	if b[0]>>4 == 4 {
		header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
		if header < 20 || total < header || len(b) < header || binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
			return 0, nil, false
		}
		p.ttl = b[8]
		p.from, p.to = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		return b[9], b[header:min(len(b), total)], true
	}
	if b[0]>>4 != 6 || len(b) < 40 {
		return 0, nil, false
	}
	p.ttl = b[7]
	p.from, p.to = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	if p.from.Is4In6() || p.to.Is4In6() { // nobody's on a wire, and here they would pass for IPv4
		return 0, nil, false
	}
	next, rest := b[6], b[40:min(len(b), 40+int(binary.BigEndian.Uint16(b[4:])))]
	for range maxExtensions {
		if next != 0 && next != 43 && next != 60 { // hop-by-hop, routing, destination options
			return next, rest, true
		}
		if len(rest) < 8 || len(rest) < (int(rest[1])+1)*8 {
			break
		}
		next, rest = rest[0], rest[(int(rest[1])+1)*8:]
	}
	return 0, nil, false
}

func (p *packet) parseTCP(b []byte) bool {
	if len(b) < 20 {
		return false
	}
	p.port, p.own = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	p.flags, p.ack = b[13], binary.BigEndian.Uint32(b[8:])
	return true
}

// parseICMP reads an echo reply, or an error with the beginning of the packet that it is about (RFC 792,
// RFC 4443). A quoted TCP segment need not be there beyond its first eight bytes.
func (p *packet) parseICMP(proto byte, b []byte) bool {
	if len(b) < 8 {
		return false
	}
	p.icmpType, p.icmpCode = b[0], b[1]
	v6 := proto == protoICMPv6
	if !v6 && b[0] == 0 || v6 && b[0] == 129 {
		p.own, p.payload = binary.BigEndian.Uint16(b[4:]), b
		return true
	}
	if !v6 && b[0] != 3 && b[0] != 11 || v6 && b[0] != 1 && b[0] != 3 {
		return false
	}
	p.fault = true
	return p.quoted(b[8:])
}

// quoted reads the packet that an ICMP error quotes: one of ours, so its source is where the error came to.
func (p *packet) quoted(b []byte) bool {
	var q packet
	if len(b) >= 20 && b[0]>>4 == 4 {
		header := int(b[0]&15) * 4
		if header < 20 || len(b) < header+8 {
			return false
		}
		q.from, q.to = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		p.proto, b = b[9], b[header:]
	} else if len(b) >= 48 && b[0]>>4 == 6 {
		q.from, q.to = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		p.proto, b = b[6], b[40:]
	} else {
		return false
	}
	if q.from != p.to {
		return false
	}
	p.target = q.to
	switch p.proto {
	case protoTCP:
		p.own, p.port = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		p.ack = binary.BigEndian.Uint32(b[4:]) + 1
	case protoUDP:
		p.own, p.port = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	case protoICMP, protoICMPv6:
		if b[0] != 8 && b[0] != 128 {
			return false
		}
		p.own, p.seq = binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:])
	default:
		return false
	}
	return true
}
