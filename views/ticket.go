package views

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

// ticketWidth is the width of a text for a ticket: a fingerprint stands on one line.
const ticketWidth = 100

// ticketOf writes one finding as a text that stands by itself: what, where, intended, observed, since when, and what a
// person needs to find the packets in a firewall's log.
func ticketOf(s *State, f *audit.Finding, since string) string {
	w, e, k := s.Words, &s.Words.Evidence, &s.Words.Take
	var o *probes.Observation
	if s.Evidence != nil {
		if seen, ok := s.Evidence(f.Flow); ok {
			o = seen
		}
	}
	decided := fmt.Sprintf(e.ByDefault, w.Intent[f.Intent])
	if sc := s.Results.Scope; f.Rule >= 0 && f.Rule < len(sc.Rules) {
		ref := &sc.Rules[f.Rule]
		decided = fmt.Sprintf(e.ByRule, w.Intent[f.Intent], ruleName(ref), ref.Kit.Ref())
	}
	where := net.JoinHostPort(f.Target.String(), strconv.Itoa(int(f.Port))) + " " + f.Proto.String()
	if f.Proto == probes.ICMP {
		where = f.Target.String() + " " + f.Proto.String()
	}
	pairs := [][2]string{
		{k.Where, join(w.Host.Comma, where, fmt.Sprintf(w.Host.Place, f.Role, f.Zone))},
		{k.SeenFrom, join(w.Host.Comma, f.Vantage, fmt.Sprintf(e.Gate.InZone, f.FromZone, f.Source, f.Interface))},
		{e.Intended, decided},
		{e.Observed, w.ClassOf(f.Observed)},
		{e.Why, because(w, f)},
	}
	if f.Verdict.Deviation() {
		pairs = append(pairs, [2]string{e.Severity, severityOf(w, f.Severity)})
	}
	pairs = append(pairs, [2]string{e.Confidence, e.Sure[f.Confidence]}, [2]string{k.Since, since})
	if f.Waiver != nil {
		pairs = append(pairs, [2]string{e.Waiver, waiverText(w, f.Waiver)})
	}
	pairs = append(pairs, proofOf(s, f, o)...)
	pairs = append(pairs, [2]string{w.Head.Run, join(w.Host.Comma, s.Run.ID, s.Run.Site, "oobscope "+s.Run.Tool)})
	title := w.VerdictOf(f.Verdict) + w.Host.Colon + join(" ", f.ServiceID(), portOf(f.Proto, f.Port), f.Target.String())
	if simulated(s) {
		title += "  [" + w.Plain.SimulatedShort + "]"
	}
	lines := append([]string{Safe(title)}, PlainTheme(s.Theme.ASCII).Fields(pairs, ticketWidth)...)
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// proofOf is what was seen of a flow: when, by which packets, what came back, and its fingerprint.
func proofOf(s *State, f *audit.Finding, o *probes.Observation) [][2]string {
	e := &s.Words.Evidence
	log := logEntryOf(s, f, o)
	var pairs [][2]string
	if !log.began.IsZero() {
		pairs = append(pairs, [2]string{e.At, log.began.UTC().Format("2006-01-02 15:04:05.000 UTC")})
	}
	pairs = append(pairs, [2]string{e.Source, log.sources(e, f)})
	if line := log.search(f); line != "" {
		pairs = append(pairs, [2]string{s.Words.Story.Search, line})
	}
	if o == nil {
		return append(pairs, [2]string{s.Words.Take.Proof, s.Words.Empty.NoEvidence})
	}
	var weak []string
	for _, k := range o.Weak.List() {
		weak = append(weak, s.Words.WeaknessOf(k))
	}
	for _, p := range [][2]string{
		{e.Banner, o.Evidence.Banner}, {e.Weak, strings.Join(weak, s.Words.Host.Also)}, {e.Print, audit.Fingerprint(f.ServiceID(), o)},
	} {
		if p[1] != "" {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// waiverText says who accepted a deviation, why and until when.
func waiverText(w *Words, v *audit.Waiver) string {
	return fmt.Sprintf(w.Evidence.WaivedBy, v.ID, v.Reason, v.ApprovedBy, v.Expires.UTC().Format("2006-01-02"))
}
