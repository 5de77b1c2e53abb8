package audit

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/kits"
	"oobscope/probes"
)

// NewScope plans a run: the rules of all kits in one ordered list, held against every listed target of
// the site, as seen from v. Nothing is sent. It fails if the options name something that the site or the
// catalogue does not know, or if our own addresses contradict the zone that the site says we stand in.
func NewScope(ks []*kits.Kit, site *Site, v Vantage, o Options) (*Scope, error) {
	if len(ks) == 0 {
		return nil, errors.New("plan: no kit given: there is no intent to hold the segment against")
	}
	if err := checkFilter(site, o.Targets); err != nil {
		return nil, err
	}
	pace, err := paceOf(site, o)
	if err != nil {
		return nil, err
	}
	pl := &planner{s: &Scope{Kits: ks, Site: site, Vantage: v, Options: o, Waivers: site.Waivers}, groups: map[groupKey]int{}}
	if pl.only, err = newNarrowing(o.Only); err != nil {
		return nil, err
	}
	pl.listRules()
	if err := pl.selectServices(); err != nil {
		return nil, err
	}
	if err := pl.placeTargets(); err != nil {
		return nil, err
	}
	pl.s.Plan.Pace, pl.s.Plan.Seed = pace, o.Seed
	pl.s.Plan.Canaries, pl.s.Plan.Simulated = site.Probe.Canaries, site.Simulated
	pl.s.Plan.Seal()
	pl.leaveOut()
	return pl.s, nil
}

// paceOf is the pace of the options, else of the site, else normal, with the site's own limits on top.
func paceOf(site *Site, o Options) (probes.Pace, error) {
	name := o.Pace
	if name == "" {
		name = site.Probe.Pace
	}
	if name == "" {
		name = "normal"
	}
	pace, ok := probes.PaceNamed(name)
	if !ok {
		return pace, fmt.Errorf("pace %q is not known: gentle, normal or fast", probes.Clean(name, 32))
	}
	if site.Probe.Gap > 0 {
		pace.Gap = site.Probe.Gap
	}
	if site.Probe.Attempts > 0 {
		pace.TCPAttempts, pace.UDPAttempts = site.Probe.Attempts, site.Probe.Attempts
	}
	if site.Probe.Timeout > 0 {
		pace.Connect = site.Probe.Timeout
	}
	return pace, nil
}

// planner holds what NewScope works with and does not keep.
type planner struct {
	s        *Scope
	apps     [][]*kits.Service // by rule: what it means on the wire
	services []*kits.Service   // asked in this run, in the order of the catalogue
	groups   map[groupKey]int
	lost     []lostHosts // targets without a route
	only     *narrowing  // nil: every flow
}

// groupKey tells hosts apart that must be judged differently.
type groupKey struct {
	role, zone, from string
	source           netip.Addr
	iface            string
	onLink           bool
	block            int // what may be asked
}

// lostHosts are targets of one role and zone that no route leads to.
type lostHosts struct {
	role, zone string
	block      int
	addrs      []netip.Addr
}

func (pl *planner) listRules() {
	for _, k := range pl.s.Kits {
		for i := range k.Rules {
			r := &k.Rules[i]
			pl.s.Rules = append(pl.s.Rules, RuleRef{Index: len(pl.s.Rules), Local: i, Kit: k, Rule: r})
			pl.apps = append(pl.apps, slices.DeleteFunc(kits.ServicesFor(r), pl.unheardOf))
		}
	}
}

// selectServices decides what is asked: what the options name, else the catalogue's defaults and what
// the rules name.
func (pl *planner) selectServices() error {
	wanted := pl.s.Options.Services
	if pl.only != nil {
		wanted = pl.only.services()
	}
	var known []string
	for _, entry := range kits.Catalogue() {
		svc := kits.ServiceByID(entry.ID)
		if pl.unheardOf(svc) {
			continue
		}
		known = append(known, svc.ID)
		named := slices.ContainsFunc(pl.apps, func(list []*kits.Service) bool { return hasService(list, svc.ID) })
		if slices.Contains(wanted, svc.ID) || len(wanted) == 0 && (svc.Default || named) {
			pl.services = append(pl.services, svc)
		}
	}
	for _, id := range wanted {
		if !slices.Contains(known, id) {
			return fmt.Errorf("service %q is not in the catalogue: %s", probes.Clean(id, 64), strings.Join(known, ", "))
		}
	}
	return nil
}

// unheardOf tells whether the catalogue that the plan is made with lacks a service.
func (pl *planner) unheardOf(svc *kits.Service) bool {
	had, _ := svc.KnownIn(cmp.Or(pl.s.Options.Catalogue, kits.CatalogueVersion))
	return !had
}

func hasService(list []*kits.Service, id string) bool {
	return slices.ContainsFunc(list, func(s *kits.Service) bool { return s.ID == id })
}

// placeTargets sorts every listed target into the group of those that are asked, reached and judged
// alike. Targets without a route are kept aside.
func (pl *planner) placeTargets() error {
	s := pl.s
	s.Plan = &probes.Plan{}
	for i := range s.Site.Targets {
		t := &s.Site.Targets[i]
		var failed error
		t.each(func(a netip.Addr) bool {
			if len(s.Options.Targets) > 0 && !within(s.Options.Targets, a) {
				return true
			}
			failed = pl.place(t.Role, a)
			return failed == nil
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

// place puts one target into its group.
func (pl *planner) place(role string, a netip.Addr) error {
	s := pl.s
	block, ok := pl.only.block(a)
	if !ok {
		return nil
	}
	zone := s.Site.ZoneOf(a)
	path, ok := s.Vantage.Path(a)
	if !ok {
		pl.lose(role, zone, block, a)
		return nil
	}
	from := s.Site.ZoneOf(path.Source)
	if want := s.Site.Vantage.Zone; want != "" && want != from {
		return fmt.Errorf("our own address %s towards %s lies in %s, but the site says that we stand in zone %s",
			path.Source, a, zoneWords(from), want)
	}
	key := groupKey{role, zone, from, path.Source, path.Interface, path.OnLink, block}
	g, ok := pl.groups[key]
	if !ok {
		g = pl.addGroup(key)
		pl.groups[key] = g
	}
	if g >= 0 {
		s.Plan.Groups[g].Addrs = append(s.Plan.Groups[g].Addrs, a)
	}
	return nil
}

func zoneWords(zone string) string {
	if zone == "" {
		return "no zone of the site"
	}
	return "zone " + zone
}

func (pl *planner) lose(role, zone string, block int, a netip.Addr) {
	if n := len(pl.lost); n == 0 || pl.lost[n-1].role != role || pl.lost[n-1].zone != zone || pl.lost[n-1].block != block {
		pl.lost = append(pl.lost, lostHosts{role: role, zone: zone, block: block})
	}
	last := &pl.lost[len(pl.lost)-1]
	last.addrs = append(last.addrs, a)
}

// addGroup makes a group with its place and decisions; -1 if this run asks nothing of its role.
func (pl *planner) addGroup(k groupKey) int {
	s := pl.s
	grp := probes.Group{Role: k.role}
	pc := Place{
		Role: k.role, Zone: k.zone, FromZone: k.from, Source: k.source, Interface: k.iface,
		OnLink: k.onLink, Enforced: !k.onLink || s.Site.OnLink,
	}
	for _, svc := range pl.services {
		if !slices.Contains(svc.Roles, k.role) {
			continue
		}
		d := pl.decide(svc, k)
		for _, e := range endpoints(s.Site, svc) {
			if !pl.only.lets(k.block, &e) {
				continue
			}
			grp.Endpoints = append(grp.Endpoints, e)
			pc.Decisions = append(pc.Decisions, d)
		}
	}
	if len(grp.Endpoints) == 0 {
		return -1
	}
	s.Plan.Groups = append(s.Plan.Groups, grp)
	s.Places = append(s.Places, pc)
	return len(s.Places) - 1
}

// decide finds the first rule that matches, else the site's default.
func (pl *planner) decide(svc *kits.Service, k groupKey) Decision {
	for i := range pl.s.Rules {
		if pl.matches(i, svc, k) {
			return Decision{Intent: intentOf(pl.s.Rules[i].Rule.Action), Rule: i, Service: svc}
		}
	}
	return Decision{Intent: pl.s.Site.Default(k.from, k.zone), Rule: -1, Service: svc}
}

// matches tells whether rule i is about the service between these zones and towards this role. The
// source role of a rule is not asked: a site says where this machine stands, not which role it plays.
func (pl *planner) matches(i int, svc *kits.Service, k groupKey) bool {
	return zoneListed(pl.s.Rules[i].Rule.From, k.from) && pl.isFor(i, svc, k.role, k.zone)
}

// isFor is matches without the zone that we stand in.
func (pl *planner) isFor(i int, svc *kits.Service, role, zone string) bool {
	r := pl.s.Rules[i].Rule
	return hasService(pl.apps[i], svc.ID) && zoneListed(r.To, zone) && roleListed(r.ToRoles, role)
}

func intentOf(a kits.Action) Intent {
	switch a {
	case kits.Allow:
		return IntentAllow
	case kits.Drop:
		return IntentDrop
	case kits.Reject:
		return IntentReject
	}
	return Unstated
}

// endpoints are the transports and ports of a service at this site.
func endpoints(site *Site, svc *kits.Service) []probes.Endpoint {
	var out []probes.Endpoint
	add := func(p probes.Proto, port uint16) {
		e := probes.Endpoint{Service: svc.ID, Proto: p, Port: port, Prober: svc.Prober, TLS: svc.TLS}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	for _, e := range svc.Endpoints {
		p, ok := probes.ParseProto(e.Proto)
		if !ok {
			continue
		}
		if ports := site.Ports[svc.ID]; len(ports) > 0 && p != probes.ICMP {
			for _, port := range ports {
				add(p, port)
			}
			continue
		}
		add(p, e.Port)
	}
	return out
}
