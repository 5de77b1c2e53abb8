package audit

import (
	"maps"
	"slices"
)

// DriftTally counts what became of flows: those of the later run, and those that only the earlier one planned.
type DriftTally struct {
	ByChange   [changeCount]int
	Standing   int    // of the unchanged: deviate in both runs, in the same way
	Lost       int    // of the unchanged: conformed before, and the later run proves nothing
	Gained     int    // of the unchanged: conform, and the earlier run proved nothing
	ByPolicy   int    // of the new, updated and absent: another intent or another rule decides
	FirstSeen  int    // of the new: not tested before
	BySeverity [6]int // new and updated deviations that are not waived, by severity
}

// Of returns how many flows have that change.
func (t *DriftTally) Of(c Change) int { return t.ByChange[c] }

// Failing is how many new or updated deviations of that severity or more nobody waived.
func (t *DriftTally) Failing(severity uint8) (n int) {
	for _, k := range t.BySeverity[min(max(severity, 1), 5):] {
		n += k
	}
	return n
}

// Quiet tells whether a reader has nothing to look at: nothing changed, and no coverage was lost.
func (t *DriftTally) Quiet() bool {
	return t.ByChange[New]+t.ByChange[Updated]+t.ByChange[Absent]+t.ByChange[Uncovered]+t.Lost == 0
}

func (t *DriftTally) add(n driftNote, sign int) {
	t.ByChange[n.change()] += sign
	if s := n.counts(); s > 0 {
		t.BySeverity[s] += sign
	}
	for _, k := range [...]struct {
		count *int
		yes   bool
	}{
		{&t.Standing, n.standing()}, {&t.Lost, n.lost()}, {&t.Gained, n.gained()},
		{&t.ByPolicy, n.policy()}, {&t.FirstSeen, n.first()},
	} {
		if k.yes {
			*k.count += sign
		}
	}
}

func driftTally(m map[string]*DriftTally, key string) *DriftTally {
	if m[key] == nil {
		m[key] = &DriftTally{}
	}
	return m[key]
}

// RuleIDs lists the rules that have a tally, in the order of the later run, then of the earlier one; the site's
// defaults last.
func (d *Drift) RuleIDs() []string {
	var out []string
	for _, r := range [...]*Results{d.Later, d.Earlier} {
		for i := range r.Scope.Rules {
			if id := r.Scope.RuleID(i); d.ByRule[id] != nil && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if d.ByRule[""] != nil {
		out = append(out, "")
	}
	return out
}

// ServiceIDs lists the services that have a tally, by name.
func (d *Drift) ServiceIDs() []string { return slices.Sorted(maps.Keys(d.ByService)) }
