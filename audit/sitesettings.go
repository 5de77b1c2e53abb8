package audit

import (
	"fmt"
	"slices"
	"time"

	"oobscope/kits"
	"oobscope/kits/document"
)

// The bounds of the probe settings.
const (
	minGap     = 1100 * time.Millisecond
	maxGap     = time.Hour
	minTimeout = 200 * time.Millisecond
	maxTimeout = 30 * time.Second
	maxPorts   = 16
)

// rejectKinds are the ways in which a firewall refuses.
var rejectKinds = []string{"tcp-reset", "admin-prohibited", "port-unreachable", "host-unreachable", "net-unreachable"}

// defaults must be stated: many firewalls allow inside a zone, so nothing can be taken for granted.
func (r *siteReader) defaults(m *document.Node) {
	r.site.Interzone = r.Enum(m, "interzone", document.Required, "drop", "reject", "allow")
	r.site.Intrazone = r.Enum(m, "intrazone", document.Required, "drop", "reject", "allow")
	r.Unknown(m)
}

func (r *siteReader) enforcement(m *document.Node) {
	r.site.Style = "port"
	if m == nil {
		return
	}
	if s := r.Enum(m, "style", document.Optional, "port", "app_id"); s != "" {
		r.site.Style = s
	}
	r.site.OnLink = r.flag(m, "on_link")
	r.site.HostFirewall = r.flag(m, "host_firewall")
	for _, n := range r.List(m, "reject", document.Optional) {
		if kind := r.AsEnum(n, rejectKinds...); kind != "" && !slices.Contains(r.site.RejectWith, kind) {
			r.site.RejectWith = append(r.site.RejectWith, kind)
		}
	}
	r.Unknown(m)
}

func (r *siteReader) flag(m *document.Node, key string) bool {
	v := r.Bool(m, key, document.Optional)
	return v != nil && *v
}

func (r *siteReader) probe(m *document.Node) {
	if m == nil {
		return
	}
	p := &r.site.Probe
	p.Pace = r.Enum(m, "pace", document.Optional, "gentle", "normal", "fast")
	p.Gap = r.duration(m, "per_host_gap", minGap, maxGap,
		"management controllers fall over, and their ICMP errors are rate limited, when they are asked more often")
	p.Attempts = r.Int(m, "attempts", document.Optional, 1, 5)
	p.Timeout = r.duration(m, "timeout", minTimeout, maxTimeout, "")
	r.canaries(m)
	if n := r.Field(m, document.Optional, "window"); n != nil {
		p.Window = r.AsString(n)
		if _, _, ok := WindowOf(p.Window); p.Window != "" && !ok {
			r.Fail(n, "found "+n.Found()+", expected two different times of day", `write it as "22:00-05:00"`)
		}
	}
	r.Unknown(m)
}

// WindowOf reads a window of the day, "22:00-05:00", as minutes since midnight. It may span midnight.
func WindowOf(s string) (from, to int, ok bool) {
	if len(s) != len("22:00-05:00") || s[5] != '-' {
		return 0, 0, false
	}
	a, errA := time.Parse("15:04", s[:5])
	b, errB := time.Parse("15:04", s[6:])
	from, to = a.Hour()*60+a.Minute(), b.Hour()*60+b.Minute()
	return from, to, errA == nil && errB == nil && from != to
}

func (r *siteReader) duration(m *document.Node, key string, low, high time.Duration, why string) time.Duration {
	n := r.Field(m, document.Optional, key)
	if n == nil {
		return 0
	}
	d, err := time.ParseDuration(n.Text)
	if n.Kind != document.String || err != nil || d < low || d > high {
		r.Fail(n, fmt.Sprintf("found %s, expected a time from %s to %s", n.Found(), low, high), why)
		return 0
	}
	return d
}

func (r *siteReader) canaries(m *document.Node) {
	nodes := r.List(m, "canary", document.Optional)
	for i, n := range nodes {
		p, ok := r.prefix(n)
		switch {
		case !ok:
		case i >= maxCanaries:
			r.Fail(n, fmt.Sprintf("found %d canaries, expected at most %d", len(nodes), maxCanaries), "")
			return
		case !p.IsSingleIP():
			r.Fail(n, "found "+n.Found()+", expected one address", "")
		case notUnicast(p) != "":
			r.Fail(n, "found "+n.Found()+", "+notUnicast(p), "")
		case r.site.Lists(p.Addr()):
			r.Fail(n, "found "+n.Found()+", which is a target as well", "a canary is an address that is never assigned; exclude it from the targets")
		case slices.Contains(r.site.Probe.Canaries, p.Addr()):
			r.Fail(n, "found "+n.Found()+" twice", "")
		default:
			r.site.Probe.Canaries = append(r.site.Probe.Canaries, p.Addr())
		}
	}
}

// services reads the ports that replace those of the catalogue.
func (r *siteReader) services(m *document.Node) {
	if m == nil {
		return
	}
	r.site.Ports = map[string][]uint16{}
	for _, f := range m.Fields {
		r.Field(m, document.Optional, f.Key)
		svc := kits.ServiceByID(f.Key)
		switch {
		case svc == nil:
			r.Fail(f.Value, "found the service "+document.Quote(f.Key)+", expected one of the catalogue", "")
			continue
		case !hasPorts(svc):
			r.Fail(f.Value, "found ports for "+f.Key+", which has none", "")
			continue
		case r.AsMap(f.Value) == nil:
			continue
		}
		nodes := r.List(f.Value, "ports", document.Required)
		if len(nodes) > maxPorts {
			r.Fail(f.Value, fmt.Sprintf("found %d ports, expected at most %d", len(nodes), maxPorts), "")
			continue
		}
		for _, n := range nodes {
			port := uint16(r.AsInt(n, 1, 65535))
			if port != 0 && slices.Contains(r.site.Ports[svc.ID], port) {
				r.Fail(n, "found "+n.Found()+" twice", "")
			} else if port != 0 {
				r.site.Ports[svc.ID] = append(r.site.Ports[svc.ID], port)
			}
		}
		r.Unknown(f.Value)
	}
}

func hasPorts(s *kits.Service) bool {
	return slices.ContainsFunc(s.Endpoints, func(e kits.Endpoint) bool { return e.Port != 0 })
}
