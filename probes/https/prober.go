package https

import (
	"context"
	"net/http"
	"strings"

	"oobscope/probes"
	"oobscope/probes/http1"
)

// Prober asks for the front page. On an endpoint that is not meant to speak TLS (port 80) it asks in
// clear text.
type Prober struct{}

var _ probes.Prober = Prober{}

// page is how much of the front page is taken: enough to let the server finish a small answer instead
// of being reset in the middle of it.
const page = 8 << 10

func ask(t probes.Target) http1.Ask {
	return http1.Ask{
		Request: http1.Request{Method: http.MethodGet, Path: "/"},
		TLS:     t.Endpoint.TLS, Body: page,
	}
}

// Probe reports OpenProto if an HTTP answer came the way the endpoint is meant to speak, and also if
// the peer spoke TLS but could not finish a handshake with the widest offer there is: then it is a TLS
// service too old for us, or one that demands a client certificate. The certificate's issuer is a fact
// of its own, because an inspecting firewall shows itself there.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	a := http1.First(ctx, t, rec, ask(t))
	a.Record(rec)
	if a.TLS != nil && a.TLS.Facts.Issuer != "" {
		rec.Fact("issuer", a.TLS.Facts.Issuer)
	}
	if !a.HTTP() {
		return rec.Done(a.Class, a.Reason)
	}
	if !t.Endpoint.TLS && invites(a.Head) {
		rec.Weak(probes.ClearTextLogin)
	}
	if a.Head.Status == http.StatusServiceUnavailable {
		return rec.Done(probes.OpenProto, probes.Busy)
	}
	return rec.Done(probes.OpenProto, probes.NoReason)
}

// invites tells whether an answer in clear text asks for a password that would then travel in clear
// text as well, if only as Basic does (RFC 7617).
func invites(h *http1.Head) bool {
	return h.Status == http.StatusUnauthorized &&
		strings.HasPrefix(strings.ToLower(h.Get("WWW-Authenticate")), "basic")
}

// Script lists the one request.
func (Prober) Script(t probes.Target) []probes.Request {
	return http1.Script(t, http1.Planned{Ask: ask(t), Tries: 2})
}
