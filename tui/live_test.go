package tui_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/probes"
	"oobscope/teatest"
	"oobscope/views"
)

// started is a console over fakes with a run that was confirmed by hand.
func started(t *testing.T, e *teatest.Engine, actions map[string]views.Action) (*teatest.Session, *teatest.Run) {
	t.Helper()
	s := teatest.Start(t, withFakes(e.Config(), actions), 100, 30)
	s.Sees("screen overview").Press("r").Sees("enter: yes").Press("enter")
	r := e.Launched()
	s.Sees("RUN: sending packets 0%", "The run is on.")
	return s, r
}

func TestRunFromStartToEnd(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, nil)
	r.Settle(0, 31)
	s.Sees("RUN: sending packets 50%", "310 settled", "deviations 93")
	r.Finish()
	s.Sees("complete", "read-only", "✓ The run ended: 186 deviations; press 7 for Diff", "1 runs", "phase 3")
	e.HasOpen(1) // that of the run on screen
	s.Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	e.HasOpen(0)
}

func TestDemoStartsAtOnce(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Site.Simulated = true
	cfg := withFakes(e.Config(), nil)
	cfg.StartNow, cfg.Simulated = true, true
	s := teatest.Start(t, cfg, 100, 30)
	r := e.Launched()
	s.Sees("screen probes", "SIMULATED SEGMENT", "RUN: sending packets")
	r.Finish()
	s.Sees("press 7 for Diff").Press("r").Sees("Start this run?") // a second one is asked for
}

func TestCancelAsksAndKeeps(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, nil)
	r.Settle(0, 5)
	s.Press("x").Sees("Stop the run? What was observed is kept.").Press("esc").Sees("screen overview", "sending packets")
	s.Press("x").Sees("Stop the run?").Press("enter").Sees("! The run stopped and is partial: 15 deviations", "! partial")
	if !r.Stored() {
		t.Error("the run was not stored")
	}
}

// However the console is left in the middle of a run, it returns only once the run was stored.
func TestLeavingStoresTheRun(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*teatest.Session){
		"q":            func(s *teatest.Session) { s.Press("q").Sees("Stop it and quit?").Press("enter") },
		"ctrl+c_twice": func(s *teatest.Session) { s.Press("ctrl+c").Sees("Stop it and quit?").Press("ctrl+c") },
		"hang_up":      func(s *teatest.Session) { s.Hang() },
		"frozen":       func(s *teatest.Session) { s.Press("f").Sees("FROZEN").Hang() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			e.Slow = make(chan struct{})
			s, r := started(t, e, nil)
			leave(s)
			s.Sees("Stopping the run and storing what was observed.", "! STOPPING")
			if !s.Running() || r.Stored() {
				t.Error("the console did not wait for the store")
			}
			close(e.Slow)
			if err := s.Ended(); err != nil {
				t.Error(err)
			}
			if !r.Stored() {
				t.Error("the console returned before the run was stored")
			}
		})
	}
}

func TestStayingInMidRun(t *testing.T) {
	t.Parallel()
	s, _ := started(t, teatest.NewEngine(t), nil)
	s.Press("q").Sees("A run is on. Stop it and quit?").Press("esc").Sees("screen overview", "sending packets")
	s.Press("r").Sees("A run is on already.").Press("ctrl+z").Sees("stopped clocks would turn answers into silence")
}

func TestFreezeStopsTheDisplayNotTheRun(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, nil)
	s.Press("f").Sees("FROZEN")
	r.Settle(0, 31)
	s.Press("j").Sees("f j", "FROZEN", " 0 settled")
	s.Press("f").Misses("FROZEN").Sees("310 settled")
	s.Press("f").Sees("FROZEN")
	r.Finish()
	s.Sees("The run ended; the display is frozen", "310 settled").Press("f").Sees("620 settled", "press 7 for Diff")
}

func TestDeadEngineGetsAPage(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, nil)
	r.Settle(0, 3)
	r.End(errors.New("write the run: no space left on device\x1b[2J"))
	s.Sees("✗ The run failed", `no space left on device\x1b[2J`, "What to do", "can be resumed", "✗ failed")
	s.Press("esc").Sees("phase 4", "30 settled")
}

// The clock on screen goes on while a run is on, also when nothing else moves.
func TestSecondsPass(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, _ := started(t, e, nil)
	s.Sees("at 10:05:00")
	e.Clock.Advance(3 * time.Second)
	s.Sees("at 10:05:03")
}

// A stress of the whole: results pour in from many sides while keys are pressed.
func TestKeysWhileResultsPour(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Site = teatest.Site(t, "10.20.0.0/20")
	s, r := started(t, e, nil)
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			tick := time.NewTicker(4 * time.Millisecond)
			defer tick.Stop()
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-tick.C: // 8 writers x 10 flows x 250 a second
					for k := range 10 {
						id := probes.FlowID((n*80 + w*10 + k) % r.Scope.Plan.Flows())
						r.Board.Set(probes.Observation{Flow: id, Class: probes.Class(1 + (n+k)%15), Attempts: 1})
					}
				}
			}
		})
	}
	for range 20 {
		s.Press("3").Sees("screen zones").Press("/", "a", "enter", "esc").Press("1").Sees("screen overview", "sending packets")
	}
	close(stop)
	writers.Wait()
	r.Finish()
	s.Sees("complete").Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
}

func TestBlurSlowsNothingDownForGood(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, nil)
	s.Send(tea.BlurMsg{})
	r.Settle(0, 31)
	s.Send(tea.FocusMsg{}).Sees("310 settled")
}
