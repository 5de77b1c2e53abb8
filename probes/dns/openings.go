package dns

import (
	"oobscope/probes"
	"oobscope/probes/udp"
)

var _ probes.Opener = Prober{}

// Openings implements probes.Opener: the query and its repetitions, under an id that the token gives.
func (Prober) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.UDP {
		return nil
	}
	return udp.Openings(t.Pace, queryWords, max(t.Pace.UDPAttempts, 1),
		func(b []byte, token uint64) []byte { return append(b, encode(uint16(token))...) },
		func(b []byte, token uint64) bool {
			_, err := decode(b, uint16(token))
			return err == nil
		})
}
