package views

import (
	"fmt"
	"slices"

	"oobscope/audit"
	"oobscope/kits"
)

// groupsOf numbers the groups of an order: rules in their order with the site's defaults behind them, hosts
// in the order of the plan, services in the order of their first flow; what fits none comes last.
func groupsOf(sc *audit.Scope, order diffOrder) diffGroups {
	switch order {
	case byRule:
		return groupSlots(sc, len(sc.Rules)+1, func(rule int, _ *kits.Service) int {
			if rule < 0 {
				return len(sc.Rules)
			}
			return rule
		})
	case byService:
		ids := servicesOf(sc)
		return groupSlots(sc, len(ids)+1, func(_ int, svc *kits.Service) int {
			if svc == nil {
				return len(ids)
			}
			return slices.Index(ids, svc.ID)
		})
	case byHost:
		g := diffGroups{n: sc.Plan.Hosts() + 1, left: make([]int32, len(sc.Left))}
		for k := range g.left {
			g.left[k] = int32(g.n - 1)
		}
		return g
	}
	return groupSlots(sc, 1, func(int, *kits.Service) int { return 0 })
}

func groupSlots(sc *audit.Scope, n int, of func(rule int, svc *kits.Service) int) diffGroups {
	g := diffGroups{n: n}
	for p := range sc.Places {
		row := make([]int32, len(sc.Places[p].Decisions))
		for slot := range row {
			d := &sc.Places[p].Decisions[slot]
			row[slot] = int32(of(d.Rule, d.Service))
		}
		g.slots = append(g.slots, row)
	}
	for k := range sc.Left {
		g.left = append(g.left, int32(of(sc.Left[k].Rule, sc.Left[k].Service)))
	}
	return g
}

// servicesOf lists the services of a plan by id, those that cannot be tested behind the others.
func servicesOf(sc *audit.Scope) []string {
	var out []string
	add := func(svc *kits.Service) {
		if svc != nil && !slices.Contains(out, svc.ID) {
			out = append(out, svc.ID)
		}
	}
	for p := range sc.Places {
		for slot := range sc.Places[p].Decisions {
			add(sc.Places[p].Decisions[slot].Service)
		}
	}
	for k := range sc.Left {
		add(sc.Left[k].Service)
	}
	return out
}

// groupHeading is the heading over a section: whose lines they are, how many of them are listed, and how the
// whole group stands. It reads tallies, and for a host its few flows.
func (x *diffIndex) groupHeading(s *State, sec section) string {
	w, r := s.Words, x.key.results
	sc := r.Scope
	n := int(sec.to - sec.from)
	lines := counted(n, w.Diff.OneLine, w.Diff.Lines)
	if x.key.order == byHost {
		if int(sec.group) == sc.Plan.Hosts() {
			return x.mark(s, sec.group) + join("  ", w.Diff.NoHost, lines)
		}
		h := sc.Plan.Host(int(sec.group))
		mark := r.Marks[sec.group]
		standing := s.Theme.Mark(mark).Sign + " " + w.Mark[mark]
		if mark >= audit.MarkInfo {
			standing = fmt.Sprintf(w.Diff.Worst, standing)
		}
		return x.mark(s, sec.group) + join("  ", h.Addr.String(), sc.Places[h.Group].Role, lines, standing)
	}
	name, tally := x.groupName(s, sec.group)
	if tally == nil || tally.Deviations() == 0 {
		return x.mark(s, sec.group) + join("  ", name, lines)
	}
	if n != tally.Deviations() {
		lines += w.Host.Comma
	} else {
		lines = ""
	}
	lines += counted(tally.Deviations(), w.Plain.OneDeviation, w.Plain.DeviationCount)
	return x.mark(s, sec.group) + join("  ", name, lines, fmt.Sprintf(w.Diff.Worst, severityOf(w, tally.Worst)))
}

// mark shows whether a group is folded.
func (x *diffIndex) mark(s *State, group int32) string {
	switch {
	case x.folded(group):
		return "+ "
	case s.Theme.ASCII:
		return "- "
	}
	return "– "
}

// groupName names a rule or a service, with what the run says of all of it; the tally is nil if unknown.
func (x *diffIndex) groupName(s *State, group int32) (string, *audit.Tally) {
	w, r := s.Words, x.key.results
	if x.key.order == byHost {
		return "", nil
	}
	sc := r.Scope
	if x.key.order == byRule {
		tally := &r.ByRule[group]
		if int(group) >= len(sc.Rules) {
			return w.Diff.Default, tally
		}
		ref := &sc.Rules[group]
		return ruleName(ref) + "  " + s.Theme.Action(ref.Rule.Action).Sign + " " + ref.Rule.Action.String(), tally
	}
	ids := servicesOf(sc)
	if int(group) >= len(ids) {
		return w.Diff.NoService, nil
	}
	return ids[group], r.ByService[ids[group]]
}
