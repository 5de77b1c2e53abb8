package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/probes"
	"oobscope/views"
)

// maxTargets is how many groups of targets the question before a run lists.
const maxTargets = 4

// startQuestion shows what a planned run would do and cost before a packet is sent.
func (m *model) startQuestion(p planned, begin func(context.Context) (*Live, error)) *question {
	words := &m.state.Words.Console
	scope, b := p.scope, &p.budget
	pace := &scope.Plan.Pace
	var refs []string
	for _, k := range scope.Kits {
		refs = append(refs, k.Ref())
	}
	text := []string{
		strings.Join([]string{views.Safe(scope.Site.Name), m.standing(scope.Vantage.Name, scope.StandsIn()), views.Safe(strings.Join(refs, ", "))}, m.state.Words.Host.Comma),
	}
	groups := targetsOf(scope)
	for i, g := range groups {
		if i == maxTargets {
			text = append(text, "  "+say(m.state.Words.Plain.More, count(len(groups)-i)))
			break
		}
		text = append(text, "  "+views.Safe(g))
	}
	text = append(text, "",
		say(words.Targets, count(b.Hosts), count(b.Flows)),
		say(words.Sends, count(int(b.Packets)), count(int(b.Conversations))),
		say(words.PerHost, count(b.PerHost)),
		say(m.say.Pace, pace.Name, m.state.Words.Time.Pause(pace.Gap)),
		say(words.Takes, m.state.Words.Time.Span(b.Estimate)),
		m.state.Words.Engine.Label+m.state.Words.Host.Colon+views.EngineLine(m.state.Words, scope.Plan, m.bounds(scope.Plan)),
	)
	return &question{title: words.ConfirmStart, text: text, yes: func() tea.Cmd { return m.launch(begin) }}
}

// bounds are what this machine allows a plan, as far as that is known.
func (m *model) bounds(p *probes.Plan) probes.Bounds {
	if m.cfg.Bounds == nil {
		return probes.Bounds{}
	}
	return m.cfg.Bounds(p)
}

// standing says where we stand: "jump1 in zone trust".
func (m *model) standing(vantage, zone string) string {
	vantage, zone = views.Safe(vantage), views.Safe(zone)
	switch {
	case zone == "":
		return vantage
	case vantage == "":
		return zone
	}
	return say(m.state.Words.Overview.VantageIn, vantage, zone)
}
