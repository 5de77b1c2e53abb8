package redfish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/stmcginnis/gofish"
	"github.com/stmcginnis/gofish/schemas"

	"oobscope/probes"
	"oobscope/probes/http1"
)

// root asks for the service root through gofish and records what it says. proved tells whether it is a
// Redfish service root; the answer is that of the conversation.
func root(ctx context.Context, t probes.Target, rec *probes.Recorder) (a http1.Answer, proved bool) {
	tr := &transport{target: t, rec: rec}
	service, err := connect(ctx, t, tr)
	if !tr.last.HTTP() {
		return tr.last, false
	}
	proved = tr.last.Head.Status == http.StatusOK && provesRoot(tr.last.Body)
	switch {
	case err == nil && proved:
		note(rec, service)
	case proved:
		// A controller whose root breaks the schema in some field is still a Redfish service.
		rec.Fact("service root", "does not follow the schema: "+short(err))
	default:
		rec.Fact("service root", tr.last.Head.Line())
	}
	return tr.last, proved
}

// connect lets gofish fetch and decode the service root: with an empty user name that is one GET and no
// session. Whatever a hostile answer does to the library ends here.
func connect(ctx context.Context, t probes.Target, tr *transport) (service *gofish.Service, err error) {
	defer func() {
		if r := recover(); r != nil {
			service, err = nil, fmt.Errorf("service root of %s: decoder gave up: %v", t.Addr, r)
		}
	}()
	scheme := "http://"
	if t.Endpoint.TLS {
		scheme = "https://"
	}
	c, err := gofish.ConnectContext(ctx, gofish.ClientConfig{
		Endpoint:          scheme + http1.Host(t.AddrPort(), t.Endpoint.TLS),
		HTTPClient:        client(tr),
		NoModifyTransport: true,
	})
	if err != nil {
		return nil, err
	}
	return c.Service, nil
}

// note records the identity that the root tells everyone. The UUID names one machine for life, so only
// its beginning is kept: enough to tell two machines apart, not enough to pass around.
func note(rec *probes.Recorder, s *gofish.Service) {
	for _, f := range []probes.Fact{
		{Key: "RedfishVersion", Value: s.RedfishVersion}, {Key: "Vendor", Value: s.Vendor},
		{Key: "Product", Value: s.Product}, {Key: "UUID", Value: mask(s.UUID)},
	} {
		if f.Value != "" {
			rec.Fact(f.Key, f.Value)
		}
	}
}

// mask keeps the first eight hexadecimal digits of an identifier.
func mask(id string) string {
	kept := 0
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return r
		case kept < 8 && strings.ContainsRune("0123456789abcdefABCDEF", r):
			kept++
			return r
		}
		kept = 8
		return '*'
	}, id)
}

// provesRoot tells whether a body is a service root (DSP0266, service root request): an object that
// names its type or its version.
func provesRoot(body []byte) bool {
	var r struct {
		Type    any `json:"@odata.type"`
		Version any `json:"RedfishVersion"`
	}
	if json.Unmarshal(body, &r) != nil {
		return false
	}
	kind, _ := r.Type.(string)
	version, _ := r.Version.(string)
	return strings.HasPrefix(kind, "#ServiceRoot.") || version != ""
}

// provesVersions tells whether a body is the answer to GET /redfish (DSP0266, protocol version): the
// object that maps v1 to its path.
func provesVersions(body []byte) bool {
	var r struct {
		V1 any `json:"v1"`
	}
	if json.Unmarshal(body, &r) != nil {
		return false
	}
	path, _ := r.V1.(string)
	return strings.HasPrefix(path, "/redfish/v1")
}

// short is the first line of what the library says; its errors may carry the peer's whole body.
func short(err error) string {
	var api *schemas.Error
	if errors.As(err, &api) {
		return fmt.Sprintf("status %d", api.HTTPReturnedStatusCode)
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
