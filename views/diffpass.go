package views

import (
	"sync"

	"oobscope/audit"
	"oobscope/probes"
)

// diffPass is one look at every flow of a plan: whether it is listed, and in which bucket. Buckets are numbered by group,
// by the column that the user sorts by and by rank, in this order, so that placing the lines by bucket groups and sorts
// them at once. Where that makes too many buckets the pass is deep: it places the lines by group and by the high
// digits of the rest, and sorts them by what is left afterwards. What decides of a bucket and of a filter depends on the host, on what is asked or on the judgement;
// each of those is worked out once and only added up for a flow.
type diffPass struct {
	x         *diffIndex
	r         *audit.Results
	column    *columnKeys
	looks     [1 << 8]look
	questions [][]uint32 // by group, by slot: its share of the bucket
	classes   [probes.ProbeError + 1]uint32
	reasons   [audit.OutOfScope + 1]uint32
	perGroup  uint32 // buckets of a group; none if the pass is deep
	deep      bool
	shift     int // digits that a deep pass leaves for later
	cells     int // its buckets for each group

	deviations, changes bool // nothing else is listed
	answers, changed    bool // the column is about the answer or its reason, or about what changed
	single              bool // or about something that each flow has for itself
	masked              bool // a term of the filter is about the judgement
	shut                []uint64
}

// look is what the lines of one verdict, severity and waiver have in common.
type look struct {
	mask   uint64 // the terms of the filter that hold
	bucket uint32 // its share of the bucket
	listed bool   // among deviations
}

// lookOf numbers the looks of a judgement.
func lookOf(j *audit.Judgement) uint8 {
	n := uint8(j.Verdict)<<4 | min(j.Severity, 5)
	if j.Waived {
		n |= 1 << 3
	}
	return n
}

// eachLook calls fn for every judgement that looks otherwise than the others.
func eachLook(fn func(j *audit.Judgement)) {
	for v := audit.Pending; v <= audit.NotTested; v++ {
		for sev := range uint8(6) {
			fn(&audit.Judgement{Verdict: v, Severity: sev})
			fn(&audit.Judgement{Verdict: v, Severity: sev, Waived: true})
		}
	}
}

// newPass readies the tables of a pass. They have some hundred entries, whatever the plan's size.
func (x *diffIndex) newPass(r *audit.Results, column *columnKeys) *diffPass {
	f, scope := &x.filter, x.key.wish.scope
	p := &diffPass{x: x, r: r, column: column, perGroup: uint32(column.n) * ranks, deviations: scope == deviationsOnly, changes: scope == changesOnly,
		answers: column.classes != nil || column.reasons != nil, changed: column.changes != nil && x.key.drift != nil, single: column.trips || column.was != nil, masked: f.ofVerdict}
	if p.deep = uint64(x.groups.n)*uint64(column.n)*ranks > mostBuckets; p.deep {
		p.perGroup = 0
		p.fine(column.n * ranks)
	}
	eachLook(func(j *audit.Judgement) {
		l := look{bucket: uint32(rankOf(j)), listed: j.Verdict.Deviation()}
		if column.looks != nil {
			l.bucket += column.looks[lookOf(j)] * ranks
		}
		if x.groups.byVerdict {
			l.bucket += uint32(verdictGroup(j.Verdict)) * p.perGroup
		}
		if f.ofVerdict {
			l.mask = f.standing(j)
		}
		p.looks[lookOf(j)] = l
	})
	for i, k := range column.classes {
		p.classes[i] = k * ranks
	}
	for i, k := range column.reasons {
		p.reasons[i] = k * ranks
	}
	for g := range r.Scope.Plan.Groups {
		row := make([]uint32, len(r.Scope.Plan.Groups[g].Endpoints))
		for slot := range row {
			if x.groups.slots != nil {
				row[slot] = uint32(x.groups.slots[g][slot]) * p.perGroup
			}
			if column.slots != nil {
				row[slot] += column.slots[g][slot] * ranks
			}
		}
		p.questions = append(p.questions, row)
	}
	p.shut = f.elsewhere()
	return p
}

// diffPart is what a pass found among some hosts: the lines that are listed, their buckets, and how many lines each bucket
// has. If the pass is deep, buckets is what to sort by and cells are the buckets. Its memory is used again: eight bytes for each line, twelve if the pass is deep.
type diffPart struct {
	rows    []int32
	buckets []uint32
	cells   []int32
	counts  []int32
}

// mostBuckets is how many there may be: beyond, the table of counts would outgrow the memory next to a processor.
const mostBuckets = 1 << 14

// fewHosts are looked at by one processor.
const fewHosts = 1 << 9

// run looks at all flows, the hosts dealt among the processors, and leaves the lines in x.rows and the sections in order.
func (p *diffPass) run() {
	x, hosts := p.x, p.r.Scope.Plan.Hosts()
	n, buckets := processors(hosts, fewHosts), x.groups.n*p.column.n*ranks
	if p.deep {
		buckets = x.groups.n * p.cells
	}
	for len(x.parts) < n {
		x.parts = append(x.parts, diffPart{})
	}
	parts := x.parts[:n]
	together(n, func(i int) {
		part := &parts[i]
		part.rows, part.buckets, part.cells = part.rows[:0], part.buckets[:0], part.cells[:0]
		part.counts = zeroed(part.counts, buckets)
		p.hosts(part, hosts*i/n, hosts*(i+1)/n)
	})
	p.others(&parts[n-1])
	total := int32(0)
	for b := range buckets {
		for i := range parts {
			c := &parts[i].counts[b]
			*c, total = total, total+*c
		}
	}
	if cap(x.rows) < int(total) {
		x.rows = make([]int32, total, total+total/4)
	}
	x.rows = x.rows[:total]
	if p.deep {
		p.sortGroups(parts, int(total))
		return
	}
	together(n, func(i int) {
		rows, counts := parts[i].rows, parts[i].counts
		for k, b := range parts[i].buckets {
			x.rows[counts[b]] = rows[k]
			counts[b]++
		}
	})
	x.divide(p.column.n, parts[n-1].counts)
}

// together does n things at once and waits for all of them.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := 1; i < n; i++ {
		all.Go(func() { do(i) })
	}
	do(0)
	all.Wait()
}

// zeroed is room for n numbers, all zero, in memory that is used again.
func zeroed(s []int32, n int) []int32 {
	if cap(s) < n {
		return make([]int32, n)
	}
	s = s[:n]
	clear(s)
	return s
}
