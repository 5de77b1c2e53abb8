package views

import (
	"cmp"
	"net/netip"
	"runtime"
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

// diffSorter sorts the lines of a group by numbers that belong to them, and knows the order of names and addresses. Its
// memory is reused.
type diffSorter struct {
	keys, keys2 []uint32
	rows        []int32
	counts      [][1 << digit]int32 // by processor

	scope     *audit.Scope
	drift     *audit.Drift
	sorted    []netip.Addr // of both runs
	hosts     []uint32     // by host: its place among all addresses
	thenHosts []uint32     // likewise, of the earlier run
	services  map[string]uint32
	rules     []uint32
}

const (
	last  = ^uint32(0) // behind every key: what has nothing in the column
	few   = 48         // so many lines are sorted without passes over a table of counts
	digit = 11         // bits for each pass
	teams = 8          // so many processors at most are put to work
)

// processors is how many share n things, given how many are worth one's while.
func processors(n, worth int) int { return max(1, min(runtime.GOMAXPROCS(0), teams, n/worth)) }

// sortFew orders some lines by keys one by one; equal ones stay as they are.
func sortFew(rows []int32, keys []uint32) {
	for i := 1; i < len(rows); i++ {
		row, key := rows[i], keys[i]
		k := i
		for ; k > 0 && key < keys[k-1]; k-- {
			keys[k], rows[k] = keys[k-1], rows[k-1]
		}
		keys[k], rows[k] = key, row
	}
}

// sort orders rows by keys, which belong to them one by one, from the lowest digit to the highest; equal ones stay as
// they are. The lines are dealt among the processors, each of which knows where its own go.
func (o *diffSorter) sort(rows []int32, keys []uint32) {
	if len(rows) <= few {
		sortFew(rows, keys)
		return
	}
	o.keys2, o.rows = slices.Grow(o.keys2[:0], len(rows))[:len(rows)], slices.Grow(o.rows[:0], len(rows))[:len(rows)]
	from, to, keysFrom, keysTo := rows, o.rows, keys, o.keys2
	n := processors(len(rows), 1<<13)
	for len(o.counts) < n {
		o.counts = append(o.counts, [1 << digit]int32{})
	}
	differ := uint32(0)
	for _, k := range keys {
		differ |= k ^ keys[0]
	}
	for shift := 0; differ>>shift != 0; shift += digit {
		if differ>>shift&(1<<digit-1) == 0 {
			continue
		}
		together(n, func(i int) {
			counts := &o.counts[i]
			clear(counts[:])
			for _, k := range keysFrom[len(rows)*i/n : len(rows)*(i+1)/n] {
				counts[k>>shift&(1<<digit-1)]++
			}
		})
		total := int32(0)
		for b := range 1 << digit {
			for i := range n {
				o.counts[i][b], total = total, total+o.counts[i][b]
			}
		}
		together(n, func(i int) {
			counts, first := &o.counts[i], len(rows)*i/n
			for at, k := range keysFrom[first : len(rows)*(i+1)/n] {
				place := &counts[k>>shift&(1<<digit-1)]
				to[*place], keysTo[*place] = from[first+at], k
				*place++
			}
		})
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
	o.scope, o.drift = sc, d
	addrs := addressesOf(sc)
	o.sorted = withAddresses(nil, addrs)
	var then []netip.Addr
	if d != nil {
		then = addressesOf(d.Earlier.Scope)
		o.sorted = withAddresses(o.sorted, then)
	}
	for k := range sc.Left {
		if _, known := hostsOf(sc, sc.Left[k].Addrs); !known {
			o.sorted = withAddresses(o.sorted, sc.Left[k].Addrs)
		}
	}
	o.hosts, o.thenHosts = o.placesOf(addrs), nil
	if d != nil {
		o.thenHosts = o.placesOf(then)
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

// withAddresses puts more addresses among sorted ones, each but once. Plans mostly list them in order already.
func withAddresses(sorted, more []netip.Addr) []netip.Addr {
	if !slices.IsSortedFunc(more, netip.Addr.Compare) {
		more = slices.Clone(more)
		slices.SortFunc(more, netip.Addr.Compare)
	}
	out := make([]netip.Addr, 0, len(sorted)+len(more))
	for len(sorted) > 0 && len(more) > 0 {
		if sorted[0].Compare(more[0]) <= 0 {
			out, sorted = append(out, sorted[0]), sorted[1:]
		} else {
			out, more = append(out, more[0]), more[1:]
		}
	}
	return slices.Compact(append(append(out, sorted...), more...))
}

// placeOf is the place of an address among all.
func (o *diffSorter) placeOf(a netip.Addr) uint32 {
	i, _ := slices.BinarySearchFunc(o.sorted, a, netip.Addr.Compare)
	return uint32(i)
}

// placesOf are the places of addresses among all, which mostly follow one another.
func (o *diffSorter) placesOf(list []netip.Addr) []uint32 {
	out := make([]uint32, len(list))
	next := uint32(0)
	for i, a := range list {
		if int(next) >= len(o.sorted) || o.sorted[next] != a {
			next = o.placeOf(a)
		}
		out[i] = next
		next++
	}
	return out
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
