package views

import (
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/teatest/shots"
)

// modes are the ways in which a terminal shows colour, as the program finds them out, with the dress that the program
// puts on for each; the last one is a terminal that has not even the signs, and is pictured in the smallest window.
var modes = []struct {
	name    string
	colours colorprofile.Profile
	dress   Dress
}{
	{"true", colorprofile.TrueColor, Dress{Ground: DarkGround}},
	{"256", colorprofile.ANSI256, Dress{Ground: DarkGround}},
	{"16", colorprofile.ANSI, Dress{Ground: DarkGround, Sixteen: true}},
	{"none", colorprofile.Ascii, Dress{Ground: DarkGround, Name: "mono"}},
	{"ascii", colorprofile.Ascii, Dress{Ground: DarkGround, Name: "mono", ASCII: true}},
}

// scenes are the states of the program in which every screen is pictured: nothing there; what is on its way (the
// store is being read, a run is planned, one has just begun); a run half done and one that is complete; and what went
// wrong (a run that the engine gave up, a store that cannot be read).
var scenes = []struct {
	name  string
	state func() *State
}{
	{"empty", emptyState}, {"reading", startingState}, {"planned", plannedState}, {"begun", begunState},
	{"live", liveState}, {"ended", endedState}, {"aborted", abortedState}, {"unread", unreadState},
}

// startingState is the program at its start, before the store was read.
func startingState() *State {
	s := emptyState()
	s.Reading = true
	return s
}

// begunState is a run that has sent its first packets: nothing is known yet.
func begunState() *State {
	s := plannedState()
	board := probes.NewBoard(s.Scope.Plan)
	board.Begin(fixedNow.Add(-time.Second))
	board.SetActive(0, true)
	board.End(fixedNow)
	s.Results = audit.NewResults(s.Scope)
	s.Results.Counters = board.Drain(s.Results.Update)
	s.Live = board
	s.Run = RunView{Run: fixtureRun("01JD0000000000000000000003", audit.RunRunning), Phase: RunLive}
	s.Run.Started, s.Run.Ended, s.Run.Settled, s.Run.Left, s.Run.Why = fixedNow.Add(-time.Second), time.Time{}, 0, 0, ""
	s.Run.Total = s.Results.Total
	s.Generation = 5
	return s
}

// abortedState is a run that the engine gave up halfway.
func abortedState() *State {
	s := liveState()
	s.Site.Simulated, s.Run.Simulated = false, false
	s.Live = nil
	s.Run.Phase, s.Run.State, s.Run.Err = RunFailed, audit.RunPartial, "write the run: no space left on device"
	s.Run.Ended, s.Run.Rate, s.Run.Left = fixedNow, 0, 0
	s.Runs = []audit.Run{s.Run.Run}
	s.Generation = 6
	return s
}

// unreadState is a run of which the evidence is gone, in a store with files that cannot be read.
func unreadState() *State {
	s := endedState()
	s.Evidence = func(probes.FlowID) (*probes.Observation, bool) { return nil, false }
	s.Unread = []string{"read /state/runs/01JD0000000000000000000007.run: the file is damaged at byte 4096", "read /state/runs/\x1b[2J.run: made by a newer program"}
	s.Runs = s.Runs[:1]
	s.Generation = 7
	return s
}

// Every screen in every scene, in each window, with each way to show colour, and in both languages. What is there to
// be seen is taken from the list of screens, so that a new one is pictured as soon as it is in it.
func TestEveryScreenPictures(t *testing.T) {
	t.Parallel()
	for i, screen := range Screens() {
		for _, sc := range scenes {
			for _, lang := range languages {
				t.Run(fmt.Sprintf("%s/%s_%s", screen.Name(), sc.name, lang), func(t *testing.T) {
					t.Parallel()
					var album shots.Album
					for _, mode := range modes {
						s := dressed(sc.state(), lang, mode.dress)
						for _, size := range goldenSizes {
							if mode.dress.ASCII && size != goldenSizes[0] {
								continue
							}
							frame := arrived(t, i, s, size)
							if err := album.Take(frame, size[0], size[1], mode.name, mode.colours); err != nil {
								t.Error(err)
							}
						}
					}
					golden.RequireEqual(t, album.String())
				})
			}
		}
	}
}
