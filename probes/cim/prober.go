package cim

import (
	"context"
	"net/http"

	"oobscope/probes"
	"oobscope/probes/http1"
)

// Prober climbs the first three steps of the ladder: connect, GET /, an empty POST.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe reports OpenProto if a CIM server was proved. On an endpoint that is meant to speak TLS, an
// answer in clear text is OpenOther, whoever gave it.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	a := http1.First(ctx, t, rec, front(t.Endpoint.TLS))
	a.Record(rec)
	if a.HTTP() {
		return rec.Done(http1.Settle(ladder(ctx, t, rec, &a)))
	}
	if t.Endpoint.TLS {
		return rec.Done(http1.Settle(withoutTLS(ctx, t, rec, &a)))
	}
	return rec.Done(a.Class, a.Reason)
}

// ladder goes on behind an answer to GET /.
func ladder(ctx context.Context, t probes.Target, rec *probes.Recorder, a *http1.Answer) (probes.Class, probes.Reason) {
	f := recognise(a.Head)
	class := probes.OpenOther
	if f.proves() {
		class = probes.OpenProto
		if !t.Endpoint.TLS {
			rec.Weak(probes.ClearTextLogin)
		}
	}
	if f != unknown {
		rec.Fact("server family", string(f))
	} else {
		rec.Fact("server family", "web server without a CIM mark")
	}
	switch {
	case a.Head.Status == http.StatusServiceUnavailable:
		return class, probes.Busy
	case !f.proves():
		return class, probes.NoReason
	}
	b := http1.Do(ctx, t, rec, operation(t.Endpoint.TLS))
	if !b.HTTP() {
		rec.Fact("login", "undecided: no answer to the empty POST: "+b.Class.String())
		return class, b.Reason
	}
	l := judge(f, b.Head)
	rec.Fact("login", l.String()+": "+b.Head.Line())
	for _, name := range []string{"WWW-Authenticate", "CIMError", "PGErrorDetail"} {
		if v := b.Head.Get(name); v != "" {
			rec.Fact(name, v)
		}
	}
	if l == absent {
		rec.Weak(probes.CIMNoLogin)
	}
	if b.Head.Status == http.StatusServiceUnavailable {
		return class, probes.Busy
	}
	return class, probes.NoReason
}

// withoutTLS looks for clear text where TLS did not come about. Some servers answer the ClientHello with
// an HTTP error. Others wait for a line that never comes, or close: only then is the harmless GET asked
// once in clear.
func withoutTLS(ctx context.Context, t probes.Target, rec *probes.Recorder, a *http1.Answer) (probes.Class, probes.Reason) {
	switch a.Class {
	case probes.OpenOther:
		if h, err := http1.ParseHead(a.First); err == nil {
			return clearText(rec, h)
		}
		return a.Class, a.Reason
	case probes.OpenProto:
		// TLS without a finished handshake proves TLS, not CIM.
		return probes.OpenOther, a.Reason
	case probes.OpenMute, probes.OpenCut:
		b := http1.Do(ctx, t, rec, front(false))
		if b.HTTP() {
			b.Record(rec)
			return clearText(rec, b.Head)
		}
		rec.Fact("clear text", "no HTTP answer: "+b.Class.String())
		if b.Class == probes.OpenOther {
			b.Record(rec)
			return b.Class, b.Reason
		}
		// A connection that was accepted stays an accepted one, however this one ended.
		return a.Class, b.Reason
	}
	return a.Class, a.Reason
}

func clearText(rec *probes.Recorder, h *http1.Head) (probes.Class, probes.Reason) {
	rec.Weak(probes.CIMClearText)
	rec.Fact("clear text", h.Line())
	if f := recognise(h); f != unknown {
		rec.Fact("server family", string(f))
	}
	return probes.OpenOther, probes.NoReason
}

// front is step 2: what a CIM server says to a GET gives it away, and costs it nothing.
func front(secure bool) http1.Ask {
	return http1.Ask{Request: http1.Request{Method: http.MethodGet, Path: "/"}, TLS: secure}
}

// operation is step 3: the head of an operation that only reads class names, with no body to execute.
// It is a POST and never an M-POST, which some servers do not know (DSP0200 6.2).
func operation(secure bool) http1.Ask {
	return http1.Ask{
		Request: http1.Request{
			Method: http.MethodPost, Path: "/cimom",
			Fields: []http1.Field{
				{Name: "Content-Length", Value: "0"},
				{Name: "Content-Type", Value: `application/xml; charset="utf-8"`},
				{Name: "CIMOperation", Value: "MethodCall"},
				{Name: "CIMMethod", Value: "EnumerateClassNames"},
				{Name: "CIMObject", Value: "root%2Finterop"},
			},
		},
		TLS: secure,
		// An open server might answer with names; they are not needed.
		Blind: true,
	}
}

// Script lists the ladder.
func (Prober) Script(t probes.Target) []probes.Request {
	plan := []http1.Planned{
		{Ask: front(t.Endpoint.TLS), Tries: 2},
		{Ask: operation(t.Endpoint.TLS), When: "only if a CIM server was proved"},
	}
	if t.Endpoint.TLS {
		plan = append(plan, http1.Planned{Ask: front(false), When: "only if the ClientHello got no answer"})
	}
	return http1.Script(t, plan...)
}
