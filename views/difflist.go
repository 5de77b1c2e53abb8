package views

import (
	"slices"
	"sort"

	"oobscope/audit"
	"oobscope/probes"
)

// lay works out where each section begins in the list, given which are folded.
func (x *diffIndex) lay() {
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
	x.lay()
}

// foldEvery folds all groups, or unfolds all if they are folded.
func (x *diffIndex) foldEvery() {
	x.foldAll, x.turned = !x.foldAll, map[int32]bool{}
	x.lay()
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

// line numbers a row among all lines there are, whatever is listed: the flows, then those without.
func (x *diffIndex) line(row int32) int {
	if row >= 0 {
		return int(row)
	}
	return len(x.key.results.Judged) + int(-1-row)
}

// rowOf is the row of a line.
func (x *diffIndex) rowOf(line int) int32 {
	if n := len(x.key.results.Judged); line >= n {
		return int32(-1 - (line - n))
	}
	return int32(line)
}

// walkMost is how many flows of the list a screen is handed that goes through them one by one.
const walkMost = 1 << 14

// around are the flows of the list that stand before and behind a row, in the order of the list, whether folded or not.
func (x *diffIndex) around(row int32) []probes.FlowID {
	i := slices.Index(x.rows, row)
	if i < 0 {
		return nil
	}
	from := max(0, i-walkMost/2)
	var out []probes.FlowID
	for _, r := range x.rows[from:min(len(x.rows), from+walkMost)] {
		if r >= 0 {
			out = append(out, probes.FlowID(r))
		}
	}
	return out
}

// missing is the number of a row in Drift.Missing; false if the row is no such line.
func (x *diffIndex) missing(row int32) (int, bool) {
	i := int(-1-row) - x.untested()
	return i, row < 0 && i >= 0
}

// finding assembles the line of a row.
func (x *diffIndex) finding(row int32) audit.Finding {
	r := x.key.results
	if row >= 0 {
		return findingOf(r, probes.FlowID(row))
	}
	if i, ok := x.missing(row); ok {
		return missingFinding(x.key.drift, i)
	}
	set, i := x.leftOf(row)
	return leftFinding(r.Scope, set, i)
}

// leftOf is the set of Scope.Left that a row belongs to, and its number in it.
func (x *diffIndex) leftOf(row int32) (set, i int) {
	n := int(-1 - row)
	set = sort.SearchInts(x.lefts, n+1) - 1
	return set, n - x.lefts[set]
}
