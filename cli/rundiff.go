package cli

import (
	"bufio"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/audit/report"
	"oobscope/kits"
)

// diffFlags are the flags of run diff.
type diffFlags struct {
	format, output, failOn, site string
	rules, services, hosts, only []string
	budget                       int // percent
}

func (p *program) runDiffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [EARLIER [LATER]]",
		Short: "Hold two runs against each other: new, updated, uncovered, absent, unchanged",
		Long: "diff says what became of each flow between two runs. Only proof makes a deviation absent: what the later run did\n" +
			"not test or could not verify is uncovered, so a smaller, partial or tainted run never looks like a fix.\n" +
			runNamesHelp + "\nWithout LATER it is the last run; without EARLIER the baseline of its site, else the run before it.\n\n" +
			"Exit codes: 0 nothing new or updated at or above --fail-on (waived deviations do not count), 1 something is,\n" +
			"2 wrong call, 3 the runs have no flow in common, or the later one proves nothing of more than --max-uncovered\n" +
			"percent of what the earlier one proved, so that it cannot say that nothing is new.",
		Example: "  oobscope run diff\n  oobscope run diff baseline last --only new,updated --format jsonl\n  oobscope run diff 01JD 01JE --rule clear_text_mgmt",
		Args:    cobra.MaximumNArgs(2),
		RunE:    func(_ *cobra.Command, args []string) error { return p.runDiff(args, &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "text", strings.Join(report.DriftNames(), ", "))
	fl.StringVar(&f.output, "output", "-", "file to write the report to; - is standard output")
	fl.StringVar(&f.failOn, "fail-on", "low", "exit 1 at a new or updated deviation of this severity or above")
	fl.StringVar(&f.site, "site", "", "name of the site whose last run is meant, if the store has several")
	fl.StringSliceVar(&f.rules, "rule", nil, "only flows that these rules decide; - for those that no rule decides")
	fl.StringSliceVar(&f.services, "service", nil, "only these services")
	fl.StringSliceVar(&f.hosts, "host", nil, "only these addresses or prefixes")
	fl.StringSliceVar(&f.only, "only", nil, "list only these changes: new, updated, uncovered, absent, unchanged; the exit code counts all")
	fl.IntVar(&f.budget, "max-uncovered", int(audit.UncoveredBudget*100), "percent of what was proved before that may be left unproved; more exits 3")
	return cmd
}

func (p *program) runDiff(args []string, f *diffFlags) error {
	failOn, ok := audit.ParseSeverity(f.failOn)
	switch {
	case !ok:
		return usage(fmt.Errorf("--fail-on %s: expected info, low, medium, high or critical", clean(f.failOn)), "")
	case !slices.Contains(report.DriftNames(), f.format):
		return usage(fmt.Errorf("--format %s: expected %s", clean(f.format), strings.Join(report.DriftNames(), ", ")), "")
	case f.budget < 0 || f.budget > 100:
		return usage(fmt.Errorf("--max-uncovered %d: expected 0 to 100", f.budget), "")
	}
	sel, err := f.selection()
	if err != nil {
		return err
	}
	st, names, err := p.openRuns(f.site)
	if err != nil {
		return err
	}
	defer st.Close()
	before, after, err := names.pair(args)
	if err != nil {
		return err
	}
	drift, done, err := p.engine(st).drift(before, after)
	if err != nil {
		return err
	}
	defer done()
	if err := knownRules(drift, sel.Rules); err != nil {
		return err
	}
	code := drift.Exit(sel, failOn, float64(f.budget)/100)
	src := report.DriftSource{Before: before, After: after, Drift: drift, Selection: sel, Exit: code}
	if err := p.emit(f.output, func(out *bufio.Writer) error { return report.WriteDrift(out, f.format, src) }); err != nil {
		return incomplete(err, "")
	}
	p.exit = code
	return nil
}

// drift opens two stored runs and compares them; done closes both. The earlier run is judged with the waivers that
// counted when it ended, the later one with those that count now: a waiver that lapsed in between shows.
func (e *engine) drift(before, after audit.Run) (d *audit.Drift, done func(), err error) {
	then := before.Ended
	if then.IsZero() {
		then = before.Started
	}
	earlier, err := e.openAt(before.ID, then)
	if err != nil {
		return nil, nil, err
	}
	later, err := e.openAt(after.ID, e.now())
	if err != nil {
		return nil, nil, errors.Join(err, earlier.Close())
	}
	seen := audit.Seen{Before: earlier.Evidence, After: later.Evidence}
	return audit.Compare(earlier.Results, later.Results, seen), func() {
		_, _ = earlier.Close(), later.Close() // read only: nothing can be lost
	}, nil
}

// selection turns the flags into what the report is about.
func (f *diffFlags) selection() (audit.Selection, error) {
	sel := audit.Selection{Services: f.services}
	for _, r := range f.rules {
		if r == "-" {
			r = ""
		}
		sel.Rules = append(sel.Rules, r)
	}
	for _, s := range f.services {
		if kits.ServiceByID(s) == nil {
			return sel, usage(fmt.Errorf("--service %s: not a service of the catalogue", clean(s)), "oobscope kit show names them")
		}
	}
	for _, h := range f.hosts {
		prefix, err := parsePrefix(h)
		if err != nil {
			return sel, usage(fmt.Errorf("--host %s: expected an address or a prefix such as 198.18.1.0/24", clean(h)), "")
		}
		sel.Hosts = append(sel.Hosts, prefix.Masked())
	}
	for _, o := range f.only {
		c, ok := audit.ParseChange(strings.TrimSpace(o))
		if !ok {
			return sel, usage(fmt.Errorf("--only %s: expected new, updated, uncovered, absent, unchanged", clean(o)), "")
		}
		sel.Changes = append(sel.Changes, c)
	}
	return sel, nil
}

// knownRules refuses a rule that neither run has: a misspelt one would look like a quiet run.
func knownRules(d *audit.Drift, wanted []string) error {
	known := d.RuleIDs()
	for _, r := range wanted {
		if !slices.Contains(known, r) {
			for i := range known {
				known[i] = ruleName(known[i])
			}
			return usage(fmt.Errorf("--rule %s: no flow of either run is decided by it", ruleName(r)),
				"rules of these runs: "+strings.Join(known, ", "))
		}
	}
	return nil
}

// ruleName is how a rule is named on the command line.
func ruleName(id string) string {
	if id == "" {
		return "-"
	}
	return clean(id)
}
