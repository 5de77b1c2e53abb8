package nftables

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
)

// area is a named set of addresses, by family: IPv4, then IPv6.
type area struct {
	name  string
	spans [2][]span
}

// atlas is what a site says of addresses.
type atlas struct {
	zones []area // as they stand in the site, each address in one of them at most
	roles []area // by first mention
}

func newAtlas(site *audit.Site) (*atlas, error) {
	a := &atlas{}
	for i := range site.Zones {
		z := &site.Zones[i]
		if !isWord(z.Name) {
			return nil, fmt.Errorf("write a ruleset: zone %q is not a plain word of letters, digits, dots, dashes or underscores", plain(z.Name, 63))
		}
		a.zones = append(a.zones, area{z.Name, ofZone(site, i)})
	}
	for _, t := range site.Targets {
		if !isWord(t.Role) {
			return nil, fmt.Errorf("write a ruleset: role %q is not a plain word", plain(t.Role, 63))
		}
		if a.role(t.Role) == nil {
			a.roles = append(a.roles, area{name: t.Role})
		}
		r := a.role(t.Role)
		for f := range r.spans {
			r.spans[f] = joined(append(r.spans[f], without(ofFamily(t.Addresses, f), ofFamily(t.Exclude, f))...))
		}
	}
	return a, nil
}

// ofZone works out what a zone has by longest prefix, and for the zone of "*" all that nobody else has.
func ofZone(site *audit.Site, own int) (out [2][]span) {
	z := &site.Zones[own]
	for f := range out {
		for _, p := range z.Prefixes {
			if family(p) != f {
				continue
			}
			out[f] = append(out[f], without([]span{spanOf(p)}, longer(site, own, p))...)
		}
		if z.Rest {
			var others []netip.Prefix
			for i := range site.Zones {
				others = append(others, site.Zones[i].Prefixes...)
			}
			out[f] = append(out[f], without([]span{whole(f == 1)}, ofFamily(others, f))...)
		}
		out[f] = joined(out[f])
	}
	return out
}

// longer lists what the longer prefixes of other zones take out of one prefix of a zone.
func longer(site *audit.Site, own int, p netip.Prefix) (out []span) {
	for i := range site.Zones {
		for _, q := range site.Zones[i].Prefixes {
			if i != own && q.Bits() > p.Bits() && p.Contains(q.Addr()) {
				out = append(out, spanOf(q))
			}
		}
	}
	return out
}

func family(p netip.Prefix) int {
	if p.Addr().Is6() {
		return 1
	}
	return 0
}

func ofFamily(list []netip.Prefix, f int) (out []span) {
	for _, p := range list {
		if family(p) == f {
			out = append(out, spanOf(p))
		}
	}
	return out
}

func (a *atlas) zone(name string) *area { return find(a.zones, name) }
func (a *atlas) role(name string) *area { return find(a.roles, name) }

func find(list []area, name string) *area {
	if i := slices.IndexFunc(list, func(x area) bool { return x.name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// setName is how a rule refers to the addresses of an area.
func setName(kind, name string, f int) string { return fmt.Sprintf("%s_%s_v%d", kind, name, 4+2*f) }

// sets declares a set for each area and family that has addresses.
func (p *page) sets(kind string, list []area) {
	for _, a := range list {
		for f, spans := range a.spans {
			if len(spans) == 0 {
				continue
			}
			var elements []string
			for _, s := range spans {
				elements = append(elements, s.String())
			}
			p.line(1, "set %s {", setName(kind, a.name, f))
			p.line(2, "type ipv%d_addr", 4+2*f)
			p.line(2, "flags interval")
			p.line(2, "elements = { %s }", strings.Join(elements, ", "))
			p.line(1, "}")
		}
	}
}
