package views

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// The columns of a list of flows by their IDs.
const (
	idHost     = "host"
	idService  = "service"
	idIntent   = "intent"
	idObserved = "observed"
	idVerdict  = "verdict"
	idSeverity = "severity"
	idRule     = "rule"
	idPort     = "port"
	idReason   = "reason"
	idRTT      = "rtt"
	idChange   = "change"
	idWas      = "was"
)

// diffSorter orders lines by a column. A line has a number for each column, and numbers of 32 bits are sorted in
// three passes, so that a /16 takes some hundredths of a second. Its memory is reused.
type diffSorter struct {
	keys, keys2 []uint32
	rows        []int32
	flows       []uint32 // by flow: the key of the column, where it is worked out beforehand

	scope    *audit.Scope
	drift    *audit.Drift
	sorted   []netip.Addr // of both runs
	hosts    []uint32     // by host: its place among all addresses
	services map[string]uint32
	rules    []uint32
}

// last is behind every key: what has nothing in the column.
const last = ^uint32(0)

// arrange sorts the lines of each section by the column that the user chose; equal ones stay as they are.
func (x *diffIndex) arrange(s *State) {
	by := x.key.wish.sort
	key := x.keyOf(s, by.Column)
	if key == nil {
		return
	}
	parts := x.sections
	if len(parts) == 0 {
		parts = []section{{to: int32(len(x.rows))}}
	}
	sorter := &x.sorter
	for _, part := range parts {
		rows := x.rows[part.from:part.to]
		sorter.keys = sorter.keys[:0]
		for _, row := range rows {
			k := key(row)
			if by.Desc && k != last {
				k = last - 1 - k
			}
			sorter.keys = append(sorter.keys, k)
		}
		sorter.sort(rows)
	}
}

// few is how many lines are sorted without the passes over a table of counts.
const few = 48

// sort orders rows by keys, which belong to them one by one.
func (o *diffSorter) sort(rows []int32) {
	if len(rows) <= few {
		for i := 1; i < len(rows); i++ {
			for k := i; k > 0 && o.keys[k] < o.keys[k-1]; k-- {
				o.keys[k], o.keys[k-1] = o.keys[k-1], o.keys[k]
				rows[k], rows[k-1] = rows[k-1], rows[k]
			}
		}
		return
	}
	o.keys2, o.rows = slices.Grow(o.keys2[:0], len(rows))[:len(rows)], slices.Grow(o.rows[:0], len(rows))[:len(rows)]
	const bits, mask = 11, 1<<11 - 1
	var counts [mask + 1]int32
	from, to, keysFrom, keysTo := rows, o.rows, o.keys, o.keys2
	for shift := 0; shift < 3*bits; shift += bits {
		clear(counts[:])
		for _, k := range keysFrom {
			counts[k>>shift&mask]++
		}
		n := int32(0)
		for i, c := range counts {
			counts[i] = n
			n += c
		}
		for i, k := range keysFrom {
			at := &counts[k>>shift&mask]
			to[*at], keysTo[*at] = from[i], k
			*at++
		}
		from, to, keysFrom, keysTo = to, from, keysTo, keysFrom
	}
	copy(rows, o.rows) // three passes end in the spare memory
}

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

// prepare orders the names of a plan, and of that of the earlier run, once for each pair.
func (o *diffSorter) prepare(sc *audit.Scope, d *audit.Drift) {
	if o.scope == sc && o.drift == d {
		return
	}
	o.scope, o.drift = sc, d
	addrs := addressesOf(sc)
	o.sorted = slices.Clone(addrs)
	if d != nil {
		o.sorted = append(o.sorted, addressesOf(d.Earlier.Scope)...)
	}
	for k := range sc.Left {
		o.sorted = append(o.sorted, sc.Left[k].Addrs...)
	}
	slices.SortFunc(o.sorted, netip.Addr.Compare)
	o.sorted = slices.Compact(o.sorted)
	o.hosts = make([]uint32, len(addrs))
	for i, a := range addrs {
		o.hosts[i] = o.placeOf(a)
	}
	o.services = map[string]uint32{}
	ids := servicesOf(sc)
	slices.Sort(ids)
	for i, id := range ids {
		o.services[id] = uint32(i)
	}
	names := make([]string, len(sc.Rules))
	for i := range sc.Rules {
		names[i] = ruleName(&sc.Rules[i])
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	o.rules = make([]uint32, len(names))
	for i, n := range names {
		o.rules[i] = uint32(slices.Index(sorted, n))
	}
}

// placeOf is the place of an address among all.
func (o *diffSorter) placeOf(a netip.Addr) uint32 {
	i, _ := slices.BinarySearchFunc(o.sorted, a, netip.Addr.Compare)
	return uint32(i)
}

// addressesOf lists the hosts of a plan.
func addressesOf(sc *audit.Scope) []netip.Addr {
	out := make([]netip.Addr, 0, sc.Plan.Hosts())
	for g := range sc.Plan.Groups {
		out = append(out, sc.Plan.Groups[g].Addrs...)
	}
	return out
}

// servicesOf lists the services of a plan by id, those that cannot be tested among them.
func servicesOf(sc *audit.Scope) []string {
	var out []string
	add := func(svc *kits.Service) {
		if id := serviceID(svc); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	eachDecided(sc, func(_ int, l *decided) { add(l.service) })
	for k := range sc.Left {
		add(sc.Left[k].Service)
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return out
}
