package udp

import (
	"context"

	"oobscope/probes"
)

// Knock is the prober of the runner's check for a closed port (probes.KnockUDP): one small datagram of
// zeros to a port where nothing should listen. The answer that it hopes for is port_unreach.
type Knock struct{}

// knockPayload is not empty, because some filters drop an empty datagram for being one.
var knockPayload = make([]byte, 8)

const knockWords = "8 zero bytes"

// Probe implements probes.Prober.
func (Knock) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	_, out := Exchange(ctx, t, rec, Question{What: knockWords, Payload: knockPayload})
	rec.Merge(out)
	if out.Class == probes.Unobserved {
		return rec.Done(probes.OpenOther, out.Reason)
	}
	return rec.Done(out.Class, out.Reason)
}

// Script implements probes.Prober.
func (Knock) Script(t probes.Target) []probes.Request {
	return []probes.Request{{
		What: "8 zero bytes to a port where nothing should listen", Bytes: knockPayload,
		Conversations: t.Pace.UDPAttempts, Packets: t.Pace.UDPAttempts,
	}}
}
