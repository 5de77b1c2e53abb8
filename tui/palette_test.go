package tui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/teatest"
	"oobscope/tui/recall"
	"oobscope/views"
)

// The palette as a person uses it: what was typed, and what is on screen afterwards.
func TestPalette(t *testing.T) {
	t.Parallel()
	actions := map[string]views.Action{"W": {Text: "the screen did it"}}
	rows := []struct {
		name  string
		press []string
		sees  []string
	}{
		{"open", []string{":"}, []string{"Command", "\n:\n", "start_run", "enter do it"}},
		{"says what works here", []string{":"}, []string{"▸ weigh", "weigh the evidence"}},
		{"by fuzzy letters", []string{":", "TYPE cltxt"}, []string{"▸ rule clear_text_mgmt"}},
		{"an exact name wins", []string{":", "TYPE rules"}, []string{"▸ rules"}},
		{"down", []string{":", "TYPE theme", "down"}, []string{"▸ theme dark"}},
		{"up at the top does nothing", []string{":", "up", "enter", "j"}, []string{"pressed j\n"}},
		{"what a screen's key does", []string{":", "TYPE weigh", "enter"}, []string{"the screen did it", "pressed W\n"}},
		{"an action of ours", []string{":", "TYPE quit_k", "esc", "j"}, []string{"pressed j\n"}},
		{"a run is asked for", []string{":", "TYPE start_run", "enter"}, []string{"Start this run?"}},
		{"go to a host", []string{":", "TYPE go to host 10.20.1.7", "enter"}, []string{"about <10.20.1.7>", "Overview ▸ About 10.20.1.7"}},
		{"hosts by a part", []string{":", "TYPE 1.6"}, []string{"▸ host 10.20.1.6", "host 10.20.1.62", "1/4"}},
		{"a rule", []string{":", "TYPE rule clear_text_mgmt", "enter"}, []string{"about <6>"}},
		{"a rule by its number", []string{":", "TYPE rule 6", "enter"}, []string{"about <6>"}},
		{"a service", []string{":", "TYPE service redfish", "enter"}, []string{"screen diff", "query <service:redfish>"}},
		{"a technique", []string{":", "TYPE T1542.001", "enter"}, []string{"screen attack", "query <T1542.001>"}},
		{"a kit", []string{":", "TYPE kit bmc_exposure", "enter"}, []string{"The next run uses 2 kits."}},
		{"a theme", []string{":", "TYPE theme colour-blind", "enter"}, []string{"Theme: colour-blind"}},
		{"a language", []string{":", "TYPE lang ja", "enter", "?"}, []string{"読み取り専用"}},
		{"a setting", []string{":", "TYPE low_bandwidth", "enter"}, []string{"for a slow line: redraw less often: on"}},
		{"ascii", []string{":", "TYPE ascii", "enter"}, []string{"draw with ASCII alone: on"}},
		{"progress", []string{":", "TYPE progress", "enter"}, []string{"progress in the terminal's tab: on"}},
		{"nothing fits", []string{":", "TYPE xyzzy"}, []string{"Nothing here has that name."}},
		{"words are edited", []string{":", "TYPE start x", "backspace", "backspace", "enter"}, []string{"Start this run?"}},
		{"page keys", []string{":", "pgdown", "pgup", "enter", "j"}, []string{"pressed j\n"}},
		{"history by up", []string{":", "TYPE zones", "enter", ":", "TYPE kits", "enter", ":", "up", "up"}, []string{"\n: zones\n"}},
		{"history and back", []string{":", "TYPE zones", "enter", ":", "TYPE ru", "up", "down"}, []string{"\n: ru\n"}},
		{"history on top of the list", []string{":", "TYPE zones", "enter", ":"}, []string{"▸ zones", "go to Zones (asked before)"}},
		{"history does it again", []string{":", "TYPE zones", "enter", "1", ":", "up", "enter"}, []string{"screen zones"}},
		{"history of hosts", []string{":", "TYPE host 10.20.1.9", "enter", "1", ":", "up", "enter"}, []string{"about <10.20.1.9>"}},
		{"history with an argument", []string{":", "TYPE evidence 7", "enter", "1", ":", "up", "enter"}, []string{"about <7>"}},
	}
	for _, row := range rows {
		t.Run(strings.ReplaceAll(row.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			cfg := withFakes(teatest.NewEngine(t).Config(), actions)
			screens := cfg.Screens
			cfg.Screens = func() []views.Screen {
				all := screens()
				first := all[0].(*fake)
				first.uses = append([]views.Key{{Keys: "W", Help: "weigh the evidence"}}, first.uses...)
				return append(all, &about{fake: fake{name: "host"}}, &about{fake: fake{name: "rule"}})
			}
			s := teatest.Start(t, cfg, 100, 30).Sees("screen overview", "planned 62 hosts")
			for _, k := range row.press {
				if text, ok := strings.CutPrefix(k, "TYPE "); ok {
					s.Type(text)
					continue
				}
				s.Press(k)
			}
			s.Sees(row.sees...)
		})
	}
}

// Before there is a plan there are no hosts; a paste goes into the line, and what is too long is cut.
func TestPaletteTakesPastes(t *testing.T) {
	t.Parallel()
	cfg := withFakes(teatest.NewEngine(t).Config(), nil)
	cfg.Site = nil
	s := teatest.Start(t, cfg, 100, 30).Sees("screen overview").Press(":").Send(tea.PasteMsg{Content: "zo\x1b[2J"}).Sees(`: zo\x1b[2J`)
	s.Send(tea.PasteMsg{Content: strings.Repeat("y", 4000)}).Sees("The text was cut").Press("esc", ":").Send(tea.PasteMsg{Content: "zones\n"})
	s.Sees("▸ zones").Press("enter").Sees("screen zones").Press(":").Type("10.20.1.7").Sees("Nothing here has that name.")
}

// While a run is on the palette offers to stop it, not to start one.
func TestPaletteKnowsTheRun(t *testing.T) {
	t.Parallel()
	s, r := started(t, teatest.NewEngine(t), nil)
	s.Press(":").Type("stop").Sees("▸ stop_run").Press("esc", ":").Type("start_run").Sees("Nothing here has that name.")
	s.Press("esc", ":").Type("freeze").Press("enter").Sees("FROZEN").Press(":").Type("freeze").Sees("go on drawing").Press("enter").Misses("FROZEN")
	s.Press(":").Type("cancel").Press("enter").Sees("Stop the run?").Press("esc")
	r.Finish()
	s.Sees("complete").Press(":").Type("run 01JD").Sees("▸ run 01JD", "open the run: 2026-11-22 10:05:00 dc1 complete")
	s.Press("esc", ":").Type("export mark").Press("enter").Sees("Written to")
}

// What a session leaves behind is where the next one begins.
func TestSessionsFollowEachOther(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := teatest.Start(t, withFakes(e.Config(), nil), 100, 30).Sees("screen overview")
	s.Press("7", "/").Type("sev:5").Press("enter", ":").Type("theme light").Press("enter").Sees("Theme: light").Press(":").Type("evidence 7").Press("enter").Sees("about <7>")
	s.Press("q")
	if err := s.Ended(); err != nil {
		t.Fatal(err)
	}
	r, err := recall.Decode(e.Kept())
	if err != nil || r.Screen != "diff" || r.Filters["diff"] != "sev:5" || r.Theme != "light" || len(r.History) != 2 {
		t.Fatalf("kept %+v, %v", r, err)
	}
	cfg := withFakes(e.Config(), nil)
	cfg.Recalled = e.Kept()
	s = teatest.Start(t, cfg, 100, 30).Sees("screen diff", "query <sev:5>", "filter: sev:5")
	s.Press(":", "up").Sees("\n: evidence 7\n").Press("up").Sees("\n: theme light\n").Press("esc")
}

// Whatever was kept, the console starts.
func TestDamagedRecallIsNoObstacle(t *testing.T) {
	t.Parallel()
	for _, kept := range []string{"{", `{"schema":"oobscope.console/v2"}`, strings.Repeat("x", 1<<20)} {
		cfg := withFakes(teatest.NewEngine(t).Config(), nil)
		cfg.Recalled = []byte(kept)
		teatest.Start(t, cfg, 100, 30).Sees("screen overview", "What the last session kept is not used")
	}
	e := teatest.NewEngine(t)
	e.Refuse["keep"] = errors.New("disk full")
	cfg := withFakes(e.Config(), nil)
	cfg.Recalled = []byte(`{"schema":"oobscope.console/v1","screen":"evidence","theme":"nonsense","filters":{"nowhere":"x","runs":"a\u0000"},"kept":{"diff":"?"}}`)
	s := teatest.Start(t, cfg, 100, 30).Sees("screen overview").Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	s.Sees("could not be kept: disk full")
}

// BenchmarkPaletteKey is one key in the palette over 65,536 hosts, drawn.
func BenchmarkPaletteKey(b *testing.B) {
	e := teatest.NewEngine(b)
	e.Site = teatest.Site(b, "10.20.0.0/16")
	s := teatest.Start(b, e.Config(), 120, 40).Sees("Overview", "65,534").Press(":").Type("10.20").Sees("65,534")
	var worst time.Duration
	for n := 0; b.Loop(); n++ {
		word := fmt.Sprintf("10.20.%d.%d", n%200, 1+n%250)
		s.Press("ctrl+u").Type(word[:len(word)-1]).Sees(": " + word[:len(word)-1] + "\n")
		began := time.Now()
		s.Type(word[len(word)-1:]).Sees("▸ host " + word)
		worst = max(worst, time.Since(began))
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
}

// A list is sorted by the name of a column, and twice is the other way round.
func TestPaletteSorts(t *testing.T) {
	t.Parallel()
	s := teatest.Start(t, teatest.NewEngine(t).Config(), 120, 40).Sees("Overview").Press("2").Sees("▸  0 infra_mgmt_web")
	s.Press(":").Type("sort app").Sees("in the order of: App").Press("enter").Sees("App▲", "in the order of: App").Press("G", "g").Sees("▸  1 bmc_management")
	s.Press(":", "up", "enter").Sees("App▼").Press("g").Sees("▸  3 slp").Press("3", ":").Type("sort ").Misses("in the order of")
}
