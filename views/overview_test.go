package views

import (
	"strings"
	"testing"

	"oobscope/audit"
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
	if got := doubts(s); len(got) != 4 {
		t.Errorf("%d doubts: %q", len(got), got)
	}
	s.Run.Phase = RunLive
	if got := doubts(s); len(got) != 3 {
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
