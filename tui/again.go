package tui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
)

// probeAgain plans a run of single flows of the run on screen, with the kits that it was held against and the site as it
// is now: what the site no longer lists is sent nothing. The question comes once the plan is there.
func (m *model) probeAgain(flows []probes.FlowID) tea.Cmd {
	w := &m.state.Words.Work
	switch {
	case m.busy():
		m.warn(m.say.RunIsOn)
		return nil
	case m.state.Results == nil || len(flows) == 0:
		m.warn(m.state.Words.Take.NoFlow)
		return nil
	case m.cfg.Work.Again == nil:
		m.warn(w.NotHere)
		return nil
	case m.cfg.Site == nil || m.cfg.Site.Name != m.state.Run.Site || m.cfg.Site.Simulated != m.state.Run.Simulated:
		m.warn(say(w.LoadSite, m.state.Run.Site))
		return nil
	}
	m.deeds.wanted = true
	m.tell(m.say.Planning)
	scope, id, site, plan := m.state.Results.Scope, m.state.Run.ID, m.cfg.Site, m.cfg.Work.Again
	flows = slices.Clone(flows)
	return func() tea.Msg {
		s, b, err := plan(scope.Kits, site, audit.Options{Only: audit.Blocks(scope, flows), Again: id})
		return againMsg{planned{s, b}, len(flows), err}
	}
}

// whenAgain asks before the flows are probed again. The question comes only if nothing was pressed since it was asked
// for: a key that was meant for something else must never start a run.
func (m *model) whenAgain(msg againMsg) {
	if !m.deeds.wanted || m.leaving {
		return
	}
	m.deeds.wanted, m.note = false, note{}
	w := &m.state.Words.Work
	switch {
	case msg.err != nil:
		m.over = m.failedPage(msg.err)
		return
	case msg.scope.Plan.Flows() == 0:
		m.warn(say(w.NothingLeft, m.cfg.Site.Name))
		return
	}
	m.deeds.again = msg.planned
	scope, launch := msg.scope, m.cfg.Launch
	q := m.startQuestion(msg.planned, func(ctx context.Context) (*Live, error) { return launch(ctx, scope) })
	q.title = say(w.AgainTitle, count(scope.Plan.Flows()), count(scope.Plan.Hosts()))
	if scope.Plan.Flows() == 1 {
		q.title = w.AgainOne
	}
	first := []string{say(w.AgainFrom, scope.Options.Again)}
	if left := msg.asked - scope.Plan.Flows(); left > 0 {
		first = append(first, say(w.AgainLeft, count(left), m.cfg.Site.Name))
	}
	q.text = append(first, q.text...)
	m.over = q
}
