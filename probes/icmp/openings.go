package icmp

import (
	"encoding/binary"
	"net/netip"

	"oobscope/probes"
)

var _ probes.Opener = Prober{}

// Openings implements probes.Opener: the echoes, under an identifier and a data token that both come from
// the token. A prober with a Wire of its own has none.
func (p Prober) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.ICMP || p.Wire != nil {
		return nil
	}
	v6 := t.Addr.Unmap().Is6()
	patience := (&exchange{target: t}).patience()
	var out []probes.Opening
	for seq := uint16(1); seq <= maxEchoes; seq++ {
		out = append(out, probes.Opening{
			What: requestWords(seq), Wait: patience,
			Encode:  func(b []byte, token uint64) []byte { return appendEcho(b, v6, token, seq) },
			Answers: func(b []byte, token uint64) bool { return repliesTo(b, v6, token, seq) },
		})
	}
	return out
}

// Identifier is the identifier of an opening echo.
func Identifier(token uint64) uint16 { return uint16(token >> 48) }

// appendEcho writes an echo request of 40 bytes (RFC 792, RFC 4443 4.1). The checksum stays zero.
func appendEcho(b []byte, v6 bool, token uint64, seq uint16) []byte {
	kind := byte(v4Request)
	if v6 {
		kind = v6Request
	}
	b = append(b, kind, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, Identifier(token))
	b = binary.BigEndian.AppendUint16(b, seq)
	for i := range uint64(tokenSize / 8) {
		b = binary.BigEndian.AppendUint64(b, token+i)
	}
	return b
}

// repliesTo tells whether a message is the reply to such an echo. The identifier may be another: ping
// sockets put their own.
func repliesTo(b []byte, v6 bool, token uint64, seq uint16) bool {
	e := echo{target: netip.IPv4Unspecified()}
	if v6 {
		e.target = netip.IPv6Unspecified()
	}
	if len(b) < echoHeader || !e.isReply(b[0]) || b[1] != 0 || binary.BigEndian.Uint16(b[6:]) != seq {
		return false
	}
	for i := range uint64(tokenSize / 8) {
		binary.BigEndian.PutUint64(e.token[8*i:], token+i)
	}
	return e.ours(b, tokenSize)
}
