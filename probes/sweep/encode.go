package sweep

import (
	"encoding/binary"
	"net/netip"

	"oobscope/probes"
)

// Protocol numbers (RFC 5237 registry).
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
)

// Flags of a TCP segment (RFC 9293 3.1).
const (
	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

const hopLimit = 64

// packetRoom holds every first packet that the probers have.
const packetRoom = 256

// synOptions are those of an ordinary SYN: a maximum segment size, selective acknowledgement and a window scale.
// A bare SYN is what some filters take for a scan.
var synOptions = [...]byte{2, 4, 0x05, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1}

// appendPacket writes an IP packet with one first packet in it. b must be empty; payload appends the datagram or
// the ICMP message and is nil for a SYN.
func appendPacket(b []byte, from, to netip.Addr, own, port uint16, token uint64, proto probes.Proto,
	payload func(b []byte, token uint64) []byte,
) []byte {
	var number byte
	switch {
	case proto == probes.TCP:
		number = protoTCP
	case proto == probes.UDP:
		number = protoUDP
	case to.Is4():
		number = protoICMP
	default:
		number = protoICMPv6
	}
	head := len(b)
	b = appendIP(b, from, to, number, token)
	start := len(b)
	switch proto {
	case probes.TCP:
		b = appendSYN(b, own, port, sequence(token))
	case probes.UDP:
		b = binary.BigEndian.AppendUint16(b, own)
		b = binary.BigEndian.AppendUint16(b, port)
		b = append(b, 0, 0, 0, 0)
		b = payload(b, token)
		binary.BigEndian.PutUint16(b[start+4:], uint16(len(b)-start))
	default:
		b = payload(b, token)
	}
	seal(b[start:], from, to, number)
	if to.Is4() {
		binary.BigEndian.PutUint16(b[head+2:], uint16(len(b)-head))
		binary.BigEndian.PutUint16(b[head+10:], ^fold(sum(b[head:start], 0)))
	} else {
		binary.BigEndian.PutUint16(b[head+4:], uint16(len(b)-start))
	}
	return b
}

// appendIP writes the header of RFC 791 3.1 or RFC 8200 3, without length and checksum.
func appendIP(b []byte, from, to netip.Addr, proto byte, token uint64) []byte {
	if to.Is4() {
		src, dst := from.As4(), to.As4()
		b = append(b, 0x45, 0, 0, 0, byte(token>>40), byte(token>>32)|1, 0x40, 0, hopLimit, proto, 0, 0)
		b = append(b, src[:]...)
		return append(b, dst[:]...)
	}
	src, dst := from.As16(), to.As16()
	b = append(b, 0x60, 0, 0, 0, 0, 0, proto, hopLimit)
	b = append(b, src[:]...)
	return append(b, dst[:]...)
}

// appendSYN writes a SYN without its checksum (RFC 9293 3.1).
func appendSYN(b []byte, own, port uint16, seq uint32) []byte {
	b = binary.BigEndian.AppendUint16(b, own)
	b = binary.BigEndian.AppendUint16(b, port)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = append(b, 0, 0, 0, 0, byte(20+len(synOptions))<<2, flagSYN, 0xfa, 0xf0, 0, 0, 0, 0)
	return append(b, synOptions[:]...)
}

// seal puts in the checksum of the transport (RFC 1071, RFC 8200 8.1), whose field is zero.
func seal(b []byte, from, to netip.Addr, proto byte) {
	var start uint32
	if proto != protoICMP {
		if to.Is4() {
			src, dst := from.As4(), to.As4()
			start = sum(dst[:], sum(src[:], 0))
		} else {
			src, dst := from.As16(), to.As16()
			start = sum(dst[:], sum(src[:], 0))
		}
		start += uint32(proto) + uint32(len(b))
	}
	at := 2
	switch proto {
	case protoTCP:
		at = 16
	case protoUDP:
		at = 6
	}
	c := ^fold(sum(b, start))
	if c == 0 && proto == protoUDP {
		c = 0xffff // zero says that there is no checksum
	}
	binary.BigEndian.PutUint16(b[at:], c)
}

func sum(b []byte, s uint32) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		s += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) > 0 {
		s += uint32(b[0]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	s = s>>16 + s&0xffff
	s += s >> 16
	return uint16(s)
}
