package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// digest is a run as people read it: what text and markdown have in common.
type digest struct {
	facts    [][2]string // label, words
	cautions []string    // what limits the word of this run
	findings []group     // deviations, worst first
	waived   []group
	blanks   []group // unverifiable, error and not_tested, most first
	weak     []weakLine
	rules    []ruleLine
	waivers  []string
	exit     string
}

// group is a set of lines that say the same of several hosts.
type group struct {
	severity uint8
	verdict  audit.Verdict
	reason   audit.Reason
	worst    audit.Verdict
	where    []string     // "cim-http tcp/5988"
	rule     string       // "rule 6 clear_text_mgmt, drop"
	hosts    []netip.Addr // the first few
	more     bool         // there are others
	lines    int
	order    int
}

// named is how many hosts of a group are named; the others are counted.
const named = 4

type groupKey struct {
	severity uint8
	verdict  audit.Verdict
	reason   audit.Reason
	worst    audit.Verdict
	waived   bool
	service  string
	proto    probes.Proto
	port     uint16
	rule     int
	intent   audit.Intent
}

type weakLine struct {
	slug, title string
	flows       int
}

type ruleLine struct {
	index, app, action      string
	tested, conforms        int
	deviations              int
	unverifiable, notTested int
	worst                   string
}

// digest reads the results once. Its cost is one look at every flow.
func (s *Source) digest() digest {
	d := digest{facts: s.facts(), cautions: s.cautions(), rules: s.ruleLines(), waivers: s.waiverLines(), exit: exitWords(s.Exit)}
	groups := map[groupKey]*group{}
	r := s.Results
	for id := range r.Judged {
		if r.Judged[id].Verdict == audit.Conforms {
			continue
		}
		f := r.Finding(probes.FlowID(id))
		s.addTo(groups, &f)
	}
	r.LeftFindings(func(f audit.Finding) bool { s.addTo(groups, &f); return true })
	for k, g := range groups {
		switch {
		case k.waived:
			d.waived = append(d.waived, *g)
		case k.verdict.Deviation():
			d.findings = append(d.findings, *g)
		default:
			d.blanks = append(d.blanks, *g)
		}
	}
	worstFirst := func(a, b group) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(a.verdict, b.verdict), cmp.Compare(a.order, b.order))
	}
	slices.SortFunc(d.findings, worstFirst)
	slices.SortFunc(d.waived, worstFirst)
	slices.SortFunc(d.blanks, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.verdict, b.verdict), cmp.Compare(b.lines, a.lines), cmp.Compare(a.order, b.order))
	})
	for _, w := range probes.Weaknesses() {
		if n := r.Weak[w]; n > 0 {
			d.weak = append(d.weak, weakLine{slug: w.String(), title: weaknessWords[w.String()], flows: n})
		}
	}
	return d
}

func (s *Source) addTo(groups map[groupKey]*group, f *audit.Finding) {
	k := groupKey{
		severity: f.Severity, verdict: f.Verdict, reason: f.Reason, worst: f.Worst, waived: f.Waived,
		rule: f.Rule, intent: f.Intent,
	}
	if f.Verdict.Deviation() { // what is merely not known is told by its reason, over all services
		k.service, k.proto, k.port = f.ServiceID(), f.Proto, f.Port
	}
	g := groups[k]
	if g == nil {
		g = &group{severity: f.Severity, verdict: f.Verdict, reason: f.Reason, worst: f.Worst, rule: s.ruleWords(f), order: len(groups)}
		groups[k] = g
	}
	g.lines++
	if w := where(f); !slices.Contains(g.where, w) {
		g.where = append(g.where, w)
	}
	switch {
	case !f.Target.IsValid() || slices.Contains(g.hosts, f.Target):
	case len(g.hosts) == named:
		g.more = true
	default:
		g.hosts = append(g.hosts, f.Target)
	}
}

func where(f *audit.Finding) string {
	switch {
	case f.Service == nil:
		return "(no probe)"
	case f.Proto == probes.ICMP:
		return clean(f.ServiceID()) + " icmp"
	}
	return fmt.Sprintf("%s %s/%d", clean(f.ServiceID()), f.Proto, f.Port)
}

func (s *Source) ruleWords(f *audit.Finding) string {
	if f.Rule < 0 {
		return "no rule, " + f.Intent.String()
	}
	return fmt.Sprintf("rule %d %s, %s", f.Rule, clean(f.App), f.Intent)
}

// who names the first hosts of a group and says whether there are more.
func (g *group) who() string {
	if len(g.hosts) == 0 {
		return "no target"
	}
	var names []string
	for _, a := range g.hosts {
		names = append(names, a.String())
	}
	out := strings.Join(names, ", ")
	if g.more {
		out += " and others"
	}
	return out
}

// services lists what a group is about.
func (g *group) services() string {
	if len(g.where) > named {
		return strings.Join(g.where[:named], ", ") + fmt.Sprintf(" and %d more", len(g.where)-named)
	}
	return strings.Join(g.where, ", ")
}

// words says what a group means.
func (g *group) words() string {
	out := verdictWords[g.verdict]
	if w := reasonWords[g.reason]; w != "" {
		out += ": " + w
	}
	if g.worst != audit.Pending {
		out += "; at worst " + g.worst.String()
	}
	return out
}
