package ipmi

import (
	"oobscope/probes"
	"oobscope/probes/udp"
)

var _ probes.Opener = Prober{}

// Openings implements probes.Opener: the ping, then both forms of the question for the capabilities, as a
// controller is asked that never answers.
func (Prober) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.UDP {
		return nil
	}
	out := udp.Openings(t.Pace, pingWords, 1,
		func(b []byte, token uint64) []byte { return append(b, encodePing(tag(token))...) },
		func(b []byte, token uint64) bool {
			_, err := decodePong(b, tag(token))
			return err == nil
		})
	for _, extended := range []bool{true, false} {
		what, attempts := capabilitiesWords(t.Pace, extended)
		out = append(out, udp.Openings(t.Pace, what, attempts,
			func(b []byte, token uint64) []byte {
				return append(b, encodeAuthCapabilities(sequence(token), extended)...)
			},
			func(b []byte, token uint64) bool {
				_, err := decodeReply(b, sequence(token), cmdAuthCapability)
				return err == nil
			})...)
	}
	return out
}

// tag is a message tag of ASF; FFh is not one. sequence is a requester's sequence of six bits.
func tag(token uint64) byte      { return byte(token % 0xff) }
func sequence(token uint64) byte { return byte(token) & 0x3f }
