package sweep

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"oobscope/probes"
)

// sumsUp tells whether a packet's own checksums are right, computed the other way round: over everything, the
// sum must be all ones (RFC 1071).
func sumsUp(t *testing.T, b []byte) bool {
	t.Helper()
	var rest []byte
	var pseudo uint32
	var proto byte
	if b[0]>>4 == 4 {
		if fold(sum(b[:20], 0)) != 0xffff {
			t.Error("the sum of the IP header is wrong")
		}
		proto, rest = b[9], b[20:]
		pseudo = sum(b[12:20], 0)
	} else {
		proto, rest = b[6], b[40:]
		pseudo = sum(b[8:40], 0)
	}
	if proto == protoICMP {
		return fold(sum(rest, 0)) == 0xffff
	}
	return fold(sum(rest, pseudo+uint32(proto)+uint32(len(rest)))) == 0xffff
}

func TestPacketsAreWhole(t *testing.T) {
	t.Parallel()
	body := func(b []byte, token uint64) []byte { return binary.BigEndian.AppendUint64(b, token) }
	message := func(b []byte, token uint64) []byte {
		return append(b, 8, 0, 0, 0, byte(token>>56), byte(token>>48), 0, 1, 'x')
	}
	for _, ends := range [][2]string{{"198.18.0.1", "198.19.3.7"}, {"fd00::1", "fd00:20::7"}} {
		from, to := netip.MustParseAddr(ends[0]), netip.MustParseAddr(ends[1])
		for _, proto := range []probes.Proto{probes.TCP, probes.UDP, probes.ICMP} {
			payload := body
			if proto == probes.ICMP {
				payload = message
			}
			for token := uint64(1); token < 1<<63; token *= 7 {
				b := appendPacket(nil, from, to, 61001, 623, token, proto, payload)
				if !sumsUp(t, b) {
					t.Fatalf("%s to %s: the sum of the transport is wrong: %x", proto, to, b)
				}
				size := int(binary.BigEndian.Uint16(b[2:]))
				if to.Is6() {
					size = 40 + int(binary.BigEndian.Uint16(b[4:]))
				}
				if size != len(b) {
					t.Fatalf("%s to %s: length %d, want %d", proto, to, size, len(b))
				}
			}
		}
	}
}

func TestSYNLooksLikeAnyOther(t *testing.T) {
	t.Parallel()
	b := appendPacket(nil, netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("198.19.3.7"), 61001, 443, 0xdeadbeef, probes.TCP, nil)
	segment := b[20:]
	if got := int(segment[12]>>4) * 4; got != len(segment) || got != 32 {
		t.Errorf("header of %d bytes in a segment of %d", got, len(segment))
	}
	if segment[13] != flagSYN || binary.BigEndian.Uint32(segment[4:]) != 0xdeadbeef {
		t.Errorf("segment %x", segment)
	}
	if binary.BigEndian.Uint16(segment) != 61001 || binary.BigEndian.Uint16(segment[2:]) != 443 {
		t.Errorf("ports of %x", segment)
	}
}

func BenchmarkAppendPacket(b *testing.B) {
	b.ReportAllocs()
	from, to := netip.MustParseAddr("198.18.0.1"), netip.MustParseAddr("198.19.3.7")
	var room [packetRoom]byte
	keys := newTokens()
	for i := 0; b.Loop(); i++ {
		appendPacket(room[:0], from, to, 61001, 443, keys.of(to, 3, i&7), probes.TCP, nil)
	}
}
