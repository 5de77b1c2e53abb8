package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store"
)

func (p *program) kitCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "kit", Short: "The library of kits: list, show, import, export",
		Args: cobra.NoArgs, RunE: needsSubcommand,
	}
	list := &cobra.Command{
		Use: "list", Short: "List the kits: built in and imported", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.kitList() },
	}
	var raw bool
	show := &cobra.Command{
		Use: "show ID|FILE", Short: "Show a kit: rules, threat model, ATT&CK table, sources", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.kitShow(args[0], raw) },
	}
	show.Flags().BoolVar(&raw, "raw", false, "the file as it was read")
	var replace bool
	imp := &cobra.Command{
		Use: "import FILE...", Short: "Check kits and put them into the store", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.kitImport(args, replace) },
	}
	imp.Flags().BoolVar(&replace, "replace", false, "replace a kit of the same id and version that differs")
	cmd.AddCommand(list, show, imp, p.kitExportCommand())
	return cmd
}

// needsSubcommand refuses a group called by itself: silence would look like success.
func needsSubcommand(cmd *cobra.Command, _ []string) error {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return usage(fmt.Errorf("%s: expected one of %s", cmd.CommandPath(), strings.Join(names, ", ")), cmd.CommandPath()+" --help")
}

func (p *program) kitList() error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	all, errs := library(st)
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIT\tRULES\tTRUST\tORIGIN\tTITLE")
	for _, k := range all {
		tier, _ := k.Trust()
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", k.Ref(), len(k.Rules), tier, clean(k.Origin), clean(k.Title.In("en")))
	}
	if err := w.Flush(); err != nil {
		return incomplete(err, "")
	}
	for _, err := range errs {
		fmt.Fprintln(p.stderr, "warning: "+clean(err.Error()))
	}
	return nil
}

func clean(s string) string { return probes.Clean(s, 200) }

func (p *program) kitShow(name string, raw bool) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	k, err := p.findKit(st, name)
	if err != nil {
		return err
	}
	switch {
	case raw && !p.terminal:
		_, err = p.stdout.Write(k.Raw)
	case raw:
		for line := range strings.Lines(string(k.Raw)) {
			fmt.Fprintln(p.stdout, probes.Clean(strings.TrimRight(line, "\r\n"), 4096))
		}
	default:
		err = printKit(p.stdout, k)
	}
	return incomplete(err, "")
}

func (p *program) kitImport(files []string, replace bool) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	for _, f := range files {
		k, err := p.readKit(f)
		if err != nil {
			return err
		}
		added, err := st.PutKit(k, replace)
		if err != nil {
			return usage(err, "")
		}
		word := "imported"
		if !added {
			word = "already there, unchanged:"
		} else if err := p.engine(st).record(store.KitImported, k.Ref(), clean(k.Origin), "sha256:"+k.Digest); err != nil {
			return err
		}
		tier, why := k.Trust()
		fmt.Fprintf(p.stdout, "%s %s: %d rules, trust %s (%s)\n", word, k.Ref(), len(k.Rules), tier, why)
	}
	return nil
}

// printKit writes a kit for a person.
func printKit(out io.Writer, k *kits.Kit) error {
	tier, why := k.Trust()
	fmt.Fprintf(out, "%s  %s\n%s\n\n", k.Ref(), clean(k.Title.In("en")), probes.Clean(k.Description.In("en"), 4000))
	fmt.Fprintf(out, "trust   %s: %s\ndigest  sha256:%s\norigin  %s\n\n", tier, why, k.Digest, clean(k.Origin))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "#\tAPP ID\tACTION\tDIRECTION\tZONES\tRISK\tPROFILES\tDECRYPTION\tLOGGING\tSERVICES")
	for i := range k.Rules {
		r := &k.Rules[i]
		var services []string
		for _, s := range kits.ServicesFor(r) {
			services = append(services, s.ID)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s -> %s\t%d\t%s\t%s\t%s\t%s\n", i, clean(r.App.ID), r.Action, r.Direction,
			clean(strings.Join(r.From, ", ")), clean(strings.Join(r.To, ", ")), r.App.Risk,
			strings.Join(profileNames(&r.Profiles), ", "), clean(r.Decryption.Mode), clean(r.Logging.Forwarding), strings.Join(services, ", "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nthreat model\n%s\n\nattacker's goal\n%s\n\nkey controls  %s\n\nATT&CK\n",
		probes.Clean(k.Threat.Summary.In("en"), 4000), probes.Clean(k.Threat.AttackerGoal.In("en"), 4000),
		clean(strings.Join(k.Threat.KeyControls, ", ")))
	for _, t := range k.Techniques {
		fmt.Fprintf(out, "%-10s %-45s %s\n", clean(t.ID), clean(t.Name), clean(t.Tactic))
	}
	fmt.Fprintln(out, "\nsources")
	for _, r := range k.References {
		fmt.Fprintf(out, "%s  %s  retrieved %s\n", clean(r.Title), clean(r.URL), clean(r.Retrieved))
		for _, e := range r.Endpoints {
			fmt.Fprintf(out, "  %s\n", clean(e))
		}
	}
	fmt.Fprintln(out, "\nrationale")
	for i := range k.Rules {
		if _, err := fmt.Fprintf(out, "%s: %s\n", clean(k.Rules[i].App.ID), probes.Clean(k.Rules[i].Rationale.In("en"), 4000)); err != nil {
			return err
		}
	}
	return nil
}

func profileNames(p *kits.Profiles) []string {
	var out []string
	for _, e := range []struct {
		name string
		on   bool
	}{
		{"antivirus", p.Antivirus != nil}, {"ips", p.IPS != nil}, {"url_filtering", p.URLFiltering != nil},
		{"sandboxing", p.Sandboxing != nil}, {"dns_security", p.DNSSecurity != nil},
	} {
		if e.on {
			out = append(out, e.name)
		}
	}
	return out
}
