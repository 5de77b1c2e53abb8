package audit

import (
	"fmt"
	"net/netip"
	"slices"

	"oobscope/kits/document"
)

// The largest sweeps that a site can ask for.
const (
	maxTargets  = 1 << 20
	minV6Bits   = 112
	maxEntries  = 8192 // of address lists, over all targets
	maxExcludes = 256  // of one target
	maxCanaries = 8
	v6SweepHint = "sweeping a /64 is hopeless: at one address a second it outlives the hardware; list the addresses, from DHCPv6, the switches or the inventory"
	v4SweepHint = "a /12 holds that many; list the segments that really hold management controllers"
)

// targets reads who may be sent packets, and refuses everything that is not a single station's address.
func (r *siteReader) targets(n *document.Node) {
	items := r.AsList(n)
	if n != nil && n.Kind == document.List && len(items) == 0 {
		r.Fail(n, "found no target, expected at least one", "only what is listed here is ever sent a packet")
	}
	total := 0
	var seen []listed
	for _, item := range items {
		if r.AsMap(item) == nil {
			continue
		}
		var t SiteTarget
		if role := r.Field(item, document.Required, "role"); role != nil {
			t.Role = r.AsEnum(role, roles...)
		}
		nodes := r.List(item, "addresses", document.Required)
		for _, a := range nodes {
			p, ok := r.prefix(a)
			if !ok || !r.addressable(a, p) {
				continue
			}
			t.Addresses = append(t.Addresses, p)
			seen = append(seen, listed{node: a, prefix: p, target: len(r.site.Targets)})
			total += 1 << (p.Addr().BitLen() - p.Bits())
		}
		if list := r.Field(item, document.Required, "addresses"); list != nil && list.Kind == document.List && len(nodes) == 0 {
			r.Fail(list, "found no address, expected at least one", "")
		}
		r.excludes(item, &t)
		r.site.Targets = append(r.site.Targets, t)
		r.Unknown(item)
	}
	if len(seen) > maxEntries {
		r.Fail(n, fmt.Sprintf("found %d entries, expected at most %d", len(seen), maxEntries), "join neighbours to prefixes")
		return
	}
	if total > maxTargets {
		r.Fail(n, fmt.Sprintf("found %d addresses in all, expected at most %d", total, maxTargets), v4SweepHint)
		return
	}
	r.apart(seen)
	r.placed(seen)
}

// listed is one entry of an addresses list.
type listed struct {
	node   *document.Node
	prefix netip.Prefix
	target int
}

// addressable refuses what no single station answers for, and sweeps that nobody can wait for.
func (r *siteReader) addressable(n *document.Node, p netip.Prefix) bool {
	if why := notUnicast(p); why != "" {
		r.Fail(n, "found "+n.Found()+", "+why, "list the addresses of single stations")
		return false
	}
	if p.Addr().Is6() && p.Bits() < minV6Bits {
		r.Fail(n, fmt.Sprintf("found %s, expected an IPv6 prefix of /%d or longer", p, minV6Bits), v6SweepHint)
		return false
	}
	if p.Addr().BitLen()-p.Bits() > 20 {
		r.Fail(n, fmt.Sprintf("found %s, expected at most %d addresses", p, maxTargets), v4SweepHint)
		return false
	}
	for _, z := range r.site.Zones {
		for _, zp := range z.Prefixes {
			edge := lastOf(zp)
			if zp.Addr().Is4() && zp.Bits() <= 30 && p.Bits() > 30 && (p.Contains(edge) || p.Contains(zp.Addr())) {
				r.Fail(n, fmt.Sprintf("found %s, which is the network or broadcast address of %s", p, zp),
					"a packet to it may reach the whole segment")
				return false
			}
		}
	}
	return true
}

// special are the ranges that no single station answers for (RFC 6890, RFC 5771, RFC 4291).
var special = []struct {
	prefix netip.Prefix
	why    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "which is unspecified"},
	{netip.MustParsePrefix("224.0.0.0/4"), "which is multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "which is reserved or broadcast"},
	{netip.MustParsePrefix("::/128"), "which is unspecified"},
	{netip.MustParsePrefix("ff00::/8"), "which is multicast"},
	{netip.MustParsePrefix("fe80::/10"), "which is link-local and means nothing without an interface"},
}

func notUnicast(p netip.Prefix) string {
	for _, s := range special {
		if s.prefix.Overlaps(p) {
			return s.why
		}
	}
	return ""
}

func (r *siteReader) excludes(item *document.Node, t *SiteTarget) {
	nodes := r.List(item, "exclude", document.Optional)
	if len(nodes) > maxExcludes {
		r.Fail(item.Get("exclude"), fmt.Sprintf("found %d entries, expected at most %d", len(nodes), maxExcludes), "join neighbours to prefixes")
		return
	}
	for _, n := range nodes {
		p, ok := r.prefix(n)
		if !ok {
			continue
		}
		hit := false
		for _, a := range t.Addresses {
			hit = hit || a.Overlaps(p)
		}
		if !hit {
			r.Fail(n, "found "+n.Found()+", which excludes nothing", "it must lie inside the addresses of the same target")
			continue
		}
		t.Exclude = append(t.Exclude, p)
	}
}

// apart refuses an address that is listed twice: it would get two conversations at a time. Prefixes are
// either disjoint or one holds the other, so after sorting only those that are still open can overlap.
func (r *siteReader) apart(seen []listed) {
	sorted := slices.Clone(seen)
	slices.SortStableFunc(sorted, func(a, b listed) int {
		if c := a.prefix.Addr().Compare(b.prefix.Addr()); c != 0 {
			return c
		}
		return a.prefix.Bits() - b.prefix.Bits()
	})
	var open []listed
	for _, b := range sorted {
		for len(open) > 0 && !open[len(open)-1].prefix.Overlaps(b.prefix) {
			open = open[:len(open)-1]
		}
		if !slices.ContainsFunc(open, func(a listed) bool { return r.twice(a, b) }) {
			open = append(open, b)
		}
	}
}

// twice reports the first address that two entries, the second inside the first, have in common.
func (r *siteReader) twice(a, b listed) (found bool) {
	common := SiteTarget{Addresses: []netip.Prefix{b.prefix}}
	common.Exclude = append(common.Exclude, r.site.Targets[a.target].Exclude...)
	common.Exclude = append(common.Exclude, r.site.Targets[b.target].Exclude...)
	common.each(func(twice netip.Addr) bool {
		first, second := a.node, b.node
		if second.Line < first.Line {
			first, second = second, first
		}
		r.Fail(second, fmt.Sprintf("found %s, which is already listed in line %d", twice, first.Line),
			"exclude it from one of them: a host is asked in one role")
		found = true
		return false
	})
	return found
}

// placed refuses targets outside every zone: no rule could be held against them.
func (r *siteReader) placed(seen []listed) {
	for _, l := range seen {
		t := SiteTarget{Addresses: []netip.Prefix{l.prefix}, Exclude: r.site.Targets[l.target].Exclude}
		if r.inOneZone(l.prefix) {
			continue
		}
		t.each(func(a netip.Addr) bool {
			if r.site.ZoneOf(a) != "" {
				return true
			}
			r.Fail(l.node, fmt.Sprintf("found %s, which lies in no zone", a), `add it to a zone, or give one zone "*"`)
			return false
		})
	}
}

// inOneZone spares counting through a prefix that some zone holds as a whole.
func (r *siteReader) inOneZone(p netip.Prefix) bool {
	for _, z := range r.site.Zones {
		if z.Rest {
			return true
		}
		for _, zp := range z.Prefixes {
			if zp.Bits() <= p.Bits() && zp.Contains(p.Addr()) {
				return true
			}
		}
	}
	return false
}
