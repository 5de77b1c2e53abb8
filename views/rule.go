package views

import (
	"strconv"

	"oobscope/audit"
	"oobscope/probes"
)

// deviationsShown is how many deviations stand on the page of a rule; all of them are on the screen of
// differences.
const deviationsShown = 8

// Rule is everything about one rule: why it is there, what it asks for, and what was seen under it.
type Rule struct {
	index int // among the rules in force; -1 for none
	page  page
	jumps jumpList
}

// NewRule returns the screen. Open says which rule it shows; until then it is the first.
func NewRule() *Rule { return &Rule{} }

// Open chooses the rule by its index among the rules in force, counted from 0.
func (r *Rule) Open(s *State, arg string) {
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i >= len(rulesInForce(s)) {
		i = -1
	}
	r.index = i
	r.page.top()
	r.jumps.close()
}

// At implements Wanderer.
func (r *Rule) At() string { return strconv.Itoa(r.index) }

// Name implements Screen.
func (r *Rule) Name() string { return "rule" }

// Title implements Screen.
func (r *Rule) Title(s *State) string {
	if ref := r.ref(s); ref != nil {
		return s.Words.Name.Rule + " " + Safe(ruleName(ref))
	}
	return s.Words.Name.Rule
}

// Filter implements Screen: a page has no list.
func (r *Rule) Filter(*State, string) {}

// Keys implements Screen.
func (r *Rule) Keys(s *State) []Key {
	w := s.Words
	ref := r.ref(s)
	switch {
	case r.jumps.open():
		return r.jumps.keys(w)
	case ref == nil:
		return nil
	}
	keys := r.page.keys(w)
	if len(rulesInForce(s)) > 1 {
		keys = append(keys, Key{"n/p", w.Rule.NextRule})
	}
	if n := len(r.page.spots); n > 0 {
		keys = append(keys, Key{"enter", w.Key.OpenEvidence})
		if n > 1 {
			keys = append(keys, Key{"tab", w.Rule.NextDeviation})
		}
	}
	if s.Results != nil {
		keys = append(keys, Key{"d", w.Rule.AllDeviations})
	}
	return append(keys, r.jumps.offer(s, r.about(s))...)
}

// Press implements Screen.
func (r *Rule) Press(s *State, key string) Action {
	if r.ref(s) == nil {
		return Action{}
	}
	if a, mine := r.jumps.press(s, key, func() subject { return r.about(s) }); mine {
		return a
	}
	switch key {
	case "n", "p":
		r.step(s, key == "n")
	case "enter":
		return r.page.chosen()
	case "d":
		if s.Results != nil {
			return Action{Kind: Goto, To: "diff", Filter: ruleTerm(rulesInForce(s), r.index)}
		}
	default:
		r.page.press(key)
	}
	return Action{}
}

// about is the rule as a subject.
func (r *Rule) about(s *State) subject {
	a := aboutRule(s, r.index)
	a.at = "rule"
	return a
}

func (r *Rule) step(s *State, forward bool) {
	n := len(rulesInForce(s))
	if n == 0 {
		return
	}
	if forward {
		r.index = (r.index + 1) % n
	} else {
		r.index = (max(r.index, 0) + n - 1) % n
	}
	r.page.top()
}

func (r *Rule) ref(s *State) *audit.RuleRef {
	list := rulesInForce(s)
	if r.index < 0 || r.index >= len(list) {
		return nil
	}
	return &list[r.index]
}

// Render implements Screen.
func (r *Rule) Render(s *State, w, h int) string {
	ref := r.ref(s)
	if ref == nil {
		text := s.Words.Empty.NoRule
		if len(rulesInForce(s)) == 0 {
			text = s.Words.Empty.NoKit
		}
		return s.Theme.Frame(Wrap(text, w), w, h)
	}
	if r.jumps.open() {
		return r.jumps.view(s, w, h)
	}
	if r.page.fresh(s, r.index, w) {
		r.fill(s, ref, w)
	}
	lines := []string{s.Theme.Heading(ruleName(ref), ref.Kit.Ref(), w)}
	return s.Theme.Frame(append(lines, r.page.window(s.Theme, h-1)...), w, h)
}

// worstUnder lists the n worst deviations that one rule decided. It reads only hosts with something to
// show, and of them only the flows of the rule.
func worstUnder(r *audit.Results, rule, n int) []probes.FlowID {
	y := &r.ByRule[rule]
	n = min(n, y.Deviations())
	var out []probes.FlowID
	sc := r.Scope
	slots := make([][]int, len(sc.Places))
	for g := range sc.Places {
		for slot, d := range sc.Places[g].Decisions {
			if d.Rule == rule {
				slots[g] = append(slots[g], slot)
			}
		}
	}
	for sev := uint8(5); sev > 0 && len(out) < n; sev-- {
		if y.BySeverity[sev] == 0 {
			continue
		}
		least := audit.MarkInfo + audit.Mark(sev) - 1
		for i, m := range r.Marks {
			if m < least {
				continue
			}
			h := sc.Plan.Host(i)
			for _, slot := range slots[h.Group] {
				id := h.First + probes.FlowID(slot)
				j := &r.Judged[id]
				if j.Severity == sev && j.Verdict.Deviation() && !j.Waived && len(out) < n {
					out = append(out, id)
				}
			}
			if len(out) == n {
				break
			}
		}
	}
	return out
}
