package views

import (
	"slices"

	"oobscope/audit"
	"oobscope/kits"
)

// diffGroups numbers the groups of an order.
type diffGroups struct {
	n     int
	names []string  // of rules that only the earlier run has, of services, of pairs of zones; in the order of their numbers
	slots [][]int32 // by group of the plan, by slot; nil if hosts or verdicts are the groups
	left  []int32   // by set of Scope.Left

	byVerdict bool
	missed    [][]int32 // like slots, of the plan of the earlier run
	twins     []int32   // by host of the earlier run
	extra     []int32   // hosts of the earlier run that this one does not have, by group behind that of no host
}

// of is the group of a flow.
func (g *diffGroups) of(host, group, slot int, v audit.Verdict) int {
	switch {
	case g.slots != nil:
		return int(g.slots[group][slot])
	case g.byVerdict:
		return verdictGroup(v)
	}
	return host
}

// missing is the group of a flow that only the earlier run has.
func (g *diffGroups) missing(host, group, slot int) int {
	switch {
	case g.missed != nil:
		return int(g.missed[group][slot])
	case g.byVerdict:
		return verdictGroup(audit.NotTested)
	}
	return int(g.twins[host])
}

// verdictGroup is the place of a verdict in the order of gravity.
func verdictGroup(v audit.Verdict) int { return slices.Index(gravity[:], v) }

// groupsKey is what the numbers of groups depend on.
type groupsKey struct {
	results *audit.Results
	drift   *audit.Drift
	order   diffOrder
}

// group numbers the groups of the order that is asked for, unless that is done: a filter or a column leaves them alone.
func (x *diffIndex) group(r *audit.Results, d *audit.Drift) {
	if key := (groupsKey{r, d, x.key.wish.order}); x.grouped != key {
		x.grouped, x.groups = key, groupsOf(r, d, key.order, &x.sorter)
	}
}

// groupsOf numbers the groups of an order: rules in their order with the site's defaults behind them, hosts in the
// order of the plan, services and pairs of zones in the order of their first flow, verdicts by gravity; what
// fits none comes last. d may be nil.
func groupsOf(r *audit.Results, d *audit.Drift, order diffOrder, o *diffSorter) diffGroups {
	sc := r.Scope
	var earlier *audit.Scope
	if d != nil {
		earlier = d.Earlier.Scope
	}
	switch order {
	case byRule:
		return ruleGroups(sc, earlier)
	case byService:
		return namedGroups(sc, earlier, func(_ *audit.Scope, l *decided) string { return serviceID(l.service) })
	case byZone:
		return namedGroups(sc, earlier, func(_ *audit.Scope, l *decided) string { return zonePair(l.from, l.to) })
	case byHost:
		o.prepare(sc, d)
		return hostGroups(sc, earlier, o)
	case byVerdict:
		g := diffGroups{n: len(gravity), byVerdict: true}
		for range sc.Left {
			g.left = append(g.left, int32(verdictGroup(audit.NotTested)))
		}
		return g
	}
	return namedGroups(sc, earlier, func(*audit.Scope, *decided) string { return "" })
}

// decided is what a set of lines has in common.
type decided struct {
	rule     int
	service  *kits.Service
	from, to string
}

// eachDecided calls fn for every slot of every group of a plan.
func eachDecided(sc *audit.Scope, fn func(group int, l *decided)) {
	for p := range sc.Places {
		pc := &sc.Places[p]
		for slot := range pc.Decisions {
			fn(p, &decided{pc.Decisions[slot].Rule, pc.Decisions[slot].Service, pc.FromZone, pc.Zone})
		}
	}
}

func serviceID(svc *kits.Service) string {
	if svc == nil {
		return ""
	}
	return svc.ID
}

// zoneArrow stands between the zones of a pair; it is no part of a zone's name.
const zoneArrow = "\x00"

func zonePair(from, to string) string { return from + zoneArrow + to }

// namedGroups are groups with names; the one without comes last.
func namedGroups(sc, earlier *audit.Scope, nameOf func(*audit.Scope, *decided) string) diffGroups {
	g := diffGroups{}
	number := map[string]int32{}
	add := func(name string) {
		if _, known := number[name]; !known && name != "" {
			number[name] = int32(len(g.names))
			g.names = append(g.names, name)
		}
	}
	lefts := make([]decided, len(sc.Left))
	for k := range sc.Left {
		u := &sc.Left[k]
		lefts[k] = decided{u.Rule, u.Service, u.From, u.Zone}
	}
	eachDecided(sc, func(_ int, l *decided) { add(nameOf(sc, l)) })
	for k := range lefts {
		add(nameOf(sc, &lefts[k]))
	}
	if earlier != nil {
		eachDecided(earlier, func(_ int, l *decided) { add(nameOf(earlier, l)) })
	}
	number[""] = int32(len(g.names))
	g.n = len(g.names) + 1
	g.slots = slotsOf(sc, func(l *decided) int32 { return number[nameOf(sc, l)] })
	for k := range lefts {
		g.left = append(g.left, number[nameOf(sc, &lefts[k])])
	}
	if earlier != nil {
		g.missed = slotsOf(earlier, func(l *decided) int32 { return number[nameOf(earlier, l)] })
	}
	return g
}

func slotsOf(sc *audit.Scope, of func(*decided) int32) [][]int32 {
	out := make([][]int32, len(sc.Places))
	eachDecided(sc, func(group int, l *decided) { out[group] = append(out[group], of(l)) })
	return out
}

// ruleGroups are the rules by their place in the list, the site's defaults behind them, and then the rules that
// only the earlier run has.
func ruleGroups(sc, earlier *audit.Scope) diffGroups {
	g := diffGroups{n: len(sc.Rules) + 1}
	of := func(rule int) int32 {
		if rule < 0 {
			return int32(len(sc.Rules))
		}
		return int32(rule)
	}
	g.slots = slotsOf(sc, func(l *decided) int32 { return of(l.rule) })
	for k := range sc.Left {
		g.left = append(g.left, of(sc.Left[k].Rule))
	}
	if earlier == nil {
		return g
	}
	twin := func(rule int) int32 {
		app := earlier.RuleID(rule)
		if app == "" {
			return of(-1)
		}
		for i := range sc.Rules {
			if sc.RuleID(i) == app {
				return int32(i)
			}
		}
		k := slices.Index(g.names, app)
		if k < 0 {
			k = len(g.names)
			g.names = append(g.names, app)
		}
		return int32(len(sc.Rules) + 1 + k)
	}
	g.missed = slotsOf(earlier, func(l *decided) int32 { return twin(l.rule) })
	g.n += len(g.names)
	return g
}

// hostGroups are the hosts of the plan, behind them one group for what stands for no host of it, and then the
// hosts that only the earlier run has. A host is the same in both if it has the same place among all addresses.
func hostGroups(sc, earlier *audit.Scope, o *diffSorter) diffGroups {
	hosts := sc.Plan.Hosts()
	g := diffGroups{n: hosts + 1, left: slices.Repeat([]int32{int32(hosts)}, len(sc.Left))}
	if earlier == nil {
		return g
	}
	number := slices.Repeat([]int32{-1}, len(o.sorted)) // by place
	for host, place := range o.hosts {
		number[place] = int32(host)
	}
	g.twins = make([]int32, 0, len(o.thenHosts))
	for _, place := range o.thenHosts {
		k := number[place]
		if k < 0 {
			k = int32(g.n)
			g.n++
			g.extra = append(g.extra, int32(len(g.twins)))
		}
		g.twins = append(g.twins, k)
	}
	return g
}
