package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/probes/simbmc"
	"oobscope/store"
	"oobscope/tui"
)

// simulatedHosts is how many controllers the simulated segment has when the console starts it.
const simulatedHosts = 64

// desk serves the console: with the user's own store, and beside it with a simulated segment once the user asks for
// one. That has an engine and a temporary store of its own, so that its runs never stand among real ones.
type desk struct {
	real   *engine
	adjust func(*audit.Scope) // of a plan on the real engine: the demo shortens its waits there
	given  *audit.Site        // the simulated site, if the whole program is a demo

	mu   sync.Mutex
	demo *engine
	site *audit.Site // of the demo
	seg  *simbmc.Segment
	dir  string
	ids  map[string]bool // runs of the demo
}

// of is the engine that has a run.
func (d *desk) of(id string) *engine {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids[id] {
		return d.demo
	}
	return d.real
}

// on is the engine that audits a site, and the segment it is for; nil for a real one.
func (d *desk) on(site *audit.Site) (*engine, *simbmc.Segment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if site.Simulated && d.demo != nil {
		return d.demo, d.seg
	}
	return d.real, nil
}

func (d *desk) plan(ks []*kits.Kit, site *audit.Site) (*audit.Scope, probes.Budget, error) {
	return d.planOnly(ks, site, audit.Options{})
}

func (d *desk) planOnly(ks []*kits.Kit, site *audit.Site, o audit.Options) (*audit.Scope, probes.Budget, error) {
	eng, seg := d.on(site)
	if seg == nil {
		return eng.plan(ks, site, o, d.adjust)
	}
	return eng.plan(ks, site, o, func(s *audit.Scope) { quicken(s.Plan, seg) })
}

// engine lets a plan send first packets in another way.
func (d *desk) engine(scope *audit.Scope, e probes.Engine) (probes.Budget, error) {
	if err := chooseEngine(scope, e.String()); err != nil {
		return probes.Budget{}, err
	}
	eng, _ := d.on(scope.Site)
	return probes.Estimate(scope.Plan, eng.probers), nil
}

func (d *desk) launch(ctx context.Context, scope *audit.Scope) (*tui.Live, error) {
	eng, seg := d.on(scope.Site)
	live, err := eng.launch(ctx, scope)
	if err == nil && seg != nil {
		d.mu.Lock()
		d.ids[live.Run.ID] = true
		d.mu.Unlock()
	}
	return live, err
}

func (d *desk) resume(ctx context.Context, id string) (*tui.Live, error) {
	return d.of(id).resume(ctx, id)
}
func (d *desk) open(id string) (*tui.Stored, error) { return d.of(id).open(id) }
func (d *desk) remove(id string) error              { return d.of(id).deleteRun(id) }

// runs lists those of both, newest first.
func (d *desk) runs() ([]audit.Run, []error) {
	runs, errs := d.real.store.Runs()
	d.mu.Lock()
	demo := d.demo
	d.mu.Unlock()
	if demo != nil {
		more, troubles := demo.store.Runs()
		runs, errs = append(runs, more...), append(errs, troubles...)
		slices.SortStableFunc(runs, func(a, b audit.Run) int { return strings.Compare(b.ID, a.ID) })
	}
	return runs, errs
}

// start brings the simulated segment up, if it is not up yet, and returns its site.
func (d *desk) start() (*audit.Site, error) {
	if d.given != nil {
		return d.given, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.demo != nil {
		return d.site, nil
	}
	seg, err := simbmc.Start(simbmc.Options{Hosts: simulatedHosts + 2, Seed: 1})
	if err != nil {
		return nil, incomplete(fmt.Errorf("start the simulated segment: %w", err), "")
	}
	dir, st, err := temporaryStore()
	if err != nil {
		seg.Close()
		return nil, err
	}
	site, err := simulatedSite(seg)
	if err != nil {
		seg.Close()
		st.Close()
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	d.demo, d.site, d.seg, d.dir, d.ids = newEngine(st, d.real.version, d.real.now, seg.Wire()), site, seg, dir, map[string]bool{}
	d.demo.who = d.real.who
	return site, nil
}

// temporaryStore makes a store that is removed with its folder.
func temporaryStore() (dir string, st *store.Store, err error) {
	if dir, err = os.MkdirTemp("", "oobscope-demo-"); err != nil {
		return "", nil, incomplete(fmt.Errorf("make the temporary store: %w", err), "")
	}
	if st, err = store.Open(dir); err != nil {
		return "", nil, errors.Join(incomplete(err, ""), os.RemoveAll(dir))
	}
	return dir, st, nil
}

// close ends the simulated segment and forgets its runs. No run may be on.
func (d *desk) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.demo == nil {
		return nil
	}
	d.seg.Close()
	d.demo.store.Close()
	d.demo = nil
	return os.RemoveAll(d.dir)
}
