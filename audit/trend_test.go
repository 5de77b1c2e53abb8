package audit

import (
	"encoding/json"
	"reflect"
	"testing"

	"oobscope/kits"
	"oobscope/probes"
)

func TestRuleCounts(t *testing.T) {
	t.Parallel()
	twice := func(k *kits.Kit) {
		r := rule("clear_text_mgmt", 4, kits.Drop, "management > management")
		r.Services = []string{"ipmi"}
		k.Rules = append([]kits.Rule{r}, k.Rules...)
	}
	open := seen(probes.OpenProto)
	r := driftSide{kit: twice, cells: map[string]probes.Cell{"redfish": open, "cim-http": open, "upnp-psblock": open}}.results(t)
	see(t, r, "198.18.1.5", "ipmi", probes.UDP, open)
	var total RuleCount
	rules := map[string]RuleCount{}
	for _, c := range r.RuleCounts() {
		rules[c.Rule] = c
		total.Deviations += c.Deviations
		total.NotTested += c.NotTested
		total.Tested += c.Tested
		total.Unverifiable += c.Unverifiable
	}
	if c := rules["clear_text_mgmt"]; c.Deviations != 2 || c.Worst != 4 || c.Tested != 2 {
		t.Errorf("two rules of one name: %+v", c)
	}
	if c := rules[""]; c.Deviations != 1 || c.Worst != 5 {
		t.Errorf("defaults: %+v", c)
	}
	if c := r.Total.Coverage(); total.Deviations != r.Total.Deviations() || c != (Coverage{total.Tested, total.NotTested, total.Unverifiable}) {
		t.Errorf("sum %+v, total %+v, %d deviations", total, c, r.Total.Deviations())
	}
}

func TestTrend(t *testing.T) {
	t.Parallel()
	counts := func(n, tested int) []RuleCount {
		return []RuleCount{{Rule: "", Deviations: 1}, {Rule: "clear", Deviations: n, Tested: tested, NotTested: 10 - tested}}
	}
	runs := []Run{ // newest first
		{ID: "7", Site: "lab", State: RunRunning, ByRule: counts(9, 10)},
		{ID: "6", Site: "lab", State: RunComplete, ByRule: append([]RuleCount{{Rule: "fresh"}}, counts(1, 5)...)},
		{ID: "55", Site: "lab", State: RunComplete, Again: "4", ByRule: counts(0, 10)}, // of a few chosen flows
		{ID: "5", Site: "other", State: RunComplete, ByRule: counts(8, 10)},
		{ID: "4", Site: "lab", State: RunPartial, ByRule: counts(4, 10)},
		{ID: "3", Site: "lab", State: RunComplete}, // of a program that did not count rules
		{ID: "2", Site: "lab", State: RunComplete, ByRule: []RuleCount{{Rule: "old", Deviations: 2}}},
		{ID: "1", Site: "lab", State: RunComplete, ByRule: []RuleCount{{Rule: "beyond"}}},
	}
	trend := TrendOf(runs, "lab", 4)
	var ids, rules string
	for _, r := range trend.Runs {
		ids += r.ID
	}
	for _, r := range trend.Rules {
		rules += r.Rule + ","
		if len(r.Points) != 4 {
			t.Errorf("rule %s has %d points", r.Rule, len(r.Points))
		}
	}
	if ids != "2346" || rules != "fresh,clear,old,," {
		t.Errorf("runs %s, rules %s", ids, rules)
	}
	clear := trend.Rules[1].Points
	if clear[0].Known || clear[1].Known || !clear[2].Known || clear[2].Deviations != 4 || clear[2].Coverage() != 1 || clear[3].Coverage() != 0.5 {
		t.Errorf("points %+v", clear)
	}
	if got := TrendOf(runs, "lab", 0); len(got.Runs) != 5 {
		t.Errorf("%d runs in all", len(got.Runs))
	}
	if got := TrendOf(nil, "lab", 3); len(got.Runs)+len(got.Rules) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	if (&TrendPoint{}).Coverage() != 0 {
		t.Error("nothing is no coverage")
	}
}

// A record without counts, as older programs wrote it, still reads; and it is not written where there is nothing.
func TestRunRecordStaysReadable(t *testing.T) {
	t.Parallel()
	var old Run
	if err := json.Unmarshal([]byte(`{"ID":"1","Site":"lab","State":"complete"}`), &old); err != nil || old.ByRule != nil {
		t.Errorf("%+v, %v", old, err)
	}
	raw, err := json.Marshal(Run{ID: "1", ByRule: []RuleCount{{Rule: "a", Deviations: 2, Tested: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	var back Run
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back.ByRule, []RuleCount{{Rule: "a", Deviations: 2, Tested: 3}}) {
		t.Errorf("%s reads as %+v, %v", raw, back.ByRule, err)
	}
}
