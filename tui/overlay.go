package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// overlay stands in the place of the screen and takes every key until it is gone.
type overlay interface {
	// lines is what it says, for a box with w cells inside.
	lines(m *model, w int) []string
	press(m *model, key string) tea.Cmd
}

// question asks before something is done that costs: packets, a run, a file, an open console.
type question struct {
	title string
	text  []string
	yes   func() tea.Cmd
	quits bool           // asks whether to quit: a second ctrl+c means yes
	more  views.Key      // what else can be done; empty for nothing
	also  func() tea.Cmd // does it
}

func (q *question) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Console
	out := wrapped(t.Title, q.title, w)
	out = append(out, "")
	for _, line := range q.text {
		out = append(out, views.Wrap(line, w)...)
	}
	if len(q.text) > 0 {
		out = append(out, "")
	}
	keys := t.Key.On(words.YesKey) + "   " + t.Key.On(words.NoKey)
	if q.more.Keys != "" {
		keys += "   " + t.Key.On(q.more.Keys+m.state.Words.Host.Colon+q.more.Help)
	}
	return append(out, keys)
}

func (q *question) press(m *model, key string) tea.Cmd {
	switch key {
	case "enter", "y":
		m.over = nil
		return q.yes()
	case "esc", "n", "q":
		m.over = nil
	case q.more.Keys:
		if q.also != nil {
			return q.also()
		}
	}
	return nil
}

func wrapped(ink views.Ink, text string, w int) []string {
	out := views.Wrap(text, w)
	for i := range out {
		out[i] = ink.On(out[i])
	}
	return out
}

// askCancel asks before a run is stopped.
func (m *model) askCancel() {
	if m.live == nil || m.state.Run.Phase != views.RunLive {
		return
	}
	m.over = &question{title: m.state.Words.Console.ConfirmCancel, text: []string{m.say.StopMeans}, yes: m.stop}
}

func (m *model) askQuit() {
	m.ask = nil
	text := []string{m.say.Stored, m.say.StopMeans}
	if m.simulated() { // its store goes with the console
		text = []string{m.state.Words.Site.DemoKept}
	}
	m.over = &question{title: m.state.Words.Console.ConfirmQuit, text: text, yes: m.leave, quits: true}
}

// askDelete asks before a run is deleted. The one on screen is refused: its file is in use.
func (m *model) askDelete(id string) {
	if id == m.state.Run.ID {
		m.warn(say(m.say.OnScreen, id))
		return
	}
	run := m.runOf(id)
	text := []string{views.Stamp(run.Started) + "  " + views.Safe(run.Site) + "  " +
		say(m.say.RunCounts, count(run.Flows), count(run.Total.Deviations())), "", m.say.DeleteMeans}
	m.over = &question{title: say(m.state.Words.Console.ConfirmDelete, id), text: text,
		yes: func() tea.Cmd { return m.deleteRun(id) }}
}

// askResume asks before a partial run goes on: it sends packets like any run.
func (m *model) askResume(id string) {
	if m.busy() {
		m.warn(m.say.RunIsOn)
		return
	}
	run := m.runOf(id)
	text := []string{
		views.Safe(run.Site) + "  " + views.Stamp(run.Started),
		fmt.Sprintf(m.state.Words.Probes.Flows, count(run.Settled), count(run.Flows), views.Percent(run.Settled, run.Flows)),
		say(m.say.ResumeLeft, count(max(0, run.Flows-run.Settled))),
	}
	m.over = &question{title: say(m.say.ConfirmResume, id), text: text, yes: func() tea.Cmd { return m.resume(id) }}
}

// leavingPage says why the console is still there after the user has left it.
type leavingPage struct{}

func (leavingPage) lines(m *model, w int) []string {
	out := wrapped(m.state.Theme.Warn, m.say.Storing, w)
	return append(append(out, ""), views.Wrap(say(m.say.Leaving, m.state.Words.Time.Span(wait)), w)...)
}

func (leavingPage) press(*model, string) tea.Cmd { return nil }
