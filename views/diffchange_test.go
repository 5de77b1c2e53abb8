package views

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

func TestFixtureHoldsEveryChange(t *testing.T) {
	t.Parallel()
	total := driftState().Drift.Total
	for _, c := range audit.Changes() {
		if total.Of(c) == 0 {
			t.Errorf("nothing is %s: %+v", c, total)
		}
	}
	if total.Lost == 0 || len(driftState().Drift.Missing) == 0 {
		t.Errorf("nothing is lost, or nothing is missing: %+v", total)
	}
}

// driftList is the list of a drift by the book: every line of the run and those that only the earlier run has, and
// the query asked of each.
func driftList(s *State, scope diffScope, query string) []int32 {
	q := flowGrammar(s.Scope, s.Words, ByChange).Parse(query)
	var rows []int32
	x := &diffIndex{}
	x.update(s, diffWish{scope: everyLine})
	keep := func(row int32, sc *audit.Scope, f audit.Finding) {
		var facts Facts
		flowFacts(s, sc, &f, &facts)
		if c, lost, ok := x.changeOf(row); ok && lost {
			facts.Of[ByChange] = lines(lostSlug, s.Words.Drift.Lost)
		} else if ok {
			facts.Of[ByChange] = lines(c.String(), s.Words.Drift.Change[c])
		}
		if q.Match(&facts) {
			rows = append(rows, row)
		}
	}
	for id := range s.Results.Judged {
		changed := s.Drift.Of(probes.FlowID(id)) != audit.Unchanged
		if scope == everyLine || scope == changesOnly && changed || scope == deviationsOnly && s.Results.Judged[id].Verdict.Deviation() {
			keep(int32(id), s.Scope, findingOf(s.Results, probes.FlowID(id)))
		}
	}
	n := int32(0)
	for k := range s.Scope.Left {
		for i := range s.Scope.Left[k].Lines() {
			n++
			if scope == everyLine {
				keep(-n, s.Scope, leftFinding(s.Scope, k, i))
			}
		}
	}
	for i, id := range s.Drift.Missing {
		n++
		if scope == everyLine || scope == changesOnly && s.Drift.OfMissing(i) != audit.Unchanged {
			f := s.Drift.Earlier.Finding(id)
			f.Judgement, f.Cell.Weak = notAsked, 0
			keep(-n, s.Drift.Earlier.Scope, f)
		}
	}
	return rows
}

func TestDiffIndexOfADriftAgreesWithTheBook(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*State{"small": driftState(), "large": largeDrift(128)} {
		for scope := deviationsOnly; scope <= changesOnly; scope++ {
			for _, query := range []string{"", "cim", "!cim", "verdict:not_tested", "host:198.18.0.40", "!host:198.18.1.0/28", "sev:>=3", "rule:0",
				"service:redfish", "waived:no", "!weak:tls", "zone:management", "out_of_scope", "10.9.0", "zzz",
				"change:new", "change:new,absent", "!change:unchanged", "change:uncovered host:198.18.0.40", "change:lost", "!change:lost", "change:un"} {
				want := driftList(s, scope, query)
				for order := worstFirst; order < diffOrders; order++ {
					x := &diffIndex{}
					x.update(s, diffWish{order: order, scope: scope, query: query})
					got := slices.Clone(x.rows)
					slices.Sort(got)
					book := slices.Clone(want)
					slices.Sort(book)
					if !slices.Equal(got, book) {
						t.Fatalf("%s, scope %d, order %d, %q: %d lines %v, want %d %v", name, scope, order, query, len(got), head(got), len(book), head(book))
					}
					requireSections(t, x)
					if query == "" && x.total() != len(want) {
						t.Errorf("%s, scope %d: %d lines are said to be there, want %d", name, scope, x.total(), len(want))
					}
				}
			}
		}
	}
}

// requireSections fails unless the sections hold every line once, each has its name, and the worst of each is in it.
func requireSections(t *testing.T, x *diffIndex) {
	t.Helper()
	if x.key.wish.order == worstFirst || len(x.rows) == 0 {
		return
	}
	s := driftState()
	n := int32(0)
	for i := range x.sections {
		sec := x.sections[i]
		if !slices.Contains(x.rows[sec.from:sec.to], sec.worst) || x.groupName(s, sec.group) == "" {
			t.Fatalf("section %d: %+v, named %q", i, sec, x.groupName(s, sec.group))
		}
		n += sec.to - sec.from
	}
	if int(n) != len(x.rows) {
		t.Fatalf("the sections hold %d lines of %d", n, len(x.rows))
	}
}

// A run of two flows, held against one of many, must not look as if the others were mended.
func TestASmallerRunNeverLooksLikeAFix(t *testing.T) {
	t.Parallel()
	s := driftState()
	text := ansi.Strip(NewDiff().Render(s, 120, 40))
	for _, want := range []string{"against run 01JD0000000000000000000001 of 2026-11-20 10:05:00", "? 2 uncovered", "only what changed", "◌ 2 unproved"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	line := lineOf(text, "198.18.0.40")
	if !strings.Contains(line, "? uncovered") || !strings.Contains(line, "– not tested") || strings.Contains(line, "absent") {
		t.Errorf("a host that was not asked this time: %q", line)
	}
}

func lineOf(text, with string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, with) {
			return line
		}
	}
	return ""
}

func TestDiffComesBackFromADrift(t *testing.T) {
	t.Parallel()
	s, d := driftState(), NewDiff()
	script(d, s, "G")
	if d.wish.scope != changesOnly {
		t.Error("a drift does not show what changed at first")
	}
	if script(d, s, "D"); d.wish.scope != everyLine {
		t.Error("D did not show everything")
	}
	script(d, s, "* D")
	if d.wish.scope != changesOnly || d.chosen.n != len(s.Results.Judged)+2+len(s.Drift.Missing) {
		t.Errorf("%d lines are marked", d.chosen.n)
	}
	s.Drift, s.Against = nil, audit.Run{}
	s.Generation++
	script(d, s, "k")
	if d.wish.scope != deviationsOnly || d.chosen.n != len(s.Results.Judged)+2 {
		t.Errorf("without a drift: scope %d, %d lines are marked", d.wish.scope, d.chosen.n)
	}
	if a := d.Press(s, "D"); a.Text != s.Words.Drift.NoneYet {
		t.Errorf("only what changed, of nothing: %+v", a)
	}
}

// The foot reads out what became of the chosen line, and a line that only the earlier run has is not opened.
func TestDiffSaysWhatBecameOfALine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ query, want string }{
		"new":       {"host:198.18.1.26", "+ new: not tested before, so nobody knows since when; before: ? unverifiable, silence, host unproven"},
		"absent":    {"host:198.18.1.14 verdict:conforms", "- absent: proved gone; before: ⊘ broken"},
		"uncovered": {"host:198.18.0.40", "? uncovered: not asked in this run; before: ◇ undeclared"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, d := driftState(), NewDiff()
			d.Filter(s, c.query)
			text := ansi.Strip(d.Render(s, 120, 24))
			if lines := strings.Split(text, "\n"); !strings.Contains(lines[len(lines)-1], c.want) {
				t.Errorf("no %q in:\n%s", c.want, text)
			}
		})
	}
	s, d := driftState(), NewDiff()
	d.Filter(s, "host:198.18.0.40")
	d.Render(s, 120, 24)
	if a := d.Press(s, "enter"); a.Kind != None || !strings.Contains(a.Text, "Only run 01JD0000000000000000000001 asked this") {
		t.Errorf("enter on a line of the earlier run: %+v", a)
	}
}
