package audit

import (
	"net/netip"
	"slices"

	"oobscope/probes"
)

// Selection narrows a drift. Empty lists mean all.
type Selection struct {
	Rules    []string       // app_ids of deciding rules; "" is the site's defaults
	Services []string       // ids of the catalogue
	Hosts    []netip.Prefix // single addresses are /32 or /128
	Changes  []Change       // what Each lists; tallies ignore it
}

func (s *Selection) host(a netip.Addr) bool {
	return len(s.Hosts) == 0 || slices.ContainsFunc(s.Hosts, func(p netip.Prefix) bool { return p.Contains(a) })
}

// slot tells whether the selection is about flows with that decision. An updated or absent flow belongs to the rule
// that decides now.
func (s *Selection) slot(scope *Scope, d *Decision) bool {
	return (len(s.Rules) == 0 || slices.Contains(s.Rules, scope.RuleID(d.Rule))) &&
		(len(s.Services) == 0 || slices.Contains(s.Services, d.Service.ID))
}

// DriftLine is one flow of a drift with what both runs say of it.
type DriftLine struct {
	Change                            Change
	Lost, Gained, FirstSeen, ByPolicy bool
	Differences                       Difference
	Before, After                     Finding
	HasBefore, HasAfter               bool // planned by that run
}

// Flow is the finding that names the flow: the later one, else the earlier one.
func (l *DriftLine) Flow() *Finding {
	if l.HasAfter {
		return &l.After
	}
	return &l.Before
}

// Deviation is the finding that deviates: the later one if it does, else the earlier one; nil if neither.
func (l *DriftLine) Deviation() *Finding {
	switch {
	case l.HasAfter && l.After.Verdict.Deviation():
		return &l.After
	case l.HasBefore && l.Before.Verdict.Deviation():
		return &l.Before
	}
	return nil
}

// Each hands out the flows that a reader may want to see: whatever changed, what deviates in both runs, and what was
// lost or gained in coverage. Flows that are fine in both are left out. First come those of the later run, in the order
// of its plan, then those that only the earlier one has. It stops when fn returns false.
func (d *Drift) Each(sel Selection, fn func(*DriftLine) bool) {
	wanted := func(n driftNote) bool {
		return n != driftNote(Unchanged) && (len(sel.Changes) == 0 || slices.Contains(sel.Changes, n.change()))
	}
	if !d.walk(d.Later, &sel, func(id probes.FlowID) bool {
		return !wanted(d.notes[id]) || fn(d.line(id))
	}) {
		return
	}
	for i, id := range d.Missing {
		if n := d.gone[i]; wanted(n) && d.within(&sel, d.Earlier, id) {
			l := &DriftLine{Change: n.change(), Lost: n.lost(), Before: d.Earlier.Finding(id), HasBefore: true}
			if !fn(l) {
				return
			}
		}
	}
}

// TallyOf tallies what a selection is about, whichever changes it lists.
func (d *Drift) TallyOf(sel Selection) DriftTally {
	var t DriftTally
	d.walk(d.Later, &sel, func(id probes.FlowID) bool {
		t.add(d.notes[id], +1)
		return true
	})
	for i, id := range d.Missing {
		if d.within(&sel, d.Earlier, id) {
			t.add(d.gone[i], +1)
		}
	}
	return t
}

// Extent says how far two runs can be held against each other.
type Extent struct {
	Tested  int // flows that the earlier run proved anything of: what the later one is held against
	Common  int // flows that both planned
	Missing int // flows that only the earlier run planned
}

// ExtentOf counts what a selection is about, whichever changes it lists.
func (d *Drift) ExtentOf(sel Selection) Extent {
	var e Extent
	d.walk(d.Earlier, &sel, func(id probes.FlowID) bool {
		if d.Earlier.proves(id) {
			e.Tested++
		}
		e.Common++
		return true
	})
	for _, id := range d.Missing {
		if d.within(&sel, d.Earlier, id) {
			e.Missing++
		}
	}
	e.Common -= e.Missing
	return e
}

func (d *Drift) line(id probes.FlowID) *DriftLine {
	n := d.notes[id]
	l := &DriftLine{
		Change: n.change(), Lost: n.lost(), Gained: n.gained(), FirstSeen: n.first(), ByPolicy: n.policy(),
		Differences: d.Differences(id), After: d.Later.Finding(id), HasAfter: true,
	}
	l.Before, l.HasBefore = d.Before(id)
	return l
}

// walk calls fn for each flow of a run that a selection is about, in the order of the plan; false if fn stopped it.
func (d *Drift) walk(r *Results, sel *Selection, fn func(probes.FlowID) bool) bool {
	id := probes.FlowID(0)
	for g := range r.Scope.Places {
		decisions := r.Scope.Places[g].Decisions
		for _, a := range r.Scope.Plan.Groups[g].Addrs {
			in := sel.host(a)
			for slot := range decisions {
				if in && sel.slot(r.Scope, &decisions[slot]) && !fn(id) {
					return false
				}
				id++
			}
		}
	}
	return true
}

func (d *Drift) within(sel *Selection, r *Results, id probes.FlowID) bool {
	f := r.Scope.Plan.Flow(id)
	return sel.host(f.Addr) && sel.slot(r.Scope, r.Scope.Decision(f))
}

// UncoveredBudget is the share of what the earlier run proved that a later one may leave unproved and still be
// trusted to say what is new.
const UncoveredBudget = 0.10

// Exit says in one number what two runs say together: ExitDeviation if something new or updated that nobody
// waived has severity failOn or more; else ExitIncomplete if the runs have nothing in common, or if the later one
// proves nothing of more than the budget's share of what the earlier one proved; else ExitFine. A proved deviation
// comes first: nothing that is still missing could take it back.
func (d *Drift) Exit(sel Selection, failOn uint8, budget float64) int {
	t := d.TallyOf(sel)
	if t.Failing(failOn) > 0 {
		return ExitDeviation
	}
	e := d.ExtentOf(sel)
	if e.Common == 0 || e.Tested == 0 || float64(t.Of(Uncovered)+t.Lost) > budget*float64(e.Tested) {
		return ExitIncomplete
	}
	return ExitFine
}
