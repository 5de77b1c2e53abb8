package views

import (
	"oobscope/audit"
	"oobscope/probes"
)

// lostSlug is the wire name of what was proved before and is not any more: no change of the closed set, because it is
// no deviation.
const lostSlug = "lost"

// changeFilter answers change: for the lines of a run that is held against another. The zero value knows no change.
type changeFilter struct {
	drift *audit.Drift
	asked bool
	masks [5]uint64 // by change
	lost  uint64
}

// hold lets the filter answer for a run that is held against another; nil is none.
func (f *flowFilter) hold(d *audit.Drift) {
	if f.changes.drift != d {
		f.changes, f.set = changeFilter{drift: d}, false
	}
}

// keys are the keys that it answers.
func (c *changeFilter) keys() []FilterKey {
	if c.drift == nil {
		return nil
	}
	return []FilterKey{ByChange}
}

// changed reads what the query says of changes.
func (f *flowFilter) changed(w *Words) {
	c := &f.changes
	if c.asked = f.asks(keysOf(ByChange)); !c.asked {
		return
	}
	for _, k := range audit.Changes() {
		facts := named(ByChange, k.String(), w.Drift.Change[k])
		c.masks[k] = f.mask(&facts, keysOf(ByChange))
	}
	facts := named(ByChange, lostSlug, w.Drift.Lost)
	c.lost = f.mask(&facts, keysOf(ByChange))
}

func (c *changeFilter) of(id probes.FlowID) uint64 { return c.mask(c.drift.Of(id), c.drift.Lost(id)) }

func (c *changeFilter) mask(k audit.Change, lost bool) uint64 {
	if lost {
		return c.lost
	}
	return c.masks[k]
}

// keepsAs tells whether a flow of the plan would hold if it were judged so, and that had become of it.
func (f *flowFilter) keepsAs(host, group, slot int, j *audit.Judgement, k audit.Change, lost bool) bool {
	if f.empty() {
		return true
	}
	m := f.hosts[host] | f.slots[group][slot] | f.judged(j)
	if f.changes.asked {
		m |= f.changes.mask(k, lost)
	}
	return m^f.negated == f.want
}
