package tui

import (
	"net/netip"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// What the Cmds around a site come back with.
type (
	siteMsg struct {
		site *audit.Site
		path string
		err  error
	}
	writtenMsg struct {
		path string
		err  error
	}
	pathsMsg struct {
		begun string
		list  []string
	}
	hereMsg struct {
		name string
		own  []netip.Addr
	}
	demoMsg struct {
		site *audit.Site
		err  error
	}
)

// openSite loads a site file; without a path it asks for one.
func (m *model) openSite(path string) tea.Cmd {
	switch {
	case m.busy():
		m.warn(m.say.NotWhileLive)
		return nil
	case path == "":
		prompt := newSitePrompt()
		m.over = prompt
		return m.completions(prompt.value(siteFile))
	}
	return m.loadSite(path)
}

// loadSite reads and checks a file in the background. Nothing is sent.
func (m *model) loadSite(path string) tea.Cmd {
	m.tell(say(m.state.Words.Site.Checking, path))
	load := m.cfg.LoadSite
	return func() tea.Msg {
		site, err := load(path)
		return siteMsg{site, path, err}
	}
}

// whenSite takes over a site. One that is not sound changes nothing, and its page says where and why.
func (m *model) whenSite(msg siteMsg) tea.Cmd {
	m.note = note{}
	switch {
	case m.leaving:
		return nil
	case msg.err != nil:
		m.over = m.troublePage(aboutSite, msg.err)
		return nil
	case m.busy(): // a run began meanwhile
		m.warn(m.say.NotWhileLive)
		return nil
	}
	m.over = nil
	m.checking = true
	return m.useSite(msg.site)
}

// useSite makes a site that of the next run, and shows what that would be.
func (m *model) useSite(site *audit.Site) tea.Cmd {
	former := m.clear()
	m.cfg.Site, m.state.Site = site, site
	m.goTo(m.at.screens[0].Name(), "")
	m.changed()
	return tea.Batch(m.replan(), m.loadRuns(), former)
}

// clear takes the run off the screen, so that the next one's plan can be seen.
func (m *model) clear() tea.Cmd {
	former := m.drop(m.shown)
	m.shown, m.planned, m.late = nil, planned{}, nil
	s := &m.state
	s.Results, s.Scope, s.Live = nil, nil, nil
	m.see(nil)
	s.Run, s.Budget = views.RunView{}, probes.Budget{}
	return former
}

// checked says what a site that was just loaded comes to, once its plan is there.
func (m *model) checked() {
	if !m.checking {
		return
	}
	m.checking = false
	b := &m.planned.budget
	m.cheer(say(m.state.Words.Site.Loaded, m.planned.scope.Site.Name, count(b.Hosts), count(b.Flows)))
	if n := len(m.planned.scope.Site.Warnings); n > 0 {
		m.over = m.warningsPage(m.planned.scope.Site)
	}
}

// newSite opens the form that writes a site file, as it was left.
func (m *model) newSite() tea.Cmd {
	if m.busy() {
		m.warn(m.say.NotWhileLive)
		return nil
	}
	if m.draft != nil {
		m.over = m.draft
		return nil
	}
	m.draft = newSiteForm(m)
	m.over = m.draft
	here := m.cfg.Here
	return func() tea.Msg {
		name, own := here()
		return hereMsg{name, own}
	}
}

// whenWritten loads the file that the form has written.
func (m *model) whenWritten(msg writtenMsg) tea.Cmd {
	if m.draft != nil {
		m.draft.saving = false
	}
	if msg.err != nil {
		if m.draft != nil && m.over == overlay(m.draft) {
			m.draft.failed = flat(msg.err)
			return nil
		}
		m.fail(msg.err)
		return nil
	}
	m.draft, m.over = nil, nil
	return m.loadSite(msg.path)
}

// askDemo asks before the simulated segment starts: a run of it follows at once.
func (m *model) askDemo() tea.Cmd {
	w := &m.state.Words.Site
	switch {
	case m.busy():
		m.warn(m.say.NotWhileLive)
		return nil
	case len(m.active()) == 0:
		m.warn(m.state.Words.Empty.NoKit)
		return nil
	}
	m.over = &question{title: w.DemoTitle, text: []string{w.DemoWhat, w.DemoTakes, w.DemoKept}, yes: m.startDemo}
	return nil
}

func (m *model) startDemo() tea.Cmd {
	m.tell(m.state.Words.Site.DemoStarting)
	start := m.cfg.Demo
	return func() tea.Msg {
		site, err := start()
		return demoMsg{site, err}
	}
}

// whenDemo begins a run of the simulated segment: that was confirmed already.
func (m *model) whenDemo(msg demoMsg) tea.Cmd {
	m.note = note{}
	switch {
	case m.leaving:
		return nil
	case msg.err != nil:
		m.over = m.troublePage(aboutDemo, msg.err)
		return nil
	case m.busy():
		m.warn(m.say.NotWhileLive)
		return nil
	}
	former := m.clear()
	m.cfg.Site, m.state.Site = msg.site, msg.site
	m.changed()
	m.cfg.StartNow, m.planning = true, true
	m.tell(m.say.Planning)
	return tea.Batch(m.plan(true), m.loadRuns(), former)
}
