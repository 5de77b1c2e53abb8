package views

import (
	"slices"

	"oobscope/audit"
	"oobscope/probes"
)

// columnKeys are the places of the lines in the order of a column, from 0 on without gaps, as the numbers of what decides
// of them: the look of a judgement, its answer or its reason, what became of it and what it was, what is asked, the host, or the
// round trip. Only what the column is about is set.
type columnKeys struct {
	n        int        // how many places there are
	looks    []uint32   // by lookOf
	classes  []uint32   // by class
	reasons  []uint32   // by reason
	changes  []uint32   // by change, that of lost proof behind them
	slots    [][]uint32 // by group, by slot
	earlier  [][]uint32 // likewise of the plan of the earlier run
	sets     []uint32   // by set of Scope.Left
	hosts    []uint32   // by host
	thenHost []uint32   // by host of the earlier run
	setHosts [][]uint32 // by set of Scope.Left, by address
	was      []uint32   // by earlier verdict, that of none behind them
	trips    bool       // the round trip itself
	desc     bool
}

const lostChange = int(audit.Uncovered) + 1 // behind every change

// columnOf are the keys of the column that the user sorts by; one for all lines if there is none.
func (x *diffIndex) columnOf() *columnKeys {
	by := x.key.wish.sort
	k := &columnKeys{n: 1, desc: by.Desc}
	switch by.Column {
	case idVerdict:
		k.ofLooks(func(j *audit.Judgement) uint32 { return uint32(verdictGroup(j.Verdict)) })
	case idSeverity:
		k.ofLooks(func(j *audit.Judgement) uint32 {
			if !j.Verdict.Deviation() {
				return last
			}
			return uint32(j.Severity)
		})
	case idObserved:
		k.classes = counting(int(probes.ProbeError) + 1)
	case idReason:
		k.reasons = counting(int(audit.OutOfScope) + 1)
	case idChange:
		k.ofChanges(len(x.key.results.Scope.Left))
	case idIntent, idPort, idService, idRule:
		k.ofQuestions(x, x.questionKey(by.Column))
	case idWas:
		k.was = append(verdictKeys(), last)
		k.sets = slices.Repeat([]uint32{last}, len(x.key.results.Scope.Left))
	case idHost:
		k.ofHosts(x)
		return k
	case idRTT:
		k.trips, k.n = true, int(x.slowestTrip())+1
		return k
	}
	k.close()
	return k
}

func verdictKeys() []uint32 {
	out := make([]uint32, audit.NotTested+1)
	for v := range out {
		out[v] = uint32(verdictGroup(audit.Verdict(v)))
	}
	return out
}

// longestTrip is the longest round trip, in microseconds, that is told apart from longer ones: no host is given so long.
const longestTrip = 5 * 60 * 1e6

// slowestTrip is the longest round trip of all flows, looked up once for each generation.
func (x *diffIndex) slowestTrip() uint32 {
	if x.slowest.of == x.key.results && x.slowest.made == x.made {
		return x.slowest.trip
	}
	cells := x.key.results.Cells
	n := processors(len(cells), 1<<14)
	found := make([]uint32, n)
	together(n, func(i int) {
		for at := len(cells) * i / n; at < len(cells)*(i+1)/n; at++ {
			found[i] = max(found[i], cells[at].RTT)
		}
	})
	x.slowest.of, x.slowest.made, x.slowest.trip = x.key.results, x.made, min(slices.Max(found), longestTrip)
	return x.slowest.trip
}

// trip is the key of a round trip; one of zero is none.
func (k *columnKeys) trip(rtt uint32) uint32 {
	switch rtt = min(rtt, uint32(k.n)-1); {
	case rtt == 0:
		return uint32(k.n) - 1
	case k.desc:
		return uint32(k.n) - 1 - rtt
	}
	return rtt - 1
}

func (k *columnKeys) ofLooks(of func(j *audit.Judgement) uint32) {
	k.looks = make([]uint32, 1<<8)
	eachLook(func(j *audit.Judgement) { k.looks[lookOf(j)] = of(j) })
}

// ofChanges puts what a reader wants to see first in front. Lost proof is no change, and stands before what is unchanged;
// of what was never asked there is nothing to say.
func (k *columnKeys) ofChanges(sets int) {
	k.changes = make([]uint32, lostChange+1)
	for i, c := range audit.Changes() {
		k.changes[c] = uint32(i) * 2
	}
	k.changes[lostChange] = k.changes[audit.Unchanged] - 1
	k.sets = slices.Repeat([]uint32{last}, sets)
}

// ofQuestions asks for the key of every slot of both plans, of its first host, and of every set that cannot be tested.
func (k *columnKeys) ofQuestions(x *diffIndex, of func(f *audit.Finding) uint32) {
	r := x.key.results
	k.slots = slotKeys(r, of)
	for set := range r.Scope.Left {
		f := leftFinding(r.Scope, set, 0)
		k.sets = append(k.sets, of(&f))
	}
	if d := x.key.drift; d != nil {
		k.earlier = slotKeys(d.Earlier, func(f *audit.Finding) uint32 {
			f.Rule = -1 // the earlier run's rules are others
			return of(f)
		})
	}
}

func slotKeys(r *audit.Results, of func(f *audit.Finding) uint32) [][]uint32 {
	out, first := make([][]uint32, len(r.Scope.Plan.Groups)), 0
	for g := range r.Scope.Plan.Groups {
		grp := &r.Scope.Plan.Groups[g]
		out[g] = make([]uint32, len(grp.Endpoints))
		if len(grp.Addrs) == 0 {
			continue
		}
		for slot := range out[g] {
			f := findingOf(r, probes.FlowID(first+slot))
			out[g][slot] = of(&f)
		}
		first += len(grp.Addrs) * len(grp.Endpoints)
	}
	return out
}

func counting(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}

// close numbers the keys anew without gaps, turned round if the order is, with what has nothing in the column last.
func (k *columnKeys) close() {
	lists := slices.Concat([][]uint32{k.looks, k.classes, k.reasons, k.changes, k.was, k.sets}, k.slots, k.earlier)
	known := slices.Concat(lists...)
	slices.Sort(known)
	known = slices.Compact(known)
	if k.n = max(1, len(known)); len(known) == 0 {
		return
	}
	some := uint32(len(known))
	if known[some-1] == last {
		some--
	}
	for _, list := range lists {
		for i, key := range list {
			at, _ := slices.BinarySearch(known, key)
			list[i] = uint32(at)
			if k.desc && list[i] < some {
				list[i] = some - 1 - list[i]
			}
		}
	}
}

// ofHosts fills in the places of the hosts among all addresses.
func (k *columnKeys) ofHosts(x *diffIndex) {
	o, sc := &x.sorter, x.key.results.Scope
	o.prepare(sc, x.key.drift)
	k.n = len(o.sorted) + 1
	k.hosts, k.thenHost = k.turned(o.hosts), k.turned(o.thenHosts)
	for set := range sc.Left {
		list := sc.Left[set].Addrs
		switch first, ok := hostsOf(sc, list); {
		case ok:
			k.setHosts = append(k.setHosts, k.hosts[first:first+len(list)])
		case len(list) == 0:
			k.setHosts = append(k.setHosts, []uint32{uint32(k.n) - 1})
		default:
			places := make([]uint32, len(list))
			for i, a := range list {
				places[i] = o.placeOf(a)
			}
			k.setHosts = append(k.setHosts, k.turned(places))
		}
	}
}

// turned are the places of hosts in the order that is asked for.
func (k *columnKeys) turned(places []uint32) []uint32 {
	if !k.desc {
		return places
	}
	out := make([]uint32, len(places))
	for i, at := range places {
		out[i] = uint32(k.n) - 2 - at
	}
	return out
}

// change is the key of what became of a line.
func (k *columnKeys) change(c audit.Change, lost bool) uint32 {
	if lost {
		return k.changes[lostChange]
	}
	return k.changes[c]
}

// ofLeft is the key of what cannot be tested, its hosts left aside.
func (k *columnKeys) ofLeft(set int, reason audit.Reason) uint32 {
	if k.sets != nil {
		return k.sets[set]
	}
	return k.ofJudgement(&audit.Judgement{Verdict: audit.NotTested, Reason: reason})
}

func (k *columnKeys) ofJudgement(j *audit.Judgement) uint32 {
	switch {
	case k.looks != nil:
		return k.looks[lookOf(j)]
	case k.classes != nil:
		return k.classes[j.Observed]
	case k.reasons != nil:
		return k.reasons[j.Reason]
	case k.trips:
		return k.trip(0)
	}
	return 0
}

// before is the key of what the earlier run said of a flow.
func (k *columnKeys) before(d *audit.Drift, id probes.FlowID) uint32 {
	v, planned := audit.Pending, false
	if d != nil {
		v, planned = d.WasVerdict(id)
	}
	if !planned {
		return k.was[len(k.was)-1]
	}
	return k.was[v]
}

// ofMissing is the key of a flow that only the earlier run has.
func (k *columnKeys) ofMissing(d *audit.Drift, f *probes.Flow, c audit.Change, lost bool) uint32 {
	switch {
	case k.was != nil:
		return k.was[d.Earlier.Judged[f.ID].Verdict]
	case k.earlier != nil:
		return k.earlier[f.Group][f.Slot]
	case k.hosts != nil:
		return k.thenHost[f.Host]
	case k.changes != nil:
		return k.change(c, lost)
	}
	return k.ofJudgement(&notAsked)
}
