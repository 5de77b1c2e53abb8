package views

import "slices"

// sortGroups places the lines by group and sorts each group by column and rank. Groups of a few lines, as hosts are, are
// dealt among the processors; a large one is sorted by all of them together.
func (p *diffPass) sortGroups(parts []diffPart, total int) {
	x, o := p.x, &p.x.sorter
	o.keys = slices.Grow(o.keys[:0], total)[:total]
	together(len(parts), func(i int) {
		part := &parts[i]
		for k, group := range part.groups {
			at := &part.counts[group]
			x.rows[*at], o.keys[*at] = part.rows[k], part.buckets[k]
			*at++
		}
	})
	ends := parts[len(parts)-1].counts
	x.sections = slices.Grow(x.sections[:0], len(ends))
	from := int32(0)
	for group, to := range ends {
		if to > from {
			x.sections = append(x.sections, section{group: int32(group), from: from, to: to})
		}
		from = to
	}
	n := processors(len(x.sections), fewHosts)
	together(n, func(i int) {
		for at := len(x.sections) * i / n; at < len(x.sections)*(i+1)/n; at++ {
			sec := &x.sections[at]
			rows, keys := x.rows[sec.from:sec.to], o.keys[sec.from:sec.to]
			if p.x.key.wish.order != worstFirst {
				sec.judge(rows, keys)
			}
			if len(rows) <= few {
				sortFew(rows, keys)
			}
		}
	})
	for _, sec := range x.sections {
		if sec.to-sec.from > few {
			o.sort(x.rows[sec.from:sec.to], o.keys[sec.from:sec.to])
		}
	}
	x.orderSections()
}

// judge finds the worst of the lines of a section, which are in the order of the plan yet: the first of the lowest rank.
func (sec *section) judge(rows []int32, keys []uint32) {
	sec.rank = ranks
	for i, row := range rows {
		if rank := int(keys[i] % ranks); rank < sec.rank {
			sec.worst, sec.rank = row, rank
		}
		sec.flows = sec.flows || row >= 0
	}
}
