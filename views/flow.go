package views

import (
	"fmt"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// findingOf is a flow of the plan with what the judge says of it now; unlike a report, a screen shows a flow
// that waits as one that waits.
func findingOf(r *audit.Results, id probes.FlowID) audit.Finding {
	f := r.Finding(id)
	f.Judgement = r.Judged[id]
	return f
}

// portOf writes transport and port: "tcp/443", and "icmp" where there is no port; empty if unknown.
func portOf(p probes.Proto, port uint16) string {
	switch p {
	case probes.TCP, probes.UDP:
		return p.String() + "/" + strconv.Itoa(int(port))
	case probes.ICMP:
		return p.String()
	}
	return ""
}

// deciderOf names the rule that decided a line; empty if the site's default did.
func deciderOf(sc *audit.Scope, rule int) string {
	if rule < 0 || rule >= len(sc.Rules) {
		return ""
	}
	return ruleName(&sc.Rules[rule])
}

// targetOf is the address of a line, or the role where the line stands for no address.
func targetOf(f *audit.Finding) string {
	switch {
	case f.Target.IsValid():
		return f.Target.String()
	case f.Role != "":
		return f.Role
	}
	return f.Zone
}

// verdictOf is the word for a verdict; one that is waived says so.
func verdictOf(w *Words, j *audit.Judgement) string {
	if j.Waived {
		return w.VerdictOf(j.Verdict) + w.Host.Comma + w.Plain.Waived
	}
	return w.VerdictOf(j.Verdict)
}

// severityOf is a severity as a digit and a word: "4 high".
func severityOf(w *Words, s uint8) string {
	return fmt.Sprintf(w.Plain.SeverityAndWord, s, w.SeverityOf(s))
}

// whyOf says why a verdict is what it is, in short: the judge's reason and, for a probe that failed, the
// prober's. Empty if the verdict needs none.
func whyOf(w *Words, f *audit.Finding) string {
	why := w.ReasonOf(f.Reason)
	if f.Verdict == audit.Error || f.Verdict == audit.NotTested {
		switch p := w.ProbeReasonOf(f.Cell.Reason); {
		case p == "" || p == why:
		case f.Reason == audit.LocalFailure:
			return p // it says which one
		default:
			why = join(w.Host.Comma, why, p)
		}
	}
	return why
}

// noteOf says in short what there is to say of a line: that it is waived, until when and why, else why its verdict is
// what it is.
func noteOf(w *Words, f *audit.Finding) string {
	if f.Waiver == nil {
		return whyOf(w, f)
	}
	until := f.Waiver.Expires.UTC().Format("2006-01-02")
	return fmt.Sprintf(w.Take.WaivedUntil, until, f.Waiver.ApprovedBy, f.Waiver.Reason)
}

// footRows is the height of the foot below a list of flows.
const footRows = 4

// footOf reads a line out in full, below a list whose columns had to be short; nil leaves the rows empty, so
// that nothing jumps.
func footOf(s *State, f *audit.Finding, w int) []string {
	if f == nil {
		return footWith(s, nil, "", w)
	}
	return footWith(s, f, noteOf(s.Words, f), w)
}

// footWith is footOf with what there is to say of the line.
func footWith(s *State, f *audit.Finding, why string, w int) []string {
	out := append(make([]string, 0, footRows), s.Theme.Dim.On(strings.Repeat(s.Theme.Glyph.Rule, max(0, w))))
	if f == nil {
		return append(out, "", "", "")
	}
	words := s.Words
	decider := deciderOf(inForce(s), f.Rule)
	if decider == "" {
		decider = words.Diff.Default
	}
	out = append(out, Cut(Safe(join("  ", targetOf(f), f.ServiceID(), portOf(f.Proto, f.Port), decider)), w))
	out = append(out, Cut(fmt.Sprintf(words.Diff.Sentence, words.Intent[f.Intent], words.ClassOf(f.Observed)), w))
	look := s.Theme.Verdict(f.Verdict)
	verdict := look.Sign + " " + verdictOf(words, &f.Judgement)
	if f.Verdict.Deviation() {
		verdict += words.Host.Comma + severityOf(words, f.Severity)
	}
	if why != "" {
		verdict += words.Host.Colon + why
	}
	verdict = look.Ink.On(Cut(Safe(verdict), w))
	if mean := words.VerdictMean[f.Verdict]; f.Reason != audit.OutOfScope && Width(verdict)+2+Width(mean) <= w {
		verdict += "  " + s.Theme.Dim.On(mean)
	}
	return append(out, verdict)
}

// recordOf is one line as tab-separated text, in wire names, as a spreadsheet or a ticket takes it; the
// head is Words.Diff.Head.
func recordOf(f *audit.Finding) string {
	severity := ""
	if f.Verdict.Deviation() {
		severity = strconv.Itoa(int(f.Severity))
	}
	fields := []string{
		severity, f.Verdict.String(), f.Reason.String(), f.Intent.String(), f.Observed.String(), targetOf(f),
		f.ServiceID(), portOf(f.Proto, f.Port), f.App, f.FromZone, f.Zone,
	}
	for i := range fields {
		fields[i] = Safe(fields[i])
	}
	return strings.Join(fields, "\t")
}

// recordsHead is the head line over records.
func recordsHead(w *Words) string { return strings.Join(w.Diff.Head, "\t") }

// join puts sep between the parts that are not empty.
func join(sep string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(p)
	}
	return b.String()
}

// packed sets short pieces one after another, as many on a line as fit into w cells. Pieces may be styled.
func packed(pieces []string, w int) []string {
	const between = 3
	var out []string
	line, used := "", 0
	for _, p := range pieces {
		n := Width(p)
		if used > 0 && used+between+n > w {
			out = append(out, line)
			line, used = "", 0
		}
		if used > 0 {
			line += pad(between)
			used += between
		}
		line += p
		used += n
	}
	if used > 0 {
		out = append(out, line)
	}
	return out
}

// asked tells whether a run can be started, and says what is missing otherwise.
func asked(s *State) Action {
	switch {
	case s.Run.Phase == RunLive || s.Run.Phase == RunStopping:
		return Action{Text: s.Words.Phase[s.Run.Phase]}
	case s.Site == nil:
		return Action{Text: s.Words.Empty.NoSite}
	}
	for i := range s.Kits {
		if s.Kits[i].Active {
			return Action{Kind: Start}
		}
	}
	return Action{Text: s.Words.Empty.NoKit}
}

// toFirstRun says what stands between here and a run that can be looked at.
func toFirstRun(s *State) string {
	switch {
	case siteInForce(s) == nil:
		return s.Words.Empty.NoSite
	case len(kitsInForce(s)) == 0:
		return s.Words.Empty.NoKit
	}
	return s.Words.Empty.NoRun
}

// toFirstStored says that no run is stored, and what stands between here and one.
func toFirstStored(s *State) string {
	if step := toFirstRun(s); step != s.Words.Empty.NoRun {
		return s.Words.First.Nothing + "\n" + step
	}
	return s.Words.Empty.NoRuns
}

// leftFinding is line i of set k of what cannot be tested.
func leftFinding(sc *audit.Scope, k, i int) audit.Finding {
	u := &sc.Left[k]
	f := audit.Finding{
		Left: true, Role: u.Role, Zone: u.Zone, Service: u.Service, Proto: u.Proto, Port: u.Port, Rule: u.Rule, Intent: u.Intent,
		Vantage: sc.Vantage.Name, FromZone: u.From, Judgement: audit.Judgement{Verdict: audit.NotTested, Reason: u.Reason},
	}
	if u.Rule >= 0 {
		f.App = sc.Rules[u.Rule].Rule.App.ID
	}
	if i < len(u.Addrs) {
		f.Target = u.Addrs[i]
	}
	return f
}
