package views

import (
	"fmt"
	"slices"

	"oobscope/audit"
	"oobscope/kits"
)

// Threat is what the policy is for: the threat model of each kit in force, and whether the rules that
// carry its key controls hold.
type Threat struct{ page page }

// NewThreat returns the screen.
func NewThreat() *Threat { return &Threat{} }

// Name implements Screen.
func (v *Threat) Name() string { return "threat" }

// Title implements Screen.
func (v *Threat) Title(s *State) string { return s.Words.Name.Threat }

// Filter implements Screen: a page has no list.
func (v *Threat) Filter(*State, string) {}

// Keys implements Screen.
func (v *Threat) Keys(s *State) []Key {
	w := s.Words
	return []Key{{"j/k", w.Key.Scroll}, {"tab", w.Threat.NextControl}, {"enter", w.Threat.OpenCarrier}}
}

// Press implements Screen.
func (v *Threat) Press(s *State, key string) Action {
	if key == "enter" {
		a := v.page.chosen()
		if a.Kind == None && len(v.page.spots) > 0 {
			a.Text = s.Words.Threat.NotCarried
		}
		return a
	}
	v.page.press(key)
	return Action{}
}

// Render implements Screen.
func (v *Threat) Render(s *State, w, h int) string {
	list := kitsInForce(s)
	if len(list) == 0 {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoKit, w), w, h)
	}
	if v.page.fresh(s, 0, w) {
		for _, k := range list {
			v.kit(s, k, w)
		}
	}
	return s.Theme.Frame(v.page.window(s.Theme, h), w, h)
}

// kit writes the threat model of one kit.
func (v *Threat) kit(s *State, k *kits.Kit, w int) {
	tw, p := &s.Words.Threat, &v.page
	p.kitHead(s, k)
	summary, goal := k.Threat.Summary.In(s.Lang), k.Threat.AttackerGoal.In(s.Lang)
	if summary == "" && goal == "" && len(k.Threat.KeyControls) == 0 {
		p.add(Wrap(s.Words.Empty.NoThreat, w)...)
		return
	}
	for _, part := range [][2]string{{tw.Goal, goal}, {tw.Summary, summary}} {
		if part[1] != "" {
			p.add(s.Theme.Bold.On(part[0]))
			p.prose(part[1])
			p.add("")
		}
	}
	p.add(s.Theme.Bold.On(tw.Controls) + s.Theme.Dim.On("  "+tw.ControlsMean))
	if len(k.Threat.KeyControls) == 0 {
		p.add(pad(gutter) + s.Words.Plain.None)
	}
	for _, control := range k.Threat.KeyControls {
		v.control(s, control, w)
	}
}

// control writes a key control, its state, and the rules that carry it.
func (v *Threat) control(s *State, control string, w int) {
	list := rulesInForce(s)
	carriers := rulesThat(s, func(r *audit.RuleRef) bool { return slices.Contains(r.Rule.Controls, control) })
	state, act := v.state(s, control, carriers), Action{}
	name := Safe(orText(control, "-"))
	room := max(8, w-gutter-2-Width(state.Text))
	line := pad(gutter) + Fit(name, min(room, max(30, Width(name)))) + "  " + state.Ink.On(state.Text)
	if i := worstRule(s, carriers); i >= 0 {
		act = openRule(i)
	}
	v.page.open(line, act)
	if len(carriers) == 0 {
		return
	}
	names := []string{s.Words.Threat.Carried}
	for _, r := range carriers {
		names = append(names, Safe(ruleName(&list[r])))
	}
	for _, l := range packed(names, max(1, w-2*gutter)) {
		v.page.add(pad(2*gutter) + s.Theme.Dim.On(l))
	}
}

// state says in words whether a control was proved on the wire.
func (v *Threat) state(s *State, control string, carriers []int) Cell {
	tw := &s.Words.Threat
	if len(carriers) == 0 {
		return Cell{"! " + tw.NotCarried, s.Theme.Warn}
	}
	if s.Results == nil {
		return Cell{s.Theme.Verdict(audit.Pending).Sign + " " + s.Words.Phase[RunNone], s.Theme.Dim}
	}
	y := s.Results.ControlStatus(control)
	look, word := proof(s, &y)
	return Cell{look.Sign + " " + word, look.Ink}
}

// proof sums a tally up as proved, disproved or open. Proved needs that every flow conforms; a single flow
// without an answer leaves it open.
func proof(s *State, y *audit.Tally) (Look, string) {
	tw := &s.Words.Threat
	fine, all := y.Of(audit.Conforms), y.Flows()
	switch {
	case y.Deviations() > 0:
		return s.Theme.Verdict(leading(y)), fmt.Sprintf(tw.Disproved, Count(y.Deviations()), Count(all))
	case all > 0 && fine == all:
		return s.Theme.Verdict(audit.Conforms), fmt.Sprintf(tw.Proved, Count(all))
	case fine > 0:
		return s.Theme.Verdict(audit.Unverifiable), fmt.Sprintf(tw.Partly, Count(fine), Count(all))
	}
	return s.Theme.Verdict(audit.NotTested), tw.Open
}
