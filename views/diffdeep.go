package views

import (
	"math/bits"
	"slices"
)

// deepBuckets is how many buckets a deep pass deals the lines into, unless there are more groups.
const deepBuckets = 1 << 16

// fine divides the groups of a deep pass: the buckets of a group are as many as there is room for, each for as many
// numbers as shift has bits.
func (p *diffPass) fine(numbers int) {
	for p.shift = 0; p.x.groups.n*((numbers-1)>>p.shift+1) > deepBuckets && p.shift < bits.Len(uint(numbers)); p.shift++ {
	}
	p.cells = (numbers-1)>>p.shift + 1
}

// sortGroups places the lines by bucket and sorts each bucket. Those of a few lines are dealt among the processors; a
// large one is sorted by all of them together.
func (p *diffPass) sortGroups(parts []diffPart, total int) {
	x, o := p.x, &p.x.sorter
	o.keys = slices.Grow(o.keys[:0], total)[:total]
	together(len(parts), func(i int) {
		part := &parts[i]
		for k, cell := range part.cells {
			at := &part.counts[cell]
			x.rows[*at], o.keys[*at] = part.rows[k], part.buckets[k]
			*at++
		}
	})
	ends := parts[len(parts)-1].counts
	p.judgeGroups(ends)
	n := processors(len(ends), fewHosts)
	together(n, func(i int) {
		for cell := len(ends) * i / n; cell < len(ends)*(i+1)/n; cell++ {
			if from, to := start(ends, cell), ends[cell]; to-from <= few {
				sortFew(x.rows[from:to], o.keys[from:to])
			}
		}
	})
	for cell, to := range ends {
		if from := start(ends, cell); to-from > few {
			o.sort(x.rows[from:to], o.keys[from:to])
		}
	}
	x.orderSections()
}

// start is where a bucket begins.
func start(ends []int32, bucket int) int32 {
	if bucket == 0 {
		return 0
	}
	return ends[bucket-1]
}

// judgeGroups finds the sections and the worst line of each.
func (p *diffPass) judgeGroups(ends []int32) {
	x := p.x
	x.sections = x.sections[:0]
	if x.key.wish.order == worstFirst {
		return
	}
	for group := range x.groups.n {
		from, to := start(ends, group*p.cells), ends[(group+1)*p.cells-1]
		if to > from {
			x.sections = append(x.sections, section{group: int32(group), from: from, to: to})
		}
	}
	n := processors(len(x.sections), fewHosts)
	together(n, func(i int) {
		for at := len(x.sections) * i / n; at < len(x.sections)*(i+1)/n; at++ {
			x.judge(&x.sections[at])
		}
	})
}

// judge finds the worst of the lines of a section, the first of the lowest rank in the order of the plan.
func (x *diffIndex) judge(sec *section) {
	sec.rank = ranks
	for i := sec.from; i < sec.to; i++ {
		row := x.rows[i]
		switch rank := int(x.sorter.keys[i] % ranks); {
		case rank < sec.rank, rank == sec.rank && x.line(row) < x.line(sec.worst):
			sec.worst, sec.rank = row, rank
		}
		sec.flows = sec.flows || row >= 0
	}
}
