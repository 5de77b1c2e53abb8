package views

import (
	"slices"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// namedState is an ended run whose rules carry techniques and controls, one with quotes and blanks in its name.
func namedState() *State {
	s := endedState()
	for i := range s.Scope.Rules {
		rule := *s.Scope.Rules[i].Rule
		rule.Mitigates = append(slices.Clone(rule.Mitigates), []string{"T1190", "T1040"}[i%2])
		rule.Controls = append(slices.Clone(rule.Controls), []string{`no "clear" text, ever`, "segment"}[i%2])
		s.Scope.Rules[i].Rule = &rule
	}
	k := *s.Scope.Kits[0]
	k.Threat.KeyControls = append(slices.Clone(k.Threat.KeyControls), `no "clear" text, ever`, "segment")
	k.Techniques = append(slices.Clone(k.Techniques), kits.Technique{ID: "T1040", Name: "Sniffing"})
	s.Scope.Kits = []*kits.Kit{&k}
	for i := range s.Scope.Rules {
		s.Scope.Rules[i].Kit = &k
	}
	return s
}

// Every jump leads to a screen that understands its filter and lists something; where it says how much is
// there, so much is listed.
func TestEveryJumpFindsWhatItSays(t *testing.T) {
	t.Parallel()
	s := namedState()
	subjects := []subject{aboutHost(s, "198.18.1.7"), aboutRun(&s.Runs[0]), aboutKit(s.Scope.Kits[0]), {rule: -1, weak: "redfish_anonymous"}}
	for i := range s.Scope.Rules {
		subjects = append(subjects, aboutRule(s, i))
	}
	for id := range s.Results.Judged {
		if id%17 == 0 {
			subjects = append(subjects, aboutFlowID(s, probes.FlowID(id)))
		}
	}
	for _, about := range subjects {
		list := jumpsTo(s, about)
		if len(list) == 0 {
			t.Errorf("%+v: nowhere to go", about)
		}
		letters := map[string]bool{}
		for _, to := range list {
			if letters[to.key] && to.key != "" {
				t.Errorf("%q goes to two places", to.key)
			}
			letters[to.key] = true
			requireJump(t, s, &to)
		}
	}
}

func requireJump(t *testing.T, s *State, to *jump) {
	t.Helper()
	if to.act.Kind == OpenRun {
		return
	}
	all := Screens()
	i := slices.IndexFunc(all, func(x Screen) bool { return x.Name() == to.act.To })
	if to.act.Kind != Goto || i < 0 {
		t.Fatalf("%s: %+v goes nowhere", to.label, to.act)
	}
	if o, ok := all[i].(Opener); ok {
		o.Open(s, to.act.Arg)
		all[i].Render(s, 120, 40)
		return
	}
	if trouble := all[i].(Queried).Grammar(s).Trouble(to.act.Filter); trouble != "" {
		t.Errorf("%s: %q: %s", to.label, to.act.Filter, trouble)
	}
	if w, ok := all[i].(Wide); ok {
		w.ShowAll()
	}
	all[i].Filter(s, to.act.Filter)
	text := all[i].Render(s, 120, 40)
	if strings.Contains(text, s.Words.Empty.NoMatch) {
		t.Errorf("%s: %q finds nothing on %s", to.label, to.act.Filter, to.act.To)
	}
	if d, ok := all[i].(*Diff); ok && to.what != "" {
		if said := counted(len(d.index.rows), s.Words.Plain.OneFlow, s.Words.Plain.FlowCount); !strings.HasPrefix(to.what, said) {
			t.Errorf("%s: says %q, lists %s", to.label, to.what, said)
		}
	}
}

func TestRuleTermNamesOneRule(t *testing.T) {
	t.Parallel()
	list := fixtureScope().Rules
	if got := ruleTerm(list, 2); got != "rule:slp" {
		t.Errorf("an app of its own: %q", got)
	}
	twice := append(slices.Clone(list), audit.RuleRef{Index: len(list), Kit: list[0].Kit, Rule: list[2].Rule})
	if got := ruleTerm(twice, 2); got != "rule:2" {
		t.Errorf("two rules of one app: %q", got)
	}
	if ruleTerm(list, -1) != "" || ruleTerm(list, 99) != "" {
		t.Error("a rule that is not there has a term")
	}
}

func TestJumpKeys(t *testing.T) {
	t.Parallel()
	s := namedState()
	for name, c := range map[string]struct {
		screen string
		keys   []string
		want   Action
	}{
		"rule by letter":         {"rules", []string{"j", "J", "R"}, Action{Kind: Goto, To: "diff", Filter: "rule:icmp_probe"}},
		"rule page by enter":     {"rules", []string{"J", "enter"}, Action{Kind: Goto, To: "rule", Arg: "0"}},
		"host of a flow":         {"overview", []string{"J", "H"}, Action{Kind: Goto, To: "diff", Filter: "host:198.18.1.7"}},
		"technique":              {"rules", []string{"J", "t"}, Action{Kind: Goto, To: "attack", Filter: "technique:T1021"}},
		"control with quotes":    {"threat", []string{"tab", "tab", "J", "C"}, Action{Kind: Goto, To: "diff", Filter: `control:"no ""clear"" text, ever"`}},
		"runs of the kit":        {"kits", []string{"J", "u"}, Action{Kind: Goto, To: "runs", Filter: "kit:oob_reference@1.2.0"}},
		"a run":                  {"runs", []string{"J", "o"}, Action{Kind: OpenRun, Arg: newestRun}},
		"the other kind of key":  {"rules", []string{"J", "x"}, Action{}},
		"closed, it is not open": {"rules", []string{"J", "esc", "R"}, Action{}},
		"weakness":               {"overview", []string{"tab", "J", "W"}, Action{Kind: Goto, To: "diff", Filter: "weak:redfish_anonymous"}},
		"service":                {"probes", []string{"tab", "J", "S"}, Action{Kind: Goto, To: "diff", Filter: "service:redfish"}},
	} {
		screen := walked(s, c.screen, c.keys[:len(c.keys)-1])
		if got := screen.Press(s, c.keys[len(c.keys)-1]); got.Kind != c.want.Kind || got.To != c.want.To || got.Arg != c.want.Arg || got.Filter != c.want.Filter {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
