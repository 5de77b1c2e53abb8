package tui_test

import (
	"errors"
	"testing"

	"oobscope/probes"
	"oobscope/teatest"
)

// The question before a run says how it would send and what bounds that; e changes it, with what that costs, and the run
// that begins sends so.
func TestAnotherEngine(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := teatest.Start(t, e.Config(), 80, 24).Sees("Overview").Press("r")
	s.Sees("Start this run?", "Engine: visits: host by host", "on this machine", "About 42s", "e: another engine").Press("e")
	s.Sees("Engine: crowd", "at most 700 sockets", "About 21s").Press("e").Sees("Engine: visits").Press("e").Sees("Engine: crowd")
	e.Refuse["engine"] = errors.New("no files left")
	s.Press("e").Sees("✗ Failed: no files left; this user may not open raw sockets", "Engine: crowd")
	s.Press("esc").Misses("Start this run?").Press("6").Sees("crowd: first packets from many sockets")
	s.Press("r").Sees("Engine: visits").Press("esc").Misses("Start this run?")
	delete(e.Refuse, "engine")
	s.Press("r").Sees("Engine: visits").Press("e").Sees("Engine: crowd").Press("enter")
	run := e.Launched()
	if run.Scope.Plan.Engine != probes.Crowd {
		t.Errorf("the run was started by %s", run.Scope.Plan.Engine)
	}
	s.Press("6").Sees("engine: crowd")
}
