package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
)

// driftDigest is a drift as people read it: what text and markdown have in common.
type driftDigest struct {
	facts    [][2]string
	cautions []string
	sections []driftSection
	rules    []driftRow
	services []driftRow
	hosts    []driftRow // those with something to see, most first
	exit     string
}

// driftSection is what has one change, in groups.
type driftSection struct {
	title  string
	groups []*driftGroup
}

// driftGroup is a set of lines that say the same of several hosts.
type driftGroup struct {
	severity uint8  // that it is sorted by; 0 if it is waived
	word     string // "HIGH exposed"
	where    string // "cim-http tcp/5988"
	rule     string
	words    string // what it was, what it is, and what else is known
	hosts    []netip.Addr
	more     bool
	lines    int
	order    int
}

// driftRow is the tally of one rule, service or host.
type driftRow struct {
	name  string
	tally audit.DriftTally
}

// sections in the order of reading. The last two are only shown if they were asked for.
const (
	secNew = iota
	secUpdated
	secUncovered
	secAbsent
	secLost
	secStanding
	secGained
	sectionCount
)

var sectionTitles = [sectionCount]string{
	"New deviations, worst first",
	"Updated: deviated before and do so differently now",
	"Uncovered: deviated before, and the later run proves nothing of them",
	"Absent: deviated before, and the later run proves that they no longer do",
	"Coverage lost: conformed before, and the later run proves nothing of them",
	"Unchanged deviations",
	"Coverage gained: conform, and the earlier run proved nothing of them",
}

func sectionOf(l *audit.DriftLine) int {
	switch {
	case l.Change == audit.New:
		return secNew
	case l.Change == audit.Updated:
		return secUpdated
	case l.Change == audit.Uncovered:
		return secUncovered
	case l.Change == audit.Absent:
		return secAbsent
	case l.Lost:
		return secLost
	case l.Gained:
		return secGained
	}
	return secStanding
}

// digest reads the drift once.
func (s *DriftSource) digest() driftDigest {
	d := driftDigest{facts: s.facts(), cautions: s.cautions(), exit: driftExitWords(s.Exit)}
	groups := [sectionCount]map[string]*driftGroup{}
	touched := map[netip.Addr]bool{}
	s.Drift.Each(s.Selection, func(l *audit.DriftLine) bool {
		sec := sectionOf(l)
		if groups[sec] == nil {
			groups[sec] = map[string]*driftGroup{}
		}
		addToDrift(groups[sec], l)
		if sec != secStanding && sec != secGained {
			touched[l.Flow().Target] = true
		}
		return true
	})
	for sec := range groups {
		if !s.shows(sec) {
			continue
		}
		section := driftSection{title: sectionTitles[sec]}
		for _, g := range groups[sec] {
			section.groups = append(section.groups, g)
		}
		if len(section.groups) == 0 && sec != secNew && len(s.Selection.Changes) == 0 {
			continue // the line of counts says so; who asked for a change gets its section, empty or not
		}
		slices.SortFunc(section.groups, func(a, b *driftGroup) int {
			return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.order, b.order))
		})
		d.sections = append(d.sections, section)
	}
	d.tallies(s, touched)
	return d
}

// shows tells whether a section is part of the report. What did not change is only shown to who asks for it.
func (s *DriftSource) shows(sec int) bool {
	asked := s.Selection.Changes
	if len(asked) == 0 {
		return sec < secStanding
	}
	return slices.Contains(asked, [sectionCount]audit.Change{
		audit.New, audit.Updated, audit.Uncovered, audit.Absent, audit.Unchanged, audit.Unchanged, audit.Unchanged,
	}[sec])
}

func (d *driftDigest) tallies(s *DriftSource, touched map[netip.Addr]bool) {
	add := func(list *[]driftRow, name string, sel audit.Selection) {
		if t := s.Drift.TallyOf(sel); !t.Quiet() || t.Standing > 0 {
			*list = append(*list, driftRow{name, t})
		}
	}
	for _, id := range s.Drift.RuleIDs() {
		if len(s.Selection.Rules) > 0 && !slices.Contains(s.Selection.Rules, id) {
			continue
		}
		sel := s.Selection
		sel.Rules = []string{id}
		name := clean(id)
		if id == "" {
			name = "(no rule)"
		}
		add(&d.rules, name, sel)
	}
	for _, id := range s.Drift.ServiceIDs() {
		if len(s.Selection.Services) > 0 && !slices.Contains(s.Selection.Services, id) {
			continue
		}
		sel := s.Selection
		sel.Services = []string{id}
		add(&d.services, clean(id), sel)
	}
	if len(s.Selection.Rules)+len(s.Selection.Services) == 0 {
		for a := range touched {
			d.hosts = append(d.hosts, driftRow{a.String(), s.Drift.OfHost(a)})
		}
	}
	slices.SortFunc(d.hosts, func(a, b driftRow) int {
		return cmp.Or(cmp.Compare(heat(&b.tally), heat(&a.tally)),
			netip.MustParseAddr(a.name).Compare(netip.MustParseAddr(b.name)))
	})
}

// heat orders hosts: what is new or updated first, then what is not known any more.
func heat(t *audit.DriftTally) int {
	return 1000*(t.Of(audit.New)+t.Of(audit.Updated)) + 10*(t.Of(audit.Uncovered)+t.Lost) + t.Of(audit.Absent)
}

func addToDrift(groups map[string]*driftGroup, l *audit.DriftLine) {
	f := l.Flow()
	g := driftGroup{where: where(f), rule: ruleOf(f), words: changeWords(l), word: f.Verdict.String()}
	if dev := l.Deviation(); dev != nil {
		if !dev.Waived {
			g.severity = dev.Severity
		}
		g.word = strings.ToUpper(audit.SeverityWord(dev.Severity)) + " " + dev.Verdict.String()
	}
	key := strings.Join([]string{g.word, g.where, g.rule, g.words}, "\x00")
	have := groups[key]
	if have == nil {
		g.order = len(groups)
		have = &g
		groups[key] = have
	}
	have.lines++
	switch {
	case slices.Contains(have.hosts, f.Target):
	case len(have.hosts) == named:
		have.more = true
	default:
		have.hosts = append(have.hosts, f.Target)
	}
}

func ruleOf(f *audit.Finding) string {
	if f.Rule < 0 {
		return "no rule, " + f.Intent.String()
	}
	return fmt.Sprintf("rule %s, %s", clean(f.App), f.Intent)
}

// changeWords says what a flow was, what it is, and what else is known of the change.
func changeWords(l *audit.DriftLine) string {
	was, is := sideWords(&l.Before, l.HasBefore), sideWords(&l.After, l.HasAfter)
	out := "was " + was + "; is " + is
	if was == is {
		out = "is and was " + is
	}
	if l.FirstSeen {
		out += "; nothing was proved of it before"
	}
	if l.ByPolicy {
		out += fmt.Sprintf("; the policy changed: was %s, is %s", ruleOf(&l.Before), ruleOf(&l.After))
	}
	if list := l.Differences.List(); l.Change == audit.Updated && len(list) > 0 {
		out += "; differs in " + strings.Join(list, ", ")
	}
	return out
}

// who names the first hosts of a group and says whether there are more.
func (g *driftGroup) who() string {
	own := group{hosts: g.hosts, more: g.more}
	return own.who()
}
