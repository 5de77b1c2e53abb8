package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/audit"
)

func (p *program) runCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "run", Short: "Stored runs: list, show, diff, baseline, export, import, delete", Args: cobra.NoArgs, RunE: needsSubcommand}
	var trend trendFlags
	list := &cobra.Command{
		Use: "list", Short: "List the stored runs, newest first; or how the rules of a site went over its runs", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if trend.on {
				return p.runTrend(&trend)
			}
			return p.runList()
		},
	}
	trend.add(list)
	var f reportFlags
	show := &cobra.Command{
		Use: "show RUN", Short: "Print the report of a stored run; exits as the audit would", Long: runNamesHelp, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.runShow(args[0], &f) },
	}
	f.add(show)
	cmd.AddCommand(list, show, p.runDiffCommand(), p.runBaselineCommand(), p.runExportCommand(), p.runImportCommand(), p.runDeleteCommand())
	return cmd
}

func (p *program) runList() error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	runs, errs := st.Runs()
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RUN\tSTARTED (UTC)\tSITE\tSTATE\tFLOWS\tDEVIATIONS\tWORST\tVANTAGE")
	for _, r := range runs {
		site := clean(r.Site)
		if r.Simulated {
			site += " (simulated segment)"
		}
		if r.Imported != nil {
			site += " (imported)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d/%d\t%d\t%s\t%s in %s\n", r.ID, r.Started.UTC().Format("2006-01-02 15:04:05"), site, r.State,
			r.Settled, r.Flows, r.Total.Deviations(), worstWord(&r.Total), clean(r.Vantage), clean(r.Zone))
	}
	if err := w.Flush(); err != nil {
		return incomplete(err, "")
	}
	for _, err := range errs {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	if len(errs) > 0 {
		return incomplete(fmt.Errorf("%d stored runs could not be read", len(errs)), "")
	}
	return nil
}

func (p *program) runShow(id string, f *reportFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	st, names, err := p.openRuns("")
	if err != nil {
		return err
	}
	defer st.Close()
	run, err := names.find(id, nil)
	if err != nil && len(id) == 26 {
		run, err = audit.Run{ID: id}, nil // a damaged run is in no list; opening it says what is wrong
	}
	if err != nil {
		return err
	}
	stored, err := p.engine(st).open(run.ID)
	if err != nil {
		return err
	}
	defer stored.Close()
	return p.write(stored, f)
}

// worstWord names the highest severity among the deviations that nobody waived.
func worstWord(t *audit.Tally) string {
	for s := 5; s >= 0; s-- {
		if t.BySeverity[s] > 0 {
			return audit.SeverityWord(uint8(s))
		}
	}
	return audit.SeverityWord(0)
}
