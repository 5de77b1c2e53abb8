package views

import (
	"testing"

	"oobscope/audit"
)

func TestDiffPicksARun(t *testing.T) {
	t.Parallel()
	s := endedState()
	other := fixtureRun("01JD0000000000000000000000", audit.RunComplete)
	other.Site = "elsewhere"
	s.Runs = append(s.Runs, other)
	requireSteps(t, NewDiff(), s, []step{
		{"d", Action{}}, {"enter", Action{Kind: Compare, Arg: "01JD0000000000000000000002"}},
		{"d", Action{}}, {"G", Action{}}, {"enter", Action{Kind: Compare, Arg: "01JD0000000000000000000001"}},
		{"d", Action{}}, {"esc", Action{}}, {"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}},
	})
	s.Scope.Options.Again = "01JD0000000000000000000001" // what it came from is offered first
	requireSteps(t, NewDiff(), s, []step{{"d", Action{}}, {"enter", Action{Kind: Compare, Arg: "01JD0000000000000000000001"}}})
	drift := driftState()
	requireSteps(t, NewDiff(), drift, []step{{"d", Action{}}, {"g", Action{}}, {"enter", Action{Kind: Compare}}})
	s.Runs = s.Runs[:1]
	requireSteps(t, NewDiff(), s, []step{{"d", Action{Text: "No earlier run of the site dc1 is stored."}}, {"enter", Action{Kind: Goto, To: "evidence", Arg: "48"}}})
}

// Runs come and go while the list is open.
func TestDiffPickerHoldsWhenRunsGo(t *testing.T) {
	t.Parallel()
	s, d := endedState(), NewDiff()
	script(d, s, "d G")
	s.Runs = s.Runs[:2]
	s.Generation++
	if a := script(d, s, "enter"); a.Arg != "01JD0000000000000000000002" {
		t.Errorf("%+v", a)
	}
	script(d, s, "d")
	s.Runs = nil
	s.Generation++
	requireFrame(t, "an empty list of runs", d.Render(s, 80, 19), 80, 19)
	if a := script(d, s, "enter"); a.Kind != None || d.picker.open {
		t.Errorf("%+v", a)
	}
}
