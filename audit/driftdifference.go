package audit

import "oobscope/probes"

// Difference is a set of ways in which two judgements of one flow differ.
type Difference uint16

// The differences.
const (
	DiffVerdict Difference = 1 << iota
	DiffClass
	DiffSeverity
	DiffWeaknesses
	DiffFingerprint // another answer or certificate, with the same class and weaknesses
	DiffIntent
	DiffRule
	DiffWaiver  // waived in one of them
	DiffVantage // asked from another zone and another address
)

var differenceSlugs = [...]string{"verdict", "class", "severity", "weaknesses", "fingerprint", "intent", "rule", "waiver", "vantage"}

// List names the differences; the names are wire names.
func (d Difference) List() []string {
	var out []string
	for i, s := range differenceSlugs {
		if d&(1<<i) != 0 {
			out = append(out, s)
		}
	}
	return out
}

// Differences says in what a flow of the later run differs from what the earlier one said of it. It is empty for
// a flow that the earlier one did not plan.
func (d *Drift) Differences(id probes.FlowID) Difference {
	twin := d.twin(id)
	if twin < 0 {
		return 0
	}
	diff := d.differsOnPaper(probes.FlowID(twin), id)
	if d.notes[id].otherPrint() {
		diff |= DiffFingerprint
	}
	return diff
}

// differs compares the fingerprints too, where both deviate and nothing else tells them apart already.
func (d *Drift) differs(old, id probes.FlowID) Difference {
	diff := d.differsOnPaper(old, id)
	was, now := &d.Earlier.Judged[old], &d.Later.Judged[id]
	if d.seen.Before == nil || d.seen.After == nil || !was.Verdict.Deviation() || !now.Verdict.Deviation() ||
		diff&(DiffClass|DiffWeaknesses) != 0 || !now.Observed.Open() {
		return diff
	}
	a, okA := d.seen.Before(old)
	b, okB := d.seen.After(id)
	service := d.Later.Scope.Plan.Flow(id).Endpoint.Service
	if okA && okB && Fingerprint(service, a) != Fingerprint(service, b) {
		diff |= DiffFingerprint
	}
	return diff
}

// differsOnPaper compares what the results themselves hold.
func (d *Drift) differsOnPaper(old, id probes.FlowID) (diff Difference) {
	was, now := &d.Earlier.Judged[old], &d.Later.Judged[id]
	fOld, fNow := d.Earlier.Scope.Plan.Flow(old), d.Later.Scope.Plan.Flow(id)
	dOld, dNow := d.Earlier.Scope.Decision(fOld), d.Later.Scope.Decision(fNow)
	pOld, pNow := d.Earlier.Scope.Place(fOld), d.Later.Scope.Place(fNow)
	for i, differs := range [...]bool{
		was.Verdict != now.Verdict, was.Observed != now.Observed, was.Severity != now.Severity,
		d.Earlier.Cells[old].Weak != d.Later.Cells[id].Weak, false, dOld.Intent != dNow.Intent,
		d.Earlier.Scope.RuleID(dOld.Rule) != d.Later.Scope.RuleID(dNow.Rule), was.Waived != now.Waived,
		pOld.FromZone != pNow.FromZone && pOld.Source != pNow.Source,
	} {
		if differs {
			diff |= 1 << i
		}
	}
	return diff
}
