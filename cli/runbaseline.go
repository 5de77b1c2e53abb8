package cli

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/store"
)

func (p *program) runBaselineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "baseline", Short: "The run of a site that later ones are held against: set, list, unset", Args: cobra.NoArgs, RunE: needsSubcommand,
	}
	var name string
	set := &cobra.Command{
		Use: "set RUN", Short: "Make a run the baseline of its site; it cannot be deleted then", Args: cobra.ExactArgs(1),
		Long:    "set makes a complete run the baseline of its site. " + runNamesHelp,
		Example: "  oobscope run baseline set last\n  oobscope run baseline set 01JD --name before-the-move",
		RunE:    func(_ *cobra.Command, args []string) error { return p.baselineSet(args[0], name) },
	}
	set.Flags().StringVar(&name, "name", nameBaseline, "name of the baseline; run diff takes it as baseline:NAME")
	list := &cobra.Command{
		Use: "list", Short: "List the baselines", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.baselineList() },
	}
	var site, gone string
	unset := &cobra.Command{
		Use: "unset", Short: "Remove a baseline; the run stays", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.baselineUnset(site, gone) },
	}
	unset.Flags().StringVar(&site, "site", "", "name of the site (default: that of the last run)")
	unset.Flags().StringVar(&gone, "name", nameBaseline, "name of the baseline")
	cmd.AddCommand(set, list, unset)
	return cmd
}

func (p *program) baselineSet(run, name string) error {
	if !isName(name) {
		return usage(fmt.Errorf("--name %s: expected at most 63 letters, digits, dots, dashes or underscores", clean(name)), "")
	}
	st, names, err := p.openRuns("")
	if err != nil {
		return err
	}
	defer st.Close()
	r, err := names.find(run, nil)
	if err != nil {
		return err
	}
	if r.State != audit.RunComplete {
		return usage(fmt.Errorf("run %s is %s: only a complete run can be a baseline", r.ID, r.State), "go on with it: oobscope audit --resume "+r.ID)
	}
	who := p.person()
	b := store.Baseline{Site: r.Site, Name: name, Run: r.ID, Set: p.now().UTC(), By: who.name()}
	former, err := st.PutBaseline(b)
	if err != nil {
		return incomplete(err, "")
	}
	words := fmt.Sprintf("baseline %s of site %s is run %s", b.Name, clean(b.Site), b.Run)
	if former != nil && former.Run != b.Run {
		words += " (was " + clean(former.Run) + ")"
	}
	if err := p.engine(st).record(store.BaselineSet, b.Run, words, ""); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, words)
	return nil
}

func (p *program) baselineList() error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	list, errs := st.Baselines()
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SITE\tNAME\tRUN\tSET (UTC)\tBY")
	for _, b := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", b.Site, b.Name, b.Run, b.Set.UTC().Format("2006-01-02 15:04"), b.By)
	}
	if err := w.Flush(); err != nil {
		return incomplete(err, "")
	}
	if len(errs) > 0 {
		return incomplete(errors.Join(errs...), "set them again: oobscope run baseline set RUN")
	}
	return nil
}

func (p *program) baselineUnset(site, name string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	if site == "" {
		names, err := newRunNames(st, "")
		if err != nil {
			return err
		}
		last, err := names.last()
		if err != nil {
			return err
		}
		site = last.Site
	}
	gone, err := st.DeleteBaseline(site, name)
	if err != nil {
		return usage(err, "known baselines: oobscope run baseline list")
	}
	words := fmt.Sprintf("baseline %s of site %s is unset; run %s stays", clean(gone.Name), clean(gone.Site), clean(gone.Run))
	if err := p.engine(st).record(store.BaselineUnset, gone.Run, words, ""); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, words)
	return nil
}

// isName tells whether a name is safe on a screen, in a file name and as a key.
func isName(s string) bool {
	return s != "" && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
}
