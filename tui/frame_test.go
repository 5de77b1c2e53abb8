package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"oobscope/teatest"
	"oobscope/tui"
	"oobscope/tui/keymap"
	"oobscope/tui/settings"
	"oobscope/views"
)

// The whole program on a terminal as a person sees it, in the phases that matter. The screens are fakes: their own
// pictures are kept beside them, and TestShellPictures has the frame in every window.
func TestFrames(t *testing.T) {
	t.Parallel()
	scenes := map[string]func(s *teatest.Session, e *teatest.Engine){
		"before":   func(s *teatest.Session, _ *teatest.Engine) { s.Sees("0 runs", "community") },
		"question": func(s *teatest.Session, _ *teatest.Engine) { s.Press("r").Sees("enter: yes") },
		"live": func(s *teatest.Session, e *teatest.Engine) {
			s.Press("r").Sees("enter: yes").Press("enter")
			e.Launched().Settle(0, 20)
			s.Sees("32%", "1 runs", "The run is on.")
		},
		"frozen": func(s *teatest.Session, e *teatest.Engine) {
			s.Press("r").Sees("enter: yes").Press("enter")
			e.Launched().Settle(0, 20)
			s.Sees("32%", "1 runs").Press("f").Sees("FROZEN")
		},
		"ended": func(s *teatest.Session, e *teatest.Engine) {
			s.Press("r").Sees("enter: yes").Press("enter")
			e.Launched().Finish()
			s.Sees("complete", "1 runs")
		},
		"filter":  func(s *teatest.Session, _ *teatest.Engine) { s.Press("/").Type("cim").Sees("query <cim>") },
		"palette": func(s *teatest.Session, _ *teatest.Engine) { s.Press(":").Sees("▸ open", "1/") },
		"hosts": func(s *teatest.Session, _ *teatest.Engine) {
			s.Press(":").Type("host 1.2").Press("down").Sees("▸ host 10.20.1.20")
		},
		"masked": func(s *teatest.Session, _ *teatest.Engine) {
			s.Press("#", ":").Type("evidence 10.20.1.7").Press("enter").Sees("MASKED", "about <", "Overview ▸ About")
		},
		"way": func(s *teatest.Session, _ *teatest.Engine) {
			s.Press("8", "7", ":").Type("evidence 7").Press("enter").Sees("about <7>")
		},
		"about": func(s *teatest.Session, _ *teatest.Engine) {
			s.Press(":").Type("evidence 7").Press("enter").Sees("about <7>")
		},
	}
	for name, play := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			e.Site.Simulated = true
			s := teatest.Start(t, withFakes(e.Config(), nil), 80, 24).Sees("screen overview", "0 runs", "SIMULATED", "planned")
			play(s, e)
			s.Golden()
		})
	}
}

// What takes a whole program: a window that became too small, a copy that became a file, keys of one's own.
func TestShellFrames(t *testing.T) {
	t.Parallel()
	scenes := map[string]struct {
		change func(cfg *tui.Config)
		play   func(s *teatest.Session)
	}{
		"small":   {nil, func(s *teatest.Session) { s.Sees("planned").Resize(50, 12).Sees("60x16") }},
		"spilled": {nil, func(s *teatest.Session) { s.Press("Y").Sees("copies/copy.txt") }},
		"mapped": {func(cfg *tui.Config) {
			cfg.Settings.Keys = []keymap.Change{{Action: "start_run", Keys: []string{"W"}}, {Action: "move_down", Keys: []string{"N"}}, {Action: "screen_2", Keys: []string{"f1"}}, {Action: "quit"}}
		}, func(s *teatest.Session) { s.Sees("N/k") }},
	}
	for name, scene := range scenes {
		for _, lang := range []string{"en", "ja"} {
			t.Run(name+"_"+lang, func(t *testing.T) {
				t.Parallel()
				cfg := withFakes(teatest.NewEngine(t).Config(), map[string]views.Action{"Y": {Kind: views.Copy, Text: strings.Repeat("x", 80_000)}})
				cfg.Lang, cfg.Settings = lang, settings.Default()
				if scene.change != nil {
					scene.change(&cfg)
				}
				s := teatest.Start(t, cfg, 80, 24).Sees("oobscope 1.0.0", "community")
				scene.play(s)
				s.Golden()
			})
		}
	}
}

func TestFrameInJapaneseAndASCII(t *testing.T) {
	t.Parallel()
	t.Run("ja", func(t *testing.T) {
		t.Parallel()
		cfg := withFakes(teatest.NewEngine(t).Config(), nil)
		cfg.Lang = "ja"
		teatest.Start(t, cfg, 80, 24).Sees("screen overview", "jump1").Press("r").Sees("enter：はい").Golden()
	})
	t.Run("ascii", func(t *testing.T) {
		t.Parallel()
		cfg := withFakes(teatest.NewEngine(t).Config(), nil)
		cfg.ASCII, cfg.NoColor = true, true
		s := teatest.Start(t, cfg, 80, 24).Sees("screen overview", "jump1").Press("r").Sees("enter: yes").Golden()
		for _, r := range s.Screen() {
			if r > 0x7e {
				t.Errorf("%q is not ASCII", r)
			}
		}
	})
}

// Colour says nothing that a word does not say, but it says it at a glance.
func TestColours(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s, _ := started(t, e, nil)
	if s.Ink("RUN: sending") == nil {
		t.Error("the run has no colour of its own")
	}
	s.Send(tea.ColorProfileMsg{Profile: 2}).Press("j")
	cfg := withFakes(teatest.NewEngine(t).Config(), nil)
	cfg.NoColor = true
	if c := teatest.Start(t, cfg, 80, 24).Ink("read-only"); c != nil {
		t.Errorf("colour %v without colours", c)
	}
}

func TestResizeWhileRunning(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, withFakes(teatest.NewEngine(t).Config(), nil), 80, 24).Sees("screen overview")
	s.Resize(50, 12).Sees("The window is 50x12; oobscope needs 60x16.").Press("3").Resize(60, 16).Sees("screen overview")
	s.Resize(200, 60).Sees("0 Help")
}

// An idle console writes nothing.
func TestIdleWritesNothing(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, withFakes(teatest.NewEngine(t).Config(), nil), 80, 24).Sees("screen overview", "0 runs", "community")
	before := -1
	s.Send(tea.FocusMsg{}).Press("j").Sees("pressed j")
	for before != s.Written() { // the frame of the key may still be under way
		before = s.Written()
		s.Press("ctrl+a").Send(tea.FocusMsg{})
	}
	for range 200 {
		s.Send(tea.FocusMsg{})
	}
	if now := s.Written(); now != before {
		t.Errorf("%d bytes were written while nothing happened", now-before)
	}
}
