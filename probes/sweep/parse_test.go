package sweep

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"oobscope/probes"
)

// answerTo makes the packet that a target sends back: the transport with its ends exchanged.
func answerTo(from, to netip.Addr, proto byte, body []byte) []byte {
	b := appendIP(nil, from, to, proto, 0)
	if from.Is4() {
		binary.BigEndian.PutUint16(b[2:], uint16(len(b)+len(body)))
		binary.BigEndian.PutUint16(b[6:], 0)
	} else {
		binary.BigEndian.PutUint16(b[4:], uint16(len(body)))
	}
	return append(b, body...)
}

// segment is a TCP header with nothing behind it.
func segment(from, to uint16, ack uint32, flags byte) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, from)
	binary.BigEndian.PutUint16(b[2:], to)
	binary.BigEndian.PutUint32(b[8:], ack)
	b[12], b[13] = 5<<4, flags
	return b
}

// errorAbout is an ICMP error that quotes the first bytes of a packet.
func errorAbout(v6 bool, kind, code byte, quoted []byte, most int) []byte {
	b := []byte{kind, code, 0, 0, 0, 0, 0, 0}
	_ = v6
	return append(b, quoted[:min(len(quoted), most)]...)
}

func TestParse(t *testing.T) {
	t.Parallel()
	us4, they4 := netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("198.19.3.7")
	us6, they6 := netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00:20::7")
	box4, box6 := netip.MustParseAddr("198.18.0.254"), netip.MustParseAddr("fd00::fe")
	syn4 := appendPacket(nil, us4, they4, 61001, 443, 77, probes.TCP, nil)
	syn6 := appendPacket(nil, us6, they6, 61001, 443, 77, probes.TCP, nil)
	empty := func(b []byte, _ uint64) []byte { return append(b, 0) }
	udp6 := appendPacket(nil, us6, they6, 62001, 623, 77, probes.UDP, empty)
	for name, c := range map[string]struct {
		b    []byte
		want packet
	}{
		"SYN-ACK": {answerTo(they4, us4, protoTCP, segment(443, 61001, 78, flagSYN|flagACK)),
			packet{from: they4, to: us4, target: they4, ttl: 64, proto: protoTCP, port: 443, own: 61001, flags: flagSYN | flagACK, ack: 78}},
		"reset, IPv6": {answerTo(they6, us6, protoTCP, segment(443, 61001, 78, flagRST|flagACK)),
			packet{from: they6, to: us6, target: they6, ttl: 64, proto: protoTCP, port: 443, own: 61001, flags: flagRST | flagACK, ack: 78}},
		"SYN quoted with eight bytes": {answerTo(box4, us4, protoICMP, errorAbout(false, 3, 13, syn4, 28)),
			packet{from: box4, to: us4, target: they4, ttl: 64, proto: protoTCP, port: 443, own: 61001, ack: 78, fault: true, icmpType: 3, icmpCode: 13}},
		"SYN quoted, IPv6": {answerTo(box6, us6, protoICMPv6, errorAbout(true, 1, 1, syn6, 1000)),
			packet{from: box6, to: us6, target: they6, ttl: 64, proto: protoTCP, port: 443, own: 61001, ack: 78, fault: true, icmpType: 1, icmpCode: 1}},
		"datagram quoted, IPv6": {answerTo(they6, us6, protoICMPv6, errorAbout(true, 1, 4, udp6, 1000)),
			packet{from: they6, to: us6, target: they6, ttl: 64, proto: protoUDP, port: 623, own: 62001, fault: true, icmpType: 1, icmpCode: 4}},
	} {
		got, ok := parse(c.b)
		got.payload = nil
		if !ok || got.flags != c.want.flags || got.target != c.want.target || got.from != c.want.from || got.ack != c.want.ack ||
			got.port != c.want.port || got.own != c.want.own || got.fault != c.want.fault || got.icmpType != c.want.icmpType ||
			got.icmpCode != c.want.icmpCode || got.ttl != c.want.ttl || got.proto != c.want.proto || got.to != c.want.to {
			t.Errorf("%s: %v, %+v\nwant %+v", name, ok, got, c.want)
		}
	}
	foreign := appendPacket(nil, netip.MustParseAddr("198.18.0.9"), they4, 61001, 443, 77, probes.TCP, nil)
	fragment := answerTo(they4, us4, protoTCP, segment(443, 61001, 78, flagSYN|flagACK))
	fragment[6] = 0x20
	for name, b := range map[string][]byte{
		"nothing": nil, "cut header": syn4[:19], "cut segment": answerTo(they4, us4, protoTCP, make([]byte, 19)),
		"fragment": fragment, "error about somebody else's packet": answerTo(box4, us4, protoICMP, errorAbout(false, 3, 13, foreign, 100)),
		"error without a quote": answerTo(box4, us4, protoICMP, errorAbout(false, 3, 13, nil, 0)),
		"redirect":              answerTo(box4, us4, protoICMP, errorAbout(false, 5, 1, syn4, 100)),
		"IPv4 in IPv6":          answerTo(netip.MustParseAddr("::ffff:198.19.3.7"), us6, protoTCP, segment(443, 61001, 78, flagSYN|flagACK)),
		"another protocol":      answerTo(they4, us4, 47, make([]byte, 40)),
	} {
		if p, ok := parse(b); ok {
			t.Errorf("%s was taken: %+v", name, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	us, they := netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("198.19.3.7")
	us6, they6 := netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00:20::7")
	syn := appendPacket(nil, us, they, 61001, 443, 77, probes.TCP, nil)
	syn6 := appendPacket(nil, us6, they6, 61001, 443, 77, probes.TCP, nil)
	f.Add(answerTo(they, us, protoTCP, segment(443, 61001, 78, flagSYN|flagACK)))
	f.Add(answerTo(they, us, protoICMP, errorAbout(false, 3, 13, syn, 28)))
	f.Add(answerTo(they6, us6, protoICMPv6, errorAbout(true, 1, 1, syn6, 1000)))
	f.Add(answerTo(they6, us6, 0, append([]byte{protoTCP, 0, 0, 0, 0, 0, 0, 0}, segment(443, 61001, 78, flagSYN|flagACK)...)))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := parse(b)
		if !ok {
			return
		}
		if !p.target.IsValid() || !p.from.IsValid() || len(p.payload) > len(b) {
			t.Errorf("%x: %+v", b, p)
		}
	})
}
