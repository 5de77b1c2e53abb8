package views

import "oobscope/audit"

// each calls fn for every line that is listed: the flows in the order of the plan, then what cannot be tested,
// then what only the earlier run has.
func (x *diffIndex) each(r *audit.Results, fn func(bucket int, row int32)) {
	scope := x.key.wish.scope
	sc := r.Scope
	host, id := 0, 0
	for g := range sc.Plan.Groups {
		slots := len(sc.Plan.Groups[g].Endpoints)
		for range sc.Plan.Groups[g].Addrs {
			// A host whose deviations are all waived looks as if it conformed.
			if scope != deviationsOnly || r.Marks[host] >= audit.MarkInfo || r.Total.Waived > 0 {
				x.eachOfHost(r, host, g, id, slots, fn)
			}
			host++
			id += slots
		}
	}
	if scope == everyLine {
		x.eachLeft(sc, fn)
	}
	if x.key.drift != nil && (scope == changesOnly || scope == everyLine && !narrowed(r)) {
		x.eachMissing(fn)
	}
}

func (x *diffIndex) eachOfHost(r *audit.Results, host, g, id, slots int, fn func(bucket int, row int32)) {
	scope := x.key.wish.scope
	for slot := range slots {
		j := &r.Judged[id+slot]
		rank := rankOf(j)
		if scope == deviationsOnly && !j.Verdict.Deviation() || scope == changesOnly && !x.changed(id+slot) {
			continue
		}
		if x.filter.keeps(r, host, g, slot, id+slot) {
			fn(x.groups.of(host, g, slot, j.Verdict)*ranks+rank, int32(id+slot))
		}
	}
}

func (x *diffIndex) eachLeft(sc *audit.Scope, fn func(bucket int, row int32)) {
	for k := range sc.Left {
		for i := range sc.Left[k].Lines() {
			if x.filter.keepsLeft(k, i) {
				fn(int(x.groups.left[k])*ranks+rankNotTested, int32(-1-x.lefts[k]-i))
			}
		}
	}
}

// notAsked is the judgement of a flow that this run has no plan for.
var notAsked = audit.Judgement{Verdict: audit.NotTested, Reason: audit.OutOfScope}

func (x *diffIndex) eachMissing(fn func(bucket int, row int32)) {
	d, before := x.key.drift, x.untested()
	plan := d.Earlier.Scope.Plan
	for i, id := range d.Missing {
		c := d.OfMissing(i)
		if x.key.wish.scope == changesOnly && c == audit.Unchanged {
			continue
		}
		f := plan.Flow(id)
		if x.earlier.keepsAs(f.Host, f.Group, f.Slot, &notAsked, c, d.LostMissing(i)) {
			fn(x.groups.missing(f.Host, f.Group, f.Slot)*ranks+rankOfChange(c), int32(-1-before-i))
		}
	}
}
