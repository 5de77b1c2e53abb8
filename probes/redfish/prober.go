package redfish

import (
	"context"
	"net/http"

	"oobscope/probes"
	"oobscope/probes/http1"
)

const (
	versionsPath = "/redfish"
	rootPath     = "/redfish/v1/"
	systemsPath  = "/redfish/v1/Systems"
	managersPath = "/redfish/v1/Managers"
	accountsPath = "/redfish/v1/AccountService"

	versionsLimit = 8 << 10
)

// Prober asks for the protocol versions, the service root, and the status of three resources that must
// demand a login.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe reports OpenProto if the target proved to be a Redfish service, OpenOther if it answered in any
// other way, TLS alone included: the port would then be open for something that the policy did not name.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	first := http1.First(ctx, t, rec, get(t, versionsPath, versionsLimit))
	first.Record(rec)
	if !first.HTTP() {
		class := first.Class
		if class == probes.OpenProto {
			class = probes.OpenOther
		}
		return rec.Done(class, first.Reason)
	}
	class, why := ladder(ctx, t, rec, &first)
	if class == probes.OpenProto && !t.Endpoint.TLS {
		rec.Weak(probes.RedfishClearText)
	}
	return rec.Done(http1.Settle(class, why))
}

// ladder goes on behind the first HTTP answer, as far as the target lets it.
func ladder(ctx context.Context, t probes.Target, rec *probes.Recorder, first *http1.Answer) (probes.Class, probes.Reason) {
	class := probes.OpenOther
	if first.Head.Status == http.StatusOK && provesVersions(first.Body) {
		class = probes.OpenProto
	}
	if busy(first) {
		return class, probes.Busy
	}
	a, proved := root(ctx, t, rec)
	if proved {
		class = probes.OpenProto
	}
	switch {
	case !a.HTTP():
		return class, ended(rec, rootPath, &a)
	case busy(&a):
		return class, probes.Busy
	case class != probes.OpenProto:
		return class, probes.NoReason
	}
	return class, anonymous(ctx, t, rec)
}

// anonymous asks for the status of what must not be given without a login (DSP0266 13). Bodies stay
// unread. If anything was given, a path that cannot exist tells whether that means something.
func anonymous(ctx context.Context, t probes.Target, rec *probes.Recorder) probes.Reason {
	var found probes.WeakSet
	for _, r := range []struct {
		path string
		weak probes.Weakness
	}{
		{systemsPath, probes.RedfishAnonymous},
		{managersPath, probes.RedfishAnonymous},
		{accountsPath, probes.RedfishAnonymousAdmin},
	} {
		status, why := peek(ctx, t, rec, r.path, r.path)
		if status == 0 || why == probes.Busy {
			return why
		}
		if status == http.StatusOK {
			found = found.With(r.weak)
		}
	}
	if found == 0 {
		return probes.NoReason
	}
	status, why := peek(ctx, t, rec, canaryPath(http1.Token()), "a path that cannot exist")
	switch {
	case status == 0 || why == probes.Busy:
		// Without the counter-check nothing is claimed; the facts above stand.
		return why
	case status == http.StatusOK:
		rec.Weak(probes.RedfishAnswersAll)
	default:
		for _, w := range found.List() {
			rec.Weak(w)
		}
	}
	return probes.NoReason
}

// peek asks for the status of a path and records what it means. 0: no HTTP answer came.
func peek(ctx context.Context, t probes.Target, rec *probes.Recorder, path, name string) (int, probes.Reason) {
	ask := get(t, path, 0)
	ask.Blind = true
	a := http1.Do(ctx, t, rec, ask)
	if !a.HTTP() {
		return 0, ended(rec, name, &a)
	}
	meaning := ""
	switch a.Head.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		meaning = "login demanded: "
	case http.StatusOK:
		meaning = "given without a login: "
	}
	rec.Fact(name, meaning+a.Head.Line())
	if busy(&a) {
		return a.Head.Status, probes.Busy
	}
	return a.Head.Status, probes.NoReason
}

// ended records how a later conversation failed. The class stands on what came before.
func ended(rec *probes.Recorder, name string, a *http1.Answer) probes.Reason {
	rec.Fact(name, "no HTTP answer: "+a.Class.String())
	return a.Reason
}

func busy(a *http1.Answer) bool { return a.Head.Status == http.StatusServiceUnavailable }

func get(t probes.Target, path string, body int) http1.Ask {
	return http1.Ask{
		Request: http1.Request{
			Method: http.MethodGet, Path: path,
			Fields: []http1.Field{{Name: "OData-Version", Value: "4.0"}},
		},
		TLS: t.Endpoint.TLS, Body: body,
	}
}

func canaryPath(token string) string { return rootPath + token }

// Script lists the ladder.
func (Prober) Script(t probes.Target) []probes.Request {
	const proven = "only if Redfish was proved"
	plan := []http1.Planned{
		{Ask: get(t, versionsPath, versionsLimit), Tries: 2},
		{Ask: get(t, rootPath, bodyLimit), When: "only if HTTP answered"},
	}
	for _, path := range []string{systemsPath, managersPath, accountsPath} {
		plan = append(plan, http1.Planned{Ask: get(t, path, 0), When: proven})
	}
	plan = append(plan, http1.Planned{
		Ask: get(t, canaryPath(http1.ZeroToken), 0), When: "only if one of the three was given without a login",
	})
	return http1.Script(t, plan...)
}
