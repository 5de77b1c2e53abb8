package views

import (
	"reflect"
	"testing"

	"oobscope/audit"
)

const newestRun, partialRun = "01JD0000000000000000000003", "01JD0000000000000000000002"

func TestPolicyKeys(t *testing.T) {
	t.Parallel()
	goTo := func(to, arg string) Action { return Action{Kind: Goto, To: to, Arg: arg} }
	none := Action{}
	for _, c := range []struct {
		name   string
		screen Screen
		state  func() *State
		keys   []string // all are pressed; the last one's action counts
		want   Action
	}{
		{"worst finding", NewOverview(), endedState, []string{"enter"}, goTo("evidence", "48")},
		{"second finding", NewOverview(), endedState, []string{"j", "enter"}, goTo("evidence", "97")},
		{"first flow of a weakness", NewOverview(), endedState, []string{"tab", "enter"}, goTo("evidence", "7")},
		{"what cannot be tested", NewOverview(), endedState, []string{"shift+tab", "enter"}, goTo("rule", "4")},
		{"before a run", NewOverview(), plannedState, []string{"enter"}, goTo("rule", "4")},
		{"start", NewOverview(), plannedState, []string{"r"}, Action{Kind: Start}},
		{"nothing to start", NewOverview(), emptyState, []string{"r"}, Action{Text: English().Empty.NoSite}},
		{"first way on", NewOverview(), emptyState, []string{"enter"}, Action{Kind: Demo}}, {"second way on", NewOverview(), emptyState, []string{"j", "enter"}, Action{Kind: OpenSite}},
		{"third way on", NewOverview(), emptyState, []string{"G", "enter"}, Action{Kind: NewSite}}, {"a way by its key", NewOverview(), emptyState, []string{"w"}, Action{Kind: NewSite}},
		{"another site", NewOverview(), endedState, []string{"o"}, Action{Kind: OpenSite}}, {"no demo over a run", NewOverview(), endedState, []string{"d"}, none},
		{"no other site during a run", NewOverview(), liveState, []string{"o"}, none},
		{"moving means nothing else", NewOverview(), endedState, []string{"j"}, none},

		{"first rule", NewRules(), endedState, []string{"enter"}, goTo("rule", "0")},
		{"last rule", NewRules(), endedState, []string{"G", "enter"}, goTo("rule", "4")},
		{"no rule", NewRules(), emptyState, []string{"enter"}, none},

		{"deviation of a rule", NewRule(), endedState, []string{"enter"}, goTo("evidence", "49")},
		{"next deviation of a rule", NewRule(), endedState, []string{"tab", "enter"}, goTo("evidence", "98")},
		{"all of a rule", NewRule(), endedState, []string{"d"}, Action{Kind: Goto, To: "diff", Filter: "rule:bmc_management"}},
		{"next rule", NewRule(), endedState, []string{"n", "d"}, Action{Kind: Goto, To: "diff", Filter: "rule:icmp_probe"}},
		{"previous rule goes round", NewRule(), endedState, []string{"p", "d"}, Action{Kind: Goto, To: "diff", Filter: "rule:firmware_update"}},
		{"no deviation to open", NewRule(), plannedState, []string{"enter"}, none},
		{"no rule to compare", NewRule(), emptyState, []string{"d"}, none},

		{"rule between zones", NewZones(), endedState, []string{"enter"}, goTo("rule", "0")},
		{"second rule between zones", NewZones(), endedState, []string{"n", "enter"}, goTo("rule", "1")},
		{"another cell", NewZones(), endedState, []string{"n", "g", "l", "l", "enter"}, goTo("rule", "4")},
		{"a cell without rules", NewZones(), endedState, []string{"G", "enter"}, none},
		{"no zones", NewZones(), emptyState, []string{"l", "enter"}, none},

		{"rule of a control", NewThreat(), endedState, []string{"enter"}, goTo("rule", "3")},
		{"control without a rule", NewThreat(), endedState, []string{"tab", "enter"}, Action{Text: English().Threat.NotCarried}},
		{"no control", NewThreat(), emptyState, []string{"enter"}, none},

		{"rule against a technique", NewAttack(), endedState, []string{"enter"}, goTo("rule", "0")},
		{"next rule against it", NewAttack(), endedState, []string{"n", "n", "enter"}, goTo("rule", "2")},
		{"technique without a rule", NewAttack(), endedState, []string{"j", "enter"}, Action{Text: English().Attack.NoRule}},
		{"no technique", NewAttack(), emptyState, []string{"enter"}, none},

		{"open a run", NewRuns(), endedState, []string{"enter"}, Action{Kind: OpenRun, Arg: newestRun}},
		{"resume a partial run", NewRuns(), endedState, []string{"j", "R"}, Action{Kind: Resume, Arg: partialRun}},
		{"resume a complete run", NewRuns(), endedState, []string{"R"}, Action{Text: English().Runs.OnlyPartial}},
		{"resume an imported run", NewRuns(), importedState, []string{"j", "R"}, Action{Text: English().Handover.ReadOnly}},
		{"delete an imported run", NewRuns(), importedState, []string{"j", "D"}, Action{Kind: DeleteRun, Arg: partialRun}},
		{"delete a run", NewRuns(), endedState, []string{"j", "D"}, Action{Kind: DeleteRun, Arg: partialRun}},
		{"delete a run under way", NewRuns(), runningState, []string{"D"}, Action{Text: English().Runs.StillRunning}},
		{"copy an id", NewRuns(), endedState, []string{"y"}, Action{Kind: Copy, Text: newestRun}},
		{"no run to delete", NewRuns(), emptyState, []string{"D"}, none},

		{"use a kit", NewKits(), plannedState, []string{"j", "space"}, Action{Kind: ToggleKit, Arg: "stranger@0.0.1"}},
		{"use a kit from its page", NewKits(), plannedState, []string{"enter", "j", "space"}, Action{Kind: ToggleKit, Arg: "oob_reference@1.2.0"}},
		{"no kit", NewKits(), emptyState, []string{"space"}, none},

		{"help only scrolls", helpScreen(English()), endedState, []string{"G", "enter"}, none},
	} {
		t.Run(c.screen.Name()+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			s := c.state()
			var got Action
			for _, key := range c.keys {
				c.screen.Render(s, 80, 24)
				got = c.screen.Press(s, key)
			}
			if got.Kind == Goto {
				got.Flows = nil // the list around what is shown; TestEvidenceWalks holds it
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("keys %q: %+v, want %+v", c.keys, got, c.want)
			}
		})
	}
}

// runningState lists a run that another process is making.
func runningState() *State {
	s := endedState()
	s.Runs[0].State = audit.RunRunning
	return s
}

func TestRuleOpens(t *testing.T) {
	t.Parallel()
	s := endedState()
	for arg, want := range map[string]string{"2": "rule:slp", "0": "rule:bmc_management", "5": "", "-1": "", "x": "", "": ""} {
		r := NewRule()
		r.Open(s, arg)
		if got := r.Press(s, "d").Filter; got != want {
			t.Errorf("Open(%q) shows %q, want %q", arg, got, want)
		}
	}
}

func TestKeymapsTellWhatWorks(t *testing.T) {
	t.Parallel()
	has := func(keys []Key, key string) bool {
		for _, k := range keys {
			if k.Keys == key {
				return true
			}
		}
		return false
	}
	ended, planned := endedState(), plannedState()
	runs, rule := NewRuns(), NewRule()
	if has(runs.Keys(ended), "R") {
		t.Error("a complete run is offered for resuming")
	}
	runs.Render(ended, 80, 24)
	runs.Press(ended, "j")
	if !has(runs.Keys(ended), "R") {
		t.Error("a partial run is not offered for resuming")
	}
	rule.Render(planned, 80, 24)
	offered := has(rule.Keys(planned), "enter")
	if rule.Render(ended, 80, 24); offered || !has(rule.Keys(ended), "enter") {
		t.Error("evidence is offered where there is none, or not where there is")
	}
	if o := NewOverview(); has(o.Keys(liveState()), "r") || !has(o.Keys(planned), "r") {
		t.Error("starting is offered during a run, or not before one")
	}
	kits := NewKits()
	kits.Press(planned, "enter")
	if !has(kits.Keys(planned), "enter") || has(kits.Keys(planned), "tab") {
		t.Error("the page of a kit offers the wrong keys")
	}
}
