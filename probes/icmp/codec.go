package icmp

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"oobscope/probes"
)

// Message types (RFC 792, RFC 4443).
const (
	v4Reply       = 0
	v4Unreachable = 3
	v4Request     = 8
	v4Exceeded    = 11
	v6Unreachable = 1
	v6Exceeded    = 3
	v6Request     = 128
	v6Reply       = 129
)

const (
	tokenSize  = 32
	echoHeader = 8
	protoICMP  = 1
	protoICMP6 = 58
)

var (
	errShort   = errors.New("message is too short")
	errForeign = errors.New("message is not about our echo")
)

// echo identifies the requests of one probe: the random token tells them from those of everybody else.
type echo struct {
	target netip.Addr // unmapped, without a zone
	id     uint16
	ownID  bool // the identifier is ours; a ping socket puts its own
	token  [tokenSize]byte
}

// encode makes the echo request with that sequence number: header and token, 40 bytes. The checksum of
// ICMPv6 stays zero, because it covers addresses that only the kernel knows.
func (e echo) encode(seq uint16) ([]byte, error) {
	m := icmp.Message{
		Type: ipv4.ICMPTypeEcho,
		Body: &icmp.Echo{ID: int(e.id), Seq: int(seq), Data: e.token[:]},
	}
	if e.target.Is6() {
		m.Type = ipv6.ICMPTypeEchoRequest
	}
	return m.Marshal(nil)
}

// finding is one message that is about our echo.
type finding struct {
	seq    uint16
	reply  bool
	fault  probes.ICMPError // errors only
	source netip.Addr       // errors only: the address that the quoted echo left with
}

// decode reads a whole ICMP message that came from an address. It is an error unless it is the reply to
// our echo, or an ICMP error that quotes it.
func (e echo) decode(b []byte, from netip.Addr) (finding, error) {
	if len(b) < echoHeader {
		return finding{}, errShort
	}
	if e.isReply(b[0]) {
		if from != e.target || b[1] != 0 || !e.ours(b, tokenSize) {
			return finding{}, errForeign
		}
		return finding{reply: true, seq: binary.BigEndian.Uint16(b[6:])}, nil
	}
	if !e.isError(b[0]) {
		return finding{}, errForeign
	}
	src, inner, err := e.quote(b[echoHeader:])
	if err != nil {
		return finding{}, err
	}
	return finding{
		seq: binary.BigEndian.Uint16(inner[6:]), source: src,
		fault: probes.ICMPError{V6: e.target.Is6(), Type: b[0], Code: b[1], Offender: from},
	}, nil
}

// queued reads an entry of the error queue. It is an error unless it is about our echo, or this machine made it: that one
// is about a send of this socket. What is quoted begins with the header of the echo.
func (e echo) queued(a arrival) (finding, error) {
	f := finding{fault: *a.queued}
	switch {
	case a.queued.Local:
	case a.about != e.target || !e.ours(a.bytes, 0):
		return f, errForeign
	default:
		if f.seq = binary.BigEndian.Uint16(a.bytes[6:]); f.seq < 1 || f.seq > maxEchoes {
			return f, errForeign
		}
	}
	return f, nil
}

func (e echo) isReply(t uint8) bool {
	if e.target.Is6() {
		return t == v6Reply
	}
	return t == v4Reply
}

func (e echo) isError(t uint8) bool {
	if e.target.Is6() {
		return t == v6Unreachable || t == v6Exceeded
	}
	return t == v4Unreachable || t == v4Exceeded
}

// ours compares identifier and token of an echo; need is how many token bytes must be there. Whatever
// is there must fit.
func (e echo) ours(b []byte, need int) bool {
	if len(b) < echoHeader+need {
		return false
	}
	if e.ownID && binary.BigEndian.Uint16(b[4:]) != e.id {
		return false
	}
	have := min(len(b)-echoHeader, tokenSize)
	return string(b[echoHeader:echoHeader+have]) == string(e.token[:have])
}

// quote reads the packet that an ICMP error quotes. A router need quote no more than the first 8 bytes
// behind the IP header (RFC 792), so identifier and target have to do where the token is cut off.
func (e echo) quote(b []byte) (src netip.Addr, inner []byte, err error) {
	var dst netip.Addr
	request := byte(v4Request)
	if e.target.Is6() {
		if len(b) < ipv6.HeaderLen+echoHeader {
			return src, nil, errShort
		}
		if b[0]>>4 != 6 || b[6] != protoICMP6 {
			return src, nil, errForeign
		}
		src, dst = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		inner, request = b[ipv6.HeaderLen:], v6Request
	} else {
		if len(b) < ipv4.HeaderLen+echoHeader {
			return src, nil, errShort
		}
		size := int(b[0]&0x0f) * 4
		if b[0]>>4 != 4 || b[9] != protoICMP || size < ipv4.HeaderLen {
			return src, nil, errForeign
		}
		if len(b) < size+echoHeader {
			return src, nil, errShort
		}
		src, dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		inner = b[size:]
	}
	if dst != e.target || inner[0] != request || !e.ours(inner, 0) {
		return src, nil, errForeign
	}
	return src, inner, nil
}
