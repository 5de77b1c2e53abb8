package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/audit/report"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/tui"
	"oobscope/views"
)

// console makes the root command open the console.
func (p *program) console(root *cobra.Command) {
	var siteFile string
	var names []string
	root.Flags().StringVar(&siteFile, "site", "", "site file to work with")
	root.Flags().StringArrayVar(&names, "kit", nil, "kit id or file; repeat for several")
	p.lookFlags(root)
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		plain, err := p.wantsPlain()
		if err != nil {
			return err
		}
		if !p.terminal && !plain {
			return usage(fmt.Errorf("the console needs a terminal on standard input and output"), "without one use: oobscope audit, oobscope demo --headless")
		}
		st, err := p.openStore()
		if err != nil {
			return err
		}
		defer st.Close()
		ks, err := p.chooseKits(st, names)
		if err != nil {
			return err
		}
		site, err := p.chooseSite(st, siteFile)
		if err != nil {
			return err
		}
		eng := p.engine(st)
		eng.warn, eng.tell = nil, nil // the screen is the console's
		return p.openConsole(cmd.Context(), eng, site, ks, func(*audit.Scope) {}, false)
	}
}

// wantsPlain tells whether the console is wanted as a dialogue, which needs no terminal.
func (p *program) wantsPlain() (bool, error) {
	s, _, err := p.settings()
	return s.Plain, err
}

// openConsole runs the console until the user leaves it. adjust may change a freshly planned scope: the
// demo shortens its waits there.
func (p *program) openConsole(ctx context.Context, eng *engine, site *audit.Site, active []*kits.Kit,
	adjust func(*audit.Scope), demo bool,
) error {
	s, trouble, err := p.settings()
	if err != nil {
		return err
	}
	lang, err := p.language(s.Lang)
	if err != nil {
		return err
	}
	all, errs := library(eng.store)
	for _, err := range errs {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	run := tui.Run
	if s.Plain {
		run = tui.Plain
	}
	// A console over a /16 holds some 40 MB that never become garbage: the collector runs at half as much again instead
	// of twice as much, and costs hardly more.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	desk := &desk{real: eng, adjust: adjust}
	if demo {
		desk.given = site
	}
	keep := keepsakes{eng.store.Folder(), p.now, os.Getuid()}
	signals, stop := woken()
	defer stop()
	err = run(ctx, tui.Config{
		Woken:   signals,
		Version: p.version, Lang: lang, ASCII: p.asciiOnly(s.ASCII), NoColor: p.noColor, Clock: p.now, Simulated: demo, StartNow: demo,
		Settings: s, Trouble: trouble, Recalled: keep.recalled(), Keep: keep.keep, Spill: keep.spill, Formats: report.Names(),
		Kits: entries(all, active), Site: site,
		Plan: desk.plan, Launch: desk.launch, Resume: desk.resume,
		Engine: desk.engine, Bounds: (*probes.Plan).Bounds,
		Runs: desk.runs, OpenRun: desk.open, DeleteRun: desk.remove, SetActive: eng.store.SetActive,
		Export: p.export, Work: desk.work(),
		LoadSite: func(path string) (*audit.Site, error) { return p.loadSite(eng, path) }, WriteSite: p.writeSite, Paths: p.paths, Here: here,
		Demo: desk.start, Troubles: append(errs, p.siteTrouble...),
	}, p.stdin, p.stdout)
	err = errors.Join(err, desk.close())
	if err == nil && ctx.Err() != nil {
		err = errors.New("the console was closed by a signal or a lost terminal; what was observed is stored")
	}
	return incomplete(err, "stored runs, and which of them can be resumed: oobscope run list")
}

// entries marks the kits in use; one given as a file and not in the library comes first.
func entries(all, active []*kits.Kit) []views.KitEntry {
	used := map[string]bool{}
	var out []views.KitEntry
	known := map[string]bool{}
	for _, k := range all {
		known[k.Digest] = true
	}
	for _, k := range active {
		used[k.Digest] = true
		if !known[k.Digest] {
			out = append(out, views.KitEntry{Kit: k, Active: true})
		}
	}
	for _, k := range all {
		out = append(out, views.KitEntry{Kit: k, Active: used[k.Digest]})
	}
	return out
}

// plan makes a scope for the console.
func (e *engine) plan(ks []*kits.Kit, site *audit.Site, o audit.Options, adjust func(*audit.Scope)) (*audit.Scope, probes.Budget, error) {
	v, err := standpoint(site.Vantage.Name)
	if err != nil {
		return nil, probes.Budget{}, err
	}
	o.Seed = uint64(e.now().UnixNano())
	scope, err := audit.NewScope(ks, site, v, o)
	if err != nil {
		return nil, probes.Budget{}, err
	}
	adjust(scope)
	if err := chooseEngine(scope, autoEngine); err != nil {
		return nil, probes.Budget{}, err
	}
	return scope, probes.Estimate(scope.Plan, e.probers), nil
}

// asciiOnly tells whether to draw with ASCII alone: as the settings say, else if the locale does not promise UTF-8.
func (p *program) asciiOnly(want string) bool {
	if want != "auto" {
		return want == "on"
	}
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := p.getenv(key); v != "" {
			return !isUTF8(v)
		}
	}
	return true
}
