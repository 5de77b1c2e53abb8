package views

import (
	"testing"

	"oobscope/audit"
)

// The pictures are worth something only if the fixture holds what they are meant to show.
func TestFixtureHoldsEveryVerdict(t *testing.T) {
	t.Parallel()
	s := endedState()
	for _, v := range audit.Verdicts() {
		if s.Results.Total.Of(v) == 0 {
			t.Errorf("no flow of the fixture is %s", v)
		}
	}
	if n := s.Results.Total.Of(audit.Pending); n != 0 {
		t.Errorf("%d flows of a complete run are pending", n)
	}
	if len(s.Results.Marks) != 40 || s.Scope.Plan.Flows() != 260 {
		t.Errorf("%d hosts, %d flows", len(s.Results.Marks), s.Scope.Plan.Flows())
	}
	marks := map[audit.Mark]bool{}
	for _, m := range s.Results.Marks {
		marks[m] = true
	}
	if !marks[audit.MarkConforms] || !marks[audit.MarkUnverifiable] || !marks[audit.MarkCritical] || len(marks) < 7 {
		t.Errorf("the hosts are too much alike: %v", marks)
	}
}

func TestFixtureRunIsUnderWay(t *testing.T) {
	t.Parallel()
	s := liveState()
	if s.Results.Total.Of(audit.Pending) == 0 || s.Results.Counters.Settled == 0 || !s.Live.Active(26) {
		t.Errorf("pending %d, settled %d", s.Results.Total.Of(audit.Pending), s.Results.Counters.Settled)
	}
}
