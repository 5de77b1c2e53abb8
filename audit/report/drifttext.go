package report

import (
	"fmt"
	"io"

	"oobscope/audit"
)

// writeDriftText writes the drift for people: what is new first.
func writeDriftText(w io.Writer, s *DriftSource) error {
	d := s.digest()
	p := &printer{w: w}
	p.line("oobscope: what changed between two runs")
	for _, c := range d.cautions {
		p.line("! %s", c)
	}
	p.line("")
	p.table(func(t io.Writer) {
		for _, f := range d.facts {
			fmt.Fprintf(t, "%s\t%s\n", f[0], f[1])
		}
	})
	for i := range d.sections {
		p.driftGroups(&d.sections[i])
	}
	p.driftTable("Rules", "rule", d.rules)
	p.driftTable("Services", "service", d.services)
	p.driftTable("Hosts with changes", "host", d.hosts)
	p.line("")
	p.line("%s", d.exit)
	return p.err
}

func (p *printer) driftGroups(sec *driftSection) {
	p.section(sec.title)
	if len(sec.groups) == 0 {
		p.line("  none")
	}
	for i, g := range sec.groups {
		if i == shown {
			p.line("  and %d more; the jsonl format has all of them", len(sec.groups)-shown)
			return
		}
		p.line("  %s: %s (%s)", g.word, g.where, g.rule)
		p.line("    %s", g.words)
		p.line("    %s: %s", count(g.lines, "flow"), g.who())
	}
}

var driftHeads = []string{"new", "updated", "uncovered", "absent", "unchanged", "lost", "gained"}

func driftCells(t *audit.DriftTally) []int {
	return []int{t.Of(audit.New), t.Of(audit.Updated), t.Of(audit.Uncovered), t.Of(audit.Absent), t.Standing, t.Lost, t.Gained}
}

func (p *printer) driftTable(title, what string, rows []driftRow) {
	if len(rows) == 0 {
		return
	}
	p.section(title)
	p.table(func(w io.Writer) {
		fmt.Fprintf(w, "  %s", what)
		for _, h := range driftHeads {
			fmt.Fprintf(w, "\t%s", h)
		}
		fmt.Fprintln(w)
		for i := range rows[:min(len(rows), shown)] {
			fmt.Fprintf(w, "  %s", rows[i].name)
			for _, n := range driftCells(&rows[i].tally) {
				fmt.Fprintf(w, "\t%d", n)
			}
			fmt.Fprintln(w)
		}
	})
	if len(rows) > shown {
		p.line("  and %d more; the jsonl format has all of them", len(rows)-shown)
	}
}

// writeDriftMarkdown writes the drift as GitHub-flavoured Markdown.
func writeDriftMarkdown(w io.Writer, s *DriftSource) error {
	d := s.digest()
	p := &printer{w: w}
	p.line("# What changed between two runs")
	for _, c := range d.cautions {
		p.line("\n> **%s**", md(c))
	}
	p.line("")
	p.row("Fact", "Value")
	p.row("---", "---")
	for _, f := range d.facts {
		p.cells(f[0], f[1])
	}
	for i := range d.sections {
		p.mdDriftGroups(&d.sections[i])
	}
	p.mdDriftTable("Rules", "Rule", d.rules)
	p.mdDriftTable("Services", "Service", d.services)
	p.mdDriftTable("Hosts with changes", "Host", d.hosts)
	p.line("\n%s", md(d.exit))
	return p.err
}

func (p *printer) mdDriftGroups(sec *driftSection) {
	p.line("\n## %s\n", sec.title)
	if len(sec.groups) == 0 {
		p.line("None.")
		return
	}
	p.row("Deviation", "Service", "Rule", "Flows", "Hosts", "What changed")
	p.row("---", "---", "---", "---:", "---", "---")
	for i, g := range sec.groups {
		if i == shown {
			p.line("\nAnd %d more; the jsonl format has all of them.", len(sec.groups)-shown)
			return
		}
		p.cells(g.word, g.where, g.rule, fmt.Sprint(g.lines), g.who(), g.words)
	}
}

func (p *printer) mdDriftTable(title, what string, rows []driftRow) {
	if len(rows) == 0 {
		return
	}
	p.line("\n## %s\n", title)
	p.row(what, "New", "Updated", "Uncovered", "Absent", "Unchanged", "Lost", "Gained")
	p.row("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
	for i := range rows[:min(len(rows), shown)] {
		cells := []string{rows[i].name}
		for _, n := range driftCells(&rows[i].tally) {
			cells = append(cells, fmt.Sprint(n))
		}
		p.cells(cells...)
	}
	if len(rows) > shown {
		p.line("\nAnd %d more; the jsonl format has all of them.", len(rows)-shown)
	}
}
