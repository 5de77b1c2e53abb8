package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// loadRuns reads the list of stored runs.
func (m *model) loadRuns() tea.Cmd {
	runs := m.cfg.Runs
	return func() tea.Msg {
		list, errs := runs()
		return runsMsg{list, errs}
	}
}

func (m *model) whenRuns(msg runsMsg) {
	m.state.Runs, m.state.Reading = msg.runs, false
	m.unread(msg.errs)
	m.changed()
}

// openRun shows a stored run in place of what is on screen.
func (m *model) openRun(id string) tea.Cmd {
	if m.busy() {
		m.warn(m.say.NotWhileLive)
		return nil
	}
	m.tell(m.say.Opening)
	held, open := m.held, m.cfg.OpenRun
	return func() tea.Msg {
		st, err := open(id)
		if err == nil && !held.keep(st) {
			return nil
		}
		return openedMsg{st, err}
	}
}

func (m *model) whenOpened(msg openedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		m.over = m.troublePage(aboutStored, msg.err)
		m.note = note{}
		return nil
	case m.busy() || m.leaving: // a run began meanwhile
		return m.drop(msg.stored)
	}
	st, former := msg.stored, m.shown
	m.shown = st
	s := &m.state
	again := s.Run.ID == st.Run.ID
	m.forgetDrift()
	s.Results, s.Scope, s.Live = st.Results, st.Results.Scope, nil
	m.see(st.Evidence)
	s.Site, s.Budget = st.Results.Scope.Site, probes.Budget{}
	s.Run = views.RunView{Run: st.Run, Phase: views.RunEnded}
	m.rereading = true // they may be kept somewhere else
	m.changed()
	m.note = note{}
	if !again {
		m.cheer(say(m.say.Opened, st.Run.ID))
		m.goTo(m.at.screens[0].Name(), "")
	}
	return m.drop(former)
}

// drop closes, in the background, a file that nobody will look at any more.
func (m *model) drop(st *Stored) tea.Cmd {
	if st == nil {
		return nil
	}
	held := m.held
	return func() tea.Msg {
		_ = held.release(st) // read only: nothing can be lost
		return nil
	}
}

// runOf finds a stored run. The one on screen is known best; the list may be older than its end.
func (m *model) runOf(id string) audit.Run {
	if m.state.Run.ID == id {
		return m.state.Run.Run
	}
	i := slices.IndexFunc(m.state.Runs, func(r audit.Run) bool { return r.ID == id })
	if i < 0 {
		return audit.Run{ID: id}
	}
	return m.state.Runs[i]
}

func (m *model) deleteRun(id string) tea.Cmd {
	remove := m.cfg.DeleteRun
	return func() tea.Msg { return deletedMsg{id, remove(id)} }
}

func (m *model) whenDeleted(msg deletedMsg) tea.Cmd {
	if msg.err != nil {
		m.fail(msg.err)
	} else {
		m.cheer(say(m.say.Deleted, msg.id))
	}
	return m.loadRuns()
}

// toggleKit uses a kit in the next run, or no longer, and remembers it. The run on screen keeps its own.
func (m *model) toggleKit(ref string) tea.Cmd {
	i := slices.IndexFunc(m.state.Kits, func(e views.KitEntry) bool { return e.Kit.Ref() == ref })
	if i < 0 {
		return nil
	}
	m.state.Kits = slices.Clone(m.state.Kits)
	m.state.Kits[i].Active = !m.state.Kits[i].Active
	m.changed()
	var refs []string
	for _, k := range m.active() {
		refs = append(refs, k.Ref())
	}
	m.cheer(say(m.state.Words.Console.KitsChanged, count(len(refs))))
	if len(refs) == 0 && m.state.Results == nil {
		m.planned = planned{}
		m.showPlan()
	}
	keep := m.cfg.SetActive
	return tea.Batch(m.replan(), func() tea.Msg { return keptMsg{keep(refs)} })
}

func (m *model) whenKept(msg keptMsg) {
	if msg.err != nil {
		m.warn(say(m.say.NotRemembered, flat(msg.err)))
	}
}
