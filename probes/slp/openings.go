package slp

import (
	"oobscope/probes"
	"oobscope/probes/udp"
)

var _ probes.Opener = Prober{}

// Openings implements probes.Opener: the question for the types, then, to an agent that is silent on it, the
// one for wbem. Each is an exchange of its own, as in overUDP.
func (Prober) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.UDP {
		return nil
	}
	var out []probes.Opening
	for _, q := range []question{askTypes, askWBEM} {
		out = append(out, udp.Openings(t.Pace, q.String(), askAttempts(t.Pace),
			func(b []byte, token uint64) []byte { return append(b, encode(q, number(token))...) },
			func(b []byte, token uint64) bool {
				_, err := decode(b, number(token))
				return err == nil
			})...)
	}
	return out
}

// number is a transaction number; 0 is for unsolicited adverts.
func number(token uint64) uint16 { return uint16(1 + token%0xfff0) }
