package report

import (
	"fmt"
	"strings"
	"time"

	"oobscope/audit"
)

// facts are the header of the report.
func (s *Source) facts() [][2]string {
	r, g := &s.Run, s.gates()
	var kits []string
	for _, k := range r.Kits {
		kits = append(kits, clean(k))
	}
	rights := "unprivileged"
	if r.Privileged {
		rights = "with CAP_NET_RAW"
	}
	zone := "zone " + clean(r.Zone)
	if r.Zone == "" {
		zone = "no zone of the site"
	}
	c := s.Results.Coverage()
	handed := handedOver(r.Imported)
	all := c.Tested + c.NotTested + c.Unverifiable
	out := [][2]string{
		{"Site", clean(r.Site)}, {"Kits", strings.Join(kits, ", ")},
		{"Vantage", fmt.Sprintf("%s, in %s, %s", clean(r.Vantage), zone, rights)},
		{"Run", fmt.Sprintf("%s, %s, %s", clean(r.ID), r.Started.UTC().Format("2006-01-02 15:04:05 UTC"), s.stateWords())},
		{"Sent", fmt.Sprintf("%s in %s", count(int(g.PacketsSent), "packet"), count(int(g.Conversations), "conversation"))},
		{"Coverage", fmt.Sprintf("%d of %d flows tested (%s), %d unverifiable, %d not tested", c.Tested, all, percent(c.Tested, all), c.Unverifiable, c.NotTested)},
	}
	if handed != "" {
		out = append(out, [2]string{"Handed over", handed})
	}
	if words := engineWords(g); words != "" {
		out = append(out, [2]string{"Engine", words})
	}
	var counts []string
	t := countedOf(&s.Results.Total)
	for _, v := range audit.Verdicts() {
		if t[v] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", t[v], v))
		}
	}
	out = append(out, [2]string{"Verdicts", strings.Join(counts, ", ")})
	if w := s.Results.Total.Waived; w > 0 {
		out = append(out, [2]string{"Waived", fmt.Sprintf("%s, the worst %s", count(w, "deviation"), audit.SeverityWord(s.Results.Total.WorstWaived))})
	}
	return out
}

// handedOver says where an imported run came from and who vouches for it; empty for a run of this store.
func handedOver(in *audit.Import) string {
	if in == nil {
		return ""
	}
	from, signed := clean(in.From), "signed by nobody"
	if from == "" {
		from = "somebody"
	}
	switch {
	case in.Principal != "":
		signed = "signed by " + clean(in.Principal) + " with " + clean(in.Signer)
	case in.Signer != "":
		signed = "signed with " + clean(in.Signer) + ", a key that was not looked up"
	}
	return fmt.Sprintf("by %s, %s, imported %s by %s", from, signed, in.At.UTC().Format("2006-01-02 15:04 UTC"), clean(in.By))
}

// count writes a number with its noun.
func count(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func percent(part, all int) string {
	if all == 0 {
		return "0 %"
	}
	// Rounded down: 100 % must mean all of them.
	return fmt.Sprintf("%d %%", part*100/all)
}

func (s *Source) stateWords() string {
	words := clean(string(s.Run.State))
	if ms := s.durationMS(); ms > 0 {
		words = (time.Duration(ms) * time.Millisecond).Round(100*time.Millisecond).String() + ", " + words
	}
	if s.Run.Why != "" {
		words += " (" + clean(s.Run.Why) + ")"
	}
	return words
}

// cautions are what a reader must know before believing anything below.
func (s *Source) cautions() []string {
	var out []string
	g := s.gates()
	if s.Run.Simulated {
		out = append(out, "SIMULATED SEGMENT: nothing in this report is about a real network.")
	}
	if in := s.Run.Imported; in != nil && in.Pseudonymised {
		out = append(out, "PSEUDONYMISED: addresses and names in this report are not the real ones.")
	}
	if !s.complete() {
		out = append(out, "INCOMPLETE: the run did not reach its end; what it did not reach is listed as not tested.")
	}
	if g.Tainted() {
		out = append(out, fmt.Sprintf("TAINTED: %d of %d flows that answered early were silent at the end; a rate limit or an IPS has turned on us.", g.TaintLost, g.TaintSent))
	}
	if g.Lossy() {
		out = append(out, fmt.Sprintf("LOSSY: %d of %d control probes were lost, so silence proves nothing.", g.ControlLost, g.ControlSent))
	}
	if g.RefusedHere > 0 {
		out = append(out, fmt.Sprintf("KEPT BACK: this machine refused to send %s while the run went on; a silence of which nobody can say that its packets left proves nothing.",
			count(int(g.RefusedHere), "packet")))
	}
	if n := len(g.CanaryAnswered); n > 0 {
		out = append(out, fmt.Sprintf("SYN PROXY: %s answered that nobody owns, the first %s; an accepted connection alone proves nothing.", count(n, "address"), clean(g.CanaryAnswered[0])))
	}
	if n := len(g.CanarySpoke); n > 0 {
		out = append(out, fmt.Sprintf("IMPOSTOR: %s came from where nobody is, the first %s; such answers prove neither a service nor a live host.", count(n, "answer"), clean(g.CanarySpoke[0])))
	}
	return out
}

func (s *Source) ruleLines() []ruleLine {
	var out []ruleLine
	for i := range s.Results.ByRule {
		t := &s.Results.ByRule[i]
		c := t.Coverage()
		l := ruleLine{
			index: "-", app: "(no rule)", action: "default", tested: c.Tested, conforms: t.Of(audit.Conforms),
			deviations: t.Deviations(), unverifiable: c.Unverifiable, notTested: c.NotTested, worst: "-",
		}
		if i < len(s.Results.Scope.Rules) {
			ref := &s.Results.Scope.Rules[i]
			l.index, l.app, l.action = fmt.Sprint(i), clean(ref.Rule.App.ID), ref.Rule.Action.String()
		}
		if t.Worst > 0 {
			l.worst = audit.SeverityWord(t.Worst)
		}
		out = append(out, l)
	}
	return out
}

// waiverLines say of each waiver what became of it, those that need a look first.
func (s *Source) waiverLines() []string {
	var idle, rest []string
	for i := range s.Results.Waivers {
		u := &s.Results.Waivers[i]
		if u.Idle() {
			idle = append(idle, waiverLine(u))
		} else {
			rest = append(rest, waiverLine(u))
		}
	}
	return append(idle, rest...)
}

func waiverLine(u *audit.WaiverUse) string {
	w := u.Waiver
	rule := "rule " + clean(w.Rule)
	if w.Rule == "" {
		rule = "no rule"
	}
	line := fmt.Sprintf("%s %s: %s on %s for %s (%s), %s, ends %s, ", clean(w.ID), u.State, clean(w.Verdict), w.Target, clean(w.Service), rule,
		count(len(u.Flows), "flow"), w.Expires.Format(time.DateOnly))
	switch {
	case w.ApprovedBy == "":
		line += "requested by " + clean(w.RequestedBy)
	case w.Named:
		line += "approved by " + clean(w.ApprovedBy) + " as whoever entered it says"
	default:
		line += "approved by " + clean(w.ApprovedBy)
	}
	if w.Ticket != "" {
		line += ", " + clean(w.Ticket)
	}
	if words := waiverWords[u.State]; words != "" {
		line += ": " + words
	}
	if u.Soon {
		line += ": it runs out soon"
	}
	return line
}

// waiverWords say what somebody should know or do about a waiver in that state.
var waiverWords = map[audit.WaiverState]string{
	audit.WaiverRequested: "it does not count until somebody else approves it",
	audit.WaiverEarly:     "it does not count yet",
	audit.WaiverExpired:   "it has run out, and the deviation counts again",
	audit.WaiverVoided:    "something else answers there now, so it does not count",
	audit.WaiverStale:     "what it is about conforms now; withdraw it",
	audit.WaiverUnmatched: "nothing in this run deviates so",
}

func exitWords(code int) string {
	switch code {
	case audit.ExitFine:
		return "Exit 0: everything in scope conforms or is validly waived."
	case audit.ExitDeviation:
		return "Exit 1: reality deviates from the policy."
	case audit.ExitIncomplete:
		return "Exit 3: incomplete; too little could be tested to say that all is well."
	}
	return fmt.Sprintf("Exit %d.", code)
}
