package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/store"
)

func (p *program) runDeleteCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use: "delete RUN...", Short: "Delete stored runs and give the disk back", Args: cobra.MinimumNArgs(1),
		Long: "delete removes runs for good, damaged ones too. A run in progress, a run that is open in a console and a baseline are\n" +
			"refused. " + runNamesHelp,
		RunE: func(_ *cobra.Command, args []string) error { return p.runDelete(args, yes) },
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func (p *program) runDelete(names []string, yes bool) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	ids, err := runsToDelete(st, names)
	if err != nil {
		return err
	}
	sizes, sum := make([]int64, len(ids)), int64(0)
	for i, id := range ids {
		sizes[i] = st.RunBytes(id)
		sum += sizes[i]
		fmt.Fprintf(p.stderr, "%s, %s\n", id, bytesWord(sizes[i]))
	}
	if err := p.confirm(yes, "nothing was deleted", fmt.Sprintf("Delete %s for good, %s?", plural(len(ids), "run"), bytesWord(sum))); err != nil {
		return err
	}
	eng := p.engine(st)
	for i, id := range ids {
		if err := eng.deleteRun(id); err != nil {
			return usage(err, "known runs: oobscope run list; who has a run: oobscope store info")
		}
		fmt.Fprintf(p.stdout, "deleted %s, %s given back\n", id, bytesWord(sizes[i]))
	}
	return nil
}

// runsToDelete resolves names of runs. A run that is damaged is in no list, so that a whole id is taken as it is.
func runsToDelete(st *store.Store, names []string) (ids []string, err error) {
	var known *runNames
	seen := map[string]bool{}
	for _, name := range names {
		run := audit.Run{ID: name}
		if len(name) != 26 {
			if known == nil {
				if known, err = newRunNames(st, ""); err != nil {
					return nil, err
				}
			}
			if run, err = known.find(name, nil); err != nil {
				return nil, err
			}
		} else if st.RunBytes(name) == 0 && !listed(st, name) {
			return nil, usage(fmt.Errorf("run %s: %w", clean(name), store.ErrNotFound), "known runs: oobscope run list")
		}
		if seen[run.ID] {
			return nil, usage(errors.New("run "+run.ID+" is named twice"), "")
		}
		seen[run.ID] = true
		ids = append(ids, run.ID)
	}
	return ids, nil
}

// listed tells whether the list of runs has an entry; its file may be gone.
func listed(st *store.Store, id string) bool {
	_, err := st.Entry(id)
	return err == nil
}
