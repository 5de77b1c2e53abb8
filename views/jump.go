package views

import (
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// jump is one place that names a subject.
type jump struct {
	key   string // a letter that goes there at once; empty if another place has it
	label string
	what  string // how much is there
	act   Action
}

// jumpList is the list of all places that name what is under the cursor; it stands in place of the screen.
type jumpList struct {
	grid Grid
	list []jump
	on   bool
}

// opens is the key of every screen that opens the list.
const opensJumps = "J"

func (j *jumpList) open() bool { return j.on }

func (j *jumpList) close() { j.on = false }

// press opens the list for a subject, or drives it while it is open; false if the key is not its own. about is
// asked only when the list is opened.
func (j *jumpList) press(s *State, key string, about func() subject) (Action, bool) {
	if !j.on {
		if key != opensJumps {
			return Action{}, false
		}
		if j.list = jumpsTo(s, about()); len(j.list) == 0 {
			return Action{Text: s.Words.Jump.Nowhere}, true
		}
		j.on, j.grid.Cursor = true, 0
		return Action{}, true
	}
	switch i := slices.IndexFunc(j.list, func(to jump) bool { return to.key == key && key != "" }); {
	case i >= 0:
		return j.leap(i), true
	case key == "enter":
		return j.leap(max(0, min(j.grid.Cursor, len(j.list)-1))), true
	case key == "esc" || key == opensJumps:
		j.close()
	default:
		j.grid.Press(key, len(j.list))
	}
	return Action{}, true
}

func (j *jumpList) leap(i int) Action {
	j.close()
	return j.list[i].act
}

// offer is the key that opens the list, if the subject is named anywhere.
func (j *jumpList) offer(s *State, about subject) []Key {
	if len(jumpsTo(s, about)) == 0 {
		return nil
	}
	return []Key{{opensJumps, s.Words.Jump.Key}}
}

// keys are the keys of the list while it is open.
func (j *jumpList) keys(w *Words) []Key {
	keys := append(MoveKeysFor(w, len(j.list)), Key{"enter", w.Jump.Go}, Key{"J/esc", w.Table.Close})
	for _, to := range j.list {
		if to.key != "" {
			keys = append(keys, Key{to.key, to.label})
		}
	}
	return keys
}

// view draws the list in a window.
func (j *jumpList) view(s *State, w, h int) string {
	jw := &s.Words.Jump
	label := 0
	for _, to := range j.list {
		label = max(label, Width(to.label))
	}
	j.grid.Columns = []Column{{Title: jw.Letter, Min: max(1, Width(jw.Letter))}, {Title: jw.Place, Min: min(label, 48), Max: label, Weight: 4},
		{Title: jw.HowMuch, Min: 20, Weight: 1, Drop: 1}}
	j.grid.Relayout()
	foot := keysFoot(s.Theme, []Key{{"enter", jw.Go}, {"J/esc", s.Words.Table.Close}}, w)
	lines := []string{s.Theme.Heading(jw.Title, j.grid.Position(len(j.list)), w)}
	lines = append(lines, j.grid.Lines(s.Theme, len(j.list), w, h-1-len(foot), func(i int, c []Cell) {
		c[0], c[1].Text, c[2] = Cell{j.list[i].key, s.Theme.Key}, j.list[i].label, Cell{j.list[i].what, s.Theme.Dim}
	})...)
	for len(lines) < h-len(foot) {
		lines = append(lines, "")
	}
	return s.Theme.Frame(append(lines, foot...), w, h)
}

// jumpsTo lists the places that name a subject: pages first, then the lines of Diff, then policy and runs.
func jumpsTo(s *State, about subject) []jump {
	var b jumps
	b.state, b.used = s, map[string]bool{"j": true, "k": true, "g": true}
	b.pages(&about)
	b.flows(&about)
	b.policy(&about)
	b.runs(&about)
	return b.list
}

// jumps collects a list.
type jumps struct {
	state *State
	list  []jump
	used  map[string]bool
}

func (b *jumps) add(key, label, name, what string, act Action) {
	if b.used[key] {
		key = ""
	}
	b.used[key] = true
	b.list = append(b.list, jump{key, Safe(strings.Replace(label, "%s", name, 1)), what, act})
}

// pages are the pages about the subject itself.
func (b *jumps) pages(a *subject) {
	jw := &b.state.Words.Jump
	if a.flow != nil && !a.flow.Left {
		b.add("e", jw.Evidence, "", "", Action{Kind: Goto, To: "evidence", Arg: strconv.FormatUint(uint64(a.flow.Flow), 10)})
	}
	if a.host != "" && a.at != "host" {
		b.add("h", jw.Host, a.host, "", Action{Kind: Goto, To: "host", Arg: a.host})
	}
	if a.host != "" {
		b.add("m", jw.OnMap, a.host, "", Action{Kind: Goto, To: "map", Arg: a.host})
	}
	if list := rulesInForce(b.state); a.rule >= 0 && a.rule < len(list) && a.at != "rule" {
		b.add("r", jw.Rule, ruleName(&list[a.rule]), "", openRule(a.rule))
	}
}

// flows are the lines of Diff about the subject. Without a run there are none.
func (b *jumps) flows(a *subject) {
	r, jw := b.state.Results, &b.state.Words.Jump
	if r == nil {
		return
	}
	seek := func(key, label, name, query string, y *audit.Tally) {
		what := ""
		switch {
		case y != nil && y.Flows() == 0:
			return // nothing of it is in the plan
		case y != nil:
			what = flowsAndDeviations(b.state, y)
		}
		b.add(key, label, name, what, Action{Kind: Goto, To: "diff", Filter: query})
	}
	if a.host != "" {
		seek("H", jw.FlowsOfHost, a.host, Ask(ByHost, a.host), nil)
	}
	if a.rule >= 0 && a.rule < len(r.Scope.Rules) {
		seek("R", jw.FlowsOfRule, ruleName(&r.Scope.Rules[a.rule]), ruleTerm(r.Scope.Rules, a.rule), tallyOfRule(b.state, a.rule))
	}
	if a.service != "" {
		seek("S", jw.FlowsOfService, a.service, Ask(ByService, a.service), r.ByService[a.service])
	}
	if a.host != "" && a.service != "" {
		seek("B", jw.FlowsOfBoth, a.service, Ask(ByHost, a.host)+" "+Ask(ByService, a.service), nil)
	}
	if a.weak != "" {
		seek("W", jw.FlowsOfWeakness, a.weak, Ask(ByWeak, a.weak), nil)
	}
	for _, id := range a.techniques {
		y := r.TechniqueStatus(id)
		seek("T", jw.FlowsOfTechnique, id, Ask(ByTechnique, id), &y)
	}
	for _, name := range a.controls {
		y := r.ControlStatus(name)
		seek("C", jw.FlowsOfControl, name, Ask(ByControl, name), &y)
	}
}

// policy are the techniques, controls and the kit that the subject stands under.
func (b *jumps) policy(a *subject) {
	jw := &b.state.Words.Jump
	for _, id := range a.techniques {
		if a.at != "attack" {
			b.add("t", jw.Technique, id, "", Action{Kind: Goto, To: "attack", Filter: Ask(ByTechnique, id)})
		}
		b.rules("l", jw.RulesOfTechnique, id, ByTechnique, func(r *audit.RuleRef) bool { return slices.Contains(r.Rule.Mitigates, id) })
	}
	for _, name := range a.controls {
		if a.at != "threat" {
			b.add("c", jw.Control, name, "", Action{Kind: Goto, To: "threat", Filter: Ask(ByControl, name)})
		}
		b.rules("o", jw.RulesOfControl, name, ByControl, func(r *audit.RuleRef) bool { return slices.Contains(r.Rule.Controls, name) })
	}
	if a.service != "" {
		b.rules("s", jw.RulesOfService, a.service, ByService, func(r *audit.RuleRef) bool {
			return slices.ContainsFunc(kits.ServicesFor(r.Rule), func(svc *kits.Service) bool { return svc.ID == a.service })
		})
	}
	for _, ref := range a.kits {
		if a.at != "kits" {
			b.add("i", jw.Kit, ref, "", Action{Kind: Goto, To: "kits", Filter: Ask(ByKit, ref)})
		}
		b.rules("p", jw.RulesOfKit, ref, ByKit, func(r *audit.RuleRef) bool { return r.Kit.Ref() == ref })
	}
}

// rules adds the list of the rules in force that something holds for, if there are any.
func (b *jumps) rules(key, label, name string, by FilterKey, holds func(*audit.RuleRef) bool) {
	if n := len(rulesThat(b.state, holds)); n > 0 {
		what := counted(n, b.state.Words.Rule.OneRule, b.state.Words.Plain.RuleCount)
		b.add(key, label, name, what, Action{Kind: Goto, To: "rules", Filter: Ask(by, name)})
	}
}

// runs are the stored runs that had to do with the subject: those over its site, those with its kit. What one
// run saw of it is known only of the run on screen.
func (b *jumps) runs(a *subject) {
	jw := &b.state.Words.Jump
	n := func(holds func(*audit.Run) bool) (int, string) {
		k := 0
		for i := range b.state.Runs {
			if holds(&b.state.Runs[i]) {
				k++
			}
		}
		return k, counted(k, jw.OneRun, jw.RunCount)
	}
	if a.run != "" {
		b.add("o", jw.OpenRun, a.run, "", Action{Kind: OpenRun, Arg: a.run})
	}
	if a.site != "" {
		if k, what := n(func(r *audit.Run) bool { return r.Site == a.site }); k > 0 {
			b.add("n", jw.RunsOfSite, a.site, what, Action{Kind: Goto, To: "runs", Filter: Ask(BySite, a.site)})
			b.add("v", jw.TimelineOf, a.site, what, Action{Kind: Goto, To: "timeline", Arg: a.site})
		}
	}
	for _, ref := range a.kits {
		if k, what := n(func(r *audit.Run) bool { return slices.Contains(r.Kits, ref) }); k > 0 {
			b.add("u", jw.RunsWithKit, ref, what, Action{Kind: Goto, To: "runs", Filter: Ask(ByKit, ref)})
		}
	}
}

// flowsAndDeviations says how large a tally is.
func flowsAndDeviations(s *State, y *audit.Tally) string {
	return join(s.Words.Host.Comma, counted(y.Flows(), s.Words.Plain.OneFlow, s.Words.Plain.FlowCount),
		counted(y.Deviations(), s.Words.Plain.OneDeviation, s.Words.Plain.DeviationCount))
}
