package views

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/probes"
)

// script presses keys one after another, drawing in between as the console does, and returns the last action.
func script(d *Diff, s *State, keys string) (a Action) {
	d.Render(s, 100, 30)
	for _, k := range strings.Fields(keys) {
		a = d.Press(s, k)
		d.Render(s, 100, 30)
	}
	return a
}

func TestDiffMarks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys string
		want int // marked
	}{
		"none":                       {"j j", 0},
		"a line":                     {"space", 1},
		"and back":                   {"space k space", 0},
		"three":                      {"space space space", 3},
		"a range":                    {"V j j j V", 4},
		"a range closed by space":    {"j V j j space", 3},
		"a range upwards":            {"j j j V k k V", 3},
		"a range that shrinks":       {"V j j j k k V", 2},
		"to the end":                 {"V G V", 20},
		"with shift":                 {"shift+down shift+down V", 3},
		"with shift upwards":         {"j j shift+up V", 2},
		"dropped":                    {"V j j esc", 0},
		"a range beside marks":       {"space j V j V", 3},
		"inverted":                   {"space space *", 18},
		"inverted twice":             {"space * *", 1},
		"cleared":                    {"space space esc", 0},
		"a group":                    {"v space", 3},
		"a group and back":           {"v space space", 0},
		"a group, a line less":       {"v space j space", 2},
		"all of it again":            {"v space j space k k space", 3},
		"groups in a range, folded":  {"v z V j V", 5},
		"a range over open headings": {"v V j j j j V", 3},
		"a range, then all folded":   {"v j V j z V", 3},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			s, d := endedState(), NewDiff()
			script(d, s, c.keys)
			if d.chosen.n != c.want {
				t.Errorf("%d lines are marked, want %d:\n%s", d.chosen.n, c.want, ansi.Strip(d.Render(s, 100, 30)))
			}
			text := ansi.Strip(d.Render(s, 100, 30))
			if shown := strings.Contains(text, " marked"); shown != (c.want > 0) {
				t.Errorf("the number of marked lines is shown: %t:\n%s", shown, text)
			}
		})
	}
}

// Marks hold whatever is listed, and what is not listed is counted, so that nobody acts on lines that they forgot.
func TestDiffMarksHoldThroughFilterAndOrder(t *testing.T) {
	t.Parallel()
	s, d := endedState(), NewDiff()
	script(d, s, "space space space")
	first, _ := d.flows()
	d.Filter(s, "service:redfish")
	if text := ansi.Strip(d.Render(s, 100, 30)); !strings.Contains(text, "◆ 3 marked, 3 of them not listed") {
		t.Errorf("the marks that are out of sight are not counted:\n%s", text)
	}
	d.Filter(s, "")
	for range diffOrders {
		script(d, s, "v")
		if got, _ := d.flows(); !slices.Equal(got, first) {
			t.Errorf("another order: %v are marked, want %v", got, first)
		}
	}
	a := script(d, s, "w")
	if a.Kind != Waive || !slices.Equal(a.Flows, first) || !slices.IsSorted(a.Flows) {
		t.Errorf("waive %+v, want the flows %v", a, first)
	}
	s.Run.ID, s.Results = "01JD0000000000000000000009", endedState().Results
	s.Generation++
	if script(d, s, "k"); d.chosen.n != 0 {
		t.Error("the marks of a run are on another one")
	}
}

// The counts that are kept are those that one gets by counting, whatever keys are pressed.
func TestDiffMarksAreCountedRight(t *testing.T) {
	t.Parallel()
	keys := strings.Fields("j k pgdown g G space space V shift+down shift+up * v tab a z h l enter esc D s S")
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s, d := driftState(), NewDiff()
		var pressed []string
		for range 150 {
			k := keys[r.IntN(len(keys))]
			if k == "enter" && r.IntN(3) > 0 {
				continue
			}
			pressed = append(pressed, k)
			d.Press(s, k)
			requireFrame(t, "diff after "+strings.Join(pressed, " "), d.Render(s, 80, 19), 80, 19)
			n := 0
			d.chosen.each(func(int) bool { n++; return true })
			if n != d.chosen.n {
				t.Fatalf("%v: %d are marked, %d are counted", pressed, n, d.chosen.n)
			}
			kept, d2 := slices.Clone(d.chosen.sections), d.chosen
			d2.counted = false
			d2.sections = nil
			if d2.count(&d.index); d.chosen.counted && !slices.Equal(kept, d2.sections) {
				t.Fatalf("%v: marked by section %v, counted %v", pressed, kept, d2.sections)
			}
		}
	}
}

func TestDiffWorksOnWhatIsChosen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys   string
		kind   ActionKind
		flows  int
		others string
	}{
		"waive the line":            {"w", Waive, 1, ""},
		"waive a group":             {"v w", Waive, 3, ""},
		"probe the line again":      {"p", ProbeAgain, 1, ""},
		"probe what is marked":      {"space space j j p", ProbeAgain, 2, ""},
		"withdraw":                  {"G U", Withdraw, 1, ""},
		"withdraw what is none":     {"U", None, 0, "No waiver is about this."},
		"withdraw of a group":       {"v v v v U", Withdraw, 20, ""},
		"a range under way":         {"V j j w", Waive, 3, ""},
		"lines that are no flows":   {"a * w", Waive, 260, "Left out: 2 chosen lines that are no flows of this run."},
		"only lines without a flow": {"a G w", None, 0, "No flow of this run is chosen."},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			a := script(NewDiff(), waivedState(), c.keys)
			if a.Kind != c.kind || len(a.Flows) != c.flows || !strings.Contains(a.Text, c.others) {
				t.Errorf("%+v", a)
			}
			if !slices.IsSortedFunc(a.Flows, func(a, b probes.FlowID) int { return int(a) - int(b) }) {
				t.Errorf("not in order: %v", a.Flows)
			}
		})
	}
}
