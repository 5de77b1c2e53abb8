package cli

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/store"
)

// retentionFlags say which runs are kept.
type retentionFlags struct {
	keep      int
	olderThan string
}

func (f *retentionFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.keep, "keep", 0, "keep the newest so many runs of each site")
	cmd.Flags().StringVar(&f.olderThan, "older-than", "", "delete only runs that began longer ago than this: 36h, 90d, 12w")
}

func (f *retentionFlags) rules() (r store.Retention, err error) {
	if f.keep < 0 {
		return r, usage(fmt.Errorf("--keep %d: expected a number of runs", f.keep), "")
	}
	r.Keep = f.keep
	if f.olderThan != "" {
		if r.Age, err = store.ParseAge(f.olderThan); err != nil {
			return r, usage(fmt.Errorf("--older-than: %w", err), "")
		}
	}
	return r, nil
}

func (p *program) storePruneCommand() *cobra.Command {
	var f retentionFlags
	var dry, yes, copies bool
	cmd := &cobra.Command{
		Use: "prune (--keep N | --older-than AGE | --copies)", Short: "Delete old runs and give the disk back", Args: cobra.NoArgs,
		Long: "prune deletes the runs that no rule keeps; with both rules a run goes only if it is neither among the newest N of its\n" +
			"site nor young enough. It never deletes a baseline, a run in progress, a run that is open in a console, or a run that\n" +
			"was stopped less than a day ago. oobscope store retention does the same after each run.",
		Example: "  oobscope store prune --keep 30 --dry-run\n  oobscope store prune --keep 10 --older-than 90d --yes",
		RunE:    func(*cobra.Command, []string) error { return p.storePrune(&f, copies, dry, yes) },
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&copies, "copies", false, "delete the copies that were made before files were lifted to a newer schema")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would be deleted")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (p *program) storePrune(f *retentionFlags, copies, dry, yes bool) error {
	rules, err := f.rules()
	if err != nil {
		return err
	}
	if rules.None() && !copies {
		return usage(errors.New("prune: no rule says what is kept"), "oobscope store prune --keep N, --older-than 90d, or both")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	eng := p.engine(st)
	list, errs := st.Expired(rules, p.now())
	for _, err := range errs {
		eng.warn(err)
	}
	goes, bytes := countGoing(list)
	if err := printExpired(p.stdout, list); err != nil {
		return incomplete(err, "")
	}
	was := st.Info().CopyBytes
	if copies && was > 0 {
		fmt.Fprintf(p.stdout, "copies of an older schema: %s\n", bytesWord(was))
		bytes += was
	}
	switch {
	case goes == 0 && (!copies || was == 0):
		fmt.Fprintln(p.stdout, "nothing to delete: "+rules.String())
		return nil
	case dry:
		fmt.Fprintf(p.stdout, "would delete %s and give back %s; nothing was deleted\n", plural(goes, "run"), bytesWord(bytes))
		return nil
	}
	if err := p.confirm(yes, "nothing was deleted", fmt.Sprintf("Delete %s for good, %s?", plural(goes, "run"), bytesWord(bytes))); err != nil {
		return err
	}
	gone, freed, err := eng.prune(list, rules)
	if copies && err == nil {
		var more int64
		more, err = st.DeleteCopies()
		freed += more
	}
	fmt.Fprintf(p.stdout, "deleted %s, %s given back\n", plural(gone, "run"), bytesWord(freed))
	return incomplete(err, "the rest was left as it was")
}

func countGoing(list []store.Expiry) (n int, bytes int64) {
	for _, e := range list {
		if e.Spared == "" {
			n++
			bytes += e.Bytes
		}
	}
	return n, bytes
}

func printExpired(out io.Writer, list []store.Expiry) error {
	if len(list) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RUN\tSTARTED (UTC)\tSITE\tSTATE\tSIZE\t")
	for _, e := range list {
		word := "goes"
		if e.Spared != "" {
			word = "stays: " + e.Spared
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Run.ID, e.Run.Started.UTC().Format("2006-01-02 15:04"), clean(e.Run.Site), e.Run.State, bytesWord(e.Bytes), word)
	}
	return w.Flush()
}

// prune deletes the runs of a list that nothing spares, and says so in the trail. One that cannot be deleted any more
// (somebody has opened it meanwhile) does not keep the others.
func (e *engine) prune(list []store.Expiry, rules store.Retention) (gone int, freed int64, err error) {
	for _, x := range list {
		if x.Spared != "" {
			continue
		}
		if failed := e.store.DeleteRun(x.Run.ID); failed != nil {
			err = joinDistinct(err, failed)
			continue
		}
		gone++
		freed += x.Bytes
		err = joinDistinct(err, e.record(store.StorePruned, x.Run.ID, rules.String(), ""))
	}
	return gone, freed, err
}

// retain does after a run what the retention of the store says. The run that has just ended stays in any case. It is
// housekeeping: what goes wrong is a warning, never the end of a run.
func (e *engine) retain(ended string) {
	rules, err := e.store.Retention()
	if err != nil || rules.None() {
		e.caution(err)
		return
	}
	list, _ := e.store.Expired(rules, e.now()) // what cannot be read is named by whoever lists the runs
	for i := range list {
		if list[i].Run.ID == ended {
			list[i].Spared = "it has just ended"
		}
	}
	gone, freed, err := e.prune(list, rules)
	e.caution(err)
	if gone > 0 && e.tell != nil {
		e.tell(fmt.Sprintf("retention: deleted %s, %s given back (%s)", plural(gone, "run"), bytesWord(freed), rules))
	}
}

// caution warns, where somebody listens.
func (e *engine) caution(err error) {
	if err != nil && e.warn != nil {
		e.warn(err)
	}
}

func (p *program) storeRetentionCommand() *cobra.Command {
	var f retentionFlags
	var off bool
	cmd := &cobra.Command{
		Use: "retention", Short: "Say which runs are kept after each run, or show it", Args: cobra.NoArgs,
		Long: "retention without flags shows which runs the store keeps. With --keep, --older-than or both it sets that: after each\n" +
			"run, what no rule keeps is deleted, with the same exceptions as in oobscope store prune.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.storeRetention(&f, off, cmd.Flags().Changed("keep") || f.olderThan != "")
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&off, "off", false, "keep everything")
	return cmd
}

func (p *program) storeRetention(f *retentionFlags, off, set bool) error {
	rules, err := f.rules()
	if err != nil {
		return err
	}
	if off && set || set && rules.None() {
		return usage(errors.New("retention: give rules or --off"), "oobscope store retention --keep 30, --older-than 90d, or --off")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	if off || set {
		if err := st.SetRetention(rules); err != nil {
			return incomplete(err, "")
		}
	} else if rules, err = st.Retention(); err != nil {
		return incomplete(err, "set it again: oobscope store retention --keep N")
	}
	fmt.Fprintln(p.stdout, rules)
	if list, _ := st.Expired(rules, p.now()); set {
		if n, bytes := countGoing(list); n > 0 {
			fmt.Fprintf(p.stdout, "after the next run %s would go, %s; see oobscope store prune --dry-run\n", plural(n, "run"), bytesWord(bytes))
		}
	}
	return nil
}
