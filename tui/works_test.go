package tui_test

import (
	"strings"
	"testing"

	"oobscope/teatest"
)

// The help page lists of the console's own keys those that do something where it was opened, and the footer too.
func TestHelpListsWhatWorksNow(t *testing.T) {
	t.Parallel()
	const start, stop, freeze, suspend, filter, back = "start a run", "stop the run", "freeze the display", "suspend the program", "/ filter", "- back"
	rows := map[string]struct {
		keys []string
		live bool
		has  []string
		not  []string
	}{
		"at the start":          {[]string{"?"}, false, []string{start, suspend, filter}, []string{stop, freeze, back, "clear the filter, else back"}},
		"elsewhere":             {[]string{"2", "?"}, false, []string{start, suspend, filter, back, "clear the filter, else back"}, []string{stop, freeze}},
		"a screen without list": {[]string{"3", "?"}, false, []string{start}, []string{filter}},
		"while a run is on":     {[]string{"2", "?"}, true, []string{stop, freeze, filter, back}, []string{start, suspend}},
	}
	for name, row := range rows {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			s := teatest.Start(t, e.Config(), 120, 60).Sees("Overview", "read-only")
			if row.live {
				s.Press("r").Sees("Start this run?").Press("enter")
				r := e.Launched()
				defer r.Finish()
				s.Sees("RUN: sending packets")
			}
			s.Press(row.keys...).Sees("Everywhere", "What you can rely on")
			ours := columnOf(s.Screen(), "Everywhere")
			for _, text := range row.has {
				if !strings.Contains(ours, text) {
					t.Errorf("does not list %q:\n%s", text, ours)
				}
			}
			for _, text := range row.not {
				if strings.Contains(ours, text) {
					t.Errorf("lists %q:\n%s", text, ours)
				}
			}
		})
	}
}

// columnOf is the block of a screen below and right of a head, up to an empty line.
func columnOf(screen, head string) string {
	var out []string
	at := -1
	for line := range strings.SplitSeq(screen, "\n") {
		if i := strings.Index(line, head); i >= 0 && at < 0 {
			at = len([]rune(line[:i]))
		}
		if at < 0 {
			continue
		}
		if r := []rune(line); len(r) > at {
			out = append(out, strings.Join(strings.Fields(string(r[at:])), " "))
		} else if strings.TrimSpace(line) == "" {
			break
		}
	}
	return strings.Join(out, "\n")
}

func TestFilterNeedsAList(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, teatest.NewEngine(t).Config(), 100, 30).Sees("Overview").Press("3").Sees("Zones")
	s.Press("/").Sees("The screen has no list to filter.").Misses("Filter:").Press("?").Sees("The screen has no list to filter.")
}
