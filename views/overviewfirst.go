package views

import (
	"fmt"

	"oobscope/audit"
)

// way is one of the ways on from a console that has nothing to show yet.
type way struct {
	key, name, cost string
	act             Action
}

// ways are what can be done without a run on screen: none of them sends anything before it was confirmed.
func ways(s *State) []way {
	w := &s.Words.First
	return []way{
		{"d", w.Demo, w.DemoCost, Action{Kind: Demo}}, {"o", w.Open, w.OpenCost, Action{Kind: OpenSite}},
		{"w", w.Write, w.WriteCost, Action{Kind: NewSite}},
	}
}

// first tells whether nothing is there to show: then the overview says what this is and how to go on.
func first(s *State) bool { return s.Results == nil && siteInForce(s) == nil }

// wayKeys are the keys of the ways, as far as they make sense now.
func wayKeys(s *State) []Key {
	if live(s) {
		return nil
	}
	w := &s.Words.Site
	keys := []Key{{"o", w.OpenKey}}
	if s.Results == nil {
		keys = append(keys, Key{"w", w.NewKey}, Key{"d", w.DemoKey})
	}
	return keys
}

// takeWay is what the key of a way means now; None if it means nothing.
func takeWay(s *State, key string) Action {
	for _, k := range wayKeys(s) {
		if k.Keys != key {
			continue
		}
		for _, w := range ways(s) {
			if w.key == key {
				return w.act
			}
		}
	}
	return Action{}
}

// welcome is the overview of an empty machine: what this is, what is there and what is missing, and the ways on.
func (o *Overview) welcome(s *State, w, h int) []string {
	t, fw := s.Theme, &s.Words.First
	title := fw.Nothing
	if len(s.Runs) > 0 {
		title = fw.NoneLoaded
	}
	out := []string{t.Bold.On(Cut(title, w))}
	for _, l := range Wrap(fw.About, max(1, w-2)) {
		out = append(out, "  "+l)
	}
	for _, l := range Wrap(fw.Harmless, max(1, w-2)) {
		out = append(out, "  "+t.Dim.On(l))
	}
	list := ways(s)
	roomy := h >= len(out)+4+2+len(list)+2
	if roomy {
		out = append(out, "")
	}
	if h >= len(out)+4+1+len(list) {
		out = append(append(out, t.Heading(fw.There, "", w)), o.there(s, w)...)
		if roomy {
			out = append(out, "")
		}
	}
	out = append(out, t.Heading(fw.WaysOn, fw.Sends, w))
	name := 0
	for i := range list {
		name = max(name, Width(list[i].name))
	}
	for i, x := range list {
		line := x.key + "  " + Fit(x.name, name) + "   " + x.cost
		switch {
		case t.Spoken != nil:
			out = append(out, t.numbered(i, i == o.way)+x.name+": "+x.cost+" ("+x.key+")")
		case i == o.way:
			out = append(out, t.Selected.On(Fit(t.Glyph.Cursor+" "+line, w)))
		default:
			out = append(out, Cut("  "+t.Key.On(x.key)+"  "+Fit(x.name, name)+"   "+t.Dim.On(x.cost), w))
		}
	}
	return out
}

// there says what the program has already and what it lacks, each with its sign.
func (o *Overview) there(s *State, w int) []string {
	t, fw := s.Theme, &s.Words.First
	yes, no, none := t.Verdict(audit.Conforms), t.Verdict(audit.Exposed), t.Verdict(audit.NotTested)
	line := func(look Look, label, text string) string {
		return Cut(look.Ink.On(join(" ", look.Sign, Fit(label, o.labelOf(fw)))+"  "+Safe(text)), w)
	}
	policy := line(no, fw.Policy, s.Words.Empty.NoKit)
	switch n, rules := len(kitsInForce(s)), Count(len(rulesInForce(s))); {
	case n == 1:
		policy = line(yes, fw.Policy, agreed(fw.PolicyOne, rules))
	case n > 1:
		policy = line(yes, fw.Policy, agreed(fw.PolicyIs, Count(n), rules))
	}
	runs := line(none, fw.Runs, fw.NoRuns)
	switch n := len(s.Runs); {
	case s.Reading:
		runs = line(none, fw.Runs, fw.Reading)
	case n > 0:
		runs = line(yes, fw.Runs, fmt.Sprintf(fw.RunsAre, Count(n)))
	}
	return append([]string{policy, line(no, fw.Site, fw.NoSite), runs}, unreadLines(s, w)...)
}

func (o *Overview) labelOf(fw *FirstWords) int {
	return max(Width(fw.Policy), Width(fw.Site), Width(fw.Runs))
}

// pressFirst handles the keys of the welcome.
func (o *Overview) pressFirst(s *State, key string) Action {
	list := ways(s)
	if key == "enter" {
		return list[max(0, min(o.way, len(list)-1))].act
	}
	to, ok := Step(key, o.way, len(list), len(list))
	if !ok {
		to, ok = byNumber(key, len(list))
	}
	if ok {
		o.way = to
		return Action{}
	}
	return takeWay(s, key)
}
