package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"oobscope/probes"
	"oobscope/views"
)

// How a run sends its first packets is chosen for the user, and can be chosen anew in the question before it. It never
// changes how gently a host is treated.

// askStart asks before the planned run begins; there the way in which it sends can be changed.
func (m *model) askStart() {
	q := m.startQuestion(m.planned, m.freshRun())
	if m.cfg.Engine != nil && !m.planned.scope.Plan.Simulated {
		q.more, q.also = views.Key{Keys: "e", Help: m.state.Words.Engine.Other}, func() tea.Cmd { return m.otherEngine(q) }
	}
	m.over = q
}

// engineMsg is another way for a run that is being asked about.
type engineMsg struct {
	asked *question
	planned
	err error // there is no other
}

// otherEngine finds the next way in which the planned run can send, and what that costs. The plan on screen stays as it
// is meanwhile.
func (m *model) otherEngine(q *question) tea.Cmd {
	choose, scope := m.cfg.Engine, *m.planned.scope
	plan := *scope.Plan
	scope.Plan = &plan
	return func() tea.Msg {
		at := plan.Engine
		var why error
		for i := range probes.Engine(probes.Engines - 1) {
			budget, err := choose(&scope, (at+i+1)%probes.Engines)
			if err == nil {
				return engineMsg{q, planned{&scope, budget}, nil}
			}
			why = errors.Join(why, err)
		}
		return engineMsg{asked: q, err: why}
	}
}

// whenEngine asks anew, unless the question is gone.
func (m *model) whenEngine(msg engineMsg) {
	switch {
	case m.over != msg.asked:
	case msg.err != nil:
		m.fail(msg.err)
	default:
		m.planned = msg.planned
		m.showPlan()
		m.askStart()
		m.tell(say(m.state.Words.Engine.Chosen, m.state.Words.Engine.Of(msg.scope.Plan.Engine)))
	}
}
