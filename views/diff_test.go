package views

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

func newDiff() Screen { return NewDiff() }

func TestDiffPictures(t *testing.T) {
	t.Parallel()
	requireStates(t, newDiff)
	t.Run("by_rule_folded", func(t *testing.T) { requirePictures(t, newDiff, endedState, "v", "z", "j", "j", "j", "enter") })
	t.Run("by_host", func(t *testing.T) { requirePictures(t, newDiff, endedState, "v", "v") })
	t.Run("by_service_all", func(t *testing.T) { requirePictures(t, newDiff, endedState, "v", "v", "v", "a", "G") })
	t.Run("ipv6", func(t *testing.T) { requirePictures(t, newDiff, sixState, "a", "pgdown") })
}

func TestDiffHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireAllSizes(t, newDiff)
}

func TestDiffKeys(t *testing.T) {
	t.Parallel()
	s := endedState()
	worst := "5\texposed\t\tdefault-drop\topen_proto\t198.18.1.7\tupnp-psblock\ttcp/49152\t\ttrust\tmanagement"
	requireSteps(t, NewDiff(), s, []step{
		{"y", Action{Kind: Copy, Arg: "1 line", Text: worst}},
		{"enter", Action{Kind: Goto, To: "evidence", Arg: "48"}},
		{"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}},
		{"u", Action{}}, // no rule decided
		{"down", Action{}}, {"j", Action{}},
		{"u", Action{Kind: Goto, To: "rule", Arg: "3"}},
		{"e", Action{Kind: Export, Arg: "markdown"}},
		{"E", Action{Kind: Export, Arg: "jsonl"}},
		{"a", Action{}}, {"G", Action{}}, // the last line of all is one that cannot be tested
		{"enter", Action{Text: "Not tested, so there is no evidence: the site lists no such target."}},
		{"o", Action{}},
		{"u", Action{Kind: Goto, To: "rule", Arg: "4"}},
		{"g", Action{}}, {"tab", Action{}}, // by rule: the cursor stands on the first heading
		{"u", Action{Kind: Goto, To: "rule", Arg: "0"}},
		{"enter", Action{}}, {"h", Action{}}, {"l", Action{}}, {"z", Action{}}, {"z", Action{}}, {"v", Action{}},
		{"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}},
		{"r", Action{}},
	})
	requireSteps(t, NewDiff(), plannedState(), []step{
		{"r", Action{Kind: Start}}, {"enter", Action{}}, {"e", Action{}}, {"y", Action{}}, {"Y", Action{}}, {"z", Action{}},
	})
	requireSteps(t, NewDiff(), emptyState(), []step{{"r", Action{Text: English().Empty.NoSite}}})
}

func TestDiffFilterCountsAndCopies(t *testing.T) {
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
	a := d.Press(s, "Y")
	if lines := strings.Split(a.Text, "\n"); a.Kind != Copy || len(lines) != want+1 || !strings.HasPrefix(lines[0], "severity\tverdict\t") {
		t.Errorf("copied %+v", a)
	}
	d.Filter(s, "nothing holds this")
	if text = ansi.Strip(d.Render(s, 120, 40)); !strings.Contains(text, s.Words.Empty.NoMatch) {
		t.Errorf("no word on an empty list:\n%s", text)
	}
	if a = d.Press(s, "Y"); a.Kind != None {
		t.Errorf("copied nothing: %+v", a)
	}
}

func TestDiffCopyFitsAClipboard(t *testing.T) {
	t.Parallel()
	s := largeState(300)
	d := pressed(NewDiff(), s, "a")
	a := d.Press(s, "Y")
	last := a.Text[strings.LastIndexByte(a.Text, '\n')+1:]
	if a.Kind != Copy || len(a.Text) > 74_000 || !strings.Contains(last, "more lines are not in this copy") {
		t.Errorf("%d bytes, last line %q", len(a.Text), last)
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
	if after := d.Press(s, "enter"); !reflect.DeepEqual(after, before) || before.Kind != Goto {
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
