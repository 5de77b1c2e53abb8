package audit

import (
	"net/netip"
	"slices"

	"oobscope/kits"
)

// leaveOut lists what this run cannot test: targets without a route, then rule by rule the flows whose
// source zone is not ours, the services without a target and those that no prober speaks to. A plan that was
// narrowed to single flows leaves out only what is missing of those.
func (pl *planner) leaveOut() {
	for _, l := range pl.lost {
		for _, svc := range pl.services {
			if slices.Contains(svc.Roles, l.role) {
				u := Untested{Rule: -1, Reason: LocalFailure, Role: l.role, Zone: l.zone, From: pl.s.StandsIn(), Addrs: l.addrs}
				pl.left(u, svc, l.block)
			}
		}
	}
	if pl.only != nil {
		return
	}
	for i := range pl.s.Rules {
		pl.unprobed(i)
		for _, svc := range pl.apps[i] {
			if hasService(pl.services, svc.ID) {
				pl.unreached(i, svc)
			}
		}
	}
}

// unprobed adds the line of a rule that names something without an entry in the catalogue. A run that
// was narrowed to some services leaves it out, as it leaves out every other service.
func (pl *planner) unprobed(i int) {
	r := pl.s.Rules[i].Rule
	unknown := len(pl.apps[i]) == 0
	for _, id := range r.Services {
		unknown = unknown || !hasService(pl.apps[i], id)
	}
	if unknown && len(pl.s.Options.Services) == 0 {
		pl.s.Left = append(pl.s.Left, Untested{
			Rule: i, Intent: intentOf(r.Action), Reason: NotProbed, Zone: firstOf(r.To), From: pl.s.StandsIn(),
		})
	}
}

// unreached adds what the gates take from one rule and service: the target gate leaves a single line,
// the vantage gate a line for each flow.
func (pl *planner) unreached(i int, svc *kits.Service) {
	r := pl.s.Rules[i].Rule
	base := Untested{Rule: i, Intent: intentOf(r.Action), From: pl.s.StandsIn()}
	found := false
	for g := range pl.s.Places {
		pc := &pl.s.Places[g]
		if !slices.Contains(svc.Roles, pc.Role) || !pl.isFor(i, svc, pc.Role, pc.Zone) {
			continue
		}
		found = true
		if !zoneListed(r.From, pc.FromZone) {
			u := base
			u.Reason, u.Role, u.Zone, u.From, u.Addrs = NotFromHere, pc.Role, pc.Zone, pc.FromZone, pl.s.Plan.Groups[g].Addrs
			pl.left(u, svc, anyBlock)
		}
	}
	for _, l := range pl.lost {
		found = found || slices.Contains(svc.Roles, l.role) && pl.isFor(i, svc, l.role, l.zone)
	}
	if !found {
		base.Reason, base.Zone, base.Service = NoTarget, firstOf(r.To), svc
		if es := endpoints(pl.s.Site, svc); len(es) > 0 {
			base.Proto, base.Port = es[0].Proto, es[0].Port
		}
		pl.s.Left = append(pl.s.Left, base)
	}
}

// left adds one set for each endpoint of the service, so that every flow has its line.
func (pl *planner) left(u Untested, svc *kits.Service, block int) {
	for _, e := range endpoints(pl.s.Site, svc) {
		if !pl.only.lets(block, &e) {
			continue
		}
		u.Service, u.Proto, u.Port = svc, e.Proto, e.Port
		pl.s.Left = append(pl.s.Left, u)
	}
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// PathRange is a run of neighbouring targets that are reached in the same way.
type PathRange struct {
	First netip.Addr `json:"first"`
	Last  netip.Addr `json:"last"`
	Path  Path       `json:"path"`
}

// PathRanges writes down how the targets of a plan are reached, so that the plan can be made again on
// another machine. Targets without a route are not in it.
func PathRanges(s *Scope) []PathRange {
	var out []PathRange
	for g := range s.Places {
		pc := &s.Places[g]
		path := Path{Source: pc.Source, Interface: pc.Interface, OnLink: pc.OnLink}
		first := len(out)
		for _, a := range s.Plan.Groups[g].Addrs {
			if n := len(out); n > first && out[n-1].Last.Next() == a {
				out[n-1].Last = a
				continue
			}
			out = append(out, PathRange{First: a, Last: a, Path: path})
		}
	}
	return out
}

// ReplayPaths turns ranges back into what Vantage.Path wants. An address outside all ranges has no route.
func ReplayPaths(ranges []PathRange) func(netip.Addr) (Path, bool) {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b PathRange) int { return a.First.Compare(b.First) })
	return func(t netip.Addr) (Path, bool) {
		i, exact := slices.BinarySearchFunc(sorted, t, func(r PathRange, t netip.Addr) int { return r.First.Compare(t) })
		if !exact {
			i--
		}
		if i < 0 || t.Compare(sorted[i].Last) > 0 {
			return Path{}, false
		}
		return sorted[i].Path, true
	}
}
