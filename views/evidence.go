package views

import (
	"fmt"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

// Evidence is everything that is known of one flow, as a story: what was intended, what we sent, what came back, from
// whom and after how long, and the verdict that follows; then what a person needs to check it.
type Evidence struct {
	arg   string
	walk  []probes.FlowID // the list that the flow was opened from; nil goes through the plan
	bytes bool            // every packet with its first bytes
	page  page
	still still
	jumps jumpList

	seen    *probes.Observation // what is stored, once it is
	results *audit.Results
	gen     uint64
	cell    probes.Cell // as it was when seen was looked up
}

// NewEvidence makes the screen; Open says which flow it is about.
func NewEvidence() *Evidence { return &Evidence{} }

// Open implements Opener: arg is the number of a flow.
func (e *Evidence) Open(_ *State, arg string) {
	*e = Evidence{arg: arg, bytes: e.bytes}
}

// Walk implements Walker.
func (e *Evidence) Walk(flows []probes.FlowID) { e.walk = flows }

// Name implements Screen.
func (e *Evidence) Name() string { return "evidence" }

// Title implements Screen.
func (e *Evidence) Title(s *State) string {
	f, ok := e.finding(s)
	if !ok {
		return s.Words.Name.Evidence
	}
	return join(" ", s.Words.Name.Evidence, targetOf(&f), Safe(f.ServiceID()), portOf(f.Proto, f.Port))
}

// Filter implements Screen; the page has no list.
func (e *Evidence) Filter(*State, string) {}

// finding is the flow that the page is about; false if there is none.
func (e *Evidence) finding(s *State) (audit.Finding, bool) {
	id, err := strconv.ParseUint(e.arg, 10, 32)
	if err != nil || s.Results == nil || id >= uint64(len(s.Results.Judged)) {
		return audit.Finding{}, false
	}
	return findingOf(s.Results, probes.FlowID(id)), true
}

// look fetches what is stored of the flow: once, and again while nothing is found or if the flow was probed
// again.
func (e *Evidence) look(s *State, f *audit.Finding) {
	switch {
	case s.Evidence == nil:
		e.seen = nil
		return
	case e.results == s.Results && e.gen == s.Generation:
		return
	case e.results == s.Results && e.seen != nil && e.cell == f.Cell:
		return
	}
	e.seen = nil
	if o, ok := s.Evidence(f.Flow); ok {
		e.seen = o
	}
	e.results, e.gen, e.cell = s.Results, s.Generation, f.Cell
}

// Render implements Screen.
func (e *Evidence) Render(s *State, w, h int) string {
	return e.still.show(s, w, h, func() string {
		if e.jumps.open() {
			return e.jumps.view(s, w, h)
		}
		f, ok := e.finding(s)
		if !ok {
			text := s.Words.Evidence.Usage
			if s.Results == nil {
				text = toFirstRun(s)
			}
			return s.Theme.Frame(append([]string{s.Theme.Heading(e.Title(s), "", w)}, Wrap(text, w)...), w, h)
		}
		if e.page.fresh(s, int(f.Flow)<<1|bit(e.bytes), w) {
			e.page.add(e.lines(s, &f, w)...)
		}
		body := e.page.window(s.Theme, h-1)
		out := []string{s.Theme.Heading(e.Title(s), e.position(s), w)}
		return s.Theme.Frame(append(out, body...), w, h)
	})
}

// lines are the whole page.
func (e *Evidence) lines(s *State, f *audit.Finding, w int) []string {
	e.look(s, f)
	t, words := s.Theme, &s.Words.Evidence
	var out []string
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			out = append(append(out, "", t.Heading(title, "", w)), lines...)
		}
	}
	if simulated(s) || e.seen != nil && e.seen.Evidence.Simulated {
		out = append(out, t.Warn.On(Cut(words.Simulated, w)))
	}
	out = append(out, verdictHead(s, f, e.seen, w)...)
	section(words.Story, e.story(s, w))
	section(s.Words.Story.Conclusion, conclusionLines(s, f, e.seen, w))
	section(words.Log, logLines(s, f, e.seen, w))
	weak := f.Cell.Weak
	if e.seen != nil {
		weak = e.seen.Weak
		section(words.Facts, factLines(s, e.seen.Evidence.Facts, w))
	}
	section(words.Weak, weakLines(s, weak, w))
	if e.seen != nil {
		section(words.TLS, tlsLines(s, e.seen, w))
		section(words.Banner, bannerLines(s, e.seen, w))
	}
	section(words.Gates, gateLines(s, f, w))
	return out
}

// story is the packet story, or why there is none.
func (e *Evidence) story(s *State, w int) []string {
	switch {
	case e.seen == nil:
		return Wrap(s.Words.Empty.NoEvidence, w)
	case len(e.seen.Evidence.Steps) == 0:
		return Wrap(s.Words.Evidence.NoSteps, w)
	}
	return storyLines(s, e.seen, e.bytes, w)
}

// verdictHead is the verdict, what was intended and what was observed, and what failed here with what can be done.
func verdictHead(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words, sc := &s.Words.Evidence, s.Results.Scope
	intent := s.Words.Intent[f.Intent]
	decided := fmt.Sprintf(words.ByDefault, intent)
	if f.Rule >= 0 && f.Rule < len(sc.Rules) {
		ref := &sc.Rules[f.Rule]
		decided = fmt.Sprintf(words.ByRule, intent, ruleName(ref), ref.Kit.ID+"@"+ref.Kit.Version)
	}
	verdict := s.Theme.Verdict(f.Verdict)
	text := verdict.Sign + " " + verdictOf(s.Words, &f.Judgement)
	if f.Verdict.Deviation() {
		text += s.Words.Host.Comma + severityOf(s.Words, f.Severity)
	}
	pairs := [][2]string{
		{words.Verdict, text},
		{words.Intended, s.Theme.Intent(f.Intent).Sign + " " + decided},
		{words.Observed, s.Theme.Class(f.Observed).Sign + " " + s.Words.ClassOf(f.Observed)},
	}
	if o != nil && o.Evidence.Error != "" {
		pairs = append(pairs, [2]string{words.Error, o.Evidence.Error})
	} else if f.Verdict == audit.Error {
		pairs = append(pairs, [2]string{words.Error, or(s.Words.ProbeReason, f.Cell.Reason.String())})
	}
	if o != nil && o.Evidence.Hint != "" {
		pairs = append(pairs, [2]string{words.Hint, o.Evidence.Hint})
	}
	out := s.Theme.Fields(pairs, w)
	if len(out) > 0 {
		out[0] = verdict.Ink.On(ansi.Strip(out[0]))
	}
	return out
}

// conclusionLines say what follows from the story, how sure that is, and how grave.
func conclusionLines(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words := &s.Words.Evidence
	_, how := severityHow(s.Words, s.Results.Scope, f)
	pairs := [][2]string{
		{words.Severity, fmt.Sprintf(words.SeverityIs, severityOf(s.Words, f.Severity), how)},
		{words.Confidence, words.Sure[f.Confidence]},
	}
	if f.Worst != audit.Pending {
		pairs = append(pairs, [2]string{words.WorstCase, fmt.Sprintf(words.CouldBe, s.Words.VerdictOf(f.Worst), s.Words.VerdictMean[f.Worst])})
	}
	if f.Waiver != nil {
		pairs = append(pairs, [2]string{words.Waiver, fmt.Sprintf(words.WaivedBy, f.Waiver.ID, f.Waiver.Reason, f.Waiver.ApprovedBy,
			f.Waiver.Expires.UTC().Format("2006-01-02"))})
	}
	if f.Verdict.Deviation() && o != nil { // what a waiver of this very finding has to name
		pairs = append(pairs, [2]string{words.Print, audit.Fingerprint(f.ServiceID(), o)})
	}
	return append(Wrap(because(s.Words, f), w), s.Theme.Fields(pairs, w)...)
}

// because is the verdict as a conclusion: what the policy says, what was seen, the reason, what follows.
func because(w *Words, f *audit.Finding) string {
	e := &w.Evidence
	saw := or(e.Saw, f.Observed.String())
	if why := whyOf(w, f); why != "" {
		return fmt.Sprintf(e.BecauseReason, e.Says[f.Intent], saw, why, w.VerdictOf(f.Verdict), w.VerdictMean[f.Verdict])
	}
	return fmt.Sprintf(e.Because, e.Says[f.Intent], saw, w.VerdictOf(f.Verdict), w.VerdictMean[f.Verdict])
}
