package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// answer is the top of the overview: what this run says in one sentence, and what takes force from it.
func (o *Overview) answer(s *State, w int) []string {
	var out []string
	look, text := verdictOfRun(s)
	for i, l := range Wrap(text, max(1, w-2)) {
		sign := "  "
		if i == 0 {
			sign = look.Ink.On(look.Sign) + " "
		}
		out = append(out, sign+s.Theme.Bold.On(l))
	}
	if s.Results == nil {
		return out
	}
	if l := severityLine(s, &s.Results.Total); l != "" {
		out = append(out, "  "+l)
	}
	for _, text := range doubts(s) {
		sign := "! "
		for _, l := range Wrap(text, max(1, w-2)) {
			out = append(out, s.Theme.Warn.On(sign+l))
			sign = "  "
		}
	}
	return append(out, o.runLine(s, w)...)
}

// verdictOfRun is the answer in one or two sentences. It never says more than what was proved.
func verdictOfRun(s *State) (Look, string) {
	t, ow := s.Theme, &s.Words.Overview
	if s.Results == nil {
		text := ow.NotLoaded
		if s.Scope != nil {
			text = ow.Planned
		}
		if s.Run.Phase == RunFailed {
			return t.Verdict(audit.Error), fmt.Sprintf(ow.Failed, Safe(s.Run.Err))
		}
		return t.Verdict(audit.Pending), text
	}
	y := &s.Results.Total
	c := y.Coverage()
	look, text := t.Verdict(audit.Conforms), ow.Clean
	switch n := y.Deviations(); {
	case n > 0:
		look = Look{t.Verdict(leading(y)).Sign, t.Severity(y.Worst).Ink}
		text = fmt.Sprintf(ow.NotClean, counted(n, s.Words.Plain.OneDeviation, s.Words.Plain.DeviationCount),
			s.Words.SeverityOf(y.Worst))
	case live(s) && c.Tested+c.Unverifiable+y.Of(audit.Error) == 0:
		look, text = t.Verdict(audit.Pending), s.Words.Proof.NothingYet
	case live(s):
		look, text = t.Verdict(audit.Pending), ow.SoFar
	case c.Tested == 0:
		look, text = t.Verdict(audit.Unverifiable), ow.NoProof
	case c.Unverifiable+c.NotTested > 0:
		look, text = t.Verdict(audit.Unverifiable), fmt.Sprintf(ow.CleanSoFar, Count(c.Unverifiable+c.NotTested), Count(y.Flows()))
	}
	if s.Run.Phase == RunFailed {
		text += " " + fmt.Sprintf(ow.Failed, Safe(s.Run.Err))
	}
	return look, text
}

// doubts is what takes force from the answer: gates that did not hold, and a run that was stopped.
func doubts(s *State) []string {
	out := brokenGates(s.Words, &s.Results.Gates)
	if in := s.Run.Imported; in != nil && in.Pseudonymised {
		out = append(out, s.Words.Handover.Pseudonymised)
	}
	if s.Run.State == audit.RunPartial && s.Run.Phase != RunLive && s.Run.Phase != RunStopping {
		out = append(out, agreed(s.Words.Overview.Stopped, Count(s.Run.Settled), Count(s.Run.Run.Flows)))
	}
	return out
}

// brokenGates says of each gate that did not hold what that means.
func brokenGates(w *Words, g *probes.Gates) []string {
	var out []string
	if len(g.CanaryAnswered) > 0 {
		out = append(out, w.Overview.CanaryAnswered)
	}
	if len(g.CanarySpoke) > 0 {
		out = append(out, impostors(w, g))
	}
	if g.Lossy() {
		out = append(out, fmt.Sprintf(w.Overview.Lossy, Count(g.ControlLost), Count(g.ControlSent)))
	}
	if g.RefusedHere > 0 {
		out = append(out, agreed(w.Proof.KeptBack, Count(int(g.RefusedHere))))
	}
	if g.Tainted() {
		out = append(out, fmt.Sprintf(w.Overview.Tainted, Count(g.TaintLost), Count(g.TaintSent)))
	}
	return out
}

// runLine says which run this is, and how far it is.
func (o *Overview) runLine(s *State, w int) []string {
	ow, r := &s.Words.Overview, &s.Run
	if r.Phase != RunLive && r.Phase != RunStopping {
		parts := []string{Stamp(r.Started), fmt.Sprintf(ow.VantageIn, r.Vantage, r.Zone), strings.Join(r.Kits, " "), r.Site}
		return []string{s.Theme.Dim.On(Cut("  "+Safe(strings.Join(parts, "  ")), w))}
	}
	c := &s.Results.Counters
	share := 0.0
	if c.Flows > 0 {
		share = float64(c.Settled) / float64(c.Flows)
	}
	parts := []string{fmt.Sprintf(ow.ProgressLine, Count(c.Settled), Count(c.Flows), Percent(c.Settled, c.Flows))}
	if r.Rate > 0 {
		parts = append(parts, fmt.Sprintf(ow.RatePerSecond, rateOf(r.Rate)))
	}
	if r.Left > 0 {
		parts = append(parts, fmt.Sprintf(ow.LeftFor, s.Words.Time.Span(r.Left)))
	}
	text := s.Words.Phase[r.Phase] + " " + strings.Join(parts, "  ")
	return []string{Cut("  "+s.Theme.Bar(share, min(24, w/5))+" "+text, w)}
}

// loaded says what the next run would be made of, and what to do next.
func (o *Overview) loaded(s *State, w int) []string {
	t, ow := s.Theme, &s.Words.Overview
	out := []string{"", t.Heading(ow.Loaded, "", w)}
	out = append(out, t.Fields(o.inputs(s), w)...)
	out = append(out, "", t.Heading(ow.NextStep, "", w))
	for _, l := range Wrap(toFirstRun(s), w) {
		out = append(out, t.Accent.On(l))
	}
	return out
}

// inputs are the parts of the next run as label and value.
func (o *Overview) inputs(s *State) [][2]string {
	ow, p := &s.Words.Overview, &s.Words.Plain
	kitNames := p.None
	if ks := kitsInForce(s); len(ks) > 0 {
		var names []string
		for _, k := range ks {
			names = append(names, k.Ref())
		}
		kitNames = strings.Join(names, ", ")
	}
	out := [][2]string{{ow.Kits, kitNames}, {s.Words.Head.Rules, Count(len(rulesInForce(s)))}}
	site := siteInForce(s)
	if site == nil {
		return append(out, [2]string{ow.Site, p.None})
	}
	out = append(out, [2]string{ow.Site, site.Name + "  " + site.Origin},
		[2]string{ow.Defaults, fmt.Sprintf(ow.DefaultsLine, s.Words.Intent[site.Default("a", "b")], s.Words.Intent[site.Default("a", "a")])})
	sc := s.Scope
	if sc == nil {
		return out
	}
	rights := p.Unprivileged
	if sc.Vantage.Privileged {
		rights = p.Privileged
	}
	b := &s.Budget
	return append(out, [2]string{ow.Vantage, fmt.Sprintf(ow.VantageIn, sc.Vantage.Name, sc.StandsIn()) + "  " + rights},
		[2]string{ow.Targets, counted(b.Hosts, p.OneHost, p.HostCount) + "  " + counted(b.Flows, p.OneFlow, p.FlowCount)},
		[2]string{ow.Budget, fmt.Sprintf(ow.BudgetLine, Count(int(b.Packets)), Count(int(b.Conversations)), Count(b.PerHost))},
		[2]string{ow.Estimate, s.Words.Time.Span(b.Estimate)})
}

// impostors names the first answers of addresses that nobody has. A stored run may list any number of anything.
func impostors(w *Words, g *probes.Gates) string {
	const most = 3
	names := g.CanarySpoke[:min(len(g.CanarySpoke), most)]
	text := Safe(strings.Join(names, ", "))
	if rest := len(g.CanarySpoke) - len(names); rest > 0 {
		text += ", " + fmt.Sprintf(w.Plain.More, Count(rest))
	}
	return fmt.Sprintf(w.Proof.Impostor, text)
}
