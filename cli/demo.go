package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/probes/simbmc"
)

type demoFlags struct {
	reportFlags
	headless, serve bool
	hosts           int
	seed            uint64
}

func (p *program) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See everything at once on a simulated segment on this machine's loopback",
		Long: "demo starts simulated BMCs on loopback addresses, runs a live audit of them with the built-in kits and a\n" +
			"temporary store, and opens the console. No packet leaves this machine.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), &f) },
	}
	f.add(cmd)
	p.lookFlags(cmd)
	cmd.Flags().BoolVar(&f.headless, "headless", false, "print the report instead of opening the console")
	cmd.Flags().BoolVar(&f.serve, "serve", false, "only keep the simulated segment up and print its site file, to audit it from another terminal")
	cmd.Flags().IntVar(&f.hosts, "hosts", 64, "how many simulated BMCs")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "which BMC gets which personality")
	return cmd
}

func (p *program) demo(ctx context.Context, f *demoFlags) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	plain, err := p.wantsPlain()
	if err != nil {
		return err
	}
	seg, err := simbmc.Start(simbmc.Options{Hosts: f.hosts + 2, Seed: f.seed})
	if err != nil {
		return incomplete(fmt.Errorf("start the simulated segment: %w", err), "")
	}
	defer seg.Close()
	if f.serve {
		return p.serve(ctx, seg)
	}
	dir, st, err := temporaryStore()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	defer st.Close()
	eng := newEngine(st, p.version, p.now, seg.Wire())
	eng.who = p.person()
	site, err := simulatedSite(seg)
	if err != nil {
		return err
	}
	if !f.headless && (p.terminal || plain) {
		return p.openConsole(ctx, eng, site, kits.BuiltIn(), func(s *audit.Scope) { quicken(s.Plan, seg) }, true)
	}
	scope, err := simulatedScope(seg, site, f.seed)
	if err != nil {
		return err
	}
	live, err := eng.launch(ctx, scope)
	if err != nil {
		return err
	}
	return p.follow(ctx, eng, live, &f.reportFlags)
}

// serve keeps the segment up until the user ends it.
func (p *program) serve(ctx context.Context, seg *simbmc.Segment) error {
	if _, err := p.stdout.Write(seg.Site()); err != nil {
		return incomplete(fmt.Errorf("print the site file: %w", err), "")
	}
	fmt.Fprintf(p.stderr, "simulated segment: %d hosts on loopback; save the site file above and, in another terminal, run\n"+
		"  oobscope audit --site FILE\nCtrl+C ends it.\n", len(seg.Hosts()))
	<-ctx.Done()
	return nil
}

// simulatedSite reads the segment's own site file and marks it as simulated: no file can do that.
func simulatedSite(seg *simbmc.Segment) (*audit.Site, error) {
	site, err := audit.ReadSite("simulated-segment.yaml", seg.Site())
	if err != nil {
		return nil, incomplete(fmt.Errorf("the simulated segment's site file: %w", err), "")
	}
	site.Simulated = true
	return site, nil
}

func simulatedScope(seg *simbmc.Segment, site *audit.Site, seed uint64) (*audit.Scope, error) {
	v, err := standpoint(site.Vantage.Name)
	if err != nil {
		return nil, err
	}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{Seed: seed})
	if err != nil {
		return nil, incomplete(err, "")
	}
	if scope.Plan.Flows() == 0 {
		return nil, incomplete(errors.New("the simulated segment's plan has no flow"), "")
	}
	quicken(scope.Plan, seg)
	return scope, nil
}

// quicken shortens the gap and the waits. It is allowed on the simulated segment alone: nobody's BMC is
// behind it, and a person who tries the program should not wait a minute.
func quicken(plan *probes.Plan, seg *simbmc.Segment) {
	plan.Simulated = true
	plan.Control = seg.Control()
	pace := &plan.Pace
	pace.Name = "simulated"
	pace.Gap = 40 * time.Millisecond
	pace.TCPAttempts, pace.UDPAttempts = 2, 2
	pace.Connect = 350 * time.Millisecond
	pace.FirstByte = 600 * time.Millisecond
	pace.TLS = 800 * time.Millisecond
	pace.Host = 60 * time.Second
	pace.Hosts = 256
}
