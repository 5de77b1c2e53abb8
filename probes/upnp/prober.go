package upnp

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"oobscope/probes"
	"oobscope/probes/http1"
)

const (
	descriptionPath = "/IPMIdevicedesc.xml"
	secretPath      = "/PSBlock"
)

// Prober climbs the ladder of bmc-services 7: HEAD of a path that cannot exist, the public device
// description, HEAD of the password file.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe reports OpenProto if the server's banner or the description proved UPnP, OpenOther for any other
// answer. PSBlockServed is claimed only for a plain 200 with a length, from a server that does not answer
// 200 to everything.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	a := http1.First(ctx, t, rec, head("/"+http1.Token()))
	a.Record(rec)
	if !a.HTTP() {
		return rec.Done(a.Class, a.Reason)
	}
	class := probes.OpenOther
	if banner(a.Head) {
		class = probes.OpenProto
	}
	if n, ok := a.Head.Length(); ok && n == 0 && a.Head.Status == http.StatusNotFound && a.Head.Reason == "Bad Request" {
		rec.Fact("mark", "404 Bad Request without a body, as the Supermicro daemon answers")
	}
	switch a.Head.Status {
	case http.StatusServiceUnavailable:
		return rec.Done(class, probes.Busy)
	case http.StatusOK:
		rec.Fact("password file", "undecided: 200 for a path that cannot exist, so a 200 proves nothing")
		return rec.Done(class, probes.NoReason)
	}
	known, why, goOn := describe(ctx, t, rec)
	if known {
		class = probes.OpenProto
	}
	if goOn {
		why = password(ctx, t, rec)
	}
	return rec.Done(http1.Settle(class, why))
}

// banner tells whether the Server field has the form that UPnP prescribes: a system, "UPnP/" with a
// version, a product (UPnP Device Architecture 1.0, 2.7).
func banner(h *http1.Head) bool { return strings.Contains(h.Get("Server"), "UPnP/") }

// describe fetches the public device description. known: it is a UPnP device; goOn: the target still
// answers.
func describe(ctx context.Context, t probes.Target, rec *probes.Recorder) (known bool, why probes.Reason, goOn bool) {
	ask := http1.Ask{
		Request: http1.Request{Method: http.MethodGet, Path: descriptionPath},
		Body:    descriptionLimit,
	}
	a := http1.Do(ctx, t, rec, ask)
	if !a.HTTP() {
		rec.Fact("device description", "no HTTP answer: "+a.Class.String())
		return false, a.Reason, false
	}
	rec.Fact("device description", a.Head.Line())
	if a.Head.Status == http.StatusServiceUnavailable {
		return false, probes.Busy, false
	}
	if a.Head.Status != http.StatusOK {
		return false, probes.NoReason, true
	}
	d, err := parseDescription(a.Body)
	if err != nil {
		rec.Fact("device description", "not read to its end: "+err.Error())
	}
	for _, f := range []probes.Fact{
		{Key: "deviceType", Value: d.DeviceType}, {Key: "manufacturer", Value: d.Manufacturer},
		{Key: "modelName", Value: d.Model},
	} {
		if f.Value != "" {
			rec.Fact(f.Key, f.Value)
		}
	}
	return d.upnp(), probes.NoReason, true
}

// password asks whether the password file would be served. The answer's head says it all: nothing
// behind it is taken from the system, also if the server breaks the rules and sends a body.
func password(ctx context.Context, t probes.Target, rec *probes.Recorder) probes.Reason {
	ask := head(secretPath)
	ask.Blind = true
	a := http1.Do(ctx, t, rec, ask)
	if !a.HTTP() {
		rec.Fact("password file", "undecided: no HTTP answer: "+a.Class.String())
		return a.Reason
	}
	size, known := a.Head.Length()
	switch {
	case a.Head.Status == http.StatusOK && known && size > 0:
		rec.Weak(probes.PSBlockServed)
		rec.Fact("password file", "would be served: 200, "+strconv.FormatInt(size, 10)+" bytes, none fetched")
	case a.Head.Status == http.StatusOK:
		rec.Fact("password file", "undecided: 200 without a length")
	case a.Head.Status == http.StatusNotFound:
		rec.Fact("password file", "not exposed: "+a.Head.Line())
	case a.Head.Status == http.StatusServiceUnavailable:
		rec.Fact("password file", "undecided: "+a.Head.Line())
		return probes.Busy
	default:
		rec.Fact("password file", "undecided: "+a.Head.Line())
	}
	return probes.NoReason
}

func head(path string) http1.Ask {
	return http1.Ask{Request: http1.Request{Method: http.MethodHead, Path: path}}
}

// Script lists the ladder. The only request for the password file is a HEAD.
func (Prober) Script(t probes.Target) []probes.Request {
	const answered = "only if HTTP answered, and not 200 to everything"
	secret := head(secretPath)
	secret.Blind = true
	return http1.Script(t,
		http1.Planned{Ask: head("/" + http1.ZeroToken), Tries: 2},
		http1.Planned{When: answered, Ask: http1.Ask{
			Request: http1.Request{Method: http.MethodGet, Path: descriptionPath}, Body: descriptionLimit,
		}},
		http1.Planned{Ask: secret, When: answered},
	)
}
