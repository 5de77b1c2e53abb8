package views

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
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

// diffSorter orders lines by a column in which nearly each has a number of its own, or in groups so small that they are
// sorted one by one, and knows the order of names and addresses. Its memory is reused.
type diffSorter struct {
	keys, keys2 []uint32
	rows        []int32

	scope     *audit.Scope
	drift     *audit.Drift
	sorted    []netip.Addr // of both runs
	hosts     []uint32     // by host: its place among all addresses
	thenHosts []uint32     // likewise, of the earlier run
	services  map[string]uint32
	rules     []uint32
	was       []uint8 // by flow: the place of the earlier verdict in the order of gravity, counted from one
}

// last is behind every key: what has nothing in the column.
const last = ^uint32(0)

// arrange sorts the lines of each section by key; equal ones stay as they are.
func (x *diffIndex) arrange(key func(row int32) uint32, desc bool) {
	parts := x.sections
	if len(parts) == 0 {
		parts = []section{{to: int32(len(x.rows))}}
	}
	sorter := &x.sorter
	for _, part := range parts {
		rows := x.rows[part.from:part.to]
		keys, most := slices.Grow(sorter.keys[:0], len(rows))[:len(rows)], uint32(0)
		for i, row := range rows {
			k := key(row)
			if keys[i] = k; k != last {
				most = max(most, k)
			}
		}
		for i, k := range keys { // close together, so that few passes are needed
			switch {
			case k == last:
				keys[i] = most + 1
			case desc:
				keys[i] = most - k
			}
		}
		sorter.keys = keys
		sorter.sort(rows, most+1)
	}
}

// few is how many lines are sorted without the passes over a table of counts.
const few = 48

// sort orders rows by keys, which belong to them one by one; most is the largest that there can be.
func (o *diffSorter) sort(rows []int32, most uint32) {
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
	const digit, mask = 11, 1<<11 - 1
	var counts [mask + 1]int32
	from, to, keysFrom, keysTo := rows, o.rows, o.keys, o.keys2
	for shift := 0; shift < bits.Len32(most); shift += digit {
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
	if &from[0] != &rows[0] {
		copy(rows, from)
	}
}

// prepare orders the names of a plan, and of that of the earlier run, once for each pair.
func (o *diffSorter) prepare(sc *audit.Scope, d *audit.Drift) {
	if o.scope == sc && o.drift == d {
		return
	}
	o.scope, o.drift, o.was = sc, d, nil
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
	o.thenHosts = o.thenHosts[:0]
	if d != nil {
		for _, a := range addressesOf(d.Earlier.Scope) {
			o.thenHosts = append(o.thenHosts, o.placeOf(a))
		}
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
