package views

import "oobscope/audit"

// diffOrder is how the lines of the diff are ordered; all but the first group them.
type diffOrder uint8

const (
	worstFirst diffOrder = iota
	byRule
	byHost
	byService
	diffOrders
)

// diffIndex is the order of the lines of the diff: the numbers of flows, and below zero what cannot be
// tested, so that a /16 costs four bytes a line. It is made anew only if something that it depends on
// changed; while a run is on that is the tally, not the generation.
type diffIndex struct {
	key  diffKey
	set  bool
	made uint64  // the generation
	rows []int32 // a flow, or -1-n for line n of what cannot be tested

	sections []section
	starts   []int // place of each section's heading in the list, and the length of the list
	foldAll  bool
	turned   map[int32]bool // groups that are not as foldAll says
	lefts    []int          // number of the first line of each set of Scope.Left, and of all
	filter   flowFilter
	groups   diffGroups
	counts   []int32
}

type diffKey struct {
	results *audit.Results
	words   *Words
	order   diffOrder
	all     bool
	query   string
	phase   RunPhase
	tally   audit.Tally
}

// section is a group that has lines: rows[from:to].
type section struct{ group, from, to int32 }

// diffGroups numbers the groups of an order.
type diffGroups struct {
	n     int
	slots [][]int32 // by group of the plan, by slot; nil if hosts are the groups
	left  []int32   // by set of Scope.Left
}

// ranks are the places of a line within its group, from what a reader wants to see first.
const ranks = 12

func rankOf(j *audit.Judgement) int {
	switch {
	case j.Verdict.Deviation() && !j.Waived:
		return 5 - int(min(j.Severity, 5))
	case j.Verdict == audit.Error:
		return 6
	case j.Verdict == audit.Unverifiable:
		return 7
	case j.Verdict.Deviation():
		return 8
	case j.Verdict == audit.Pending:
		return 9
	case j.Verdict == audit.NotTested:
		return 11
	}
	return 10
}

// update makes the index fit the state and tells whether it changed.
func (x *diffIndex) update(s *State, order diffOrder, all bool, query string) bool {
	r := s.Results
	key := diffKey{r, s.Words, order, all, query, s.Run.Phase, r.Total}
	if !all {
		for _, v := range [...]audit.Verdict{audit.Pending, audit.Conforms, audit.Unverifiable, audit.Error, audit.NotTested} {
			key.tally.ByVerdict[v] = 0 // not listed, so it may change
		}
	}
	if x.set && (x.key == key || x.rests(s, &key)) {
		return false
	}
	x.made = s.Generation
	if !x.set || x.key.order != order || x.key.results != r {
		x.foldAll, x.turned = false, map[int32]bool{}
	}
	x.key, x.set = key, true
	sc := r.Scope
	x.lefts = x.lefts[:0]
	n := 0
	for k := range sc.Left {
		x.lefts = append(x.lefts, n)
		n += sc.Left[k].Lines()
	}
	x.lefts = append(x.lefts, n)
	x.filter.prepare(query, sc, s.Words)
	x.groups = groupsOf(sc, order)
	x.sort(r, all)
	x.divide(order)
	return true
}

// restPulses is for how many generations the list of all flows keeps its order while a run is on: nearly
// each of them moves some line, and sorting a /16 takes as long as a hundred frames. The lines themselves
// always show the judgement of the moment.
const restPulses = 8

func (x *diffIndex) rests(s *State, key *diffKey) bool {
	old := x.key
	old.tally = key.tally
	return key.all && key.phase == RunLive && old == *key && s.Generation-x.made < restPulses
}

// total is how many lines there are before the filter.
func (x *diffIndex) total() int {
	if x.key.all {
		return len(x.key.results.Judged) + x.lefts[len(x.lefts)-1]
	}
	return x.key.results.Total.Deviations()
}

// sort lists the lines by group and rank in two passes: the first counts, the second places.
func (x *diffIndex) sort(r *audit.Results, all bool) {
	if n := x.groups.n * ranks; cap(x.counts) < n {
		x.counts = make([]int32, n)
	} else {
		x.counts = x.counts[:n]
		clear(x.counts)
	}
	x.each(r, all, func(bucket int, _ int32) { x.counts[bucket]++ })
	n := int32(0)
	for i, c := range x.counts {
		x.counts[i] = n
		n += c
	}
	if cap(x.rows) < int(n) {
		x.rows = make([]int32, n, n+n/4)
	}
	x.rows = x.rows[:n]
	x.each(r, all, func(bucket int, row int32) {
		x.rows[x.counts[bucket]] = row
		x.counts[bucket]++
	})
}

// each calls fn for every line that is listed, in the order of the plan.
func (x *diffIndex) each(r *audit.Results, all bool, fn func(bucket int, row int32)) {
	sc := r.Scope
	host, id := 0, 0
	for g := range sc.Plan.Groups {
		slots := len(sc.Plan.Groups[g].Endpoints)
		for range sc.Plan.Groups[g].Addrs {
			if all || r.Marks[host] >= audit.MarkInfo {
				x.eachOfHost(r, all, host, g, id, slots, fn)
			}
			host++
			id += slots
		}
	}
	if !all {
		return
	}
	for k := range sc.Left {
		for i := range sc.Left[k].Lines() {
			if x.filter.keepsLeft(k, i) {
				fn(int(x.groups.left[k])*ranks+ranks-1, int32(-1-x.lefts[k]-i))
			}
		}
	}
}

func (x *diffIndex) eachOfHost(r *audit.Results, all bool, host, g, id, slots int, fn func(bucket int, row int32)) {
	for slot := range slots {
		j := &r.Judged[id+slot]
		rank := rankOf(j)
		if (!all && rank > 5) || !x.filter.keeps(r, host, g, slot, id+slot) {
			continue
		}
		group := host
		if x.groups.slots != nil {
			group = int(x.groups.slots[g][slot])
		}
		fn(group*ranks+rank, int32(id+slot))
	}
}

// divide finds the sections. Hosts come worst first; rules and services stay in their own order.
func (x *diffIndex) divide(order diffOrder) {
	x.sections = x.sections[:0]
	if order != worstFirst {
		from := int32(0)
		for group := range x.groups.n {
			if to := x.counts[group*ranks+ranks-1]; to > from {
				x.sections = append(x.sections, section{int32(group), from, to})
				from = to
			}
		}
	}
	if order == byHost {
		x.worstHostsFirst()
	}
	x.place()
}

// worstHostsFirst orders the sections by the rank of their first line, in one pass for each rank.
func (x *diffIndex) worstHostsFirst() {
	sorted := make([]section, 0, len(x.sections))
	for rank := range ranks {
		for _, sec := range x.sections {
			if x.rankAt(sec.from) == rank {
				sorted = append(sorted, sec)
			}
		}
	}
	x.sections = sorted
}

func (x *diffIndex) rankAt(i int32) int {
	if row := x.rows[i]; row >= 0 {
		return rankOf(&x.key.results.Judged[row])
	}
	return ranks - 1
}
