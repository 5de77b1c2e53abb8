package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/tui/keymap"
	"oobscope/views"
)

// probing are the keys that bring a screen into the states in which it lists other keys.
var probing = []string{"v", "v", "a", "c", "esc", "i", "esc", "enter", "esc", "tab", "tab", "m", "space", "o", "z", "/"}

// eachState calls check with the model on every screen, in every state that some keys reach, without a run,
// in a run and after it.
func eachState(t *testing.T, probing []string, check func(m *model, state string)) {
	t.Helper()
	live, s := liveModel(t, "10.20.1.0/28")
	pour(s, 0, 15*14)
	live.Update(pulseMsg{})
	ended, s := liveModel(t, "10.20.1.0/28")
	pour(s, 0, 15*14)
	ended.Update(pulseMsg{})
	end := s.Run
	end.State = "partial"
	ended.Update(endedMsg{session: &session{Live: s.Live, results: s.results, cancel: func() {}, end: end}})
	ended.live, ended.state.Run.Phase, ended.state.Live = nil, views.RunEnded, nil
	ended.state.Runs = append(ended.state.Runs, end)
	for name, m := range map[string]*model{"bare": quiet(t, "en"), "live": live, "ended": ended} {
		for i, screen := range m.at.screens {
			arg := map[string]string{"host": "10.20.1.3", "rule": "3", "evidence": "3"}[screen.Name()]
			m.visit(place{screen: i, arg: arg})
			screen.Render(&m.state, 120, 34)
			check(m, name+" "+screen.Name())
			for _, k := range probing {
				screen.Press(&m.state, k)
				screen.Render(&m.state, 120, 34)
				check(m, fmt.Sprintf("%s %s after %s", name, screen.Name(), k))
			}
		}
	}
}

// Every key that a screen lists has a name, so that it can be put on another one, and means what the table says:
// whatever is not named could not be remapped, and its key would be given away.
func TestEveryKeyHasAName(t *testing.T) {
	t.Parallel()
	missing := map[string]string{}
	eachState(t, probing, func(m *model, state string) {
		screen := m.at.screen().Name()
		for _, k := range m.at.screen().Keys(&m.state) {
			for part := range strings.SplitSeq(k.Keys, "/") {
				if keymap.Listed(screen, part).Action == "" {
					missing[screen+" "+part] = k.Help + " (" + state + ")"
				}
			}
		}
	})
	for key, what := range missing {
		t.Errorf("%s has no name: %s", key, what)
	}
}

// No key does anything that costs, the first time that it is pressed: nothing is started, stopped, resumed,
// deleted or left in a run. It may ask.
func TestNoKeyIsDestructive(t *testing.T) {
	t.Parallel()
	var keys []tea.KeyPressMsg
	for r := rune('!'); r < 0x7f; r++ {
		keys = append(keys, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	for r := rune('a'); r <= 'z'; r++ {
		keys = append(keys, tea.KeyPressMsg{Code: r, Mod: tea.ModCtrl})
	}
	for _, c := range []rune{tea.KeyEnter, tea.KeyEscape, tea.KeyTab, tea.KeyBackspace, tea.KeyDelete, tea.KeySpace, tea.KeyUp, tea.KeyDown, tea.KeyLeft,
		tea.KeyRight, tea.KeyHome, tea.KeyEnd, tea.KeyPgUp, tea.KeyPgDown, tea.KeyF1} {
		keys = append(keys, tea.KeyPressMsg{Code: c})
	}
	did := ""
	eachState(t, []string{"v", "c"}, func(m *model, state string) {
		here, live := m.at.here, m.live
		m.cfg.DeleteRun = func(id string) error { did = "delete " + id; return nil }
		m.cfg.SetActive = func([]string) error { return nil }
		for _, k := range keys {
			_, cmd := m.Update(k)
			quit := m.leaving
			m.leaving = false
			if m.live != nil && m.state.Run.Phase != views.RunLive || m.live != live || m.starting || live != nil && quit {
				t.Fatalf("%s: %s acts at once", state, k)
			}
			if cmd != nil && m.over == nil && !quit && !slices.Contains([]string{"ctrl+z"}, k.String()) {
				runQuietly(cmd)
			}
			if did != "" {
				t.Fatalf("%s: %s does it at once: %s", state, k, did)
			}
			m.over, m.ask, m.pal, m.late = nil, nil, nil, nil
			m.state.Run.Frozen = false
			m.at.here = here
		}
	})
}

// runQuietly lets a Cmd do what it does when it is handed out, as far as that does not wait.
func runQuietly(cmd tea.Cmd) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // what the model has no function for
		cmd()
	}()
	<-done
}
