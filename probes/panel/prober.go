package panel

import (
	"context"
	"net/http"

	"oobscope/probes"
	"oobscope/probes/http1"
	"oobscope/probes/tls"
)

// Prober sends the one HEAD, and one ClientHello if the answer was a TLS record.
type Prober struct{}

var _ probes.Prober = Prober{}

// ask is the request of bmc-services 8: these bytes and no other.
var ask = http1.Ask{Request: http1.Request{Method: http.MethodHead, Path: "/", Raw: "HEAD / HTTP/1.0\r\n\r\n"}}

// Probe reports OpenProto for any HTTP answer in clear text, OpenOther for any other one.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	a := http1.First(ctx, t, rec, ask)
	a.Record(rec)
	switch {
	case a.HTTP():
		rec.Weak(probes.PanelClearText)
		if a.Head.Status == http.StatusServiceUnavailable {
			return rec.Done(probes.OpenProto, probes.Busy)
		}
		return rec.Done(probes.OpenProto, probes.NoReason)
	case a.Class == probes.OpenOther && tls.LooksLikeTLS(a.First):
		class, why := tls.Once(ctx, t, rec)
		rec.Fact("tls", class.String())
		// Whatever the handshake gave, another protocol than the panel's had answered before it.
		return rec.Done(http1.Settle(probes.OpenOther, why))
	}
	return rec.Done(a.Class, a.Reason)
}

// Script lists the two.
func (Prober) Script(t probes.Target) []probes.Request {
	return append(http1.Script(t, http1.Planned{Ask: ask, Tries: 2}),
		tls.Hello(t, "only if the answer was a TLS record", 1))
}
