package cli

import (
	"bufio"
	"fmt"
	"net/netip"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/audit/nftables"
)

type kitExportFlags struct{ format, site, output string }

func (p *program) kitExportCommand() *cobra.Command {
	var f kitExportFlags
	cmd := &cobra.Command{
		Use:   "export [ID|FILE...]",
		Short: "Write a kit as its file, or kits and a site as an nftables ruleset",
		Long: "export writes one kit as the file it was read from, or, with --format nftables --site FILE, the kits (default: those\n" +
			"in use) as the ruleset of a forwarding firewall between the site's zones. It is never loaded: that is yours to do.",
		RunE: func(_ *cobra.Command, args []string) error { return p.kitExport(args, &f) },
	}
	cmd.Flags().StringVar(&f.format, "format", "yaml", "yaml (the file as it was read) or nftables")
	cmd.Flags().StringVar(&f.site, "site", "", "site file, for nftables")
	cmd.Flags().StringVar(&f.output, "output", "-", "file to write; - is standard output")
	return cmd
}

func (p *program) kitExport(names []string, f *kitExportFlags) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	ks, err := p.chooseKits(st, names)
	if err != nil {
		return err
	}
	switch {
	case f.format == "yaml" && len(names) == 1:
		return p.emit(f.output, func(w *bufio.Writer) error {
			_, err := w.Write(ks[0].Raw)
			return err
		})
	case f.format == "yaml":
		return usage(fmt.Errorf("kit export: found %d kits, expected one", len(names)), "known kits: oobscope kit list")
	case f.format != "nftables":
		return usage(fmt.Errorf("--format %s: expected yaml or nftables", clean(f.format)), "")
	case f.site == "":
		return usage(fmt.Errorf("kit export --format nftables: no site file"), "the zones and targets come from it: --site FILE")
	}
	site, err := p.readSite(f.site)
	if err != nil {
		return err
	}
	// The ruleset is the same from wherever it is written, so no route is looked up.
	nowhere := audit.Vantage{Path: func(netip.Addr) (audit.Path, bool) { return audit.Path{}, false }}
	scope, err := audit.NewScope(ks, site, nowhere, audit.Options{})
	if err != nil {
		return usage(err, "")
	}
	return usage(p.emit(f.output, func(w *bufio.Writer) error { return nftables.Write(w, scope) }), "")
}

// emit writes to a file, or to standard output for "-".
func (p *program) emit(name string, fill func(*bufio.Writer) error) error {
	if name != "-" && name != "" {
		return writeFile(name, fill)
	}
	out := bufio.NewWriterSize(p.stdout, 64<<10)
	if err := fill(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return incomplete(fmt.Errorf("write to standard output: %w", err), "")
	}
	return nil
}
