package views

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// The answer must never say more than what was proved.
func TestOverviewAnswers(t *testing.T) {
	t.Parallel()
	total := func(counts map[audit.Verdict]int, phase RunPhase) *State {
		s := endedState()
		s.Results.Total, s.Run.Phase = *tallyWith(counts, 3), phase
		return s
	}
	failed := func(s *State) *State {
		s.Run.Phase, s.Run.Err = RunFailed, "open a socket: \x1b[31mpermission denied"
		return s
	}
	for name, c := range map[string]struct {
		state *State
		sign  string
		want  string
	}{
		"nothing loaded":  {emptyState(), "·", "Nothing was tested yet."},
		"planned":         {plannedState(), "·", "nothing is known yet"},
		"all fine":        {total(map[audit.Verdict]int{audit.Conforms: 9}, RunEnded), "✓", "conforms to the policy"},
		"one is open":     {total(map[audit.Verdict]int{audit.Conforms: 9, audit.Unverifiable: 1}, RunEnded), "?", "1 of 10 flows are without proof"},
		"an error":        {total(map[audit.Verdict]int{audit.Conforms: 9, audit.Error: 1}, RunEnded), "?", "1 of 10 flows are without proof"},
		"nothing proved":  {total(map[audit.Verdict]int{audit.Unverifiable: 9, audit.NotTested: 9}, RunEnded), "?", "Nothing was proved"},
		"fine so far":     {total(map[audit.Verdict]int{audit.Conforms: 9}, RunLive), "·", "so far"},
		"one deviation":   {total(map[audit.Verdict]int{audit.Conforms: 9, audit.Broken: 1}, RunEnded), "⊘", "1 deviation from the policy; the worst is medium."},
		"deviations live": {total(map[audit.Verdict]int{audit.Pending: 9, audit.Exposed: 2}, RunLive), "✗", "2 deviations from the policy"},
		"failed":          {failed(plannedState()), "E", `The run failed: open a socket: \x1b[31m`},
		"failed halfway":  {failed(endedState()), "✗", "The run failed: "},
	} {
		look, text := verdictOfRun(c.state)
		if look.Sign != c.sign || !strings.Contains(text, c.want) {
			t.Errorf("%s: %s %q, want %s %q", name, look.Sign, text, c.sign, c.want)
		}
	}
}

func TestOverviewNamesEveryDoubt(t *testing.T) {
	t.Parallel()
	if got := doubts(endedState()); len(got) != 0 {
		t.Errorf("doubts about a clean run: %q", got)
	}
	s := doubtfulState()
	if got := doubts(s); len(got) != 5 {
		t.Errorf("%d doubts: %q", len(got), got)
	}
	s.Run.Phase = RunLive
	if got := doubts(s); len(got) != 4 {
		t.Errorf("a live run counts as stopped: %q", got)
	}
}

func TestPageBringsThePlaceIntoSight(t *testing.T) {
	t.Parallel()
	s := endedState()
	for _, h := range []int{4, 10, 24} {
		r := NewRule()
		r.Render(s, 80, h)
		for range 5 {
			r.Press(s, "tab")
			if text := r.Render(s, 80, h); !strings.Contains(text, "▸ ") {
				t.Errorf("the chosen deviation is out of sight at height %d:\n%s", h, text)
			}
		}
	}
}

func BenchmarkOverview(b *testing.B) { benchmarkScreen(b, NewOverview(), endedState(), 120, 40) }

func BenchmarkRules(b *testing.B) { benchmarkScreen(b, NewRules(), builtinState(), 120, 40) }

func BenchmarkRule(b *testing.B) { benchmarkScreen(b, NewRule(), endedState(), 120, 40) }

func BenchmarkZones(b *testing.B) { benchmarkScreen(b, NewZones(), endedState(), 120, 40) }

func BenchmarkThreat(b *testing.B) { benchmarkScreen(b, NewThreat(), builtinState(), 120, 40) }

// The same over 65,536 hosts: "pulse" is a frame after a new generation, as ten times a second during a run.
func BenchmarkLargePolicy(b *testing.B) {
	s := largeState(65536)
	for _, screen := range []Screen{NewOverview(), NewRules(), NewRule(), NewZones(), NewThreat(), NewAttack()} {
		b.Run(screen.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Generation++
				screen.Render(s, 120, 40)
			}
		})
	}
}

// The filter looks at every finding, not at the worst ones that are listed without it.
func TestOverviewFilterSeesAllFindings(t *testing.T) {
	t.Parallel()
	s, o := largeState(2000), NewOverview()
	o.refresh(s)
	for _, n := range []int{-1, 0, 1, 7, findingsKept, 1 << 20} {
		if !slices.Equal(s.Results.Worst(n), s.Results.WorstOf(n, func(probes.Flow, probes.FlowID) bool { return true })) {
			t.Errorf("the worst %d of all are others", n)
		}
	}
	listed := map[string]bool{}
	for _, id := range o.worst {
		listed[s.Scope.Plan.Flow(id).Addr.String()] = true
	}
	last := ""
	for i := s.Scope.Plan.Hosts() - 1; i >= 0 && last == ""; i-- {
		if a := s.Scope.Plan.Host(i).Addr.String(); s.Results.Marks[i] >= audit.MarkInfo && !listed[a] {
			last = a
		}
	}
	o.Filter(s, "host:"+last)
	o.refresh(s)
	if n := o.panes[paneFindings].kept(); n == 0 || n != len(o.worst) {
		t.Errorf("%d of %d findings of %s are listed", n, len(o.worst), last)
	}
	for _, query := range []string{"sev:>=3", "verdict:exposed", "slp !host:10.0.0.0/24", "-f nfrcd", "zzz", "waived:yes"} {
		o.Filter(s, query)
		o.refresh(s)
		if n := o.panes[paneFindings].kept(); n != len(o.worst) {
			t.Errorf("%q: the list keeps %d of the %d that were looked for", query, n, len(o.worst))
		}
	}
	o.Filter(s, "")
	if o.refresh(s); len(o.worst) != findingsKept {
		t.Errorf("%d findings are listed without a filter", len(o.worst))
	}
}

// BenchmarkOverviewFilter is a key of a filter over 65,536 hosts and 786,432 flows, and the frame after it.
func BenchmarkOverviewFilter(b *testing.B) {
	s, o := largeState(65536), NewOverview()
	for _, c := range []struct{ name, query string }{{"host", "host:10.0.%d.0/24"}, {"word", "10.0.%d !slp"}, {"nothing", "zz%d"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				o.Filter(s, fmt.Sprintf(c.query, i%200))
				o.Render(s, 120, 40)
			}
		})
	}
}
