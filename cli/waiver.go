package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

func (p *program) waiverCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "waiver", Short: "Deviations that are accepted for a while: add, approve, withdraw, list, export",
		Long: "A waiver accepts one known deviation for at most 180 days. It is bound to what was seen, it counts once somebody else\n" +
			"has approved it, and it never changes a verdict. Waivers stand in the site file or in the store; both count.",
		Args: cobra.NoArgs, RunE: needsSubcommand,
	}
	cmd.AddCommand(p.waiverAddCommand(), p.waiverApproveCommand(), p.waiverWithdrawCommand(), p.waiverListCommand(), p.waiverExportCommand())
	return cmd
}

// waiverFlags are the flags of waiver add.
type waiverFlags struct {
	run, target, service, rule string
	reason, ticket, approved   string
	requested, starts, expires string
}

func (p *program) waiverAddCommand() *cobra.Command {
	var f waiverFlags
	cmd := &cobra.Command{
		Use: "add", Short: "Ask for a waiver of what a run has found", Args: cobra.NoArgs,
		Long: "add looks up the deviations of a target and a service in a stored run and asks for a waiver of each, bound to what\n" +
			"answered there. Somebody else approves it under their own login: oobscope waiver approve ID. Where they cannot reach this\n" +
			"store, --approved-by names them; reports and the trail then say that the approver was named, and by whom.",
		Example: "  oobscope waiver add --target 198.18.1.40 --service cim-http --reason \"array is replaced in Q1\" --ticket CHG-4411 --expires 90d",
		RunE:    func(*cobra.Command, []string) error { return p.waiverAdd(&f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.run, "run", nameLast, "the run that found the deviation")
	fl.StringVar(&f.target, "target", "", "address")
	fl.StringVar(&f.service, "service", "", "service of the catalogue")
	fl.StringVar(&f.rule, "rule", "", "only what this rule decides; - for what no rule decides (default: whichever decides)")
	fl.StringVar(&f.reason, "reason", "", "why it is accepted")
	fl.StringVar(&f.ticket, "ticket", "", "number of the change or exception")
	fl.StringVar(&f.expires, "expires", "", "last day, 2027-01-31, or a number of days, 90d; at most 180 days")
	fl.StringVar(&f.starts, "starts", "", "first day (default: today)")
	fl.StringVar(&f.requested, "requested-by", "", "who asks for it (default: you)")
	fl.StringVar(&f.approved, "approved-by", "", "who approved it, if they cannot do so here")
	return cmd
}

func (p *program) waiverAdd(f *waiverFlags) error {
	addr, err := netip.ParseAddr(f.target)
	switch {
	case err != nil:
		return usage(fmt.Errorf("--target %s: expected one address", clean(f.target)), "")
	case kits.ServiceByID(f.service) == nil:
		return usage(fmt.Errorf("--service %s: expected a service of the catalogue", clean(f.service)), "")
	case f.expires == "":
		return usage(errors.New("--expires: a waiver needs an end"), "a day, 2027-01-31, or a number of days, 90d; at most 180 days")
	}
	st, names, err := p.openRuns("")
	if err != nil {
		return err
	}
	defer st.Close()
	run, err := names.find(f.run, nil)
	if err != nil {
		return err
	}
	eng := p.engine(st)
	stored, err := eng.open(run.ID)
	if err != nil {
		return err
	}
	defer stored.Close()
	res := stored.Results
	forms := eng.waiverForms(res, stored.Evidence, deviating(res, addr, f))
	if len(forms) == 0 {
		return usage(fmt.Errorf("run %s has no deviation of %s on %s that could be waived", run.ID, f.service, addr),
			"what was not verified cannot be accepted; see: oobscope run show "+run.ID)
	}
	for i := range forms {
		f.fill(&forms[i], p.now())
	}
	list, err := eng.requestWaivers(res.Scope.Site, run.ID, forms)
	for i := range list {
		fmt.Fprintln(p.stdout, waiverWords(&list[i]))
	}
	return usage(err, "nothing was stored")
}

// deviating lists the deviating flows of one target and service.
func deviating(res *audit.Results, target netip.Addr, f *waiverFlags) []probes.FlowID {
	var out []probes.FlowID
	plan := res.Scope.Plan
	for i := range res.Hosts {
		h := plan.Host(i)
		if h.Addr != target {
			continue
		}
		for id := h.First; id < h.First+probes.FlowID(h.Count); id++ {
			fl := plan.Flow(id)
			rule := ruleName(res.Scope.RuleID(res.Scope.Decision(fl).Rule))
			if fl.Endpoint.Service == f.service && (f.rule == "" || f.rule == rule) {
				out = append(out, id)
			}
		}
	}
	return out
}

// fill writes what the flags say into a form.
func (f *waiverFlags) fill(form *audit.WaiverForm, now time.Time) {
	form.Reason, form.Ticket, form.ApprovedBy = f.reason, f.ticket, f.approved
	if f.starts != "" {
		form.Starts = f.starts
	}
	if f.requested != "" {
		form.RequestedBy = f.requested
	}
	form.Expires = f.expires
	if days, ok := strings.CutSuffix(f.expires, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 10_000 {
			form.Expires = now.UTC().AddDate(0, 0, n).Format(time.DateOnly)
		}
	}
}

// waiverWords is one waiver for a person.
func waiverWords(r *audit.WaiverRecord) string {
	rule := "rule " + clean(r.Rule)
	if r.Rule == "" {
		rule = "no rule"
	}
	words := fmt.Sprintf("%s: %s on %s for %s (%s), %s to %s", r.ID, r.Verdict, r.Target, r.Service, rule, r.Starts, r.Expires)
	if r.Pending() {
		return words + "; it counts once somebody else approves it: oobscope waiver approve " + r.ID
	}
	return words + "; approved by " + clean(r.ApprovedBy)
}

func (p *program) waiverApproveCommand() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use: "approve ID...", Short: "Approve what somebody else asked for, under your own login", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			return p.changeWaivers(ids, func(e *engine, id string) (audit.WaiverRecord, error) { return e.approveWaiver(id, note) }, "approved")
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "a word for the record")
	return cmd
}

func (p *program) waiverWithdrawCommand() *cobra.Command {
	var note string
	cmd := &cobra.Command{
		Use: "withdraw ID...", Short: "Make waivers count no more; they stay on record", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, ids []string) error {
			return p.changeWaivers(ids, func(e *engine, id string) (audit.WaiverRecord, error) { return e.withdrawWaiver(id, note) }, "withdrawn")
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "why")
	return cmd
}

func (p *program) changeWaivers(ids []string, change func(*engine, string) (audit.WaiverRecord, error), word string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	eng := p.engine(st)
	for _, id := range ids {
		rec, err := change(eng, id)
		if err != nil {
			return usage(err, "known waivers: oobscope waiver list")
		}
		fmt.Fprintf(p.stdout, "%s %s: %s on %s for %s until %s\n", word, rec.ID, rec.Verdict, rec.Target, rec.Service, rec.Expires)
	}
	return nil
}
