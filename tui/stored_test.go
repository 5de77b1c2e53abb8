package tui_test

import (
	"errors"
	"slices"
	"testing"

	"oobscope/teatest"
	"oobscope/views"
)

const firstRun = "01JD0000000000000000000001"

// storedActions are keys of the first fake screen for what is done with stored runs and kits.
func storedActions(e *teatest.Engine) map[string]views.Action {
	return map[string]views.Action{
		"o": {Kind: views.OpenRun, Arg: firstRun}, "D": {Kind: views.DeleteRun, Arg: firstRun},
		"R": {Kind: views.Resume, Arg: firstRun}, "E": {Kind: views.Export, Arg: "jsonl"},
		"t": {Kind: views.ToggleKit, Arg: e.Kits[0].Ref()}, "X": {Kind: views.OpenRun, Arg: "none"},
	}
}

// withPartial is a console that has stopped a first run in the middle and shows it.
func withPartial(t *testing.T, e *teatest.Engine) *teatest.Session {
	t.Helper()
	s, r := started(t, e, storedActions(e))
	r.Settle(0, 10)
	return s.Press("x").Sees("Stop the run?").Press("enter").Sees("! partial", "1 runs")
}

func TestResumeAsksAndFinishes(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := withPartial(t, e)
	s.Press("R").Sees("Go on with run "+firstRun+"?", "100 of 620 flows (16%)").Press("esc").Sees("screen overview")
	s.Press("R").Sees("Go on with run").Press("enter")
	r := e.Launched()
	s.Sees("RUN: sending packets 16%")
	e.HasOpen(0) // the run writes its own file
	r.Finish()
	s.Sees("✓ complete", "620 settled")
}

// A run that cannot be resumed stays on screen, with its evidence.
func TestResumeRefused(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Refuse["resume"] = errors.New("another program is writing it")
	s := withPartial(t, e)
	s.Press("R").Sees("Go on with run").Press("enter").Sees("✗ The run could not be started", "another program is writing it", "What is safe", "What to do").Press("esc")
	s.Sees("100 settled", "! partial").Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	e.HasOpen(0)
}

func TestOpenAndDelete(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := withPartial(t, e)
	s.Press("D").Sees("Run " + firstRun + " is on screen: open another one first.")
	s.Press("r").Sees("enter: yes").Press("enter")
	r := e.Launched()
	s.Sees("sending packets 0%").Press("o").Sees("Not while a run is on: stop it first.")
	s.Press("D").Sees("Delete run " + firstRun + "?").Press("esc")
	r.Finish()
	s.Sees("✓ complete", "2 runs")
	s.Press("o").Sees("Run "+firstRun+" is on screen.", "! partial", "100 settled")
	e.HasOpen(1) // that of the run on screen
	s.Press("X").Sees("✗ The run could not be opened", "open run none: not found", "The other runs can be opened.").Press("esc").Sees("100 settled")
	s.Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("✓ complete", "3 runs").Press("D").Sees("Delete run", "30 deviations").Press("enter")
	s.Sees("Run "+firstRun+" is deleted.", "2 runs")
}

func TestExport(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, r := started(t, e, storedActions(e))
	s.Press("E").Sees("Not while a run is on")
	r.Finish()
	s.Sees("✓ complete").Press("E").Sees("Written to oobscope-" + firstRun + ".jsonl.")
	s.Press(":").Type("export markdown").Press("enter").Sees("Written to oobscope-" + firstRun + ".markdown.")
	if got, want := e.Exported(), []string{firstRun + ".jsonl", firstRun + ".markdown"}; !slices.Equal(got, want) {
		t.Errorf("wrote %v, want %v", got, want)
	}
	e.HasOpen(1) // that of the run on screen
}

func TestToggleKit(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := teatest.Start(t, withFakes(e.Config(), storedActions(e)), 100, 24).Sees(e.Kits[0].Ref() + " (community)")
	s.Press("t").Sees("The next run uses 0 kits.").Misses("(community)")
	s.Press("r").Sees("No kit is in use").Press("t").Sees("The next run uses 1 kit.", "(community)")
}

// hinted is an error that knows what the reader can do.
type hinted struct{ error }

func (hinted) Hint() string { return "free some space" }

func TestFailuresAreSaid(t *testing.T) {
	t.Parallel()
	broken := errors.New("first line\nsecond line")
	rows := map[string]struct {
		refuse string
		err    error
		press  []string
		sees   []string
	}{
		"plan":   {"plan", broken, []string{"r"}, []string{"✗ The run could not be planned", "first line", "second line", "No packet was sent", "close this page"}},
		"launch": {"launch", hinted{broken}, []string{"r", "WAIT", "enter"}, []string{"✗ The run could not be started", "What to do", "free some space"}},
		"open":   {"open", broken, []string{"o"}, []string{"✗ The run could not be opened", "second line"}},
		"runs":   {"runs", broken, nil, []string{"✗ Some of the store could not be read", "first line", "The other runs are listed", "! 1 stored run could not be read: first line; second line"}},
		"active": {"active", broken, []string{"t"}, []string{"could not be kept: first line; second line"}},
		"delete": {"delete", hinted{broken}, []string{"D", "enter"}, []string{"✗ Failed: first line; second line (free some space)"}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			e.Refuse[row.refuse] = row.err
			s := teatest.Start(t, withFakes(e.Config(), storedActions(e)), 120, 24).Sees("Overview")
			for _, k := range row.press {
				if k == "WAIT" {
					s.Sees("enter: yes")
					continue
				}
				s.Press(k)
			}
			s.Sees(row.sees...)
		})
	}
}

func TestMissingSiteIsSaid(t *testing.T) {
	t.Parallel()
	cfg := withFakes(teatest.NewEngine(t).Config(), nil)
	cfg.Site = nil
	teatest.Start(t, cfg, 80, 24).Sees("screen overview").Press("r").Sees("No site is loaded: press o on the overview to load one, or d to see it work.")
}
