package views

import (
	"sort"

	"oobscope/audit"
	"oobscope/probes"
)

// place works out where each section begins in the list, given which are folded.
func (x *diffIndex) place() {
	x.starts = x.starts[:0]
	at := 0
	for _, sec := range x.sections {
		x.starts = append(x.starts, at)
		at++
		if !x.folded(sec.group) {
			at += int(sec.to - sec.from)
		}
	}
	if len(x.sections) == 0 {
		at = len(x.rows)
	}
	x.starts = append(x.starts, at)
}

func (x *diffIndex) folded(group int32) bool { return x.foldAll != x.turned[group] }

// fold folds a group or unfolds it.
func (x *diffIndex) fold(group int32, on bool) {
	x.turned[group] = on != x.foldAll
	x.place()
}

// foldEvery folds all groups, or unfolds all if they are folded.
func (x *diffIndex) foldEvery() {
	x.foldAll, x.turned = !x.foldAll, map[int32]bool{}
	x.place()
}

// len is the length of the list, headings included and what is folded not.
func (x *diffIndex) len() int { return x.starts[len(x.starts)-1] }

// at tells what stands at place i of the list: a heading over a section, or a row. sec is -1 if the order
// has no sections.
func (x *diffIndex) at(i int) (sec int, row int32, heading bool) {
	if len(x.sections) == 0 {
		return -1, x.rows[i], false
	}
	sec = sort.SearchInts(x.starts, i+1) - 1
	if i == x.starts[sec] {
		return sec, 0, true
	}
	return sec, x.rows[int(x.sections[sec].from)+i-x.starts[sec]-1], false
}

// find is the place of a row in the list, or of the heading that it is folded under; -1 if it is not listed.
func (x *diffIndex) find(row int32) int {
	for i, r := range x.rows {
		if r != row {
			continue
		}
		if len(x.sections) == 0 {
			return i
		}
		for sec, of := range x.sections {
			if i < int(of.from) || i >= int(of.to) {
				continue
			}
			if x.folded(of.group) {
				return x.starts[sec]
			}
			return x.starts[sec] + 1 + i - int(of.from)
		}
	}
	return -1
}

// finding assembles the line of a row.
func (x *diffIndex) finding(row int32) audit.Finding {
	r := x.key.results
	if row >= 0 {
		return findingOf(r, probes.FlowID(row))
	}
	n := int(-1 - row)
	k := sort.SearchInts(x.lefts, n+1) - 1
	return leftFinding(r.Scope, k, n-x.lefts[k])
}
