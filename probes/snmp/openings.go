package snmp

import (
	"oobscope/probes"
	"oobscope/probes/udp"
)

var _ probes.Opener = Prober{}

// Openings implements probes.Opener: the request and its repetitions, under an id that the token gives.
func (Prober) Openings(t probes.Target) []probes.Opening {
	if t.Endpoint.Proto != probes.UDP {
		return nil
	}
	return udp.Openings(t.Pace, requestWords, max(t.Pace.UDPAttempts, 1),
		func(b []byte, token uint64) []byte { return append(b, encode(idOf(token))...) },
		func(b []byte, token uint64) bool {
			_, err := decode(b, idOf(token))
			return err == nil
		})
}

// idOf is a message id from 1 to the largest.
func idOf(token uint64) uint32 { return uint32(1 + token%maxID) }
