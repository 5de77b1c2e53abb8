package tui_test

import (
	"errors"
	"testing"

	"oobscope/audit"
	"oobscope/teatest"
	"oobscope/views"
)

// TestFormPictures keeps pictures of what the form says of what it leaves out and of what could not be stored. It is
// pictured in every window by TestShellPictures.
func TestFormPictures(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		for name, walk := range map[string]func(s *teatest.Session, w *views.Words){
			"faults": func(s *teatest.Session, w *views.Words) {
				s.Press("V", "j", "j", "j", "j", "j", "j", "w").Sees(w.Waive.NobodyYet).Press("tab", "tab", "tab").Type("NETOPS")
				s.Press("tab", "ctrl+u").Type("2026").Press("tab", "ctrl+u").Type("+30").Press("enter").Sees(w.Waive.NotADay)
			},
			"left_out": func(s *teatest.Session, w *views.Words) {
				s.Press("/").Type("host:10.20.1.9").Press("enter").Press("a", "*", "w").Sees(w.VerdictOf(audit.Unverifiable), w.Waive.NobodyYet)
			},
			"failed": func(s *teatest.Session, w *views.Words) {
				s.Press("w").Sees(w.Waive.NobodyYet).Type("reason").Press("tab", "tab", "tab", "tab", "tab", "enter").Sees("✗ ", "disk")
			},
		} {
			t.Run(name+"_"+lang, func(t *testing.T) {
				t.Parallel()
				e := teatest.NewEngine(t)
				e.Refuse["waive"] = errors.New("no room on the disk")
				cfg := e.Config()
				cfg.Lang = lang
				w := views.WordsFor(lang)
				s := teatest.Start(t, cfg, 80, 24)
				s.Sees(w.Name.Overview).Press("r").Sees("10.20.1.1").Press("enter")
				e.Launched().Finish()
				s.Sees("✓ "+w.RunState["complete"]).Press("7").Sees(w.Diff.OnlyDeviations, "▸")
				walk(s, w)
				s.Golden()
			})
		}
	}
}
