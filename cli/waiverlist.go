package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/store"
)

func (p *program) waiverListCommand() *cobra.Command {
	var site, format string
	var all bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the waivers of the store and of the stored site files", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return p.waiverList(site, format, all) },
	}
	cmd.Flags().StringVar(&site, "site", "", "only of this site")
	cmd.Flags().StringVar(&format, "format", "text", "text or jsonl")
	cmd.Flags().BoolVar(&all, "all", false, "withdrawn and expired ones too")
	return cmd
}

// listedWaiver is a line of waiver list.
type listedWaiver struct {
	Site   string             `json:"site"`
	Origin audit.WaiverOrigin `json:"origin"`
	State  string             `json:"state"`
	audit.WaiverForm
	Named bool `json:"approver_named"`
}

func (p *program) waiverList(site, format string, all bool) error {
	if format != "text" && format != "jsonl" {
		return usage(fmt.Errorf("--format %s: expected text or jsonl", clean(format)), "")
	}
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	list, troubles := p.everyWaiver(st, site)
	if !all {
		list = slices.DeleteFunc(list, func(w listedWaiver) bool { return w.State == "withdrawn" || w.State == string(audit.WaiverExpired) })
	}
	if format == "jsonl" {
		enc := json.NewEncoder(p.stdout)
		for _, w := range list {
			if err := enc.Encode(w); err != nil {
				return incomplete(err, "")
			}
		}
	} else if err := p.waiverTable(list); err != nil {
		return incomplete(err, "")
	}
	if len(troubles) > 0 {
		return incomplete(errors.Join(troubles...), "such a waiver does not count")
	}
	return nil
}

// everyWaiver gathers the waivers of the stored site files and of the store.
func (p *program) everyWaiver(st *store.Store, site string) (list []listedWaiver, troubles []error) {
	sites, errs := st.Sites()
	troubles = append(troubles, errs...)
	for _, s := range sites {
		read, err := audit.ReadSite(s.Name, s.Raw)
		switch {
		case err != nil:
			troubles = append(troubles, err)
		case site == "" || site == s.Name:
			for i := range read.Waivers {
				w := &read.Waivers[i]
				list = append(list, listedWaiver{s.Name, w.Origin, p.stateNow(w), w.Form(), false})
			}
		}
	}
	records, errs := st.Waivers(site)
	troubles = append(troubles, errs...)
	for i := range records {
		r := &records[i]
		w, err := r.Waiver()
		if err != nil {
			troubles = append(troubles, err)
			continue
		}
		state := p.stateNow(&w)
		if r.Withdrawn != nil {
			state = "withdrawn"
		}
		list = append(list, listedWaiver{r.Site, w.Origin, state, r.WaiverForm, w.Named})
	}
	return list, troubles
}

// stateNow is what can be said of a waiver without a run.
func (p *program) stateNow(w *audit.Waiver) string { return string(w.StateAt(p.now())) }

func (p *program) waiverTable(list []listedWaiver) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tSITE\tIN\tTARGET\tSERVICE\tVERDICT\tRULE\tEXPIRES\tREQUESTED BY\tAPPROVED BY\tTICKET")
	for _, l := range list {
		approved := clean(l.ApprovedBy)
		if l.Named {
			approved += " (named)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(l.ID), l.State, clean(l.Site), l.Origin, clean(l.Target), clean(l.Service),
			clean(l.Verdict), ruleName(l.Rule), clean(l.Expires), clean(l.RequestedBy), approved, clean(l.Ticket))
	}
	return w.Flush()
}

func (p *program) waiverExportCommand() *cobra.Command {
	var site, output string
	cmd := &cobra.Command{
		Use: "export [ID...]", Short: "Print approved waivers of the store as YAML for the site file",
		RunE: func(_ *cobra.Command, ids []string) error { return p.waiverExport(ids, site, output) },
	}
	cmd.Flags().StringVar(&site, "site", "", "only of this site")
	cmd.Flags().StringVar(&output, "output", "-", "file to write to; - is standard output")
	return cmd
}

func (p *program) waiverExport(ids []string, site, output string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	records, troubles := st.Waivers(site)
	text := "waivers:\n"
	n := 0
	unknown := slices.Clone(ids)
	for i := range records {
		r := &records[i]
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
		unknown = slices.DeleteFunc(unknown, func(id string) bool { return id == r.ID })
		switch {
		case r.Withdrawn != nil:
		case r.ApprovedBy == "":
			fmt.Fprintf(p.stderr, "left out: %s is not approved yet\n", r.ID)
		default:
			text += audit.FormYAML(r.WaiverForm)
			n++
		}
	}
	switch {
	case len(unknown) > 0:
		return usage(fmt.Errorf("waiver %s: not in the store", clean(unknown[0])), "known waivers: oobscope waiver list --all")
	case len(troubles) > 0:
		return incomplete(errors.Join(troubles...), "")
	case n == 0:
		return usage(errors.New("no approved waiver to export"), "known waivers: oobscope waiver list --all")
	}
	return incomplete(p.emit(output, func(out *bufio.Writer) error {
		_, err := out.WriteString(text)
		return err
	}), "")
}
