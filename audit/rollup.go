package audit

import (
	"slices"

	"oobscope/kits"
	"oobscope/probes"
)

// markOf is what one judgement makes of its host.
func markOf(j Judgement) Mark {
	switch {
	case j.Verdict.Deviation() && !j.Waived:
		return MarkInfo + Mark(max(j.Severity, 1)) - 1
	case j.Verdict == Error:
		return MarkError
	case j.Verdict == Unverifiable:
		return MarkUnverifiable
	case j.Verdict == Pending, j.Verdict == NotTested:
		return MarkWaiting
	}
	return MarkConforms // a validly waived deviation as well
}

// HostMark is a host at a glance.
func (r *Results) HostMark(host int) Mark { return r.Marks[host] }

// Coverage is how much of the intent this run could test.
func (r *Results) Coverage() Coverage { return r.Total.Coverage() }

// Worst returns the n worst deviations that are not waived: by severity, then in the order of the plan.
// It reads only hosts that have something to show, about n of them for each severity.
func (r *Results) Worst(n int) []probes.FlowID {
	out := make([]probes.FlowID, 0, min(max(n, 0), r.Total.Deviations()))
	for s := uint8(5); s > 0 && len(out) < cap(out); s-- {
		if r.Total.BySeverity[s] == 0 {
			continue
		}
		least := MarkInfo + Mark(s) - 1
		for host, m := range r.Marks {
			if m < least {
				continue
			}
			h := r.Scope.Plan.Host(host)
			for id := h.First; id < h.First+probes.FlowID(h.Count); id++ {
				j := &r.Judged[id]
				if j.Severity == s && j.Verdict.Deviation() && !j.Waived && len(out) < cap(out) {
					out = append(out, id)
				}
			}
			if len(out) == cap(out) {
				return out
			}
		}
	}
	return out
}

// WorstOf is Worst among the deviations that keep holds for. It looks at each host that has one once, whatever n is.
func (r *Results) WorstOf(n int, keep func(f probes.Flow, id probes.FlowID) bool) []probes.FlowID {
	var found [6][]probes.FlowID // by severity
	n = max(n, 0)
	for host, m := range r.Marks {
		if m < MarkInfo {
			continue
		}
		h := r.Scope.Plan.Host(host)
		for slot := range h.Count {
			id := h.First + probes.FlowID(slot)
			j := &r.Judged[id]
			if s := min(j.Severity, 5); s > 0 && len(found[s]) < n && j.Verdict.Deviation() && !j.Waived &&
				keep(probes.Flow{Host: host, Group: h.Group, Slot: slot, Addr: h.Addr}, id) {
				found[s] = append(found[s], id)
			}
		}
	}
	var out []probes.FlowID
	for s := 5; s > 0; s-- {
		out = append(out, found[s][:min(len(found[s]), n-len(out))]...)
	}
	return out
}

// ControlStatus sums up the rules that carry a key control (x-oobscope.controls).
func (r *Results) ControlStatus(control string) Tally {
	return r.sumRules(func(rule *kits.Rule) bool { return slices.Contains(rule.Controls, control) })
}

// TechniqueStatus sums up the rules that mitigate a technique (x-oobscope.mitigates).
func (r *Results) TechniqueStatus(id string) Tally {
	return r.sumRules(func(rule *kits.Rule) bool { return slices.Contains(rule.Mitigates, id) })
}

func (r *Results) sumRules(match func(*kits.Rule) bool) Tally {
	var t Tally
	for i := range r.Scope.Rules {
		if match(r.Scope.Rules[i].Rule) {
			t.Sum(&r.ByRule[i])
		}
	}
	return t
}

// The exit codes of a run (verdicts.md 7).
const (
	ExitFine       = 0
	ExitDeviation  = 1
	ExitIncomplete = 3
)

// UnverifiableBudget is the share of unverifiable flows, among those with an answer to the question at
// all, that a run may have and still count as complete.
const UnverifiableBudget = 0.5

// ExitCode says in one number how a run ended. complete is false if it was stopped. A proved deviation
// of severity failOn or more comes first: nothing that is still missing could take it back. A run that
// failed somewhere, tested nothing, or could verify less than half of what it tried is incomplete.
func ExitCode(r *Results, failOn uint8, complete bool) int {
	for s := max(failOn, 1); s <= 5; s++ {
		if r.Total.BySeverity[s] > 0 {
			return ExitDeviation
		}
	}
	c := r.Coverage()
	tried := c.Tested + c.Unverifiable
	if !complete || r.Total.Of(Error) > 0 || r.Total.Of(Pending) > 0 || c.Tested == 0 ||
		float64(c.Unverifiable) > UnverifiableBudget*float64(tried) {
		return ExitIncomplete
	}
	return ExitFine
}
