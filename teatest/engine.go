package teatest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/tui"
	"oobscope/views"
)

// Engine plays the rooms behind the console: it plans with the real judge, and its runs see what the test
// writes and end when the test says so. Stored runs stay in memory.
type Engine struct {
	Clock *Clock
	Site  *audit.Site
	Kits  []*kits.Kit
	// Refuse makes the function of that name fail: "plan", "launch", "resume", "runs", "open", "delete",
	// "active", "export", "demo", "keep", "spill", "waive", "withdraw", "approve", "waivers",
	// "engine".
	Refuse map[string]error
	// Slow, if set, is waited for after a run has stopped: a disk that takes its time.
	Slow chan struct{}
	// User is the login name of the person at the keyboard; empty is netops.
	User string

	tb       testing.TB
	launched chan *Run

	mu     sync.Mutex
	files  map[string][]byte // that the console can load, and those that it wrote
	stored []*Run            // newest first
	opened int               // files that are open
	wrote  []string
	active []string

	kept    []byte
	spilled []string
	records []audit.WaiverRecord // in the order in which they were asked for
}

// builtIn are the kits that come along, read once for all tests: nobody changes a kit.
var builtIn = sync.OnceValue(kits.BuiltIn)

// NewEngine makes an engine over a /26 of controllers.
func NewEngine(tb testing.TB) *Engine {
	tb.Helper()
	return &Engine{
		Clock: NewClock(), Site: Site(tb, "10.20.1.0/26"), Kits: builtIn()[:1], Refuse: map[string]error{},
		tb: tb, launched: make(chan *Run, 8),
	}
}

// Config is a console in English on this engine.
func (e *Engine) Config() tui.Config {
	var entries []views.KitEntry
	for _, k := range builtIn() {
		entries = append(entries, views.KitEntry{Kit: k, Active: slices.ContainsFunc(e.Kits, func(u *kits.Kit) bool { return u.Ref() == k.Ref() })})
	}
	return tui.Config{
		Version: "1.0.0", Lang: "en", Clock: e.Clock.Now, Kits: entries, Site: e.Site, Pulse: 5 * time.Millisecond,
		Plan: e.plan, Launch: e.launch, Resume: e.resume, Runs: e.runs, OpenRun: e.open, DeleteRun: e.remove,
		Engine: e.engine, Bounds: func(*probes.Plan) probes.Bounds { return probes.Bounds{Hosts: 64, Sockets: 700} },
		LoadSite: e.loadSite, WriteSite: e.writeSite, Paths: e.paths, Here: e.here, Demo: e.demo,
		SetActive: e.setActive, Export: e.export, Keep: e.keep, Spill: e.spill, Formats: formats, MaskSeed: [32]byte{1},
		Work: tui.Work{User: e.user(), Again: e.again, Waive: e.waive, Withdraw: e.withdraw, Approve: e.approve, Waivers: e.waivers},
	}
}

func (e *Engine) plan(ks []*kits.Kit, site *audit.Site) (*audit.Scope, probes.Budget, error) {
	return e.again(ks, site, audit.Options{})
}

func (e *Engine) again(ks []*kits.Kit, site *audit.Site, o audit.Options) (*audit.Scope, probes.Budget, error) {
	if err := e.Refuse["plan"]; err != nil {
		return nil, probes.Budget{}, err
	}
	scope, err := scopeOf(site, ks, o)
	if err != nil {
		return nil, probes.Budget{}, err
	}
	n := scope.Plan.Flows()
	return scope, probes.Budget{Hosts: scope.Plan.Hosts(), Flows: n, Conversations: int64(2 * n), Packets: int64(7 * n),
		PerHost: 40, Estimate: 42 * time.Second}, nil
}

// engine lets a plan send in another way. Nobody here may open raw sockets.
func (e *Engine) engine(scope *audit.Scope, by probes.Engine) (probes.Budget, error) {
	if by == probes.Sweep {
		return probes.Budget{}, errors.New("this user may not open raw sockets")
	}
	if err := e.Refuse["engine"]; err != nil {
		return probes.Budget{}, err
	}
	scope.Plan.Engine = by
	n := scope.Plan.Flows()
	return probes.Budget{Hosts: scope.Plan.Hosts(), Flows: n, Conversations: int64(3 * n), Packets: int64(9 * n), PerHost: 40, Estimate: 21 * time.Second}, nil
}

func (e *Engine) launch(ctx context.Context, scope *audit.Scope) (*tui.Live, error) {
	if err := e.Refuse["launch"]; err != nil {
		return nil, err
	}
	board := probes.NewBoard(scope.Plan)
	board.Begin(e.Clock.Now().Add(-20 * time.Second))
	board.End(e.Clock.Now())
	e.mu.Lock()
	id := fmt.Sprintf("01JD%022d", len(e.stored)+1)
	e.mu.Unlock()
	r := &Run{Board: board, Scope: scope, end: make(chan error, 1), meta: audit.Run{
		ID: id, Site: scope.Site.Name, Vantage: scope.Vantage.Name, Zone: "trust", Tool: "1.0.0", Simulated: scope.Site.Simulated,
		Started: e.Clock.Now(), State: audit.RunRunning, Flows: scope.Plan.Flows(), Again: scope.Options.Again,
	}}
	for _, k := range scope.Kits {
		r.meta.Kits = append(r.meta.Kits, k.Ref())
	}
	return e.begin(ctx, r), nil
}

func (e *Engine) resume(ctx context.Context, id string) (*tui.Live, error) {
	if err := e.Refuse["resume"]; err != nil {
		return nil, err
	}
	e.mu.Lock()
	i := slices.IndexFunc(e.stored, func(r *Run) bool { return r.meta.ID == id })
	e.mu.Unlock()
	if i < 0 {
		return nil, fmt.Errorf("open run %s: not found", id)
	}
	r := e.stored[i]
	r.end, r.over = make(chan error, 1), false
	return e.begin(ctx, r), nil
}

func (e *Engine) begin(ctx context.Context, r *Run) *tui.Live {
	e.mu.Lock()
	if !slices.Contains(e.stored, r) {
		e.stored = slices.Insert(e.stored, 0, r)
	}
	e.mu.Unlock()
	e.launched <- r
	return &tui.Live{Run: r.meta, Scope: r.Scope, Board: r.Board, Evidence: r.evidence, Wait: func() (audit.Run, error) { return e.wait(ctx, r) }}
}

// wait is the end of a run: as the test says, or because the console cancelled it.
func (e *Engine) wait(ctx context.Context, r *Run) (audit.Run, error) {
	var err error
	select {
	case err = <-r.end:
	case <-ctx.Done():
	}
	if e.Slow != nil {
		<-e.Slow
	}
	c := r.Board.Counters()
	res := audit.NewResults(r.Scope)
	res.LoadBoard(r.Board)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over, r.meta.Total = true, res.Total
	r.meta.Ended, r.meta.Settled, r.meta.State = e.Clock.Now(), c.Settled, audit.RunPartial
	if err == nil && c.Settled == c.Flows {
		r.meta.State = audit.RunComplete
	}
	return r.meta, err
}

// Launched waits until the console has started a run.
func (e *Engine) Launched() *Run {
	e.tb.Helper()
	select {
	case r := <-e.launched:
		return r
	case <-time.After(deadline):
		e.tb.Fatal("no run was started")
		return nil
	}
}

func (e *Engine) runs() ([]audit.Run, []error) {
	if err := e.Refuse["runs"]; err != nil {
		return nil, []error{err}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []audit.Run
	for _, r := range e.stored {
		r.mu.Lock()
		out = append(out, r.meta)
		r.mu.Unlock()
	}
	return out, nil
}

func (e *Engine) open(id string) (*tui.Stored, error) {
	if err := e.Refuse["open"]; err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.stored, func(r *Run) bool { return r.meta.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("open run %s: not found", id)
	}
	r := e.stored[i]
	r.mu.Lock()
	defer r.mu.Unlock()
	scope := *r.Scope // each opening has its own, as from a file
	scope.Waivers, _ = audit.MergeWaivers(scope.Site, e.records)
	res := audit.NewResults(&scope)
	res.LoadBoard(r.Board)
	res.ApplyWaivers(e.Clock.Now(), r.evidence)
	e.opened++
	return &tui.Stored{Run: r.meta, Results: res, Evidence: r.evidence, Close: func() error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.opened--
		return nil
	}}, nil
}

// HasOpen waits until so many files of stored runs are open.
func (e *Engine) HasOpen(want int) {
	e.tb.Helper()
	for end := time.Now().Add(deadline); ; time.Sleep(beat) {
		e.mu.Lock()
		n := e.opened
		e.mu.Unlock()
		if n == want {
			return
		}
		if time.Now().After(end) {
			e.tb.Fatalf("%d files of stored runs are open, want %d", n, want)
		}
	}
}

func (e *Engine) remove(id string) error {
	if err := e.Refuse["delete"]; err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before := len(e.stored)
	e.stored = slices.DeleteFunc(e.stored, func(r *Run) bool { return r.meta.ID == id })
	if len(e.stored) == before {
		return errors.New("delete run " + id + ": not found")
	}
	return nil
}

func (e *Engine) setActive(refs []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.active = refs
	return e.Refuse["active"]
}

func (e *Engine) export(st *tui.Stored, format string) (string, error) {
	if err := e.Refuse["export"]; err != nil {
		return "", err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wrote = append(e.wrote, st.Run.ID+"."+format)
	return "oobscope-" + st.Run.ID + "." + format, nil
}

// Exported are the reports that were written: run id, a dot, the format.
func (e *Engine) Exported() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.wrote)
}
