package views

import (
	"slices"

	"oobscope/audit"
)

// diffOrder is how the lines of the diff are ordered; all but the first group them.
type diffOrder uint8

const (
	worstFirst diffOrder = iota
	byRule
	byHost
	byService
	byZone
	byVerdict
	diffOrders
)

// diffScope is which lines are listed.
type diffScope uint8

const (
	deviationsOnly diffScope = iota
	everyLine
	changesOnly // what is not as it was in the run that this one is held against
)

// diffWish is what the user wants to see.
type diffWish struct {
	order diffOrder
	scope diffScope
	query string
	sort  Order // within each group
}

// diffIndex is the order of the lines of the diff: four bytes for each line that is listed, and up to thirty more to order
// them in, which are used again. A line is the number of a flow, or below zero one that the run has no flow for: first
// what cannot be tested, then what only the run has that this one is held against. It is made anew only if something that
// it depends on changed; while a run is on that is the tally, not the generation.
type diffIndex struct {
	key  diffKey
	set  bool
	made uint64  // the generation
	rows []int32 // a flow, or -1-n for line n of those without

	sections []section
	spare    []section // memory to order them in
	starts   []int     // place of each section's heading in the list, and the length of the list
	foldAll  bool
	turned   map[int32]bool // groups that are not as foldAll says
	lefts    []int          // number of the first line of each set of Scope.Left, and of all
	filter   flowFilter
	earlier  flowFilter // likewise for what only the earlier run has
	groups   diffGroups
	grouped  groupsKey
	slowest  struct {
		of   *audit.Results
		made uint64
		trip uint32
	}
	parts  []diffPart
	sorter diffSorter
}

type diffKey struct {
	results *audit.Results
	drift   *audit.Drift
	words   *Words
	wish    diffWish
	phase   RunPhase
	tally   audit.Tally
}

// section is a group that has lines: rows[from:to]; worst is the one that a reader wants to see first, rank its rank.
type section struct {
	group, from, to int32
	worst           int32
	rank            int
	flows           bool // some of its lines are flows of the run
}

// ranks are the places of a line within its group, from what a reader wants to see first.
const ranks = 12

// The ranks behind those of the deviations, which follow their severity.
const (
	rankLeastDeviation = 5
	rankUnverifiable   = 7
	rankWaived         = 8
	rankNotTested      = 11
)

func rankOf(j *audit.Judgement) int {
	switch {
	case j.Verdict.Deviation() && !j.Waived:
		return rankLeastDeviation - int(min(j.Severity, 5))
	case j.Verdict == audit.Error:
		return 6
	case j.Verdict == audit.Unverifiable:
		return rankUnverifiable
	case j.Verdict.Deviation():
		return rankWaived
	case j.Verdict == audit.Pending:
		return 9
	case j.Verdict == audit.NotTested:
		return rankNotTested
	}
	return 10
}

// rankOfChange is the rank of a line that only the earlier run has.
func rankOfChange(c audit.Change) int {
	if c == audit.Uncovered {
		return rankUnverifiable
	}
	return rankNotTested
}

// update makes the index fit the state and tells whether it changed.
func (x *diffIndex) update(s *State, wish diffWish) bool {
	r := s.Results
	key := diffKey{r, s.Drift, s.Words, wish, s.Run.Phase, r.Total}
	if wish.scope != everyLine {
		for _, v := range [...]audit.Verdict{audit.Pending, audit.Conforms, audit.Unverifiable, audit.Error, audit.NotTested} {
			key.tally.ByVerdict[v] = 0 // not listed, or listed because of what does not move any more
		}
	}
	if x.set && (x.key == key || x.rests(s, &key)) {
		return false
	}
	x.made = s.Generation
	if !x.set || x.key.wish.order != wish.order || x.key.results != r {
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
	x.filter.hold(s.Drift)
	x.filter.prepare(wish.query, sc, s.Words)
	if s.Drift != nil {
		x.earlier.hold(s.Drift)
		x.earlier.prepare(wish.query, s.Drift.Earlier.Scope, s.Words)
	}
	x.group(r, s.Drift)
	x.newPass(r, x.columnOf()).run()
	x.lay()
	return true
}

// restPulses is for how many generations the list of all flows keeps its order while a run is on: nearly
// each of them moves some line, and sorting a /16 takes as long as a hundred frames. The lines themselves
// always show the judgement of the moment.
const restPulses = 8

func (x *diffIndex) rests(s *State, key *diffKey) bool {
	old := x.key
	old.tally = key.tally
	return key.wish.scope == everyLine && key.phase == RunLive && old == *key && s.Generation-x.made < restPulses
}

// untested is how many lines cannot be tested from here.
func (x *diffIndex) untested() int { return x.lefts[len(x.lefts)-1] }

// lines is how many lines there are before the filter, whatever is listed: the flows of the run, what cannot be
// tested, and what only the earlier run has.
func (x *diffIndex) lines() int {
	n := len(x.key.results.Judged) + x.untested()
	if d := x.key.drift; d != nil {
		n += len(d.Missing)
	}
	return n
}

// total is how many lines could be listed: all that the scope holds, before the filter.
func (x *diffIndex) total() int {
	switch x.key.wish.scope {
	case everyLine:
		n := x.lines()
		if d := x.key.drift; d != nil && narrowed(x.key.results) {
			n -= len(d.Missing)
		}
		return n
	case changesOnly:
		return changedOf(x.key.drift)
	}
	return x.key.results.Total.Deviations() + x.key.results.Total.Waived
}

// divide finds the sections, given the end of each bucket, which are those of each rank of each number of each group.
func (x *diffIndex) divide(numbers int, ends []int32) {
	x.sections = x.sections[:0]
	from, size := int32(0), numbers*ranks
	for group := range x.groups.n {
		ends := ends[group*size : (group+1)*size]
		to := ends[size-1]
		if to == from {
			continue
		}
		worst, rank := x.worstAmong(from, ends)
		flows := slices.ContainsFunc(x.rows[from:to], func(row int32) bool { return row >= 0 })
		x.sections = append(x.sections, section{int32(group), from, to, worst, rank, flows})
		from = to
	}
	x.orderSections()
}

// orderSections puts the worst hosts first; what else groups the lines stays in its own order, and the list of all lines
// has no sections.
func (x *diffIndex) orderSections() {
	switch x.key.wish.order {
	case worstFirst:
		x.sections = x.sections[:0]
	case byHost:
		x.worstHostsFirst()
	}
}

// worstAmong is the first line of the lowest rank of a group, given where its lines begin and its buckets end.
func (x *diffIndex) worstAmong(from int32, ends []int32) (worst int32, rank int) {
	rank = ranks
	for bucket, to := range ends {
		if to == from {
			continue
		}
		row := x.rows[from]
		switch at := bucket % ranks; {
		case at < rank, at == rank && x.line(row) < x.line(worst):
			worst, rank = row, at
		}
		from = to
	}
	return worst, rank
}

// worstHostsFirst orders the sections by the rank of their first line: the first pass counts, the second places.
func (x *diffIndex) worstHostsFirst() {
	var at [ranks]int
	for i := range x.sections {
		for rank := x.sections[i].rank + 1; rank < ranks; rank++ {
			at[rank]++
		}
	}
	sorted := slices.Grow(x.spare[:0], len(x.sections))[:len(x.sections)]
	for i := range x.sections {
		rank := x.sections[i].rank
		sorted[at[rank]] = x.sections[i]
		at[rank]++
	}
	x.sections, x.spare = sorted, x.sections
}
