package views

import (
	"fmt"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

func newProbes() Screen { return NewProbes() }

func TestProbesPictures(t *testing.T) {
	t.Parallel()
	t.Run("services", func(t *testing.T) { requirePictures(t, newProbes, liveState, "tab") })
	t.Run("hosts", func(t *testing.T) { requirePictures(t, newProbes, liveState, "tab", "tab", "n") })
	t.Run("large", func(t *testing.T) { requirePictures(t, newProbes, func() *State { return largeState(4096) }) })
	t.Run("alarms", func(t *testing.T) { requirePictures(t, newProbes, alarmedState) })
}

// alarmedState is a frozen run in which every gate of the path failed.
func alarmedState() *State {
	s := liveState()
	s.Run.Frozen = true
	s.Results.SetGates(probes.Gates{CanarySent: 4, CanaryAnswered: []string{"198.18.3.250:443"}, CanarySpoke: []string{"icmp 198.18.3.250"}, ControlSent: 60, ControlLost: 30,
		TaintSent: 12, TaintLost: 5})
	return s
}

func TestProbesHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, newProbes)
	requireEverySize(t, func() Screen { return pressed(NewProbes(), alarmedState(), "tab") }, alarmedState)
}

func TestProbesKeys(t *testing.T) {
	t.Parallel()
	live := liveState()
	requireSteps(t, NewProbes(), live, []step{
		{"x", Action{Kind: Cancel}}, {"esc", Action{Kind: Cancel}}, {"f", Action{Kind: Freeze}},
		{"r", Action{Text: "running"}},
		{"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.1"}},
		{"l", Action{}}, {"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.2"}},
		{"n", Action{}}, {"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}}, // the first critical one
		{"n", Action{}}, {"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.14"}},
		{"n", Action{}}, {"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.26"}}, // then the high one
		{"g", Action{}}, {"n", Action{}}, {"enter", Action{Kind: Goto, To: "host", Arg: "198.18.1.7"}}, // after a move, from the worst
		{"tab", Action{}}, {"enter", Action{}}, {"tab", Action{}}, {"tab", Action{}}, {"m", Action{Kind: Goto, To: "map"}},
	})
	live.Run.Phase = RunStopping
	requireSteps(t, NewProbes(), live, []step{{"x", Action{}}, {"r", Action{Text: "stopping"}}})
	requireSteps(t, NewProbes(), endedState(), []step{{"x", Action{}}, {"esc", Action{}}, {"f", Action{}}, {"r", Action{Kind: Start}}})
	requireSteps(t, NewProbes(), plannedState(), []step{{"r", Action{Kind: Start}}, {"j", Action{}}, {"enter", Action{}}, {"tab", Action{}}})
	bare := plannedState()
	bare.Kits[0].Active = false
	requireSteps(t, NewProbes(), bare, []step{{"r", Action{Text: bare.Words.Empty.NoKit}}})
	requireSteps(t, NewProbes(), emptyState(), []step{{"r", Action{Text: bare.Words.Empty.NoSite}}})
}

func TestNextWorstGoesRoundAllDeviations(t *testing.T) {
	t.Parallel()
	s, p := endedState(), NewProbes()
	p.Render(s, 80, 24)
	want := 0
	for _, m := range s.Results.Marks {
		if m >= audit.MarkInfo {
			want++
		}
	}
	seen, last := map[int]bool{}, audit.MarkCritical
	for range want {
		p.Press(s, "n")
		p.Render(s, 80, 24)
		host := p.heat.Host(s.Results.Marks)
		if mark := s.Results.Marks[host]; mark > last || mark < audit.MarkInfo || seen[host] {
			t.Fatalf("host %d of mark %d after mark %d, seen %t", host, mark, last, seen[host])
		}
		seen[host], last = true, s.Results.Marks[host]
	}
	p.Press(s, "n")
	if host := p.heat.Host(s.Results.Marks); s.Results.Marks[host] != audit.MarkCritical {
		t.Errorf("it does not come round: host %d", host)
	}
}

// The table must count every settled flow once, whether hosts are done or under way, and however the run
// comes along.
func TestServiceTableCountsEverySettledFlow(t *testing.T) {
	t.Parallel()
	s := liveState()
	var c classCount
	check := func(what string) {
		t.Helper()
		c.update(s)
		got, want := map[string]int{}, map[string]int{}
		for _, row := range c.rows {
			for k := range seenKinds {
				got[fmt.Sprint(row.name, " ", row.port, " ", k)] += row.flows[k]
			}
		}
		for id, cell := range s.Results.Cells {
			if cell.Class != probes.Unobserved {
				e := s.Scope.Plan.Flow(probes.FlowID(id)).Endpoint
				want[fmt.Sprint(e.Service, " ", portOf(e.Proto, e.Port), " ", seenAs(cell.Class))]++
			}
		}
		for key, n := range got {
			if n != want[key] {
				t.Errorf("%s: %s counted %d, want %d", what, key, n, want[key])
			}
		}
		for key, n := range want {
			if got[key] != n {
				t.Errorf("%s: %s counted %d, want %d", what, key, got[key], n)
			}
		}
	}
	check("at first")
	half := hostState(26)
	half.Flags &^= probes.HostDone
	cells := hostCells(s.Scope.Plan.Host(26), 26)
	cells[4] = probes.Cell{}
	s.Results.Update(26, cells, half)
	s.Generation++
	check("a host under way")
	s.Results.Update(26, hostCells(s.Scope.Plan.Host(26), 26), hostState(26))
	s.Generation++
	check("the host is done")
	s.Results.Update(3, hostCells(s.Scope.Plan.Host(3), 5), hostState(3))
	s.Run.Phase = RunEnded
	s.Generation++
	check("what came late counts at the end")
}

func TestBriefNumbersStayShort(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 9999: "9,999", 10_000: "10k", 65_536: "65.5k", 99_999: "99.9k", 786_432: "786k",
		999_999: "999k", 1_000_000: "1M", 1_250_000: "1.2M", 4_294_967_295: "4294M"} {
		if got := brief(n, false); got != want || len(got) > 5 {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
