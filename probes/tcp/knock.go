package tcp

import (
	"context"

	"oobscope/probes"
)

// Knock is the prober of the runner's own checks (probes.KnockTCP): it connects and closes at once, and
// sends no byte. An accept is open_mute, because nothing was asked.
type Knock struct{}

// Probe implements probes.Prober.
func (Knock) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	c, out := Dial(ctx, t, rec)
	rec.Merge(out)
	if c == nil {
		return rec.Done(out.Class, out.Reason)
	}
	c.Close()
	return rec.Done(probes.OpenMute, out.Reason)
}

// Script implements probes.Prober.
func (Knock) Script(t probes.Target) []probes.Request {
	return []probes.Request{{
		What: "connect and close at once", Conversations: t.Pace.TCPAttempts,
		Packets: (t.Pace.TCPAttempts-1)*SilentPackets + KnockPackets,
	}}
}
