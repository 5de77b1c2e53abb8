package audit

import (
	"cmp"
	"slices"
)

// RuleCount is what became of one rule in a run, small enough to stand in the record of the run: a trend over
// months then opens no file of a run. Rules of several kits with one app_id count together.
type RuleCount struct {
	Rule         string `json:"rule"` // app_id; empty for the site's defaults
	Deviations   int    `json:"deviations,omitempty"`
	Waived       int    `json:"waived,omitempty"`
	Worst        uint8  `json:"worst,omitempty"` // highest severity among deviations that are not waived
	Tested       int    `json:"tested,omitempty"`
	Unverifiable int    `json:"unverifiable,omitempty"`
	NotTested    int    `json:"not_tested,omitempty"`
}

// RuleCounts sums up each rule, in the order of the rules, the site's defaults last. Rules that are about nothing
// here are left out.
func (r *Results) RuleCounts() []RuleCount {
	var out []RuleCount
	for i := range r.ByRule {
		t := &r.ByRule[i]
		if t.Flows() == 0 {
			continue
		}
		id := r.Scope.RuleID(i)
		at := slices.IndexFunc(out, func(c RuleCount) bool { return c.Rule == id })
		if at < 0 {
			at, out = len(out), append(out, RuleCount{Rule: id})
		}
		c, k := t.Coverage(), &out[at]
		k.Deviations += t.Deviations()
		k.Waived += t.Waived
		k.Worst = max(k.Worst, t.Worst)
		k.Tested += c.Tested
		k.Unverifiable += c.Unverifiable
		k.NotTested += c.NotTested
	}
	return out
}

// Trend is how the deviations of a site went over its runs.
type Trend struct {
	Runs  []Run       // oldest first
	Rules []RuleTrend // in the order of the newest run, the site's defaults last; then what only older runs have
}

// RuleTrend is one rule over the runs of a trend.
type RuleTrend struct {
	Rule   string       // app_id; empty for the site's defaults
	Points []TrendPoint // one for each run
}

// TrendPoint is one rule in one run.
type TrendPoint struct {
	RuleCount
	Known bool // the record of the run has it: the rule was in its kits, and the program that made it counted rules
}

// Flows is how many flows the rule was about.
func (p *TrendPoint) Flows() int { return p.Tested + p.Unverifiable + p.NotTested }

// Coverage is the share of the rule's flows that the run tested, 0 to 1. Deviations of points with different coverage
// cannot be compared: a count that falls together with its coverage is no improvement.
func (p *TrendPoint) Coverage() float64 {
	if p.Flows() == 0 {
		return 0
	}
	return float64(p.Tested) / float64(p.Flows())
}

// TrendOf takes the newest n runs of a site that have ended, and follows each of their rules. A run of a few chosen flows
// is left out: beside the others it would read as if everything else had been mended. runs are newest first, as the store
// lists them; n of 0 or less means all.
func TrendOf(runs []Run, site string, n int) Trend {
	var t Trend
	for i := range runs {
		if runs[i].Site != site || runs[i].State == RunRunning || runs[i].Again != "" {
			continue
		}
		if n > 0 && len(t.Runs) == n {
			break
		}
		t.Runs = append(t.Runs, runs[i])
	}
	for i := range t.Runs {
		for _, c := range t.Runs[i].ByRule {
			t.follow(c.Rule)
		}
	}
	slices.SortStableFunc(t.Rules, func(a, b RuleTrend) int { return cmp.Compare(last(a.Rule), last(b.Rule)) })
	slices.Reverse(t.Runs)
	for i := range t.Runs {
		for _, c := range t.Runs[i].ByRule {
			for k := range t.Rules {
				if t.Rules[k].Rule == c.Rule {
					t.Rules[k].Points[i] = TrendPoint{RuleCount: c, Known: true}
				}
			}
		}
	}
	return t
}

// follow adds a rule to the trend, if it is not there yet.
func (t *Trend) follow(rule string) {
	if !slices.ContainsFunc(t.Rules, func(r RuleTrend) bool { return r.Rule == rule }) {
		t.Rules = append(t.Rules, RuleTrend{Rule: rule, Points: make([]TrendPoint, len(t.Runs))})
	}
}

// last puts the site's defaults behind every rule.
func last(rule string) int {
	if rule == "" {
		return 1
	}
	return 0
}
