package audit

import (
	"net/netip"

	"oobscope/probes"
)

// Change says what became of a flow between an earlier run and a later one.
type Change uint8

// The changes. The names are wire names. Only proof makes a deviation absent: what a later run did not test, or
// could not verify, is uncovered.
const (
	Unchanged Change = iota // neither deviates, or both do and in the same way
	New                     // deviates now and did not, or was not asked before
	Updated                 // deviates in both, but differently
	Absent                  // deviated before, and the later run proves that it no longer does
	Uncovered               // deviated before, and the later run proved nothing
	changeCount
)

var changeSlugs = [changeCount]string{"unchanged", "new", "updated", "absent", "uncovered"}

// String returns the wire name.
func (c Change) String() string { return changeSlugs[c] }

// ParseChange finds a change by its wire name.
func ParseChange(slug string) (Change, bool) {
	for i, s := range changeSlugs {
		if s == slug {
			return Change(i), true
		}
	}
	return Unchanged, false
}

// Changes lists all of them, what a reader wants to see first in front.
func Changes() []Change { return []Change{New, Updated, Uncovered, Absent, Unchanged} }

// Seen looks up stored observations of the two runs. Either may be nil: then what answered is told apart by its
// class and its weaknesses alone, not by its fingerprint.
type Seen struct {
	Before, After func(probes.FlowID) (*probes.Observation, bool)
}

// Drift is two runs held against each other. It keeps one byte for each flow of the later run and four for
// each host, beside the results themselves. It is not safe for concurrent use while Update runs.
type Drift struct {
	Earlier, Later *Results
	// Missing are the flows of the earlier run that the later one did not plan, by their number in the earlier run.
	Missing []probes.FlowID

	Total     DriftTally
	ByRule    map[string]*DriftTally // by app_id of the deciding rule; "" for the site's defaults
	ByService map[string]*DriftTally
	Common    int // flows that both runs planned

	seen          Seen
	earlier, late *flowIndex
	notes         []driftNote // by flow of the later run
	gone          []driftNote // of Missing
	was           []Verdict   // by flow of the later run: what the earlier one said, or notPlanned
	twins         []int64     // of the host at hand
}

// Compare holds a later run against an earlier one. Flows are matched by target address, service, transport
// and port, never by their number: the two may come from other sites, kits and vantage points. Both must be judged
// already, with their waivers. If the later run goes on, call Update for each host that changed.
func Compare(before, after *Results, seen Seen) *Drift {
	d := &Drift{
		Earlier: before, Later: after, seen: seen,
		ByRule: map[string]*DriftTally{}, ByService: map[string]*DriftTally{},
		earlier: newFlowIndex(before.Scope), late: newFlowIndex(after.Scope),
		notes: make([]driftNote, after.Scope.Plan.Flows()),
		was:   make([]Verdict, after.Scope.Plan.Flows()),
	}
	for i := range after.Hosts {
		h := after.Scope.Plan.Host(i)
		d.twins = d.earlier.counterparts(after.Scope, h, d.twins)
		for slot, twin := range d.twins {
			id := h.First + probes.FlowID(slot)
			d.notes[id] = d.judge(id, twin)
			d.count(after, h, slot, d.notes[id], +1)
			if d.was[id] = notPlanned; twin >= 0 {
				d.was[id] = before.Judged[twin].Verdict
				d.Common++
			}
		}
	}
	d.miss()
	return d
}

// miss lists what only the earlier run has.
func (d *Drift) miss() {
	for i := range d.Earlier.Hosts {
		h := d.Earlier.Scope.Plan.Host(i)
		d.twins = d.late.counterparts(d.Earlier.Scope, h, d.twins)
		for slot, twin := range d.twins {
			if twin >= 0 {
				continue
			}
			id := h.First + probes.FlowID(slot)
			n := uncoveredNote(&d.Earlier.Judged[id], d.Earlier.proves(id))
			d.Missing, d.gone = append(d.Missing, id), append(d.gone, n)
			d.count(d.Earlier, h, slot, n, +1)
		}
	}
}

// Update compares the flows of one host of the later run again, and keeps the tallies right.
func (d *Drift) Update(host int) {
	h := d.Later.Scope.Plan.Host(host)
	d.twins = d.earlier.counterparts(d.Later.Scope, h, d.twins)
	for slot, twin := range d.twins {
		id := h.First + probes.FlowID(slot)
		n := d.judge(id, twin)
		if n == d.notes[id] {
			continue
		}
		d.count(d.Later, h, slot, d.notes[id], -1)
		d.notes[id] = n
		d.count(d.Later, h, slot, n, +1)
	}
}

func (d *Drift) count(of *Results, h probes.Host, slot int, n driftNote, sign int) {
	decision := &of.Scope.Places[h.Group].Decisions[slot]
	d.Total.add(n, sign)
	driftTally(d.ByRule, of.Scope.RuleID(decision.Rule)).add(n, sign)
	driftTally(d.ByService, decision.Service.ID).add(n, sign)
}

// Of says what became of a flow of the later run.
func (d *Drift) Of(id probes.FlowID) Change { return d.notes[id].change() }

// OfMissing says what became of Missing[i]: uncovered or unchanged.
func (d *Drift) OfMissing(i int) Change { return d.gone[i].change() }

// Lost tells whether the earlier run proved that a flow conforms and the later one proves nothing of it. It is
// no deviation, but what is wrong there now would not be seen.
func (d *Drift) Lost(id probes.FlowID) bool { return d.notes[id].lost() }

// LostMissing is Lost for Missing[i].
func (d *Drift) LostMissing(i int) bool { return d.gone[i].lost() }

// Gained tells whether a flow conforms of which the earlier run proved nothing.
func (d *Drift) Gained(id probes.FlowID) bool { return d.notes[id].gained() }

// FirstSeen tells whether a new deviation was not tested before, so that nobody knows since when it is there.
func (d *Drift) FirstSeen(id probes.FlowID) bool { return d.notes[id].first() }

// ByPolicy tells whether a change comes with another intent or another deciding rule: then the kit or the site
// has changed, and perhaps nothing else.
func (d *Drift) ByPolicy(id probes.FlowID) bool { return d.notes[id].policy() }

// Before returns what the earlier run said of a flow of the later one.
func (d *Drift) Before(id probes.FlowID) (Finding, bool) {
	twin := d.twin(id)
	if twin < 0 {
		return Finding{}, false
	}
	return d.Earlier.Finding(probes.FlowID(twin)), true
}

// BeforeFlow is the number that a flow of the later run had in the earlier one.
func (d *Drift) BeforeFlow(id probes.FlowID) (probes.FlowID, bool) {
	twin := d.twin(id)
	return probes.FlowID(max(twin, 0)), twin >= 0
}

// notPlanned stands for the verdict on a flow that the earlier run did not plan.
const notPlanned = verdictCount

// WasVerdict is the verdict of the earlier run on a flow of the later one; false if it did not plan it. It is looked up
// in one byte for each flow, so that a list can be sorted by it.
func (d *Drift) WasVerdict(id probes.FlowID) (Verdict, bool) {
	return d.was[id], d.was[id] != notPlanned
}

func (d *Drift) twin(id probes.FlowID) int64 {
	fl := d.Later.Scope.Plan.Flow(id)
	return d.earlier.counterparts(d.Later.Scope, d.Later.Scope.Plan.Host(fl.Host), nil)[fl.Slot]
}

// OfHost tallies one address, with what only the earlier run asked of it.
func (d *Drift) OfHost(a netip.Addr) DriftTally {
	var t DriftTally
	for _, i := range d.late.hosts(a) {
		h := d.Later.Scope.Plan.Host(int(i))
		for id := h.First; id < h.First+probes.FlowID(h.Count); id++ {
			t.add(d.notes[id], +1)
		}
	}
	for _, i := range d.earlier.hosts(a) {
		h := d.Earlier.Scope.Plan.Host(int(i))
		from, to := d.missingBetween(h.First, h.First+probes.FlowID(h.Count))
		for _, n := range d.gone[from:to] {
			t.add(n, +1)
		}
	}
	return t
}
