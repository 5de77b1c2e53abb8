package views

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

// Walker is a screen that can go on to the next of a list of flows. Walk is called after Open, with the flows of the
// action that went there.
type Walker interface{ Walk(flows []probes.FlowID) }

// Wanderer is an Opener that can move on to another thing by itself. At is the argument that would open it as it is now.
type Wanderer interface{ At() string }

// At implements Wanderer.
func (e *Evidence) At() string { return e.arg }

// Keys implements Screen.
func (e *Evidence) Keys(s *State) []Key {
	w, st := s.Words, &s.Words.Story
	f, ok := e.finding(s)
	switch {
	case e.jumps.open():
		return e.jumps.keys(w)
	case !ok:
		return nil
	}
	var keys []Key
	if e.listed(s) > 1 {
		keys = append(keys, Key{"n/p", st.NextFlow})
	}
	keys = append(keys, Key{"y", w.Take.CopyFinding})
	if entry := logEntryOf(s, &f, e.seen); entry.search(&f) != "" {
		keys = append(keys, Key{"l", st.CopySearch})
	}
	if e.seen != nil && len(e.seen.Evidence.Steps) > 0 {
		keys = append(keys, Key{"b", [...]string{st.ShowBytes, st.HideBytes}[bit(e.bytes)]})
	}
	keys = append(keys, Key{"o", w.Key.OpenHost})
	if f.Rule >= 0 {
		keys = append(keys, Key{"u", w.Key.OpenRule})
	}
	if techniquesOf(s, &f).Kind == Goto {
		keys = append(keys, Key{"t", st.Techniques})
	}
	keys = append(append(keys, Key{"m", w.Key.Heat}), e.jumps.offer(s, aboutFlow(s, &f))...)
	return append(keys, e.page.keys(w)...)
}

// listed is how many flows n and p go through.
func (e *Evidence) listed(s *State) int {
	if f, ok := e.finding(s); ok && slices.Contains(e.walk, f.Flow) {
		return len(e.walk)
	}
	return len(s.Results.Judged)
}

// Press implements Screen.
func (e *Evidence) Press(s *State, key string) Action {
	e.still.touch()
	f, ok := e.finding(s)
	if !ok {
		return Action{}
	}
	if a, mine := e.jumps.press(s, key, func() subject { return aboutFlow(s, &f) }); mine {
		return a
	}
	if e.page.press(key) {
		return Action{}
	}
	switch key {
	case "n":
		return e.step(s, f.Flow, +1)
	case "p":
		return e.step(s, f.Flow, -1)
	case "b":
		e.bytes = !e.bytes
	case "l":
		return e.copySearch(s, &f)
	case "y":
		return Action{Kind: Copy, Arg: e.Title(s), Text: e.text(s, &f)}
	case "o":
		return Action{Kind: Goto, To: "host", Arg: f.Target.String()}
	case "m":
		return Action{Kind: Goto, To: "map", Arg: f.Target.String()}
	case "u":
		if f.Rule >= 0 {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(f.Rule)}
		}
	case "t":
		return techniquesOf(s, &f)
	}
	return Action{}
}

// techniquesOf shows the techniques that the deciding rule stands against.
func techniquesOf(s *State, f *audit.Finding) Action {
	if f.Rule < 0 || len(s.Results.Scope.Rules[f.Rule].Rule.Mitigates) == 0 {
		return Action{Text: s.Words.Story.NoTechnique}
	}
	return Action{Kind: Goto, To: "attack", Filter: "rule:" + f.App}
}

// step goes to the next flow of the list that we came from, or of the plan, and keeps the place on the page.
func (e *Evidence) step(s *State, at probes.FlowID, by int) Action {
	next := int(at) + by
	if i := slices.Index(e.walk, at); i >= 0 {
		next = -1
		if i+by >= 0 && i+by < len(e.walk) {
			next = int(e.walk[i+by])
		}
	}
	if next < 0 || next >= len(s.Results.Judged) {
		return Action{Text: s.Words.Story.NoMore}
	}
	e.arg, e.results, e.seen = strconv.Itoa(next), nil, nil
	return Action{}
}

// position is the place of the flow in its list: "3/308".
func (e *Evidence) position(s *State) string {
	f, ok := e.finding(s)
	if !ok {
		return ""
	}
	if i := slices.Index(e.walk, f.Flow); i >= 0 {
		return Count(i+1) + "/" + Count(len(e.walk))
	}
	return Count(int(f.Flow)+1) + "/" + Count(len(s.Results.Judged))
}

// copySearch copies the line that finds the packets in a log.
func (e *Evidence) copySearch(s *State, f *audit.Finding) Action {
	e.look(s, f)
	entry := logEntryOf(s, f, e.seen)
	text := entry.search(f)
	if text == "" {
		return Action{Text: s.Words.Story.NothingSent}
	}
	return Action{Kind: Copy, Arg: s.Words.Story.SearchLine, Text: text}
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
