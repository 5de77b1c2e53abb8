package nftables

import (
	"fmt"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// rejectTypes are the words of nft for the site's ways to reject.
var rejectTypes = map[string]string{
	"admin-prohibited": "admin-prohibited", "port-unreachable": "port-unreachable",
	"host-unreachable": "host-unreachable", "net-unreachable": "no-route",
}

// refuse writes the chain that rejects: TCP by a reset if the site lists it, or lists nothing; the rest by
// the first ICMP error that the site lists, admin-prohibited if none.
func (p *page) refuse(with []string) {
	icmp := "admin-prohibited"
	if i := slices.IndexFunc(with, func(s string) bool { return rejectTypes[s] != "" }); i >= 0 {
		icmp = rejectTypes[with[i]]
	}
	p.line(1, "chain refuse {")
	if len(with) == 0 || slices.Contains(with, "tcp-reset") {
		p.line(2, "meta l4proto tcp reject with tcp reset")
	}
	p.line(2, "reject with icmpx %s", icmp)
	p.line(1, "}")
}

// forward writes the chain that everything passes: replies, neighbour discovery, the rules in their order,
// then the defaults of the site.
func (p *page) forward(s *audit.Scope, a *atlas) {
	policy := "drop"
	if s.Site.Interzone == "allow" {
		policy = "accept"
	}
	p.line(1, "chain forward {")
	p.line(2, "type filter hook forward priority filter; policy %s;", policy)
	p.line(2, "ct state established,related accept")
	p.line(2, "icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept")
	p.twofold(s.Site, a)
	for i := range s.Rules {
		p.rule(&s.Rules[i], s.Site, a)
	}
	p.defaults(s.Site, a)
	p.line(1, "}")
}

// twofold warns of ports that stand for two services of one role: a port cannot tell them apart, and the
// first rule for one of them decides for both.
func (p *page) twofold(site *audit.Site, a *atlas) {
	for _, role := range a.roles {
		first := map[string]string{}
		for _, svc := range kits.Catalogue() {
			if !slices.Contains(svc.Roles, role.name) {
				continue
			}
			for _, port := range ports(site, &svc) {
				if other := first[port]; other != "" {
					p.remark(2, "careful: %s of role %s is both %s and %s; the first rule for either decides", port, role.name, other, svc.ID)
					continue
				}
				first[port] = svc.ID
			}
		}
	}
}

// rule writes one rule of a kit as a line for each role, family and pair of zones that has addresses.
func (p *page) rule(r *audit.RuleRef, site *audit.Site, a *atlas) {
	p.line(0, "")
	p.remark(2, "rule %d, %s: %s %s from %s to %s", r.Index, r.Kit.Ref(), r.Rule.Action, r.Rule.App.ID,
		strings.Join(r.Rule.From, ", "), strings.Join(r.Rule.To, ", "))
	services := kits.ServicesFor(r.Rule)
	if len(services) == 0 {
		p.remark(2, "  not in the service catalogue: no port is known, nothing is written")
		return
	}
	written := 0
	for _, role := range a.roles {
		if !listed(r.Rule.ToRoles, role.name) {
			continue
		}
		asked := slices.DeleteFunc(slices.Clone(services), func(svc *kits.Service) bool { return !slices.Contains(svc.Roles, role.name) })
		for f := range role.spans {
			for _, where := range ways(r.Rule, a, &role, f) {
				for _, what := range matches(site, asked, f) {
					p.line(2, "%s %s %s%s", where, what, logs(r), verdict(r.Rule.Action))
					written++
				}
			}
		}
	}
	if written == 0 {
		p.remark(2, "  no listed target has this role and zone: nothing is written")
	}
}

// listed tells whether a rule's list of destination roles takes a role in; an empty list takes every one.
func listed(list []string, role string) bool {
	return len(list) == 0 || slices.Contains(list, role) || slices.Contains(list, kits.AnyZone) || slices.Contains(list, "*")
}

// ways lists the address matches of a rule towards one role in one family.
func ways(r *kits.Rule, a *atlas, role *area, f int) (out []string) {
	l3 := [...]string{"ip", "ip6"}[f]
	if len(role.spans[f]) == 0 {
		return nil
	}
	target := fmt.Sprintf("%s daddr @%s", l3, setName("role", role.name, f))
	for _, from := range ends(r.From) {
		source := ""
		if from != kits.AnyZone {
			z := a.zone(from)
			if z == nil || len(z.spans[f]) == 0 {
				continue
			}
			source = fmt.Sprintf("%s saddr @%s ", l3, setName("zone", from, f))
		}
		for _, to := range ends(r.To) {
			if to == kits.AnyZone {
				out = append(out, source+target)
				continue
			}
			if z := a.zone(to); z != nil && meet(z.spans[f], role.spans[f]) {
				out = append(out, fmt.Sprintf("%s%s daddr @%s %s", source, l3, setName("zone", to, f), target))
			}
		}
	}
	return out
}

// ends are the zones of one side of a rule, each once; one that means every zone stands alone.
func ends(zones []string) []string {
	var out []string
	for _, z := range zones {
		if z == kits.AnyZone || z == "*" {
			return []string{kits.AnyZone}
		}
		if !slices.Contains(out, z) {
			out = append(out, z)
		}
	}
	return out
}

// matches says what a list of services is on the wire: one match for all ports, one for echoes.
func matches(site *audit.Site, services []*kits.Service, f int) (out []string) {
	var all []string
	echo := false
	for _, svc := range services {
		for _, port := range ports(site, svc) {
			if port == "icmp" {
				echo = true
			} else if !slices.Contains(all, port) {
				all = append(all, port)
			}
		}
	}
	if len(all) > 0 {
		out = append(out, fmt.Sprintf("meta l4proto . th dport { %s }", strings.Join(all, ", ")))
	}
	if echo {
		out = append(out, [...]string{"icmp type echo-request", "icmpv6 type echo-request"}[f])
	}
	return out
}

// ports are the endpoints of a service at a site as nft writes them: "tcp . 443"; "icmp" for an echo.
func ports(site *audit.Site, svc *kits.Service) (out []string) {
	for _, e := range svc.Endpoints {
		numbers := []uint16{e.Port}
		if e.Port == 0 {
			out = append(out, e.Proto)
			continue
		}
		if own := site.Ports[svc.ID]; len(own) > 0 {
			numbers = own
		}
		for _, n := range numbers {
			if port := fmt.Sprintf("%s . %d", e.Proto, n); !slices.Contains(out, port) {
				out = append(out, port)
			}
		}
	}
	return out
}

// logs writes down the opening of a flow if the kit asks for it. What a kit wants logged at the end of a
// flow is the business of connection tracking, not of a rule.
func logs(r *audit.RuleRef) string {
	if l := r.Rule.Logging.Start; l == nil || !*l {
		return ""
	}
	return fmt.Sprintf("log prefix \"%s \" ", plain(fmt.Sprintf("oobscope %d %s %s:", r.Index, r.Rule.Action, r.Rule.App.ID), 100))
}

func verdict(a kits.Action) string {
	switch a {
	case kits.Allow:
		return "accept"
	case kits.Reject:
		return "goto refuse"
	}
	return "drop"
}

// defaults writes what the site intends where no rule speaks.
func (p *page) defaults(site *audit.Site, a *atlas) {
	words := map[string]string{"allow": "accept", "reject": "goto refuse", "drop": "drop"}
	p.line(0, "")
	p.remark(2, "the site's defaults: %s inside a zone, %s between zones", site.Intrazone, site.Interzone)
	for _, z := range a.zones {
		for f, l3 := range []string{"ip", "ip6"} {
			if len(z.spans[f]) > 0 && site.Intrazone != site.Interzone {
				set := setName("zone", z.name, f)
				p.line(2, "%s saddr @%s %s daddr @%s %s", l3, set, l3, set, words[site.Intrazone])
			}
		}
	}
	if site.Interzone == "reject" {
		p.line(2, "goto refuse")
	}
}
