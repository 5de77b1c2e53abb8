package tui

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/tui/settings"
	"oobscope/views"
)

// stage is how far a console has come before something happens in it.
type stage uint8

const (
	bare     stage = iota // an empty machine: the kits that come along, and nothing else
	planned_              // a site and a plan
	running               // a run half done
	over                  // a run that is complete, and an earlier one in the store
)

// scene is something that the shell shows, over or around a screen.
type scene struct {
	name  string
	stage stage
	play  func(m *model)
}

// shellScenes are all that the shell itself shows: the frame in each phase, every overlay, every line of input, every
// message.
func shellScenes() []scene {
	wrong := errors.New("dc1.yaml:7:12: found \"managment\", expected a zone of the file\ndc1.yaml:9:3: found 3 targets, expected at least one that is not excluded")
	_, config := settings.Read("/home/netops/.config/oobscope/config.yaml", []byte("theme: drak\nlnag: ja\nkeys:\n  start_run: ctrl+s\n  fold_all: j\n"))
	long := errors.New(strings.Repeat("a very long error 日本語 ", 60))
	page := func(a about, err error) func(m *model) {
		return func(m *model) { m.over = m.troublePage(a, err) }
	}
	return []scene{
		{"first", bare, func(*model) {}},
		{"planned", planned_, func(*model) {}},
		{"live", running, func(m *model) { m.goTo("probes", "") }},
		{"frozen", running, func(m *model) { keysOf(m, "f") }},
		{"stopping", running, func(m *model) { keysOf(m, "x", "enter") }},
		{"ended", over, func(m *model) { keysOf(m, "7") }},
		{"simulated", running, func(m *model) { m.cfg.Simulated, m.state.Run.Simulated = true, true; m.changed() }},
		{"masked", over, func(m *model) { keysOf(m, "7", "#") }},
		{"way", over, func(m *model) { keysOf(m, "7", "enter", "o", "J") }},

		{"ask_start", planned_, func(m *model) { m.over = m.startQuestion(m.planned, nil) }},
		{"ask_stop", running, func(m *model) { keysOf(m, "x") }},
		{"ask_quit", running, func(m *model) { keysOf(m, "q") }},
		{"ask_delete", over, func(m *model) { m.askDelete(earlier.ID) }},
		{"ask_resume", over, func(m *model) { m.askResume(earlier.ID) }},
		{"ask_demo", bare, func(m *model) { keysOf(m, "d") }},
		{"ask_again", over, func(m *model) {
			m.Update(m.probeAgain([]probes.FlowID{0, 4, 40})())
		}},
		{"leaving", running, func(m *model) { keysOf(m, "q", "enter") }},

		{"palette", over, func(m *model) { keysOf(m, ":") }},
		{"palette_hosts", over, func(m *model) { typed(m, ":", "host 1.2") }},
		{"palette_nothing", over, func(m *model) { typed(m, ":", "日本語 zzz") }},
		{"filter", over, func(m *model) { typed(m, "7", "/", "verdict:exp") }},
		{"filter_wrong", over, func(m *model) { typed(m, "7", "/", "sev:x") }},
		{"filter_kept", over, func(m *model) { typed(m, "7", "/", "service:cim-http"); keysOf(m, "enter") }},
		{"filter_long", over, func(m *model) { typed(m, "7", "/", strings.Repeat("日本語", 60)) }},

		{"site_file", bare, func(m *model) { keysOf(m, "o"); typed(m, "/etc/oobscope/dc1.yaml") }},
		{"site_form", bare, func(m *model) { keysOf(m, "w") }},
		{"site_faults", bare, func(m *model) {
			keysOf(m, "w")
			typed(m, "dc 1", "tab", "10.20.0.0/8 全角", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "enter")
		}},
		{"waive", over, func(m *model) { keysOf(m, "7", "w") }},
		{"waive_faults", over, func(m *model) { typed(m, "7", "w", "tab", "tab", "tab", "NETOPS", "tab", "tab", "tab", "enter") }},
		{"export", over, func(m *model) { keysOf(m, "7", "e") }},

		{"page_config", planned_, func(m *model) { m.over = m.configPage(config) }},
		{"page_site", bare, page(aboutSite, wrong)},
		{"page_plan", planned_, page(aboutPlan, errors.New("no route to 10.20.1.1: network is unreachable"))},
		{"page_launch", planned_, page(aboutLaunch, errors.New("write the run: no space left on device"))},
		{"page_stored", over, page(aboutStored, errors.New("open run 01JD: the file is damaged at byte 4096"))},
		{"page_list", over, page(aboutList, errors.New("read the store: permission denied"))},
		{"page_demo", bare, page(aboutDemo, errors.New("listen on 127.123.112.1:23443: address already in use"))},
		{"page_start", bare, page(aboutStart, long)},
		{"page_run", running, func(m *model) {
			m.state.Run.Phase = views.RunFailed
			m.over = m.troublePage(aboutRun, errors.New("write the run: no space left on device\x1b[2J"))
		}},

		{"note_good", over, func(m *model) { m.cheer(say(m.say.Copied, "12 lines", "1,204")) }},
		{"note_bad", over, func(m *model) { m.fail(long) }},
	}
}

// noon is the clock of the scenes, and earlier is the run that is stored before theirs.
var earlier = audit.Run{ID: "01JD0000000000000000000001", Site: "dc1", Kits: []string{"out_of_band_server_management@1.0.0"}, Vantage: "jump1", Zone: "trust",
	Tool: "1.0.0", Started: noon.Add(-26 * time.Hour), Ended: noon.Add(-25 * time.Hour), State: audit.RunPartial, Flows: 300, Settled: 120}

// way is a way in which a terminal shows the console.
type way struct {
	name    string
	colours colorprofile.Profile
	ascii   bool
}

var ways = []way{
	{"true", colorprofile.TrueColor, false}, {"256", colorprofile.ANSI256, false}, {"16", colorprofile.ANSI, false},
	{"none", colorprofile.Ascii, false}, {"ascii", colorprofile.Ascii, true},
}

// staged is a console over the real screens that has come so far, on a terminal of that kind.
func staged(tb testing.TB, lang string, at stage, how way) *model {
	tb.Helper()
	site, scope := sceneScope(tb)
	cfg := Config{
		Version: "1.0.0", Lang: lang, ASCII: how.ascii, Clock: func() time.Time { return noon }, Formats: []string{"text", "jsonl", "json", "csv", "markdown", "junit", "sarif", "navigator", "html"},
		MaskSeed: [32]byte{1}, Runs: func() ([]audit.Run, []error) { return nil, nil }, OpenRun: func(string) (*Stored, error) { return nil, errors.New("none") },
		Here: func() (string, []netip.Addr) {
			return "jump1.example.org", []netip.Addr{netip.MustParseAddr("198.18.90.10")}
		}, Paths: func(string) []string { return nil },
		Work: Work{User: "netops",
			Waive: func(*audit.Site, string, []audit.WaiverForm) ([]audit.Waiver, error) {
				return nil, errors.New("no room on the disk")
			},
			Again: func(_ []*kits.Kit, _ *audit.Site, o audit.Options) (*audit.Scope, probes.Budget, error) {
				narrow := *scope
				narrow.Options = o
				return &narrow, sceneBudget, nil
			}},
		Demo: func() (*audit.Site, error) { return site, nil },
	}
	for i, k := range kits.BuiltIn() {
		cfg.Kits = append(cfg.Kits, views.KitEntry{Kit: k, Active: i == 0})
	}
	if at > bare {
		cfg.Site = site
	}
	m := newModel(cfg, newCustody(context.Background()))
	m.Update(tea.ColorProfileMsg{Profile: how.colours})
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	m.Update(runsMsg{})
	if at == bare {
		return m
	}
	m.Update(plannedMsg{planned: planned{scope, sceneBudget}})
	if at >= running {
		playRun(tb, m, scope, at)
	}
	m.note = note{}
	return m
}

// playRun starts a run, lets half of its hosts be seen, or all of them and ends it.
func playRun(tb testing.TB, m *model, scope *audit.Scope, at stage) {
	tb.Helper()
	board := probes.NewBoard(scope.Plan)
	board.Begin(noon.Add(-20 * time.Second))
	board.End(noon)
	meta := audit.Run{ID: "01JD0000000000000000000002", Site: "dc1", Kits: earlier.Kits, Vantage: "jump1", Zone: "trust", Tool: "1.0.0", Started: noon.Add(-20 * time.Second),
		State: audit.RunRunning, Flows: scope.Plan.Flows()}
	evidence := func(id probes.FlowID) (*probes.Observation, bool) {
		f := scope.Plan.Flow(id)
		row, _ := board.Row(f.Host, nil)
		return &probes.Observation{Flow: id, Class: row[f.Slot].Class, Attempts: 1, At: noon}, true
	}
	ending := make(chan struct{})
	tb.Cleanup(func() { close(ending) })
	s, err := m.held.launch(func(context.Context) (*Live, error) {
		return &Live{Run: meta, Scope: scope, Board: board, Evidence: evidence, Wait: func() (audit.Run, error) { <-ending; return audit.Run{}, nil }}, nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	m.Update(launchedMsg{session: s})
	m.Update(runsMsg{runs: []audit.Run{meta, earlier}})
	hosts := scope.Plan.Hosts()
	if at == running {
		hosts /= 2
		board.SetActive(hosts, true)
	}
	classes := []probes.Class{probes.SilenceUnproven, probes.OpenProto, probes.Prohibited, probes.SilenceUnproven, probes.RstHost, probes.OpenMute}
	for i := range hosts {
		h := scope.Plan.Host(i)
		for slot := range h.Count {
			board.Set(probes.Observation{Flow: h.First + probes.FlowID(slot), Class: classes[(i*3+slot)%len(classes)], Attempts: 1, RTT: 700 * time.Microsecond, At: noon})
		}
		board.SetHost(i, probes.HostState{Flags: probes.HostDone | probes.HostHonest})
	}
	m.Update(pulseMsg{})
	if at == running {
		return
	}
	meta.State, meta.Ended, meta.Settled, meta.Total = audit.RunComplete, noon, meta.Flows, m.state.Results.Total
	m.live.end = meta
	m.Update(endedMsg{session: m.live})
	m.Update(runsMsg{runs: []audit.Run{meta, earlier}})
}

var sceneBudget = probes.Budget{Hosts: 30, Flows: 300, Conversations: 600, Packets: 2100, PerHost: 20, Estimate: 42 * time.Second}

// sceneScope is a site of thirty controllers, and the plan for it.
func sceneScope(tb testing.TB) (*audit.Site, *audit.Scope) {
	tb.Helper()
	text := "schema: oobscope.site/v1\nname: dc1\nzones: {management: [10.20.0.0/15], trust: [198.18.90.0/24]}\n" +
		"vantage: {name: jump1, zone: trust}\ntargets: [{role: bmc, addresses: [10.20.1.0/27]}]\ndefaults: {interzone: drop, intrazone: allow}\n"
	site, err := audit.ReadSite("dc1.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.90.10"), Interface: "eth1"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn()[:1], site, v, audit.Options{Seed: 7})
	if err != nil {
		tb.Fatal(err)
	}
	return site, scope
}

// keysOf presses keys; what they want done in the background is not done.
func keysOf(m *model, keys ...string) {
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "down": tea.KeyDown}
	for _, k := range keys {
		if code, named := codes[k]; named {
			m.Update(tea.KeyPressMsg{Code: code})
			continue
		}
		m.Update(tea.KeyPressMsg{Code: []rune(k)[0], Text: k})
	}
}

// typed presses the keys that have a name or are one character, and types the rest.
func typed(m *model, texts ...string) {
	for _, text := range texts {
		if _, key := map[string]bool{"enter": true, "esc": true, "tab": true, "down": true}[text]; key || len(text) == 1 {
			keysOf(m, text)
			continue
		}
		for _, r := range text {
			keysOf(m, string(r))
		}
	}
}

// in draws the scene in a window.
func (s *scene) in(m *model, w, h int) string {
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m.View().Content
}

func (s *scene) String() string { return fmt.Sprint(s.name) }
