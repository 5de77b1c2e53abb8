package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/store"
)

func (p *program) storeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "store", Short: "The store: info, check, salvage, prune, retention, backup, restore, share", Args: cobra.NoArgs, RunE: needsSubcommand,
	}
	info := &cobra.Command{
		Use: "info", Short: "What is in the store, how large it is, and who has what", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.storeInfo() },
	}
	cmd.AddCommand(info, p.storeCheckCommand(), p.storeSalvageCommand(), p.storePruneCommand(), p.storeRetentionCommand(),
		p.storeBackupCommand(), p.storeRestoreCommand(), p.storeShareCommand())
	return cmd
}

// inspectStore opens the store without touching its index, which may be damaged.
func (p *program) inspectStore() (*store.Store, error) {
	dir, err := p.storeFolder()
	if err != nil {
		return nil, err
	}
	st, err := store.Inspect(dir)
	if err != nil {
		return nil, usage(err, "name the store with --store DIR or OOBSCOPE_STORE")
	}
	return st, nil
}

func (p *program) storeInfo() error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	in := st.Info()
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(w, name+"\t"+format+"\n", args...) }
	line("folder", "%s", clean(in.Dir))
	if in.Group == "" {
		line("shared", "no: readable by its owner alone")
	} else {
		line("shared", "with group %s", clean(in.Group))
	}
	line("schema", "index %d, runs %d", in.IndexSchema, in.RunSchema)
	line("runs", "%d (%d partial), %d observations, %s", in.Runs, in.Partial, in.Observations, bytesWord(in.RunBytes))
	line("index", "%s, %s, %s, %s, %s", plural(in.Kits, "kit"), plural(in.Sites, "site"), plural(in.Waivers, "waiver"),
		plural(in.Baselines, "baseline"), bytesWord(in.IndexBytes))
	line("trail", "%s", bytesWord(in.TrailBytes))
	if in.CopyBytes > 0 {
		line("copies", "%s, from before files were lifted to a newer schema; oobscope store prune --copies deletes them", bytesWord(in.CopyBytes))
	}
	line("retention", "%s", in.Retention)
	for _, o := range in.Open {
		does := "is open in"
		if o.Writing {
			does = "is written by"
		}
		line("in use", "run %s %s %s", o.ID, does, o.Holder)
	}
	if err := w.Flush(); err != nil {
		return incomplete(err, "")
	}
	for _, err := range in.Troubles {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	if len(in.Troubles) > 0 {
		return incomplete(fmt.Errorf("%s could not be read", plural(len(in.Troubles), "thing")), "oobscope store check says what is damaged")
	}
	return nil
}

func (p *program) storeShareCommand() *cobra.Command {
	var group string
	var off bool
	cmd := &cobra.Command{
		Use: "share (--group GROUP | --off)", Short: "Let a group of users work in this store, or nobody but its owner", Args: cobra.NoArgs,
		Long: "share opens the store to a group: each of its members may read, run, waive and delete in it (modes 2770 and 0660).\n" +
			"Each of them then names it with --store DIR or OOBSCOPE_STORE. --off takes that back (0700 and 0600).\n" +
			"What is done is in the trail under the name of who did it; oobscope store info says who has which run.",
		RunE: func(*cobra.Command, []string) error { return p.storeShare(group, off) },
	}
	cmd.Flags().StringVar(&group, "group", "", "name or number of the group")
	cmd.Flags().BoolVar(&off, "off", false, "close it to everybody but its owner")
	return cmd
}

func (p *program) storeShare(group string, off bool) error {
	if off == (group != "") {
		return usage(errors.New("share: give either --group GROUP or --off"), "oobscope store share --help")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	if off {
		err = st.Unshare()
	} else {
		err = st.Share(group)
	}
	if errors.Is(err, os.ErrPermission) {
		return usage(err, "only the owner of the store can share it, and only with a group that they are in")
	}
	if err != nil {
		return usage(err, "")
	}
	if off {
		fmt.Fprintln(p.stdout, "the store is closed to everybody but its owner: "+clean(st.Folder()))
		return nil
	}
	fmt.Fprintf(p.stdout, "the store is shared with group %s: %s\n", clean(st.Shared()), clean(st.Folder()))
	if parent := closedParent(st.Folder()); parent != "" {
		return incomplete(fmt.Errorf("share: others cannot reach it: %s is closed to them", clean(parent)),
			"move the store to a folder that the group can enter, such as /var/lib/oobscope, or open that one with chmod")
	}
	return nil
}

// closedParent is a folder above dir that only its owner may enter; empty for none.
func closedParent(dir string) string {
	for i := strings.LastIndexByte(dir, os.PathSeparator); i > 0; i = strings.LastIndexByte(dir[:i], os.PathSeparator) {
		if info, err := os.Stat(dir[:i]); err == nil && info.Mode().Perm()&0o011 == 0 {
			return dir[:i]
		}
	}
	return ""
}
