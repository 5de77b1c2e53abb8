package tui_test

import (
	"errors"
	"fmt"
	"testing"

	"oobscope/audit"
	"oobscope/teatest"
	"oobscope/views"
)

// TestFormPictures keeps pictures of the form, the question before flows are probed again and the list of formats.
func TestFormPictures(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			for name, walk := range map[string]func(s *teatest.Session, w *views.Words){
				"waive": func(s *teatest.Session, w *views.Words) { s.Press("w").Sees(w.Waive.NobodyYet) },
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
				"again":  func(s *teatest.Session, _ *views.Words) { s.Press("space", "space", "p").Sees("esc") },
				"export": func(s *teatest.Session, _ *views.Words) { s.Press("e").Sees("markdown") },
			} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", name, lang, size[0], size[1]), func(t *testing.T) {
					t.Parallel()
					e := teatest.NewEngine(t)
					e.Refuse["waive"] = errors.New("no room on the disk")
					cfg := e.Config()
					cfg.Lang = lang
					cfg.Formats = []string{"text", "jsonl", "json", "csv", "markdown", "junit", "sarif", "navigator", "html"}
					w := views.WordsFor(lang)
					s := teatest.Start(t, cfg, size[0], size[1])
					s.Sees(w.Name.Overview).Press("r").Sees("10.20.1.1").Press("enter")
					e.Launched().Finish()
					s.Sees("✓ "+w.RunState["complete"]).Press("7").Sees(w.Diff.OnlyDeviations, "▸")
					walk(s, w)
					s.Golden()
				})
			}
		}
	}
}
