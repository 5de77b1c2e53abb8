package views

import (
	"slices"
	"strconv"

	"oobscope/audit"
	"oobscope/kits"
)

// Threat is what the policy is for: the threat model of each kit in force, and whether the rules that
// carry its key controls hold.
type Threat struct {
	page     page
	query    string
	controls []keyControl // by the spots of the page
	jumps    jumpList
}

// keyControl is a control of a kit with the rules that carry it.
type keyControl struct {
	name     string
	carriers []int
}

// NewThreat returns the screen.
func NewThreat() *Threat { return &Threat{} }

// Name implements Screen.
func (v *Threat) Name() string { return "threat" }

// Title implements Screen.
func (v *Threat) Title(s *State) string { return s.Words.Name.Threat }

// Filter implements Screen: it narrows the key controls.
func (v *Threat) Filter(_ *State, query string) {
	v.query = query
	v.page.made = pageKey{}
	v.page.top()
	v.jumps.close()
}

// Grammar implements Queried.
func (v *Threat) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByControl, ByRule, ByVerdict, BySeverity, ByKit)
	list := rulesInForce(s)
	for i := range list {
		g.Know(ByRule, list[i].Rule.App.ID)
	}
	for _, k := range kitsInForce(s) {
		g.Know(ByControl, k.Threat.KeyControls...)
		g.Know(ByKit, k.Ref(), k.ID)
	}
	return g
}

// Keys implements Screen.
func (v *Threat) Keys(s *State) []Key {
	w := s.Words
	if v.jumps.open() {
		return v.jumps.keys(w)
	}
	keys := v.page.keys(w)
	if n := len(v.page.spots); n > 0 {
		if v.page.chosen().Kind != None {
			keys = append(keys, Key{"enter", w.Threat.OpenCarrier})
		}
		keys = append(keys, v.jumps.offer(s, v.about(s))...)
		if n > 1 {
			keys = append(keys, Key{"tab", w.Threat.NextControl})
		}
	}
	return keys
}

// Press implements Screen.
func (v *Threat) Press(s *State, key string) Action {
	if len(v.page.spots) > 0 {
		if a, mine := v.jumps.press(s, key, func() subject { return v.about(s) }); mine {
			return a
		}
	}
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

// about is the chosen control as a subject.
func (v *Threat) about(s *State) subject {
	c := &v.controls[max(0, min(v.page.at, len(v.controls)-1))]
	return aboutControl(s, c.name, c.carriers)
}

// Render implements Screen.
func (v *Threat) Render(s *State, w, h int) string {
	list := kitsInForce(s)
	if len(list) == 0 {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoKit, w), w, h)
	}
	if v.jumps.open() {
		return v.jumps.view(s, w, h)
	}
	if v.page.fresh(s, 0, w) {
		v.controls = v.controls[:0]
		query := v.Grammar(s).Parse(v.query)
		for _, k := range list {
			v.kit(s, k, query, w)
		}
		if !query.Empty() && len(v.controls) == 0 {
			v.page.add(Wrap(noMatch(s, v.Grammar(s), v.query), w)...)
		}
	}
	return s.Theme.Frame(v.page.window(s.Theme, h), w, h)
}

// kit writes the threat model of one kit; under a filter, its controls alone, and nothing if none is kept.
func (v *Threat) kit(s *State, k *kits.Kit, query Query, w int) {
	tw, p := &s.Words.Threat, &v.page
	controls := v.kept(s, k, query)
	if !query.Empty() {
		if len(controls) > 0 {
			p.kitHead(s, k)
		}
		for i := range controls {
			v.control(s, &controls[i], w)
		}
		return
	}
	p.kitHead(s, k)
	summary, goal := k.Threat.Summary.In(s.Lang), k.Threat.AttackerGoal.In(s.Lang)
	if summary == "" && goal == "" && len(controls) == 0 {
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
	if len(controls) == 0 {
		p.add(pad(gutter) + s.Words.Plain.None)
	}
	for i := range controls {
		v.control(s, &controls[i], w)
	}
}

// kept are the key controls of a kit that a filter keeps.
func (v *Threat) kept(s *State, k *kits.Kit, query Query) []keyControl {
	list := rulesInForce(s)
	var out []keyControl
	for _, name := range k.Threat.KeyControls {
		c := keyControl{name, rulesThat(s, func(r *audit.RuleRef) bool { return slices.Contains(r.Rule.Controls, name) })}
		var f Facts
		f.Of[ByControl], f.Of[ByKit] = name, lines(k.Ref(), k.ID)
		for _, i := range c.carriers {
			f.Of[ByRule] = join("\n", f.Of[ByRule], strconv.Itoa(list[i].Index), list[i].Rule.App.ID)
		}
		f.Text = lines(name, f.Of[ByRule], v.state(s, &c).Text)
		if s.Results != nil && len(c.carriers) > 0 {
			y := s.Results.ControlStatus(name)
			f.Of[ByVerdict], f.Severity = verdictsOf(s, &y), y.Worst
		}
		if query.Match(&f) {
			out = append(out, c)
		}
	}
	return out
}

// control writes a key control, its state, and the rules that carry it.
func (v *Threat) control(s *State, c *keyControl, w int) {
	list := rulesInForce(s)
	state, act := v.state(s, c), Action{}
	name := Safe(orText(c.name, "-"))
	room := max(8, w-gutter-2-Width(state.Text))
	line := pad(gutter) + Fit(name, min(room, max(30, Width(name)))) + "  " + state.Ink.On(state.Text)
	if i := worstRule(s, c.carriers); i >= 0 {
		act = openRule(i)
	}
	v.page.open(line, act)
	v.controls = append(v.controls, *c)
	if len(c.carriers) == 0 {
		return
	}
	names := []string{s.Words.Threat.Carried}
	for _, r := range c.carriers {
		names = append(names, Safe(ruleName(&list[r])))
	}
	for _, l := range packed(names, max(1, w-2*gutter)) {
		v.page.add(pad(2*gutter) + s.Theme.Dim.On(l))
	}
}

// state says in words whether a control was proved on the wire.
func (v *Threat) state(s *State, c *keyControl) Cell {
	tw := &s.Words.Threat
	if len(c.carriers) == 0 {
		return Cell{"! " + tw.NotCarried, s.Theme.Warn}
	}
	if s.Results == nil {
		return Cell{s.Theme.Verdict(audit.Pending).Sign + " " + s.Words.Phase[RunNone], s.Theme.Dim}
	}
	y := s.Results.ControlStatus(c.name)
	look, word := proof(s, &y)
	return Cell{look.Sign + " " + word, look.Ink}
}

// proof sums a tally up as proved, disproved, not asked, or open. Proved needs that every flow conforms; a single flow
// without an answer leaves it open.
func proof(s *State, y *audit.Tally) (Look, string) {
	tw := &s.Words.Threat
	fine, all := y.Of(audit.Conforms), y.Flows()
	switch {
	case y.Deviations() > 0:
		return s.Theme.Verdict(leading(y)), agreed(tw.Disproved, Count(y.Deviations()), Count(all))
	case all > 0 && fine == all:
		return s.Theme.Verdict(audit.Conforms), agreed(tw.Proved, Count(all))
	case all == 0:
		return s.Theme.Verdict(audit.NotTested), s.Words.Rule.NothingAsked
	case y.Of(audit.NotTested) == all:
		return s.Theme.Verdict(audit.NotTested), tw.Open
	case y.Of(audit.Pending)+y.Of(audit.NotTested) == all:
		return s.Theme.Verdict(audit.Pending), s.Words.Proof.NotJudged
	}
	return s.Theme.Verdict(audit.Unverifiable), agreed(tw.Partly, Count(fine), Count(all))
}
