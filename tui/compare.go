package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/views"
)

// compare holds the run on screen against an earlier one; the empty id against none. The earlier run is read and
// compared in the background, and its file is given back at once: the drift holds what is needed of it.
func (m *model) compare(id string) tea.Cmd {
	s := &m.state
	if id == "" {
		m.forgetDrift()
		m.changed()
		return nil
	}
	run := m.runOf(id)
	switch {
	case !m.holdsStill():
		return nil
	case id == s.Run.ID:
		m.warn(s.Words.Work.Itself)
		return nil
	case run.Site != s.Run.Site:
		m.warn(say(s.Words.Work.OtherSite, id, run.Site))
		return nil
	case !views.Earlier(&run, &s.Run.Run):
		m.warn(fmt.Sprintf(s.Words.Drift.Newer, views.Safe(id)))
		return nil
	}
	m.forgetDrift()
	s.Against, m.deeds.comparing = run, id
	m.changed()
	if m.at.find(driftScreen) >= 0 && m.at.screen().Name() != driftScreen {
		m.goTo(driftScreen, "")
	}
	held, open, later, seen := m.held, m.cfg.OpenRun, s.Results, m.seen
	return func() tea.Msg {
		if !held.enter() {
			return nil
		}
		defer held.jobs.Done()
		st, err := open(id)
		if err != nil {
			return comparedMsg{id: id, later: later, err: err}
		}
		drift := audit.Compare(st.Results, later, audit.Seen{Before: st.Evidence, After: seen})
		return comparedMsg{id, later, drift, closeStored(st)}
	}
}

// whenCompared shows what became of the flows, unless another run came on screen meanwhile or nobody wants to know
// any more.
func (m *model) whenCompared(msg comparedMsg) {
	if msg.id != m.deeds.comparing || msg.later != m.state.Results {
		return
	}
	m.deeds.comparing = ""
	if msg.err != nil {
		m.forgetDrift()
		m.over = m.failedPage(msg.err)
	} else {
		m.state.Drift = msg.drift
		m.sayDrift(&msg.drift.Total)
	}
	m.changed()
}

// sayDrift says in a line what changed.
func (m *model) sayDrift(t *audit.DriftTally) {
	var parts []string
	for _, c := range audit.Changes() {
		if c != audit.Unchanged {
			parts = append(parts, fmt.Sprintf(m.state.Words.Plain.Counted, count(t.Of(c)), m.state.Words.Drift.Change[c]))
		}
	}
	m.tell(strings.Join(parts, m.state.Words.Host.Comma))
}

// cameFrom tells whether the run on screen asked flows of another one again that is still stored.
func (m *model) cameFrom() bool {
	return m.state.Results != nil && slices.ContainsFunc(m.state.Runs, func(r audit.Run) bool {
		return r.ID == m.state.Results.Scope.Options.Again
	})
}
