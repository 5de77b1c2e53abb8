package redfish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"oobscope/probes"
	"oobscope/probes/http1"
)

// bodyLimit caps the service root.
const bodyLimit = 256 << 10

// transport is what gofish sends through: each request is one paced conversation with the target, in
// our own words. gofish's headers are left out, so that what goes over the wire is what the script says.
// The standard transport will not do: it may dial in the background, beside the host's line.
type transport struct {
	target probes.Target
	rec    *probes.Recorder
	asked  bool
	last   http1.Answer // the answer to the one request
}

var errRefused = errors.New("only one GET of the service root may go out")

// RoundTrip implements http.RoundTripper for exactly one GET of the service root; whatever else the
// library may come up with is refused before a packet leaves.
func (tr *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if tr.asked || req.Method != http.MethodGet || req.URL.Path != rootPath || req.URL.RawQuery != "" {
		return nil, errRefused
	}
	tr.asked = true
	tr.last = http1.Do(req.Context(), tr.target, tr.rec, get(tr.target, rootPath, bodyLimit))
	if !tr.last.HTTP() {
		return nil, fmt.Errorf("service root of %s: no HTTP answer (%s)", tr.target.Addr, tr.last.Class)
	}
	if len(tr.last.Body) > 0 && !tr.last.Whole {
		return nil, fmt.Errorf("service root of %s: body cut short or over %d bytes", tr.target.Addr, bodyLimit)
	}
	return response(req, &tr.last), nil
}

// response dresses an answer for the library.
func response(req *http.Request, a *http1.Answer) *http.Response {
	res := &http.Response{
		Status: a.Head.Line(), StatusCode: a.Head.Status, Proto: a.Head.Proto, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)),
		Request: req, Close: true,
	}
	for _, f := range a.Head.Fields {
		res.Header.Add(f.Name, f.Value)
	}
	return res
}

// client makes the http.Client for gofish: no redirect, no cookie, no proxy, one conversation.
func client(tr *transport) *http.Client {
	return &http.Client{
		Transport:     tr,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
