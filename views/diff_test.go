package views

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

func newDiff() Screen { return NewDiff() }

func TestDiffPictures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state func() *State
		keys  string
	}{
		"by_rule_folded": {endedState, "v z j j j enter"},
		"by_host":        {endedState, "v v"},
		"by_service_all": {endedState, "v v v a G"},
		"by_zone":        {endedState, "v v v v"},
		"by_verdict":     {endedState, "v v v v v"},
		"sorted":         {endedState, "a s s s S"},
		"ipv6":           {sixState, "a pgdown"},
		"marked":         {endedState, "space space j space"},
		"marked_group":   {endedState, "v space j space"},
		"range":          {endedState, "j V j j"},
		"copy_as":        {endedState, "space Y"},
		"waived":         {waivedState, "G"},
		"waived_by_rule": {waivedState, "v"},
		"pick_run":       {endedState, "d"},
		"pick_other":     {driftState, "d j"},
		"drift":          {driftState, ""},
		"drift_by_host":  {driftState, "v v"},
		"drift_all":      {driftState, "D G"},
		"drift_ipv6":     {sixDrift, ""},
		"drift_nothing":  {sameDrift, ""},
		"drift_reading":  {readingState, ""},
		"came_from":      {againState, ""},
	} {
		t.Run(name, func(t *testing.T) { requirePictures(t, newDiff, c.state, strings.Fields(c.keys)...) })
	}
	t.Run("drift_sizes", func(t *testing.T) { requireGolden(t, newDiff, driftState) })
	t.Run("waived_sizes", func(t *testing.T) {
		requireGolden(t, func() Screen { return pressed(NewDiff(), waivedState(), "G") }, waivedState)
	})
}

func TestDiffHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, newDiff)
	for name, c := range map[string]struct {
		state func() *State
		keys  string
	}{"drift": {driftState, ""}, "drift of all": {driftState, "D v v"}, "long addresses": {sixDrift, "V j"}, "waived": {waivedState, "a * v"},
		"a list of runs": {endedState, "d"}, "a copy": {endedState, "Y"}, "reading": {readingState, ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireEverySize(t, func() Screen { return pressed(NewDiff(), c.state(), strings.Fields(c.keys)...) }, c.state)
		})
	}
}

// The order of the lines outlives a session; what is not understood is left out.
func TestDiffKeepsItsOrder(t *testing.T) {
	t.Parallel()
	s, d := endedState(), NewDiff()
	script(d, s, "v v s S")
	kept := d.Kept()
	again := NewDiff()
	again.Restore(kept + " nonsense group=moon")
	if again.Render(s, 100, 30) != func() string { d.grid.Cursor = 0; d.still.touch(); return d.Render(s, 100, 30) }() {
		t.Errorf("%q restored to another order:\n%s", kept, ansi.Strip(again.Render(s, 100, 30)))
	}
	if fresh := NewDiff(); fresh.Kept() != "" {
		t.Errorf("a fresh screen keeps %q", fresh.Kept())
	}
	again.Restore("")
	if again.Kept() != "" {
		t.Errorf("after an empty line it keeps %q", again.Kept())
	}
}

func TestDiffKeys(t *testing.T) {
	t.Parallel()
	s := endedState()
	requireSteps(t, NewDiff(), s, []step{
		{"enter", Action{Kind: Goto, To: "evidence", Arg: "48"}},
		{"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}},
		{"u", Action{}}, // no rule decided
		{"down", Action{}}, {"j", Action{}},
		{"u", Action{Kind: Goto, To: "rule", Arg: "3"}},
		{"w", Action{Kind: Waive, Flows: []probes.FlowID{179}}},
		{"p", Action{Kind: ProbeAgain, Flows: []probes.FlowID{179}}},
		{"e", Action{Kind: Export}},
		{"a", Action{}}, {"G", Action{}}, // the last line of all is one that cannot be tested
		{"enter", Action{Text: "Not tested, so there is no evidence: the site lists no such target."}},
		{"o", Action{}},
		{"u", Action{Kind: Goto, To: "rule", Arg: "4"}},
		{"g", Action{}}, {"tab", Action{}}, // by rule: the cursor stands on the first heading
		{"u", Action{Kind: Goto, To: "rule", Arg: "0"}},
		{"enter", Action{}}, {"h", Action{}}, {"l", Action{}}, {"z", Action{}}, {"z", Action{}}, {"v", Action{}},
		{"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}},
		{"shift+tab", Action{}}, {"u", Action{Kind: Goto, To: "rule", Arg: "0"}},
		{"r", Action{}}, {"D", Action{Text: s.Words.Drift.NoneYet}},
	})
	requireSteps(t, NewDiff(), plannedState(), []step{
		{"r", Action{Kind: Start}}, {"enter", Action{}}, {"e", Action{}}, {"y", Action{}}, {"Y", Action{}}, {"z", Action{}}, {"d", Action{}}, {"w", Action{}},
	})
	requireSteps(t, NewDiff(), emptyState(), []step{{"r", Action{Text: English().Empty.NoSite}}})
	requireSteps(t, NewDiff(), liveState(), []step{{"d", Action{Text: English().Drift.NotLive}}})
}

func TestDiffFilterCounts(t *testing.T) {
	t.Parallel()
	s, d := endedState(), NewDiff()
	d.Render(s, 120, 40)
	d.Filter(s, "verdict:exposed sev:>=4")
	text := ansi.Strip(d.Render(s, 120, 40))
	want := 0
	for _, j := range s.Results.Judged {
		if j.Verdict == audit.Exposed && j.Severity >= 4 {
			want++
		}
	}
	if want == 0 || !strings.Contains(text, "filter: verdict:exposed sev:>=4   "+Count(want)+" of 20 lines") {
		t.Errorf("want %d of 20:\n%s", want, text)
	}
	d.Press(s, "*")
	if a := d.Press(s, "y"); a.Kind != Copy || strings.Count(a.Text, "\n") != want+2 {
		t.Errorf("copied %+v", a)
	}
	d.Press(s, "esc")
	d.Filter(s, "nothing holds this")
	if text = ansi.Strip(d.Render(s, 120, 40)); !strings.Contains(text, s.Words.Empty.NoMatch) {
		t.Errorf("no word on an empty list:\n%s", text)
	}
	if a := d.Press(s, "y"); a.Kind != None {
		t.Errorf("copied nothing: %+v", a)
	}
}

func TestDiffFollowsTheChosenLine(t *testing.T) {
	t.Parallel()
	s, d := liveState(), NewDiff()
	d.Render(s, 80, 14)
	for range 9 {
		d.Press(s, "j")
		d.Render(s, 80, 14)
	}
	before := d.Press(s, "enter")
	top, cursor := d.grid.top, d.grid.Cursor
	// The next hosts finish, and what they show is worse than much of what is listed.
	for i := 26; i < 40; i++ {
		s.Results.Update(i, hostCells(s.Scope.Plan.Host(i), i), hostState(i))
	}
	s.Generation++
	d.Render(s, 80, 14)
	if after := d.Press(s, "enter"); after.To != before.To || after.Arg != before.Arg || before.Kind != Goto {
		t.Errorf("the cursor went from %+v to %+v", before, after)
	}
	if d.grid.Cursor <= cursor || d.grid.Cursor-d.grid.top != cursor-top {
		t.Errorf("cursor %d, top %d; before %d, %d", d.grid.Cursor, d.grid.top, cursor, top)
	}
}

func TestDiffIsSortedAgainOnlyIfDeviationsChanged(t *testing.T) {
	t.Parallel()
	s, d := liveState(), NewDiff()
	d.Render(s, 80, 24)
	first := d.index.rows[0]
	d.index.rows[0] = -1 // gone as soon as the list is made anew
	s.Results.Total.ByVerdict[audit.Conforms]++
	s.Results.Total.ByVerdict[audit.Pending]--
	s.Generation++
	d.Render(s, 80, 24)
	if d.index.rows[0] != -1 {
		t.Error("a flow that conforms had the deviations sorted again")
	}
	s.Results.Total.ByVerdict[audit.Exposed]++
	s.Generation++
	d.Render(s, 80, 24)
	if d.index.rows[0] != first {
		t.Error("a new deviation did not have them sorted again")
	}
}
