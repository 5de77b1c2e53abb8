package views

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

// Evidence is everything that is known of one flow: the judgement in plain words, the gates behind it, and the
// packets.
type Evidence struct {
	arg   string
	page  page
	still still

	seen    *probes.Observation // what is stored, once it is
	results *audit.Results
	gen     uint64
	cell    probes.Cell // as it was when seen was looked up
}

// NewEvidence makes the screen; Open says which flow it is about.
func NewEvidence() *Evidence { return &Evidence{} }

// Open implements Opener: arg is the number of a flow.
func (e *Evidence) Open(_ *State, arg string) {
	*e = Evidence{arg: arg}
}

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

// Keys implements Screen.
func (e *Evidence) Keys(s *State) []Key {
	w := s.Words
	f, ok := e.finding(s)
	if !ok {
		return nil
	}
	keys := append(e.page.keys(w), Key{"y", w.Key.Copy}, Key{"o", w.Key.OpenHost})
	if f.Rule >= 0 {
		keys = append(keys, Key{"u", w.Key.OpenRule})
	}
	return keys
}

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
		f, ok := e.finding(s)
		if !ok {
			text := s.Words.Evidence.Usage
			if s.Results == nil {
				text = s.Words.Empty.NoRun
			}
			return s.Theme.Frame(append([]string{s.Theme.Heading(e.Title(s), "", w)}, Wrap(text, w)...), w, h)
		}
		if e.page.fresh(s, int(f.Flow), w) {
			e.page.add(e.lines(s, &f, w)...)
		}
		body := e.page.window(s.Theme, h-1)
		out := []string{s.Theme.Heading(e.Title(s), "", w)}
		return s.Theme.Frame(append(out, body...), w, h)
	})
}

// lines are the whole page.
func (e *Evidence) lines(s *State, f *audit.Finding, w int) []string {
	e.look(s, f)
	t, words := s.Theme, &s.Words.Evidence
	var out []string
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		if title != "" {
			out = append(out, "", t.Heading(title, "", w))
		}
		out = append(out, lines...)
	}
	if simulated(s) || e.seen != nil && e.seen.Evidence.Simulated {
		out = append(out, t.Warn.On(Cut(words.Simulated, w)))
	}
	out = append(out, judgementLines(s, f, w)...)
	section("", troubleLines(s, f, e.seen, w))
	section(words.Gates, gateLines(s, f, w))
	section(words.Log, logLines(s, f, e.seen, w))
	if e.seen == nil {
		section(words.Story, Wrap(s.Words.Empty.NoEvidence, w))
		section(words.Weak, weakLines(s, f.Cell.Weak, w))
		return out
	}
	story := storyLines(s, e.seen.Evidence.Steps, w)
	if len(story) == 0 {
		story = Wrap(words.NoSteps, w)
	}
	section(words.Story, story)
	section(words.Weak, weakLines(s, e.seen.Weak, w))
	section(words.TLS, tlsLines(s, e.seen.Evidence.TLS, w))
	section(words.Facts, factLines(s, e.seen.Evidence.Facts, w))
	section(words.Banner, bannerLines(s, f, e.seen, w))
	return out
}

// judgementLines say what was intended, what was observed and what follows, in plain words.
func judgementLines(s *State, f *audit.Finding, w int) []string {
	words, sc := &s.Words.Evidence, s.Results.Scope
	intent := s.Words.Intent[f.Intent]
	decided := fmt.Sprintf(words.ByDefault, intent)
	if f.Rule >= 0 && f.Rule < len(sc.Rules) {
		ref := &sc.Rules[f.Rule]
		decided = fmt.Sprintf(words.ByRule, intent, ruleName(ref), ref.Kit.ID+"@"+ref.Kit.Version)
	}
	_, how := severityHow(s.Words, sc, f)
	verdict := s.Theme.Verdict(f.Verdict)
	pairs := [][2]string{
		{words.Verdict, verdict.Sign + " " + verdictOf(s.Words, &f.Judgement)},
		{words.Intended, s.Theme.Intent(f.Intent).Sign + " " + decided},
		{words.Observed, s.Theme.Class(f.Observed).Sign + " " + s.Words.ClassOf(f.Observed)},
		{words.Why, because(s.Words, f)},
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
	out := s.Theme.Fields(pairs, w)
	if len(out) > 0 {
		out[0] = verdict.Ink.On(ansi.Strip(out[0]))
	}
	return out
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

// troubleLines are a local failure in words, and what the reader can do about it.
func troubleLines(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words := &s.Words.Evidence
	var pairs [][2]string
	if o != nil && o.Evidence.Error != "" {
		pairs = append(pairs, [2]string{words.Error, o.Evidence.Error})
	} else if f.Verdict == audit.Error {
		pairs = append(pairs, [2]string{words.Error, or(s.Words.ProbeReason, f.Cell.Reason.String())})
	}
	if o != nil && o.Evidence.Hint != "" {
		pairs = append(pairs, [2]string{words.Hint, o.Evidence.Hint})
	}
	return s.Theme.Fields(pairs, w)
}

// Press implements Screen.
func (e *Evidence) Press(s *State, key string) Action {
	e.still.touch()
	f, ok := e.finding(s)
	if !ok || e.page.press(key) {
		return Action{}
	}
	switch key {
	case "y":
		return Action{Kind: Copy, Arg: e.Title(s), Text: e.text(s, &f)}
	case "o":
		return Action{Kind: Goto, To: "host", Arg: f.Target.String()}
	case "u":
		if f.Rule >= 0 {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(f.Rule)}
		}
	}
	return Action{}
}

// textWidth is the width of a page that is copied: that of a mail or a ticket.
const textWidth = 96

// text is the page without a style, as it goes into a ticket.
func (e *Evidence) text(s *State, f *audit.Finding) string {
	plain := *s
	plain.Theme = PlainTheme(s.Theme.ASCII)
	lines := append([]string{e.Title(s), ""}, e.lines(&plain, f, textWidth)...)
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
