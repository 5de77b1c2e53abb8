package hops

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

var (
	host4 = netip.MustParseAddr("198.18.1.5")
	host6 = netip.MustParseAddr("fd00:2::5")
)

// segment is a TCP header from port to local with those flags.
func segment(port, local uint16, flags byte) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, port)
	binary.BigEndian.PutUint16(b[2:], local)
	b[12], b[13] = 5<<4, flags
	return b
}

func datagram(port, local uint16) []byte {
	b := make([]byte, 8)
	binary.BigEndian.PutUint16(b, port)
	binary.BigEndian.PutUint16(b[2:], local)
	return b
}

// ipv4 puts an IPv4 header with that many bytes of options before a payload.
func ipv4(proto, ttl byte, options int, payload []byte) []byte {
	b := make([]byte, 20+options)
	b[0] = byte(0x40 | len(b)/4)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)+len(payload)))
	binary.BigEndian.PutUint16(b[6:], 0x4000) // do not fragment
	b[8], b[9] = ttl, proto
	copy(b[12:], host4.AsSlice())
	return append(b, payload...)
}

// ipv6 puts an IPv6 header and extension headers of those types before a payload; the first is 16 bytes long,
// the others 8.
func ipv6(proto, ttl byte, payload []byte, extensions ...byte) []byte {
	b := make([]byte, 40)
	b[0], b[7] = 0x60, ttl
	copy(b[8:], host6.AsSlice())
	b[6] = append(slices.Clone(extensions), proto)[0]
	for i := range extensions {
		e := make([]byte, 8)
		if i == 0 {
			e = make([]byte, 16)
			e[1] = 1
		}
		e[0] = append(slices.Clone(extensions), proto)[i+1]
		b = append(b, e...)
	}
	b = append(b, payload...)
	binary.BigEndian.PutUint16(b[4:], uint16(len(b)-40))
	return b
}

// ours is the address of the machine that captures.
var ours4, ours6 = netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("fd00:1::1")

// leaving turns a packet of a host into one of ours to it.
func leaving(b []byte) []byte {
	if b[0]>>4 == 4 {
		copy(b[16:20], b[12:16])
		copy(b[12:16], ours4.AsSlice())
	} else {
		copy(b[24:40], b[8:24])
		copy(b[8:24], ours6.AsSlice())
	}
	return b
}

// request is an echo request with that identifier.
func request(kind byte, id uint16) []byte {
	return []byte{kind, 0, 0, 0, byte(id >> 8), byte(id), 0, 1}
}

func edit(b []byte, fn func(b []byte)) []byte {
	b = slices.Clone(b)
	fn(b)
	return b
}

// packets are hand-made; passes says that the kernel's filter lets a packet through, which for those that parse
// refuses only means that a parser has to look.
var packets = []struct {
	name   string
	bytes  []byte
	kind   kind // 0: refused
	passes bool
}{
	{"v4 reset", ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), reset, true},
	{"v4 reset of a SYN", ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST|flagACK)), reset, true},
	{"v4 SYN-ACK", ipv4(protoTCP, 63, 0, segment(22, 40000, flagSYN|flagACK)), accept, true},
	{"v4 SYN-ACK with ECN", ipv4(protoTCP, 63, 0, segment(22, 40000, flagSYN|flagACK|0x40)), accept, true},
	{"v4 options", ipv4(protoTCP, 63, 40, segment(22, 40000, flagRST)), reset, true},
	{"v4 echo reply", ipv4(protoICMP, 63, 0, make([]byte, 8)), answer, true},
	{"v4 SLP", ipv4(protoUDP, 63, 0, datagram(427, 40000)), answer, true},
	{"v4 RMCP", ipv4(protoUDP, 63, 4, datagram(623, 40000)), answer, true},
	{"v6 reset", ipv6(protoTCP, 63, segment(22, 40000, flagRST|flagACK)), reset, true},
	{"v6 SYN-ACK", ipv6(protoTCP, 63, segment(22, 40000, flagSYN|flagACK)), accept, true},
	{"v6 echo reply", ipv6(protoICMPv6, 63, []byte{echoReplyV6, 0, 0, 0, 0, 0, 0, 0}), answer, true},
	{"v6 RMCP", ipv6(protoUDP, 63, datagram(623, 40000)), answer, true},
	{"v6 extensions", ipv6(protoTCP, 63, segment(22, 40000, flagRST), protoHopByHop, protoRouting, protoDestination), reset, true},
	{"v6 most extensions", ipv6(protoTCP, 63, segment(22, 40000, flagRST), slices.Repeat([]byte{protoDestination}, maxExtensions)...), reset, true},
	{"v6 echo reply behind extensions", ipv6(protoICMPv6, 63, []byte{echoReplyV6, 0, 0, 0, 0, 0, 0, 0}, protoRouting), answer, true},

	{"v4 SYN", leaving(ipv4(protoTCP, 63, 0, segment(40000, 22, flagSYN))), opening, true},
	{"v4 SYN with ECN", leaving(ipv4(protoTCP, 63, 8, segment(40000, 22, flagSYN|0xc0))), opening, true},
	{"v6 SYN", leaving(ipv6(protoTCP, 63, segment(40000, 22, flagSYN))), opening, true},
	{"v4 echo request", leaving(ipv4(protoICMP, 63, 0, request(echoRequest, 40000))), opening, true},
	{"v6 echo request", leaving(ipv6(protoICMPv6, 63, request(echoRequestV6, 40000))), opening, true},

	{"v4 plain segment", ipv4(protoTCP, 63, 0, segment(22, 40000, flagACK)), 0, false},
	{"v4 all flags", ipv4(protoTCP, 63, 0, segment(22, 40000, 0xff)), 0, true},
	{"v4 DNS", ipv4(protoUDP, 63, 0, datagram(53, 40000)), 0, false},
	{"v4 to the RMCP port", ipv4(protoUDP, 63, 0, datagram(40000, 623)), 0, false},
	{"v4 echo request with a code", ipv4(protoICMP, 63, 0, []byte{8, 1, 0, 0, 0, 0, 0, 0}), 0, false},
	{"v4 echo reply with a code", ipv4(protoICMP, 63, 0, []byte{0, 1, 0, 0, 0, 0, 0, 0}), 0, true},
	{"v4 ICMPv6", ipv4(protoICMPv6, 63, 0, []byte{echoReplyV6, 0, 0, 0, 0, 0, 0, 0}), 0, true},
	{"v6 ICMP", ipv6(protoICMP, 63, make([]byte, 8)), 0, true},
	{"v4 GRE", ipv4(47, 63, 0, make([]byte, 20)), 0, false},
	{"v4 first fragment", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[6] = 0x20 }), 0, false},
	{"v4 later fragment", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[6], b[7] = 0, 1 }), 0, false},
	{"v6 fragment", ipv6(protoTCP, 63, segment(22, 40000, flagRST), 44), 0, false},
	{"v6 fragment behind an extension", ipv6(protoTCP, 63, segment(22, 40000, flagRST), protoDestination, 44), 0, true},
	{"v6 too many extensions", ipv6(protoTCP, 63, segment(22, 40000, flagRST), slices.Repeat([]byte{protoDestination}, maxExtensions+1)...), 0, true},
	{"v6 extension that is too long", edit(ipv6(protoTCP, 63, segment(22, 40000, flagRST), protoRouting), func(b []byte) { b[41] = 255 }), 0, true},
	{"v6 in the name of IPv4", edit(ipv6(protoTCP, 63, segment(22, 40000, flagRST)), func(b []byte) {
		mapped := host4.As16()
		copy(b[8:], mapped[:])
	}), 0, true},
	{"v4 TTL 0", ipv4(protoTCP, 0, 0, segment(22, 40000, flagRST)), 0, true},
	{"v6 hop limit 0", ipv6(protoTCP, 0, segment(22, 40000, flagRST)), 0, true},
	{"v4 header too short", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[0] = 0x44 }), 0, false},
	{"v4 header longer than all", edit(ipv4(protoTCP, 63, 0, make([]byte, 20)), func(b []byte) { b[0] = 0x4f }), 0, false},
	{"v4 length below the header", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[3] = 19 }), 0, true},
	{"v4 padding for a segment", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[3] = 30 }), 0, true},
	{"v6 padding for a segment", edit(ipv6(protoTCP, 63, segment(22, 40000, flagRST)), func(b []byte) { b[5] = 10 }), 0, true},
	{"other version", edit(ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)), func(b []byte) { b[0] = 0x55 }), 0, false},
	{"nothing", nil, 0, false},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range packets {
		p, ok := parse(c.bytes)
		if ok != (c.kind != 0) {
			t.Errorf("%s: %+v, %v", c.name, p, ok)
			continue
		}
		if !ok {
			continue
		}
		from := netip.AddrFrom16(p.from).Unmap()
		if p.kind != c.kind || p.ttl != 63 || from != host4 && from != host6 || from.Is4() != (c.name[:2] == "v4") {
			t.Errorf("%s: %+v from %s", c.name, p, from)
		}
		ports, want := [2]uint16{p.port, p.local}, [2]uint16{22, 40000}
		if p.kind == answer {
			want = [2]uint16{}
		}
		if strings.HasSuffix(c.name, "echo request") {
			want[0] = 0
		}
		if own := netip.AddrFrom16(p.own).Unmap(); ports != want || (own == ours4 || own == ours6) != (p.kind == opening) {
			t.Errorf("%s: ports %v, own address %s", c.name, ports, own)
		}
	}
}

// A packet that is cut off anywhere before its end says nothing.
func TestParseTruncated(t *testing.T) {
	t.Parallel()
	for _, c := range packets {
		for n := range c.bytes {
			if p, ok := parse(c.bytes[:n:n]); ok {
				t.Errorf("%s, %d of %d bytes: %+v", c.name, n, len(c.bytes), p)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range packets {
		f.Add(c.bytes)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := slices.Clone(b)
		p, ok := parse(b)
		if !slices.Equal(b, before) {
			t.Error("the packet was changed")
		}
		if ok && (p.ttl == 0 || p.kind < reset || p.kind > opening || p.kind == answer && p.port|p.local != 0) {
			t.Errorf("%x: %+v", b, p)
		}
		kept := newTables()
		kept.watch(host4)
		if ok {
			kept.learn(p, 0)
		}
		if len(kept.hosts.slots) != 1 || len(kept.pairs.slots)+len(kept.gone.slots) != 0 && netip.AddrFrom16(p.from).Unmap() != host4 {
			t.Errorf("%x: a stranger is remembered: %+v", b, kept)
		}
	})
}
