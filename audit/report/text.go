package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"oobscope/audit"
)

// shown is how many groups a section for people lists; programs get them all.
const shown = 40

// writeText writes the report for people: verdict first, then what is wrong, then what is not known.
func writeText(w io.Writer, s *Source) error {
	d := s.digest()
	p := &printer{w: w}
	p.line("oobscope: the out-of-band segment, held against its policy")
	for _, c := range d.cautions {
		p.line("! %s", c)
	}
	p.line("")
	p.table(func(t io.Writer) {
		for _, f := range d.facts {
			fmt.Fprintf(t, "%s\t%s\n", f[0], f[1])
		}
	})
	p.groups("Findings, worst first", d.findings, "none: nothing that was tested deviates from the policy")
	if len(d.waived) > 0 {
		p.groups("Waived deviations", d.waived, "")
	}
	p.section("Weaknesses that services showed before any login")
	if len(d.weak) == 0 {
		p.line("  none seen")
	}
	p.table(func(t io.Writer) {
		for _, l := range d.weak {
			fmt.Fprintf(t, "  %d\t%s\t%s\n", l.flows, l.slug, l.title)
		}
	})
	p.section("Rules")
	p.table(func(t io.Writer) {
		fmt.Fprintln(t, "  #\trule\taction\ttested\tconforms\tdeviates\tunverifiable\tnot tested\tworst")
		for _, l := range d.rules {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\n", l.index, l.app, l.action, l.tested, l.conforms, l.deviations, l.unverifiable, l.notTested, l.worst)
		}
	})
	p.groups("What could not be tested, and why", d.blanks, "nothing: every flow in scope was tested")
	if len(d.waivers) > 0 {
		p.section("Waivers")
		for _, l := range d.waivers {
			p.line("  %s", l)
		}
	}
	p.line("")
	p.line("%s", d.exit)
	return p.err
}

// printer keeps the first error, so that the layout reads without it.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) section(title string) { p.line("\n%s", title) }

func (p *printer) table(fill func(io.Writer)) {
	if p.err != nil {
		return
	}
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fill(t)
	t.Flush() // into memory: it cannot fail
	for row := range strings.Lines(b.String()) {
		p.line("%s", strings.TrimRight(row, " \n"))
	}
}

func (p *printer) groups(title string, list []group, none string) {
	p.section(title)
	if len(list) == 0 {
		p.line("  %s", none)
	}
	for i := range list {
		if i == shown {
			p.line("  and %d more; the jsonl format has all of them", len(list)-shown)
			break
		}
		g := &list[i]
		word := g.verdict.String()
		if g.verdict.Deviation() {
			word = strings.ToUpper(audit.SeverityWord(g.severity)) + " " + word
		}
		p.line("  %s: %s (%s)", word, g.services(), g.rule)
		p.line("    %s", g.words())
		p.line("    %s: %s", count(g.lines, "flow"), g.who())
	}
}
