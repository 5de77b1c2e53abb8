package teatest_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/probes/cim"
	"oobscope/probes/dns"
	"oobscope/probes/https"
	"oobscope/probes/icmp"
	"oobscope/probes/ipmi"
	"oobscope/probes/panel"
	"oobscope/probes/redfish"
	"oobscope/probes/sftp"
	"oobscope/probes/simbmc"
	"oobscope/probes/slp"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
	"oobscope/probes/upnp"
	"oobscope/probes/vantage"
	"oobscope/teatest"
	"oobscope/tui"
	"oobscope/views"
)

// lab is the simulated segment with the real engine in front of it and its runs in memory.
type lab struct {
	t       *testing.T
	segment *simbmc.Segment
	site    *audit.Site
	probers probes.Probers

	mu   sync.Mutex
	runs map[string]*memory
}

// memory is a sink that keeps everything.
type memory struct {
	scope *audit.Scope
	board *probes.Board

	mu   sync.Mutex
	meta audit.Run
	seen map[probes.FlowID]probes.Observation
}

func (m *memory) Observe(o probes.Observation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[o.Flow] = o
	return nil
}

func (m *memory) Host(int, probes.HostState) error { return nil }
func (m *memory) Gates(probes.Gates) error         { return nil }

func (m *memory) evidence(id probes.FlowID) (*probes.Observation, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.seen[id]
	return &o, ok
}

func newLab(t *testing.T, hosts int) *lab {
	t.Helper()
	seg, err := simbmc.Start(simbmc.Options{Hosts: hosts, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seg.Close() })
	site, err := audit.ReadSite("simulated-segment.yaml", seg.Site())
	if err != nil {
		t.Fatal(err)
	}
	site.Simulated = true
	return &lab{t: t, segment: seg, site: site, runs: map[string]*memory{}, probers: probes.Probers{
		"icmp": icmp.Prober{Wire: seg.Wire()}, "slp": slp.Prober{}, "dns": dns.Prober{}, "ipmi": ipmi.Prober{},
		"redfish": redfish.Prober{}, "https": https.Prober{}, "cim": cim.Prober{}, "upnp": upnp.Prober{},
		"panel": panel.Prober{}, "sftp": sftp.Prober{}, probes.KnockTCP: tcp.Knock{}, probes.KnockUDP: udp.Knock{}, probes.KnockEcho: icmp.Prober{Wire: seg.Wire()},
	}}
}

func (l *lab) config() tui.Config {
	var entries []views.KitEntry
	for _, k := range kits.BuiltIn() {
		entries = append(entries, views.KitEntry{Kit: k, Active: true})
	}
	return tui.Config{
		Version: "1.0.0", Lang: "en", Clock: time.Now, Simulated: true, StartNow: true, Kits: entries, Site: l.site,
		Plan: l.plan, Launch: l.launch,
		Resume:  func(context.Context, string) (*tui.Live, error) { return nil, errors.New("resume: not here") },
		Runs:    l.list,
		OpenRun: l.open, DeleteRun: func(string) error { return nil },
		SetActive: func([]string) error { return nil },
		Formats:   []string{"text", "markdown"}, Export: func(st *tui.Stored, format string) (string, error) { return st.Run.ID + "." + format, nil },
		LoadSite:  func(path string) (*audit.Site, error) { return nil, fmt.Errorf("read %s: %w", path, fs.ErrNotExist) },
		WriteSite: func(path string, _ []byte) error { return fmt.Errorf("write %s: not here", path) },
		Paths:     func(string) []string { return nil }, Here: func() (string, []netip.Addr) { return "jump1", nil },
		Demo: func() (*audit.Site, error) { return l.site, nil },
	}
}

func (l *lab) plan(ks []*kits.Kit, site *audit.Site) (*audit.Scope, probes.Budget, error) {
	look, err := vantage.Look()
	if err != nil {
		return nil, probes.Budget{}, err
	}
	v := audit.Vantage{Name: "jump1", Privileged: look.Raw, Path: func(to netip.Addr) (audit.Path, bool) {
		source, iface, onLink, ok := look.Path(to)
		return audit.Path{Source: source, Interface: iface, OnLink: onLink}, ok
	}}
	scope, err := audit.NewScope(ks, site, v, audit.Options{Seed: 1})
	if err != nil {
		return nil, probes.Budget{}, err
	}
	p := scope.Plan
	p.Simulated, p.Control = true, l.segment.Control()
	p.Pace.Name, p.Pace.Gap = "simulated", 5*time.Millisecond
	p.Pace.TCPAttempts, p.Pace.UDPAttempts = 1, 1
	p.Pace.Connect, p.Pace.FirstByte, p.Pace.TLS = 150*time.Millisecond, 300*time.Millisecond, 500*time.Millisecond
	return scope, probes.Estimate(p, l.probers), nil
}

func (l *lab) launch(ctx context.Context, scope *audit.Scope) (*tui.Live, error) {
	r := &memory{scope: scope, board: probes.NewBoard(scope.Plan), seen: map[probes.FlowID]probes.Observation{}}
	r.meta = audit.Run{ID: "01JD0000000000000000000001", Site: scope.Site.Name, Vantage: "jump1", Zone: scope.StandsIn(),
		Simulated: true, Started: time.Now(), State: audit.RunRunning, Flows: scope.Plan.Flows()}
	l.mu.Lock()
	l.runs[r.meta.ID] = r
	l.mu.Unlock()
	runner := &probes.Runner{Plan: scope.Plan, Probers: l.probers, Board: r.board, Sink: r}
	type ending struct {
		probes.Summary
		err error
	}
	done := make(chan ending, 1)
	go func() {
		sum, err := runner.Run(ctx)
		done <- ending{sum, err}
	}()
	return &tui.Live{Run: r.meta, Scope: scope, Board: r.board, Evidence: r.evidence, Wait: func() (audit.Run, error) {
		end := <-done
		res := r.results()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.meta.Ended, r.meta.Settled, r.meta.Total, r.meta.Gates = time.Now(), end.Settled, res.Total, end.Gates
		r.meta.State = audit.RunPartial
		if end.Complete {
			r.meta.State = audit.RunComplete
		}
		return r.meta, end.err
	}}, nil
}

func (m *memory) results() *audit.Results {
	res := audit.NewResults(m.scope)
	res.LoadBoard(m.board)
	return res
}

func (l *lab) open(id string) (*tui.Stored, error) {
	l.mu.Lock()
	r, ok := l.runs[id]
	l.mu.Unlock()
	if !ok {
		return nil, errors.New("open run " + id + ": not found")
	}
	res := r.results()
	r.mu.Lock()
	defer r.mu.Unlock()
	return &tui.Stored{Run: r.meta, Results: res, Evidence: r.evidence, Close: func() error { return nil }}, nil
}

// list is what the console reads when it lists the stored runs.
func (l *lab) list() ([]audit.Run, []error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []audit.Run
	for _, r := range l.runs {
		r.mu.Lock()
		out = append(out, r.meta)
		r.mu.Unlock()
	}
	return out, nil
}

// The demo as a person meets it: a run over real sockets against the simulated segment, every screen by its
// number and by its name, and out again.
func TestDemoFromStartToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	l := newLab(t, 8)
	s := teatest.Start(t, l.config(), 120, 40)
	s.Sees("SIMULATED SEGMENT", "RUN: sending packets", "Probes")
	s.Sees("The run ended:", "press 7 for", "complete")

	screens := views.Screens()
	state := &views.State{Words: views.English()}
	for i := range views.MenuSize {
		s.Press(string("1234567890"[i])).Sees("\n"+screens[i].Title(state), "SIMULATED SEGMENT")
	}
	for _, screen := range screens[:views.MenuSize] {
		s.Press("1").Press(":").Type(screen.Name()).Press("enter").Sees("\n" + screen.Title(state))
	}

	s.Press("7").Sees("exposed").Press("/").Type("service:nothing").Sees("filter: service:nothing").Misses("exposed")
	s.Press("esc").Sees("exposed")
	s.Press("enter").Sees(views.English().Name.Evidence).Press("-").Sees("exposed")
	s.Press("y").Sees("copied", "(OSC 52)").Copies(func(text string) bool { return strings.Contains(text, "exposed") })
	s.Press("e").Sees("2  markdown").Press("2").Sees("Written to 01JD0000000000000000000001.markdown.")
	s.Press("?").Sees("Everywhere", "the screens of the menu").Press("-").Sees("exposed")
	s.Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	if n := l.segment.SecretReads(); n != 0 {
		t.Errorf("the secret of the simulated segment was read %d times", n)
	}
}

// Ctrl+C in the middle of a real run stops it at once, and what was observed is kept.
func TestDemoLeftInTheMiddle(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	l := newLab(t, 12)
	s := teatest.Start(t, l.config(), 80, 24).Sees("RUN: sending packets")
	s.Press("ctrl+c").Sees("Stop it and quit?").Press("ctrl+c")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	runs, _ := l.list()
	if len(runs) != 1 || runs[0].State != audit.RunPartial {
		t.Errorf("runs %+v", runs)
	}
}

// The same in Japanese, and by keys that the screens name alone: five of them from an empty machine to the clipboard.
func TestFromAnEmptyMachineToACopiedFindingInJapanese(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	l := newLab(t, 12)
	cfg := l.config()
	cfg.Site, cfg.Simulated, cfg.StartNow, cfg.Lang = nil, false, false, "ja"
	s := teatest.Start(t, cfg, 80, 24)
	w := views.Japanese()
	s.Sees(w.First.Nothing, "▸ d  "+w.First.Demo).Press("d").Sees(w.Console.YesKey).Press("enter")
	s.Sees(w.Plain.SimulatedShort, "監査が終わりました").Press("1").Sees(w.Overview.Worst, "y "+w.Take.CopyFinding)
	s.Press("y").Sees("✓ コピーしました：所見1件、").Copies(func(text string) bool {
		return strings.Contains(text, "露出") && strings.Contains(text, "127.") && strings.Contains(text, w.Take.Where)
	})
	s.Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
}

// The path of somebody who has read nothing: from an empty machine over the simulated segment to a finding on the
// clipboard, by what the screens say alone.
func TestFromAnEmptyMachineToACopiedFinding(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	l := newLab(t, 12)
	cfg := l.config()
	cfg.Site, cfg.Simulated, cfg.StartNow = nil, false, false
	s := teatest.Start(t, cfg, 80, 24)
	s.Sees("Nothing was audited yet.", "really exposes, held against", "nothing is sent before you confirm", "▸ d  See it work", "o  Load a site file", "w  Write a site file")
	s.Press("enter").Sees("Start the simulated segment?", "No packet leaves the machine", "enter: yes").Press("enter")
	s.Sees("SIMULATED SEGMENT", "RUN: sending packets")
	s.Sees("The run ended:", "1Overview").Press("1").Sees("deviations from the policy", "Worst findings", "enter evidence  y copy it")
	s.Press("y").Sees("✓ copied 1 finding, ", " bytes (OSC 52)").Copies(func(text string) bool {
		return strings.Contains(text, "exposed") && strings.Contains(text, "critical") && strings.Contains(text, "127.")
	})
	s.Press("enter").Sees("Evidence", "✗ exposed, 5 critical", "Packet story", "→ knock (SYN)", "n/p next flow  y copy it")
	s.Press("l").Sees("copied log search").Copies(func(text string) bool {
		return strings.HasPrefix(text, "time>=") && strings.Contains(text, " dport=") && strings.Contains(text, " sport=")
	})
	s.Press("n").Sees("2/").Press("p").Sees("1/").Press("y").Copies(func(text string) bool {
		return strings.Contains(text, "Verdict") && strings.Contains(text, "exposed, 5 critical") && strings.Contains(text, "Packet story")
	})
	s.Press("m").Sees("Heat map", "1 cell =", "5 critical").Press("enter").Sees("Host 127.").Press("-").Sees("Heat map")
	s.Press(":").Type("timeline").Press("enter").Sees("Timeline simulated-segment", "the first run").Press("q")
	if err := s.Ended(); err != nil {
		t.Error(err)
	}
	if n := l.segment.SecretReads(); n != 0 {
		t.Errorf("the secret of the simulated segment was read %d times", n)
	}
}
