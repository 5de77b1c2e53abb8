package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/audit"
)

// trendFlags are the flags of run list --trend.
type trendFlags struct {
	on   bool
	site string
	last int
}

func (f *trendFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.on, "trend", false, "show the deviations of each rule over the runs of a site, oldest first")
	cmd.Flags().StringVar(&f.site, "site", "", "with --trend: name of the site (default: that of the last run)")
	cmd.Flags().IntVar(&f.last, "last", 30, "with --trend: how many runs")
}

// runTrend prints a line for each rule: its deviations over the runs, from the records in the list of runs.
func (p *program) runTrend(f *trendFlags) error {
	if f.last < 1 || f.last > 500 {
		return usage(fmt.Errorf("--last %d: expected 1 to 500", f.last), "")
	}
	st, names, err := p.openRuns(f.site)
	if err != nil {
		return err
	}
	defer st.Close()
	newest, err := names.last()
	if err != nil {
		return err
	}
	t := audit.TrendOf(names.runs, newest.Site, f.last)
	if len(t.Runs) == 0 {
		return usage(fmt.Errorf("site %s has no run but of a few chosen flows, and those make no trend", clean(newest.Site)), "known runs: oobscope run list")
	}
	first := t.Runs[0]
	fmt.Fprintf(p.stdout, "site %s: %s from %s to %s, oldest first\n", clean(newest.Site), plural(len(t.Runs), "run"),
		first.Started.UTC().Format("2006-01-02"), newest.Started.UTC().Format("2006-01-02"))
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tDEVIATIONS\tBEFORE\tNOW\tTESTED NOW")
	for i := range t.Rules {
		r := &t.Rules[i]
		name := clean(r.Rule)
		if name == "" {
			name = "(no rule)"
		}
		before, now := "-", "-"
		if n := len(r.Points); n > 1 && r.Points[n-2].Known {
			before = fmt.Sprint(r.Points[n-2].Deviations)
		}
		tested := "-"
		if p := &r.Points[len(r.Points)-1]; p.Known {
			now = fmt.Sprint(p.Deviations)
			tested = fmt.Sprintf("%d of %d", p.Tested, p.Flows())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, sparkline(r.Points, p.asciiOnly("auto")), before, now, tested)
	}
	if err := w.Flush(); err != nil {
		return incomplete(err, "")
	}
	fmt.Fprintln(p.stdout, sparkLegend(p.asciiOnly("auto")))
	return nil
}

// The levels of a sparkline, from none to the most that the rule ever had here.
var (
	sparks      = []rune("▁▂▃▄▅▆▇█")
	sparksASCII = []rune("_123456789")
)

// sparkline draws the deviations of one rule, each run one character. Where a run tested less than half of what the
// best one did, its few deviations say nothing: that is a question mark. No record is a dot.
func sparkline(points []audit.TrendPoint, ascii bool) string {
	levels := sparks
	if ascii {
		levels = sparksASCII
	}
	most, best := 0, 0.0
	for i := range points {
		most, best = max(most, points[i].Deviations), max(best, points[i].Coverage())
	}
	var b strings.Builder
	for i := range points {
		p := &points[i]
		switch {
		case !p.Known:
			b.WriteRune('.')
		case p.Tested == 0 || p.Coverage() < best/2:
			b.WriteRune('?')
		case p.Deviations == 0:
			b.WriteRune(levels[0])
		default: // rounded up: one deviation is never drawn as none
			top := len(levels) - 1
			b.WriteRune(levels[(p.Deviations*top+most-1)/most])
		}
	}
	return b.String()
}

func sparkLegend(ascii bool) string {
	levels := sparks
	if ascii {
		levels = sparksASCII
	}
	return fmt.Sprintf("%c none, %c the most that the rule had in these runs, ? too little tested to compare, . not in that run",
		levels[0], levels[len(levels)-1])
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
