package views

import (
	"net/netip"
	"slices"

	"oobscope/audit"
	"oobscope/probes"
)

// keyOf is the number of a line in a column; nil if the column has no order.
func (x *diffIndex) keyOf(s *State, column string) func(row int32) uint32 {
	r := x.key.results
	judged := func(of func(j *audit.Judgement) uint32) func(int32) uint32 {
		return func(row int32) uint32 {
			if row >= 0 {
				return of(&r.Judged[row])
			}
			if _, missing := x.missing(row); missing {
				return of(&notAsked)
			}
			set, _ := x.leftOf(row)
			return of(&audit.Judgement{Verdict: audit.NotTested, Reason: r.Scope.Left[set].Reason})
		}
	}
	switch column {
	case idIntent:
		return x.keyOfQuestion(func(f *audit.Finding) uint32 { return uint32(f.Intent) })
	case idObserved:
		return judged(func(j *audit.Judgement) uint32 { return uint32(j.Observed) })
	case idVerdict:
		return judged(func(j *audit.Judgement) uint32 { return uint32(verdictGroup(j.Verdict)) })
	case idReason:
		return judged(func(j *audit.Judgement) uint32 { return uint32(j.Reason) })
	case idSeverity:
		return judged(func(j *audit.Judgement) uint32 {
			if !j.Verdict.Deviation() {
				return last
			}
			return uint32(j.Severity)
		})
	case idPort:
		return x.keyOfQuestion(func(f *audit.Finding) uint32 { return uint32(f.Proto)<<16 | uint32(f.Port) })
	case idRTT:
		return func(row int32) uint32 {
			if row < 0 || r.Cells[row].RTT == 0 {
				return last
			}
			return r.Cells[row].RTT
		}
	case idChange:
		return x.keyOfChange
	case idWas:
		return x.keyOfBefore
	case idHost, idService, idRule:
		return x.keyOfName(s, column)
	}
	return nil
}

// keyOfQuestion is a key that depends on what is asked, not of whom: it is looked up once for each slot, and written
// down for every flow in one pass.
func (x *diffIndex) keyOfQuestion(of func(f *audit.Finding) uint32) func(row int32) uint32 {
	o, plan := &x.sorter, x.key.results.Scope.Plan
	o.flows = slices.Grow(o.flows[:0], plan.Flows())
	for g := range plan.Groups {
		if len(plan.Groups[g].Addrs) == 0 {
			continue
		}
		from := len(o.flows)
		for slot := range plan.Groups[g].Endpoints {
			f := x.finding(int32(from + slot))
			o.flows = append(o.flows, of(&f))
		}
		row := o.flows[from:]
		for range len(plan.Groups[g].Addrs) - 1 {
			o.flows = append(o.flows, row...)
		}
	}
	known := map[unasked]uint32{}
	return func(row int32) uint32 {
		if row >= 0 {
			return o.flows[row]
		}
		at := x.questionOf(row)
		k, ok := known[at]
		if !ok {
			f := x.finding(row)
			k = of(&f)
			known[at] = k
		}
		return k
	}
}

// keyOfHost is the place of the address of a line among all addresses.
func (x *diffIndex) keyOfHost(row int32) uint32 {
	if row >= 0 {
		return x.sorter.flows[row]
	}
	if a := x.address(row); a.IsValid() {
		return x.sorter.placeOf(a)
	}
	return last
}

// spreadHosts writes the place of each host down for its flows.
func (o *diffSorter) spreadHosts(plan *probes.Plan) {
	o.flows = slices.Grow(o.flows[:0], plan.Flows())
	host := 0
	for g := range plan.Groups {
		for range plan.Groups[g].Addrs {
			for range plan.Groups[g].Endpoints {
				o.flows = append(o.flows, o.hosts[host])
			}
			host++
		}
	}
}

// unasked is what lines without a flow have in common that are about the same: a slot of a group of the plan of the
// earlier run, or a set of what cannot be tested.
type unasked struct {
	missing     bool
	group, slot int
}

func (x *diffIndex) questionOf(row int32) unasked {
	if i, ok := x.missing(row); ok {
		fl := x.key.drift.Earlier.Scope.Plan.Flow(x.key.drift.Missing[i])
		return unasked{true, fl.Group, fl.Slot}
	}
	set, _ := x.leftOf(row)
	return unasked{false, set, 0}
}

// address is whom a line is about; invalid if it stands for no address.
func (x *diffIndex) address(row int32) (a netip.Addr) {
	if i, ok := x.missing(row); ok {
		return x.key.drift.Earlier.Scope.Plan.Flow(x.key.drift.Missing[i]).Addr
	}
	if row >= 0 {
		return x.key.results.Scope.Plan.Flow(flowAt(row)).Addr
	}
	set, i := x.leftOf(row)
	if list := x.key.results.Scope.Left[set].Addrs; i < len(list) {
		a = list[i]
	}
	return a
}

// keyOfChange puts what a reader wants to see first in front.
func (x *diffIndex) keyOfChange(row int32) uint32 {
	c, lost, ok := x.changeOf(row)
	switch {
	case !ok:
		return last
	case lost:
		return uint32(len(audit.Changes()))*2 - 3
	}
	return uint32(slices.Index(audit.Changes(), c)) * 2
}

func (x *diffIndex) keyOfBefore(row int32) uint32 {
	d := x.key.drift
	if d == nil {
		return last
	}
	id, ok := d.Earlier.Scope.Plan.Flows(), false
	if i, missing := x.missing(row); missing {
		id, ok = int(d.Missing[i]), true
	} else if row >= 0 {
		before, planned := d.BeforeFlow(flowAt(row))
		id, ok = int(before), planned
	}
	if !ok {
		return last
	}
	return uint32(verdictGroup(d.Earlier.Judged[id].Verdict))
}

// keyOfName orders addresses as numbers and names by their letters.
func (x *diffIndex) keyOfName(s *State, column string) func(row int32) uint32 {
	o := &x.sorter
	o.prepare(x.key.results.Scope, x.key.drift)
	switch column {
	case idHost:
		o.spreadHosts(o.scope.Plan)
		return x.keyOfHost
	case idService:
		return x.keyOfQuestion(func(f *audit.Finding) uint32 { return rankOrLast(o.services, f.ServiceID()) })
	}
	return x.keyOfQuestion(func(f *audit.Finding) uint32 {
		if f.Rule < 0 || f.Rule >= len(o.rules) {
			return last
		}
		return o.rules[f.Rule]
	})
}

func rankOrLast(ranks map[string]uint32, name string) uint32 {
	if k, ok := ranks[name]; ok {
		return k
	}
	return last
}
