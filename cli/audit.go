package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/audit/report"
	"oobscope/probes"
	"oobscope/store"
	"oobscope/tui"
)

// reportFlags are the flags of every command that prints a report.
type reportFlags struct {
	format, output, failOn string
}

func (f *reportFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.format, "format", "text", "text, jsonl, json, csv or markdown")
	cmd.Flags().StringVar(&f.output, "output", "-", "file to write the report to; - is standard output")
	cmd.Flags().StringVar(&f.failOn, "fail-on", "low", "exit 1 at a deviation of this severity or above: info, low, medium, high, critical")
}

func (f *reportFlags) check() error {
	if _, err := report.FormatNamed(f.format); err != nil {
		return usage(err, "")
	}
	if _, ok := audit.ParseSeverity(f.failOn); !ok {
		return usage(fmt.Errorf("--fail-on %s: expected info, low, medium, high or critical", f.failOn), "")
	}
	return nil
}

type auditFlags struct {
	reportFlags
	site, pace, resume string
	engine             string
	kits               []string
	targets, services  []string
	dryRun, yes        bool
}

func (p *program) auditCommand() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit --site FILE",
		Short: "Run an audit without the console",
		Long: "audit probes what the site file lists, politely, and reports each flow held against the kits.\n" +
			"Exit codes: 0 all conform, 1 a deviation at or above --fail-on, 2 wrong call or input, 3 incomplete.",
		Example: "  oobscope audit --site dc1.yaml --dry-run\n  oobscope audit --site dc1.yaml --format jsonl --output run.jsonl",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.audit(cmd.Context(), &f)
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.site, "site", "", "site file: zones, vantage, targets, defaults")
	cmd.Flags().StringArrayVar(&f.kits, "kit", nil, "kit id or file; repeat for several: one ordered list, the first match decides")
	cmd.Flags().StringSliceVar(&f.targets, "targets", nil, "only these addresses or prefixes of the site's targets")
	cmd.Flags().StringSliceVar(&f.services, "services", nil, "only these services of the catalogue")
	cmd.Flags().StringVar(&f.pace, "pace", "", "gentle, normal or fast: how many hosts at once, never how hard on one")
	cmd.Flags().StringVar(&f.engine, "engine", "auto", "auto, visits, sweep or crowd: how first packets are sent, never how hard on one host")
	cmd.Flags().StringVar(&f.resume, "resume", "", "go on with this partial run: its id or the beginning of one, or last")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print the plan, the packet budget and every request in hex; send nothing")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask before sending")
	return cmd
}

func (p *program) audit(ctx context.Context, f *auditFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.site == "" && f.resume == "" {
		return usage(errors.New("audit: no site file"), "oobscope audit --site FILE; to see it work without one: oobscope demo")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	eng := p.engine(st)
	if f.resume != "" {
		return p.goOn(ctx, st, eng, f)
	}
	scope, err := p.scope(eng, f)
	if err != nil {
		return err
	}
	budget := probes.Estimate(scope.Plan, eng.probers)
	if f.dryRun {
		return printPlan(p.stdout, scope, budget, eng.probers)
	}
	if scope.Plan.Flows() == 0 {
		return incomplete(errors.New("nothing can be tested from here: the plan has no flow"), "oobscope site check "+f.site+" says why")
	}
	if err := p.mayStart(scope, budget, f.yes); err != nil {
		return err
	}
	live, err := eng.launch(ctx, scope)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "run %s has begun; should it be cut off: oobscope audit --resume %s\n", live.Run.ID, live.Run.ID)
	return p.follow(ctx, eng, live, &f.reportFlags)
}

// goOn resumes a run, by any of its names.
func (p *program) goOn(ctx context.Context, st *store.Store, eng *engine, f *auditFlags) error {
	id := f.resume
	if len(id) != idLength { // a whole one is asked for itself, so that a damaged run says so
		names, err := newRunNames(st, "")
		if err != nil {
			return err
		}
		run, err := names.find(id, nil)
		if err != nil {
			return err
		}
		id = run.ID
	}
	live, err := eng.resume(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "run %s of site %s: %d of %d flows are settled, the other %d are asked now\n",
		live.Run.ID, clean(live.Run.Site), live.Run.Settled, live.Run.Flows, live.Run.Flows-live.Run.Settled)
	return p.follow(ctx, eng, live, &f.reportFlags)
}

// scope reads everything that a run is made of and plans it.
func (p *program) scope(eng *engine, f *auditFlags) (*audit.Scope, error) {
	site, err := p.readSite(f.site)
	if err != nil {
		return nil, err
	}
	ks, err := p.chooseKits(eng.store, f.kits)
	if err != nil {
		return nil, err
	}
	opts := audit.Options{Services: f.services, Pace: f.pace, Seed: uint64(p.now().UnixNano())}
	for _, t := range f.targets {
		prefix, err := parsePrefix(t)
		if err != nil {
			return nil, usage(fmt.Errorf("--targets %s: expected an address or a prefix such as 198.18.1.0/24", t), "")
		}
		opts.Targets = append(opts.Targets, prefix)
	}
	v, err := standpoint(site.Vantage.Name)
	if err != nil {
		return nil, err
	}
	if !f.dryRun && !inWindow(site, p.now()) {
		return nil, usage(fmt.Errorf("the site allows probing only in its window %s (local time)", site.Probe.Window), "wait for it, or change probe.window")
	}
	scope, err := audit.NewScope(ks, site, v, opts)
	if err != nil {
		return scope, usage(err, "oobscope site check "+f.site+" says what can be tested from here")
	}
	return scope, chooseEngine(scope, f.engine)
}

func parsePrefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// mayStart shows the budget and asks, where there is somebody to ask.
func (p *program) mayStart(scope *audit.Scope, b probes.Budget, yes bool) error {
	fmt.Fprintf(p.stderr, "%s: %d hosts, %d flows, at most %d conversations and %d packets, pace %s, about %s\n",
		probes.Clean(scope.Site.Name, 64), b.Hosts, b.Flows, b.Conversations, b.Packets, scope.Plan.Pace.Name, round(b.Estimate))
	if yes || !p.terminal {
		return nil
	}
	fmt.Fprint(p.stderr, "Start? Packets go to the site's targets and nowhere else. [y/N] ")
	line, err := bufio.NewReader(p.stdin).ReadString('\n')
	if err != nil {
		return usage(errors.New("nothing was sent: no answer"), "use --yes to start without the question")
	}
	if a := strings.ToLower(strings.TrimSpace(line)); a != "y" && a != "yes" {
		return usage(errors.New("nothing was sent: not confirmed"), "use --yes to start without the question")
	}
	return nil
}

// follow waits for a run, prints its report and sets the exit code.
func (p *program) follow(ctx context.Context, eng *engine, live *tui.Live, f *reportFlags) error {
	defer lean(live.Board.Counters().Flows)()
	stop := p.showProgress(live.Board)
	run, err := live.Wait()
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		return incomplete(fmt.Errorf("run %s: %w", run.ID, err), "what was observed is stored; go on with: oobscope audit --resume "+run.ID)
	}
	stored, err := eng.open(run.ID)
	if err != nil {
		return err
	}
	defer stored.Close()
	if err := p.write(stored, f); err != nil {
		return err
	}
	if run.State != audit.RunComplete && run.Simulated {
		return incomplete(fmt.Errorf("the run was stopped after %d of %d flows", run.Settled, run.Flows), "start again: oobscope demo")
	}
	if run.State != audit.RunComplete {
		return incomplete(fmt.Errorf("run %s was stopped after %d of %d flows; what was observed is stored", run.ID, run.Settled, run.Flows),
			"go on with: oobscope audit --resume "+run.ID)
	}
	return nil
}

// write prints the report of a stored run and sets the exit code.
func (p *program) write(stored *tui.Stored, f *reportFlags) error {
	failOn, _ := audit.ParseSeverity(f.failOn)
	p.exit = audit.ExitCode(stored.Results, failOn, stored.Run.State == audit.RunComplete)
	format, err := report.FormatNamed(f.format)
	if err != nil {
		return usage(err, "")
	}
	src := report.Source{Run: stored.Run, Results: stored.Results, Evidence: stored.Evidence, Exit: p.exit}
	return incomplete(p.emit(f.output, func(out *bufio.Writer) error { return report.Write(out, format, src) }), "the run is stored: oobscope run list")
}

// writeFile writes beside the target and renames, so that a full disk never leaves half a report.
func writeFile(name string, fill func(*bufio.Writer) error) (err error) {
	tmp, err := os.CreateTemp(dirOf(name), ".oobscope-*")
	if err != nil {
		return incomplete(fmt.Errorf("write %s: %w", name, err), "")
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
			err = incomplete(fmt.Errorf("write %s: %w", name, err), "the run is stored: oobscope run list")
		}
	}()
	out := bufio.NewWriterSize(tmp, 64<<10)
	if err := fill(out); err != nil {
		tmp.Close()
		return err
	}
	if err := errors.Join(out.Flush(), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
