package audit

import (
	"sort"

	"oobscope/probes"
)

// driftNote is what is kept of one flow: bits 0 to 2 the change, 3 to 5 a detail of it, bit 6 another policy,
// bit 7 that a new deviation was not tested before, or that an updated one has another fingerprint.
type driftNote uint8

const (
	notePolicy driftNote = 1 << 6
	noteFirst  driftNote = 1 << 7
	notePrint  driftNote = 1 << 7
)

// The details of an unchanged flow. That of a new or updated one is the severity at which it counts, 0 if it is waived.
const (
	noteStanding driftNote = (iota + 1) << 3 // deviates in both
	noteLost
	noteGained
)

func (n driftNote) change() Change    { return Change(n & 7) }
func (n driftNote) detail() driftNote { return n & (7 << 3) }
func (n driftNote) policy() bool      { return n&notePolicy != 0 }
func (n driftNote) standing() bool    { return n.change() == Unchanged && n.detail() == noteStanding }
func (n driftNote) lost() bool        { return n.change() == Unchanged && n.detail() == noteLost }
func (n driftNote) gained() bool      { return n.change() == Unchanged && n.detail() == noteGained }
func (n driftNote) first() bool       { return n.change() == New && n&noteFirst != 0 }
func (n driftNote) otherPrint() bool  { return n.change() == Updated && n&notePrint != 0 }

// counts is the severity of a new or updated deviation that nobody waived; 0 for anything else.
func (n driftNote) counts() uint8 {
	if c := n.change(); c != New && c != Updated {
		return 0
	}
	return uint8(n.detail() >> 3)
}

// proves tells whether the run proved anything of a flow: that it deviates, or that it conforms. In a tainted run
// something on the path has turned on us, so only an answer of the host itself still proves that a flow conforms.
func (r *Results) proves(id probes.FlowID) bool {
	j := &r.Judged[id]
	switch {
	case j.Verdict.Deviation():
		return true
	case j.Verdict != Conforms:
		return false
	case !r.Gates.Tainted():
		return true
	}
	switch j.Observed {
	case probes.OpenProto, probes.OpenOther, probes.RstHost, probes.PortUnreach:
		return true
	}
	return false
}

// uncoveredNote is the note of a flow that was judged before and of which the later run proves nothing.
func uncoveredNote(before *Judgement, proved bool) driftNote {
	switch {
	case before.Verdict.Deviation():
		return driftNote(Uncovered)
	case proved:
		return driftNote(Unchanged) | noteLost
	}
	return driftNote(Unchanged)
}

// judge compares one flow of the later run with its twin of the earlier one, -1 for none.
func (d *Drift) judge(id probes.FlowID, twin int64) driftNote {
	now := &d.Later.Judged[id]
	if twin < 0 {
		return appeared(now, d.Later.proves(id), false, 0)
	}
	old := probes.FlowID(twin)
	was := &d.Earlier.Judged[old]
	diff := d.differs(old, id)
	// Seen from another zone, the earlier word on a flow is neither confirmed nor refuted by a conforming one.
	proved := d.Later.proves(id) && (diff&DiffVantage == 0 || now.Verdict.Deviation())
	policy := driftNote(0)
	if diff&(DiffIntent|DiffRule) != 0 {
		policy = notePolicy
	}
	switch {
	case !proved:
		return uncoveredNote(was, d.Earlier.proves(old))
	case !was.Verdict.Deviation():
		return appeared(now, true, d.Earlier.proves(old), policy)
	case !now.Verdict.Deviation():
		return driftNote(Absent) | policy
	case diff == 0:
		return driftNote(Unchanged) | noteStanding
	}
	n := driftNote(Updated) | weight(now) | policy
	if diff&DiffFingerprint != 0 {
		n |= notePrint
	}
	return n
}

// appeared is the note of a flow that did not deviate before.
func appeared(now *Judgement, proved, provedBefore bool, policy driftNote) driftNote {
	switch {
	case !now.Verdict.Deviation() && proved && !provedBefore:
		return driftNote(Unchanged) | noteGained
	case !now.Verdict.Deviation():
		return driftNote(Unchanged)
	case !provedBefore:
		policy |= noteFirst
	}
	return driftNote(New) | weight(now) | policy
}

func weight(j *Judgement) driftNote {
	if j.Waived {
		return 0
	}
	return driftNote(min(max(j.Severity, 1), 5)) << 3
}

// missingBetween finds which of Missing lie in [from, to).
func (d *Drift) missingBetween(from, to probes.FlowID) (int, int) {
	i := sort.Search(len(d.Missing), func(k int) bool { return d.Missing[k] >= from })
	j := i
	for j < len(d.Missing) && d.Missing[j] < to {
		j++
	}
	return i, j
}
