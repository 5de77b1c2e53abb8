package views

import (
	"slices"

	"oobscope/audit"
	"oobscope/probes"
)

// elsewhere says for each group which terms can hold for a flow of it because of anything but its host: where a term
// cannot, the host decides of all its flows at once.
func (f *flowFilter) elsewhere() []uint64 {
	if f.empty() {
		return nil
	}
	var any uint64
	for _, list := range [...][]uint64{f.verdicts[:], f.reasons[:], f.classes[:], f.severity[:], f.waived[:], f.weak[:], f.changes.masks[:], {f.changes.lost}} {
		for _, m := range list {
			any |= m
		}
	}
	out := make([]uint64, len(f.slots))
	for g, row := range f.slots {
		out[g] = any
		for _, m := range row {
			out[g] |= m
		}
	}
	return out
}

// hosts looks at the flows of the hosts from:to.
func (p *diffPass) hosts(part *diffPart, from, to int) {
	f, first, id := &p.x.filter, 0, 0
	for g := range p.r.Scope.Plan.Groups {
		of := &p.r.Scope.Plan.Groups[g]
		slots, end := len(of.Endpoints), first+len(of.Addrs)
		for host := max(from, first); host < min(to, end); host++ {
			// A host whose deviations are all waived looks as if it conformed.
			if p.deviations && p.r.Marks[host] < audit.MarkInfo && p.r.Total.Waived == 0 {
				continue
			}
			if p.shut != nil && (f.hosts[host]&f.negated != 0 || (f.hosts[host]|p.shut[g]|f.negated) != f.want) {
				continue
			}
			p.host(part, host, g, id+(host-first)*slots)
		}
		first, id = end, id+slots*len(of.Addrs)
	}
}

// host looks at the flows of one host, of which id is the first.
func (p *diffPass) host(part *diffPart, host, group, id int) {
	questions := p.questions[group]
	judged := p.r.Judged[id:][:len(questions)]
	n := len(part.rows)
	rows := slices.Grow(part.rows, len(questions))[:n+len(questions)]
	buckets := slices.Grow(part.buckets, len(questions))[:n+len(questions)]
	var cells []int32
	if p.deep {
		cells = slices.Grow(part.cells, len(questions))[:n+len(questions)]
	}
	base, f := p.ofHost(host), &p.x.filter
	var masks []uint64 // of the filter, by slot
	var ofHost uint64
	if p.shut != nil {
		masks, ofHost = f.slots[group][:len(questions)], f.hosts[host]
	}
	for slot, bucket := range questions {
		j := &judged[slot]
		l := &p.looks[lookOf(j)]
		if p.deviations && !l.listed || p.changes && !p.x.changed(id+slot) {
			continue
		}
		if masks != nil {
			m := ofHost | masks[slot] | l.mask
			if p.masked {
				m |= f.classes[j.Observed] | f.reasons[j.Reason]
			}
			if f.asksWeak || f.changes.asked {
				m |= p.ofOne(id + slot)
			}
			if m^f.negated != f.want {
				continue
			}
		}
		bucket += base + l.bucket
		if p.answers {
			bucket += p.classes[j.Observed] + p.reasons[j.Reason]
		}
		if p.changed {
			bucket += p.column.change(p.x.key.drift.Of(probes.FlowID(id+slot)), p.x.key.drift.Lost(probes.FlowID(id+slot))) * ranks
		}
		if p.single {
			bucket += p.ofFlow(probes.FlowID(id+slot)) * ranks
		}
		rows[n], buckets[n] = int32(id+slot), bucket
		if p.deep {
			cell := p.x.groups.of(host, group, slot, j.Verdict)*p.cells + int(bucket>>p.shift)
			cells[n] = int32(cell)
			part.counts[cell]++
		} else {
			part.counts[bucket]++
		}
		n++
	}
	part.rows, part.buckets = rows[:n], buckets[:n]
	if p.deep {
		part.cells = cells[:n]
	}
}

// ofFlow is the number of a flow in a column that is about single ones.
func (p *diffPass) ofFlow(id probes.FlowID) uint32 {
	if p.column.trips {
		return p.column.trip(p.r.Cells[id].RTT)
	}
	return p.column.before(p.x.key.drift, id)
}

// ofHost is the share of a host in the buckets of its flows.
func (p *diffPass) ofHost(host int) (bucket uint32) {
	if g := &p.x.groups; g.slots == nil && !g.byVerdict {
		bucket = uint32(host) * p.perGroup
	}
	if p.column.hosts != nil {
		bucket += p.column.hosts[host] * ranks
	}
	return bucket
}

// ofOne tells which terms hold for a flow because of its weaknesses, or of what became of it.
func (p *diffPass) ofOne(id int) (m uint64) {
	f := &p.x.filter
	if f.asksWeak {
		for set := p.r.Cells[id].Weak; set != 0; set &= set - 1 {
			m |= f.weak[trailing(uint64(set))]
		}
	}
	if f.changes.asked {
		m |= f.changes.of(probes.FlowID(id))
	}
	return m
}

// others looks at the lines that are no flows of the run: what cannot be tested, and what only the earlier run has.
func (p *diffPass) others(part *diffPart) {
	x := p.x
	if x.key.wish.scope == everyLine {
		for k := range p.r.Scope.Left {
			p.left(part, k)
		}
	}
	if x.key.drift != nil && (p.changes || x.key.wish.scope == everyLine && !narrowed(p.r)) {
		p.missing(part)
	}
}

// add lists a line in a bucket of a group.
func (p *diffPass) add(part *diffPart, row int32, group int, bucket uint32) {
	part.rows = append(part.rows, row)
	if p.deep {
		cell := group*p.cells + int(bucket>>p.shift)
		part.cells = append(part.cells, int32(cell))
		part.counts[cell]++
	} else {
		bucket += uint32(group) * p.perGroup
		part.counts[bucket]++
	}
	part.buckets = append(part.buckets, bucket)
}

func (p *diffPass) left(part *diffPart, set int) {
	x, u := p.x, &p.r.Scope.Left[set]
	bucket := p.column.ofLeft(set, u.Reason)*ranks + rankNotTested
	var hosts []uint32
	if p.column.setHosts != nil {
		hosts = p.column.setHosts[set]
	}
	for i := range u.Lines() {
		if !x.filter.keepsLeft(set, i) {
			continue
		}
		at := bucket
		if hosts != nil {
			at += hosts[i] * ranks
		}
		p.add(part, int32(-1-x.lefts[set]-i), int(x.groups.left[set]), at)
	}
}

// notAsked is the judgement of a flow that this run has no plan for.
var notAsked = audit.Judgement{Verdict: audit.NotTested, Reason: audit.OutOfScope}

func (p *diffPass) missing(part *diffPart) {
	x := p.x
	d, before := x.key.drift, x.untested()
	plan := d.Earlier.Scope.Plan
	for i, id := range d.Missing {
		c := d.OfMissing(i)
		if p.changes && c == audit.Unchanged {
			continue
		}
		f, lost := plan.Flow(id), d.LostMissing(i)
		if x.earlier.keepsAs(f.Host, f.Group, f.Slot, &notAsked, c, lost) {
			bucket := p.column.ofMissing(d, &f, c, lost)*ranks + uint32(rankOfChange(c))
			p.add(part, int32(-1-before-i), x.groups.missing(f.Host, f.Group, f.Slot), bucket)
		}
	}
}
