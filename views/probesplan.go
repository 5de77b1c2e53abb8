package views

import (
	"fmt"

	"oobscope/audit"
)

// planned is the page before a run: what it would cost, how fast it goes, and who is asked what.
func (p *Probes) planned(s *State, w, h int) []string {
	words := s.Words
	out := []string{s.Theme.Heading(p.Title(s), words.Phase[RunNone], w)}
	if s.Scope == nil {
		return append(out, Wrap(toFirstRun(s), w)...)
	}
	if p.plan.fresh(s, 0, w) {
		p.plan.add(s.Theme.Good.On(Cut(words.Probes.Ready, w)))
		p.plan.add(Wrap(words.Probes.Press, w)...)
		p.plan.add(Wrap(words.Probes.OnlyTargets, w)...)
		p.plan.add("")
		p.plan.add(s.Theme.Fields(budgetPairs(s), w)...)
		for g := range s.Scope.Places {
			p.plan.add(groupPlan(s, g, w)...)
		}
	}
	return append(out, p.plan.window(s.Theme, h-len(out))...)
}

// budgetPairs are the figures of the plan.
func budgetPairs(s *State) [][2]string {
	w, sc := &s.Words.Probes, s.Scope
	b, pace := s.Budget, sc.Plan.Pace
	speed := w.Unlimited
	if pace.Rate > 0 {
		speed = fmt.Sprintf(w.Limited, Count(int(pace.Rate)))
	}
	pairs := [][2]string{
		{w.Sends, agreed(w.Budget, Count(int(b.Packets)), Count(int(b.Conversations)))},
		{w.Host, agreed(w.PerHost, Count(b.PerHost))},
		{w.Paced, fmt.Sprintf(w.Pace, pace.Name, s.Words.Time.Pause(pace.Gap), Count(pace.TCPAttempts), Count(pace.UDPAttempts)) + s.Words.Host.Also + speed},
		{w.Takes, fmt.Sprintf(w.About, s.Words.Time.Span(b.Estimate))},
		{s.Words.Engine.Label, EngineLine(s.Words, sc.Plan, s.Bounds)},
	}
	if n := len(sc.Plan.Canaries); n > 0 {
		pairs = append(pairs, [2]string{w.Canaries, agreed(w.CanaryLine, Count(n))})
	}
	left := 0
	for k := range sc.Left {
		left += sc.Left[k].Lines()
	}
	if left > 0 {
		pairs = append(pairs, [2]string{w.Left, agreed(w.LeftLine, Count(left))})
	}
	return pairs
}

// groupPlan says who the hosts of a group are, from where they are asked, and what.
func groupPlan(s *State, g, w int) []string {
	words, sc := s.Words, s.Scope
	pc, grp := &sc.Places[g], &sc.Plan.Groups[g]
	if len(grp.Addrs) == 0 {
		return nil
	}
	hosts := words.Plain.OneHost + words.Host.Comma + grp.Addrs[0].String()
	if n := len(grp.Addrs); n > 1 {
		hosts = fmt.Sprintf(words.Probes.To, Count(n), grp.Addrs[0], grp.Addrs[n-1])
	}
	out := []string{"", s.Theme.Heading(fmt.Sprintf(words.Host.Place, pc.Role, pc.Zone), "", w)}
	from := fmt.Sprintf(words.Probes.From, pc.Source, pc.Interface, pc.FromZone)
	out = append(out, Wrap(hosts, w)...)
	out = append(out, s.Theme.Fields([][2]string{{words.Probes.Source, from}}, w)...)
	out = append(out, s.Theme.Dim.On(Cut(words.Probes.Asks, w)))
	return append(out, s.Theme.Fields(questions(s, g), w)...)
}

// questions are what a group is asked, by what the policy intends for it.
func questions(s *State, g int) [][2]string {
	var out [][2]string
	for intent := audit.Unstated; intent <= audit.DefaultAllow; intent++ {
		list := ""
		for slot, e := range s.Scope.Plan.Groups[g].Endpoints {
			if s.Scope.Places[g].Decisions[slot].Intent == intent {
				list = join(s.Words.Host.Comma, list, e.Service+" "+portOf(e.Proto, e.Port))
			}
		}
		if list != "" {
			out = append(out, [2]string{s.Theme.Intent(intent).Sign + " " + s.Words.Intent[intent], list})
		}
	}
	return out
}
