package report

import (
	"fmt"
	"html"
	"io"
	"strings"

	"oobscope/audit"
)

// writeMarkdown writes the report as GitHub-flavoured Markdown, one table for each section.
func writeMarkdown(w io.Writer, s *Source) error {
	d := s.digest()
	p := &printer{w: w}
	p.line("# Out-of-band segment held against its policy")
	for _, c := range d.cautions {
		p.line("\n> **%s**", md(c))
	}
	p.line("")
	p.row("Fact", "Value")
	p.row("---", "---")
	for _, f := range d.facts {
		p.cells(f[0], f[1])
	}
	p.mdGroups("Findings, worst first", d.findings, "None: nothing that was tested deviates from the policy.")
	if len(d.waived) > 0 {
		p.mdGroups("Waived deviations", d.waived, "")
	}
	p.line("\n## Weaknesses that services showed before any login\n")
	if len(d.weak) == 0 {
		p.line("None seen.")
	} else {
		p.row("Flows", "Weakness", "Meaning")
		p.row("---:", "---", "---")
	}
	for _, l := range d.weak {
		p.cells(fmt.Sprint(l.flows), l.slug, l.title)
	}
	p.line("\n## Rules\n")
	p.row("#", "Rule", "Action", "Tested", "Conforms", "Deviates", "Unverifiable", "Not tested", "Worst")
	p.row("---:", "---", "---", "---:", "---:", "---:", "---:", "---:", "---")
	for _, l := range d.rules {
		p.cells(l.index, l.app, l.action, fmt.Sprint(l.tested), fmt.Sprint(l.conforms), fmt.Sprint(l.deviations),
			fmt.Sprint(l.unverifiable), fmt.Sprint(l.notTested), l.worst)
	}
	p.mdGroups("What could not be tested, and why", d.blanks, "Nothing: every flow in scope was tested.")
	if len(d.waivers) > 0 {
		p.line("\n## Waivers\n")
		for _, l := range d.waivers {
			p.line("- %s", md(l))
		}
	}
	p.line("\n%s", md(d.exit))
	return p.err
}

func (p *printer) mdGroups(title string, list []group, none string) {
	p.line("\n## %s\n", title)
	if len(list) == 0 {
		p.line("%s", none)
		return
	}
	p.row("Severity", "Verdict", "Service", "Rule", "Flows", "Hosts", "Meaning")
	p.row("---", "---", "---", "---", "---:", "---", "---")
	for i := range list {
		if i == shown {
			p.line("\nAnd %d more; the jsonl format has all of them.", len(list)-shown)
			return
		}
		g := &list[i]
		severity := "-"
		if g.verdict.Deviation() {
			severity = audit.SeverityWord(g.severity)
		}
		p.cells(severity, g.verdict.String(), g.services(), g.rule, fmt.Sprint(g.lines), g.who(), g.words())
	}
}

// row writes a row of our own words.
func (p *printer) row(cells ...string) { p.line("| %s |", strings.Join(cells, " | ")) }

// cells writes a row of words from anywhere.
func (p *printer) cells(cells ...string) {
	for i := range cells {
		cells[i] = md(cells[i])
	}
	p.row(cells...)
}

var mdEscapes = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "#", `\#`, "!", `\!`,
	"://", `\://`, "@", `\@`, "www.", `www\.`,
)

// md makes text inert in Markdown: no markup, no HTML, no table border, and no address that a renderer
// would turn into a link.
func md(s string) string { return html.EscapeString(mdEscapes.Replace(s)) }
