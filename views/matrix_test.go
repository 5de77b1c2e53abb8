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
// puts on for each.
var modes = []struct {
	name    string
	colours colorprofile.Profile
	dress   Dress
}{
	{"true", colorprofile.TrueColor, Dress{Ground: DarkGround}},
	{"256", colorprofile.ANSI256, Dress{Ground: DarkGround}},
	{"16", colorprofile.ANSI, Dress{Ground: DarkGround, Sixteen: true}},
	{"none", colorprofile.Ascii, Dress{Ground: DarkGround, Name: "mono"}},
}

// scene is a state of the program in which every screen is pictured.
type scene struct {
	name  string
	state func() *State
	sizes [][2]int
}

// scenes are: nothing there, what is on the way (planned, a run that has just begun), a run half done, one that is
// complete, and one that failed.
var scenes = []scene{
	{"empty", emptyState, goldenSizes[:1]},
	{"planned", plannedState, goldenSizes[:1]},
	{"begun", begunState, goldenSizes[:1]},
	{"live", liveState, goldenSizes[:2]},
	{"ended", endedState, goldenSizes},
	{"failed", abortedState, goldenSizes[:1]},
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
					for _, size := range sc.sizes {
						for _, mode := range modes {
							text := pictured(t, i, sc.state(), lang, mode.dress, size)
							p, err := shots.Take(text, size[0], size[1], mode.colours)
							if err != nil {
								t.Error(err)
							}
							album.Add(fmt.Sprintf("%dx%d", size[0], size[1]), mode.name, p)
						}
					}
					golden.RequireEqual(t, album.String())
				})
			}
		}
	}
}
