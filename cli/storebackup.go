package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"oobscope/store"
)

func (p *program) storeBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE|-", Short: "Write the whole store to one file, while others work in it", Args: cobra.ExactArgs(1),
		Long: "backup writes a tar file with the index, every run and the trail, each as it was at one of its commits; runs in\n" +
			"progress are in it as far as they are. oobscope store restore FILE --store DIR makes a store of it again; so does\n" +
			"tar -xf FILE in an empty folder. Kits and sites are part of the index.",
		Example: "  oobscope store backup /mnt/usb/oobscope.tar\n  oobscope store backup - | ssh office 'cat > oobscope.tar'",
		RunE:    func(cmd *cobra.Command, args []string) error { return p.storeBackup(cmd.Context(), args[0]) },
	}
}

func (p *program) storeBackup(ctx context.Context, file string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	if file == "-" && p.terminal {
		return usage(errors.New("backup: standard output is a terminal"), "name a file, or pipe it somewhere")
	}
	var sum store.Backed
	err = p.emit(file, func(out *bufio.Writer) (err error) {
		sum, err = st.Backup(ctx, out, p.eachFile("copying"))
		return err
	})
	p.clearLine()
	if err != nil {
		var f *failure // how reports are written has a hint of its own
		if errors.As(err, &f) {
			err = f.err
		}
		return incomplete(err, "no backup was made; the store is as it was")
	}
	fmt.Fprintf(p.stderr, "backed up %s, %s", plural(sum.Runs, "run"), bytesWord(sum.Bytes))
	if len(sum.Live) > 0 {
		fmt.Fprintf(p.stderr, "; %s in progress, as far as it is", plural(len(sum.Live), "run"))
	}
	fmt.Fprintln(p.stderr)
	for _, err := range sum.Missed {
		fmt.Fprintln(p.stderr, "warning: not in the backup: "+clean(err.Error()))
	}
	if len(sum.Missed) > 0 {
		return incomplete(fmt.Errorf("%s not in the backup", plural(len(sum.Missed), "file")), "oobscope store check says what is damaged")
	}
	return nil
}

func (p *program) storeRestoreCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restore FILE|-", Short: "Make a store from a backup, in a new or empty folder", Args: cobra.ExactArgs(1),
		Long: "restore makes the store that --store DIR (or OOBSCOPE_STORE) names from a backup. The folder must be new or empty; a\n" +
			"store that is there is never written over. Every file is checked before it counts.",
		Example: "  oobscope store restore oobscope.tar --store /var/lib/oobscope",
		RunE:    func(_ *cobra.Command, args []string) error { return p.storeRestore(args[0]) },
	}
}

func (p *program) storeRestore(file string) error {
	dir, err := p.storeFolder()
	if err != nil {
		return err
	}
	from := p.stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return usage(err, "")
		}
		defer f.Close()
		from = f
	}
	n, err := store.Restore(bufio.NewReaderSize(from, 1<<20), dir)
	if err != nil {
		return usage(err, "nothing was restored")
	}
	st, err := store.Open(dir)
	if err != nil {
		return incomplete(err, "the files are restored, but they do not open as a store")
	}
	defer st.Close()
	runs, errs := st.Runs()
	fmt.Fprintf(p.stdout, "restored %s, %s to %s\n", plural(n, "file"), plural(len(runs), "run"), clean(st.Folder()))
	for _, err := range errs {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	return nil
}
