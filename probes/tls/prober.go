package tls

import (
	"context"
	"time"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

// Prober asks a port that is only known to speak TLS for one handshake.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe connects and shakes hands. OpenProto: a record of TLS came back, whether or not the handshake
// could be finished; Evidence.TLS says which.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	class, why := Once(ctx, t, rec)
	if class == probes.OpenMute {
		second, reason := Once(ctx, t, rec)
		if why = reason; Supersedes(second, reason) {
			class = second
		}
	}
	return rec.Done(class, why)
}

// Supersedes tells whether the outcome of a second try replaces an open_mute. It does if the connection
// was accepted again, or the run was stopped; a refusal or a lost packet afterwards does not undo an accept.
func Supersedes(c probes.Class, why probes.Reason) bool {
	return c == probes.Unobserved || c.Open() || why == probes.Cancelled
}

// Once has one conversation that is nothing but a handshake, and records it. OpenProto: TLS answered.
func Once(ctx context.Context, t probes.Target, rec *probes.Recorder) (probes.Class, probes.Reason) {
	conn, out := tcp.Dial(ctx, t, rec)
	rec.Merge(out)
	if conn == nil {
		return out.Class, out.Reason
	}
	defer conn.Close()
	res := Handshake(ctx, conn, t, time.Now())
	res.Record(rec)
	switch res.Class {
	case probes.Unobserved:
		return probes.OpenProto, probes.NoReason
	case probes.ProbeError:
		return res.Class, probes.Cancelled
	}
	return res.Class, probes.NoReason
}

// Script lists the one ClientHello.
func (Prober) Script(t probes.Target) []probes.Request {
	return []probes.Request{Hello(t, "", 2)}
}
