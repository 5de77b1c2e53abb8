package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"oobscope/store"
)

func (p *program) storeCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Read every page and record, and name what is damaged", Args: cobra.NoArgs,
		Long: "check reads everything that is in the store and proves it by its checksums. It names each damaged file, the run\n" +
			"that it is of, and what is lost. Exit codes: 0 all is sound, 3 something is damaged.",
		RunE: func(cmd *cobra.Command, _ []string) error { return p.storeCheck(cmd.Context()) },
	}
}

func (p *program) storeCheck(ctx context.Context) error {
	st, err := p.inspectStore()
	if err != nil {
		return err
	}
	defer st.Close()
	list, sum, err := st.Check(ctx, p.eachFile("checking"))
	p.clearLine()
	for _, d := range list {
		if d.Run != "" {
			fmt.Fprintf(p.stdout, "damaged: run %s\n", d.Run)
		} else {
			fmt.Fprintf(p.stdout, "damaged: %s\n", clean(filepath.Base(d.File)))
		}
		fmt.Fprintf(p.stdout, "  file  %s\n  found %s\n  lost  %s\n", clean(d.File), clean(d.What), clean(d.Lost))
	}
	for _, id := range sum.Busy {
		fmt.Fprintf(p.stdout, "not checked: run %s is in progress\n", id)
	}
	for _, name := range sum.Left {
		fmt.Fprintf(p.stdout, "left over: %s: nothing needs it, it may be deleted\n", clean(name))
	}
	fmt.Fprintf(p.stdout, "checked %s, %s with %d observations, %s: %s\n", plural(sum.Files, "file"), plural(sum.Runs, "run"), sum.Observations,
		bytesWord(sum.Bytes), verdictOn(list))
	if err != nil {
		return incomplete(err, "the check was not finished")
	}
	if len(list) > 0 {
		return incomplete(fmt.Errorf("the store is damaged in %s", plural(len(list), "place")),
			"oobscope store salvage RUN copies what is readable of a run into a new one; the rest is in your last backup")
	}
	return nil
}

func verdictOn(list []store.Damage) string {
	if len(list) == 0 {
		return "all is sound"
	}
	return fmt.Sprintf("%d damaged", len(list))
}

func (p *program) storeSalvageCommand() *cobra.Command {
	return &cobra.Command{
		Use: "salvage RUN|FILE", Short: "Copy what is readable of a damaged run into a new one", Args: cobra.ExactArgs(1),
		Long: "salvage looks at every page of a damaged run by itself and copies each record that its checksum proves into a new\n" +
			"run, which is partial: oobscope audit --resume asks again for what was lost. The damaged run stays as it is.",
		RunE: func(_ *cobra.Command, args []string) error { return p.storeSalvage(args[0]) },
	}
}

func (p *program) storeSalvage(name string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	out, err := st.Salvage(name)
	if err != nil {
		return usage(err, "name a run of this store, or the file of a run; oobscope store check names the damaged ones")
	}
	fmt.Fprintf(p.stdout, "salvaged %d observations of %s as run %s\nlost: %s\n", out.Observations, clean(name), out.Run, clean(out.Lost))
	if out.Evidence > 0 {
		fmt.Fprintf(p.stdout, "of %d observations the evidence is lost; what was observed is there\n", out.Evidence)
	}
	return p.engine(st).record(store.RunImported, out.Run, "salvaged from "+filepath.Base(name)+"; lost: "+out.Lost, "")
}

// eachFile shows on standard error which file is at work, if that is a terminal.
func (p *program) eachFile(doing string) func(string) {
	n := 0
	return func(file string) {
		n++
		if p.progress {
			fmt.Fprintf(p.stderr, "\r\x1b[K%s file %d: %s", doing, n, clean(filepath.Base(file)))
		}
	}
}

func (p *program) clearLine() {
	if p.progress {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
}
