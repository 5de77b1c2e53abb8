package udp

import (
	"oobscope/probes"
)

// Openings makes the attempts of one question, as Exchange would send them. The functions are those of
// probes.Opening.
func Openings(p probes.Pace, what string, attempts int, encode func(b []byte, token uint64) []byte,
	answers func(b []byte, token uint64) bool,
) []probes.Opening {
	out := make([]probes.Opening, 0, attempts)
	for i := range attempts {
		out = append(out, probes.Opening{What: what, Wait: wait(p, attempts, i), Encode: encode, Answers: answers})
	}
	return out
}

var _ probes.Opener = Knock{}

// Openings implements probes.Opener.
func (Knock) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.UDP {
		return nil
	}
	return Openings(t.Pace, knockWords, max(t.Pace.UDPAttempts, 1),
		func(b []byte, _ uint64) []byte { return append(b, knockPayload...) },
		func([]byte, uint64) bool { return false }) // nobody should answer: any datagram is a surprise
}
