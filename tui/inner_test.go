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
	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// quiet is a model over the real screens with nothing behind it.
func quiet(tb testing.TB, lang string) *model {
	tb.Helper()
	cfg := Config{Version: "1.0.0", Lang: lang, Clock: func() time.Time { return noon },
		Runs: func() ([]audit.Run, []error) { return nil, nil }, OpenRun: func(string) (*Stored, error) { return nil, errors.New("none") }}
	m := newModel(cfg, newCustody(context.Background()))
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	return m
}

// liveModel is a model with a run over a site under way.
func liveModel(tb testing.TB, targets string) (*model, *session) {
	tb.Helper()
	text := fmt.Sprintf("schema: oobscope.site/v1\nname: dc1\nzones: {management: [10.20.0.0/15], trust: [198.18.90.0/24]}\n"+
		"vantage: {name: jump1, zone: trust}\ntargets: [{role: bmc, addresses: [%s]}]\ndefaults: {interzone: drop, intrazone: allow}\n", targets)
	site, err := audit.ReadSite("dc1.yaml", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.90.10")}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn()[:1], site, v, audit.Options{Seed: 7})
	if err != nil {
		tb.Fatal(err)
	}
	m := quiet(tb, "en")
	board := probes.NewBoard(scope.Plan)
	stop := make(chan struct{})
	tb.Cleanup(func() { close(stop) })
	s, err := m.held.launch(func(context.Context) (*Live, error) {
		return &Live{Run: audit.Run{ID: "01JD", Site: "dc1", State: audit.RunRunning}, Scope: scope, Board: board,
			Evidence: func(probes.FlowID) (*probes.Observation, bool) { return nil, false },
			Wait:     func() (audit.Run, error) { <-stop; return audit.Run{}, nil }}, nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	m.Update(launchedMsg{session: s})
	return m, s
}

// An idle pulse costs nothing: no new generation, and View hands out the text it has.
func TestIdlePulseDrawsNothing(t *testing.T) {
	t.Parallel()
	m, s := liveModel(t, "10.20.1.0/28")
	m.View()
	gen := m.state.Generation
	for range 100 {
		m.Update(pulseMsg{})
		if m.dirty {
			t.Fatal("an idle pulse asks for a new frame")
		}
		m.View()
	}
	if m.state.Generation != gen {
		t.Error("an idle pulse changed the state")
	}
	s.Board.Set(probes.Observation{Flow: 3, Class: probes.OpenProto})
	m.Update(pulseMsg{})
	if !m.dirty || m.state.Generation != gen+1 || m.state.Run.Settled != 1 {
		t.Errorf("a result did not arrive: dirty %t, generation %d after %d, settled %d", m.dirty, m.state.Generation, gen, m.state.Run.Settled)
	}
}

// What settles at once is taken over in portions: the pulse draws, those that follow do not, and the next pulse draws what
// they took over. A key finds room between them.
func TestPulseTakesPortions(t *testing.T) {
	t.Parallel()
	m, s := liveModel(t, "10.20.0.0/18")
	m.View()
	hosts := s.Scope.Plan.Hosts()
	pour(s, 0, hosts)
	settled := func() int { return hosts - s.results.Seen(0, 0)[probes.Unobserved] }
	all := 0
	for i := range hosts {
		if i%s.Scope.Plan.Host(i).Count == 0 { // pour sees one flow of each host
			all++
		}
	}
	m.Update(pulseMsg{})
	gen, some := m.state.Generation, settled()
	if !m.dirty || !m.pulsing || some == 0 || some >= all {
		t.Fatalf("after the pulse: dirty %t, pulsing %t, %d of %d flows taken over", m.dirty, m.pulsing, some, all)
	}
	m.View()
	for range follow {
		m.Update(portionMsg{})
		if m.dirty || m.state.Generation != gen || !m.pulsing {
			t.Fatalf("a portion draws: dirty %t, generation %d, pulsing %t", m.dirty, m.state.Generation, m.pulsing)
		}
	}
	if settled() != all {
		t.Errorf("%d of %d flows taken over", settled(), all)
	}
	if m.Update(pulseMsg{}); !m.dirty || m.state.Generation != gen+1 {
		t.Errorf("what the portions took over is not drawn: dirty %t, generation %d after %d", m.dirty, m.state.Generation, gen)
	}
	s.Board.SetGates(probes.Gates{ControlSent: 10, ControlLost: 9})
	m.View()
	m.Update(pulseMsg{})
	if _, left := s.results.CatchUp(0); left == 0 || !m.dirty {
		t.Errorf("%d hosts are to be judged again, dirty %t", left, m.dirty)
	}
	m.refresh()
	if _, left := s.results.CatchUp(0); left != 0 {
		t.Errorf("whoever needs everything finds %d hosts judged by gates of before", left)
	}
}

func TestOneTickAtATime(t *testing.T) {
	t.Parallel()
	m, _ := liveModel(t, "10.20.1.0/28")
	if !m.pulsing || m.tick() != nil {
		t.Error("a second tick would be under way")
	}
	if _, cmd := m.Update(pulseMsg{}); cmd == nil {
		t.Error("the pulse stopped in the middle of a run")
	}
	m.live = nil
	if _, cmd := m.Update(pulseMsg{}); cmd != nil {
		t.Error("the pulse goes on without a run")
	}
}

func TestSillyWindows(t *testing.T) {
	t.Parallel()
	m := quiet(t, "en")
	for _, size := range [][2]int{{0, 24}, {80, 0}, {-1, -1}} {
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if m.w != 120 || m.h != 40 {
			t.Fatalf("a window of %v was taken for real", size)
		}
	}
	m.Update(tea.WindowSizeMsg{Width: 1 << 30, Height: 1 << 30})
	if m.w != maxSide || m.h != maxSide {
		t.Errorf("the window is %dx%d", m.w, m.h)
	}
}

func TestSmallWindowHidesNothingThatMatters(t *testing.T) {
	t.Parallel()
	m, _ := liveModel(t, "10.20.1.0/28")
	m.state.Run.Simulated = true
	m.Update(tea.WindowSizeMsg{Width: 50, Height: 12})
	for _, want := range []string{"The window is 50x12; oobscope needs 60x16.", "RUN: sending packets", "SIMULATED SEGMENT"} {
		if text := ansi.Strip(m.View().Content); !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

func TestThemeFollowsTheTerminal(t *testing.T) {
	t.Parallel()
	m := quiet(t, "en")
	m.Update(tea.BackgroundColorMsg{Color: ansi.White})
	if m.state.Theme.Dark {
		t.Error("a light background was told, and the theme stayed dark")
	}
	m.Update(tea.ColorProfileMsg{Profile: 2}) // Ascii: NO_COLOR is set
	if !m.state.Theme.Plain {
		t.Error("the terminal shows no colour, and the theme stayed coloured")
	}
}

func TestSynchronize(t *testing.T) {
	t.Parallel()
	rows := map[string][3]bool{ // auto, on, off
		"": {false, true, false}, "TERM=xterm-256color": {false, true, false}, "SSH_TTY=/dev/pts/3 TERM=xterm-256color": {true, true, false},
		"SSH_TTY=/dev/pts/3 TERM=screen": {true, true, false}, "SSH_TTY=/dev/pts/3 TERM=linux": {false, true, false},
		"SSH_TTY=/dev/pts/3 TERM=vt100": {false, true, false}, "SSH_TTY=/dev/pts/3 TERM=dumb": {false, true, false}, "SSH_TTY=/dev/pts/3": {false, true, false},
		"SSH_TTY=/dev/pts/3 TERM=xterm TERM=dumb": {false, true, false}, // the last one counts
	}
	for env, want := range rows {
		for i, wish := range []string{"auto", "on", "off"} {
			if got := synchronize(wish, strings.Fields(env)) != nil; got != want[i] {
				t.Errorf("%q, %s: synchronized %t, want %t", env, wish, got, want[i])
			}
		}
	}
	if unsynchronized(nil, tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput}) != nil || unsynchronized(nil, tea.FocusMsg{}) == nil {
		t.Error("off does not keep the answer of the terminal away, or keeps away more")
	}
}
