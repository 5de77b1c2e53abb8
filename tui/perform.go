package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// The screens that the console itself goes to, by name.
const (
	liveScreen   = "probes"
	driftScreen  = "diff"
	attackScreen = "attack"
	waiverScreen = "waivers"
	ruleScreen   = "rule"
	hostScreen   = "host"
	helpScreen   = "help"
)

// perform does what a screen said that the user meant. The set of actions is closed.
func (m *model) perform(a views.Action) tea.Cmd {
	if a.Text != "" && a.Kind != views.Copy {
		m.tell(a.Text)
	}
	switch a.Kind {
	case views.Goto:
		m.goTo(a.To, a.Arg)
		m.seek(a)
		if w, ok := m.at.screen().(views.Walker); ok && a.Flows != nil {
			w.Walk(a.Flows)
		}
	case views.Back:
		m.goBack()
	case views.Copy:
		if a.Write != nil {
			return m.copyWritten(a.Write, a.Arg)
		}
		return m.copy(a.Text, a.Arg)
	case views.Start:
		return m.start()
	case views.Cancel:
		m.askCancel()
	case views.Resume:
		m.askResume(a.Arg)
	case views.OpenRun:
		return m.openRun(a.Arg)
	case views.ToggleKit:
		return m.toggleKit(a.Arg)
	case views.DeleteRun:
		m.askDelete(a.Arg)
	case views.Freeze:
		return m.freeze()
	case views.Export:
		return m.export(a.Arg)
	case views.OpenSite:
		return m.openSite(a.Arg)
	case views.NewSite:
		return m.newSite()
	case views.Demo:
		return m.askDemo()
	case views.Quit:
		return m.quit()
	case views.Waive, views.Withdraw, views.Approve, views.ProbeAgain, views.Compare:
		return m.work(a)
	case views.None:
	}
	return nil
}

// freeze stops or goes on redrawing; the run goes on either way.
func (m *model) freeze() tea.Cmd {
	run := &m.state.Run
	if m.live == nil && !run.Frozen {
		m.warn(m.say.NoRunOn)
		return nil
	}
	run.Frozen = !run.Frozen
	if run.Frozen {
		return nil
	}
	if late := m.late; late != nil {
		m.late = nil
		return m.conclude(*late)
	}
	m.refresh()
	return nil
}

// export writes the report of the run on screen. It reads the run from the store again: what is on screen
// belongs to the message loop.
func (m *model) export(format string) tea.Cmd {
	id := m.state.Run.ID
	switch {
	case m.busy():
		m.warn(m.say.NotWhileLive)
		return nil
	case id == "":
		m.warn(m.say.NothingToExport)
		return nil
	case format == "" && len(m.cfg.Formats) > 0:
		m.over = &exportMenu{formats: m.cfg.Formats}
		return nil
	case format == "":
		m.warn(m.state.Words.Work.NotHere)
		return nil
	}
	m.tell(m.say.Exporting)
	open, write := m.cfg.OpenRun, m.cfg.Export
	return func() tea.Msg {
		st, err := open(id)
		if err != nil {
			return exportedMsg{err: err}
		}
		path, err := write(st, format)
		if e := closeStored(st); err == nil {
			err = e
		}
		return exportedMsg{path, err}
	}
}

func (m *model) whenExported(msg exportedMsg) {
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	text := say(m.state.Words.Console.Exported, msg.path)
	if m.set.Mask {
		text += " " + m.state.Words.Shell.ExportUnmasked
	}
	m.cheer(text)
}

// suspend gives the terminal back to the shell. Never during a run: the process would stand still, and
// every answer that came meanwhile would be taken for silence.
func (m *model) suspend() tea.Cmd {
	if m.busy() {
		m.warn(m.say.NoSuspend)
		return nil
	}
	m.suspended = true
	return tea.Suspend
}

// quit leaves, after a question while a run is on.
func (m *model) quit() tea.Cmd {
	if m.busy() {
		m.askQuit()
		return nil
	}
	return m.leave()
}

// leave ends the console: at once, or as soon as the run has stopped and is stored.
func (m *model) leave() tea.Cmd {
	if m.leaving {
		return nil
	}
	m.leaving = true
	m.dirty = true
	m.held.cancel()
	if !m.busy() {
		return tea.Quit
	}
	m.ask, m.pal, m.over = nil, nil, leavingPage{}
	m.state.Run.Phase = views.RunStopping
	return tea.Tick(wait, func(time.Time) tea.Msg { return graceMsg{} })
}
