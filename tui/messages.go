package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// What Cmds come back with.
type (
	pulseMsg struct{}
	// portionMsg takes over what a pulse left for later.
	portionMsg struct{}
	leaveMsg   struct{} // the world wants the console to end
	graceMsg   struct{} // waiting for the run has taken too long

	plannedMsg struct {
		planned
		err    error
		launch bool // the user asked for a run
	}
	launchedMsg struct {
		*session
		err error
	}
	endedMsg struct {
		*session
		stored *Stored // nil if it could not be read back
	}
	runsMsg struct {
		runs []audit.Run
		errs []error
	}
	openedMsg struct {
		stored *Stored
		err    error
	}
	deletedMsg struct {
		id  string
		err error
	}
	keptMsg    struct{ err error }
	spilledMsg struct {
		path, what string
		bytes      int
		masked     bool // as it was when it was copied
		err        error
	}
	exportedMsg struct {
		path string
		err  error
	}
)

// note is the line for messages.
type note struct {
	sign string
	ink  views.Ink
	text string
}

func (m *model) tell(text string) {
	m.note = note{m.state.Theme.Glyph.Bullet, m.state.Theme.Body, views.Safe(text)}
}

func (m *model) cheer(text string) {
	m.note = note{m.state.Theme.Glyph.Check, m.state.Theme.Good, views.Safe(text)}
}

func (m *model) warn(text string) {
	m.note = note{"!", m.state.Theme.Warn, views.Safe(text)}
}

// fail says an error in the line for messages.
func (m *model) fail(err error) {
	text := say(m.state.Words.Console.Failed, flat(err))
	if hint := hintOf(err); hint != "" {
		text += " (" + hint + ")"
	}
	m.note = note{m.state.Theme.Glyph.Cross, m.state.Theme.Bad, views.Safe(text)}
}

// flat is an error on one line.
func flat(err error) string {
	return views.Safe(strings.Join(strings.Split(strings.TrimSpace(err.Error()), "\n"), "; "))
}

// hintOf is what a person can do about an error, if it says so.
func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// say fills the %s of a format, in order. A text from outside may hold a percent sign, so this is no
// Sprintf of a text that was built.
func say(format string, args ...string) string {
	format = views.Agree(format, args...)
	for _, a := range args {
		before, after, ok := strings.Cut(format, "%s")
		if !ok {
			break
		}
		format = before + strings.ReplaceAll(a, "%", "\x00") + after
	}
	return strings.ReplaceAll(format, "\x00", "%")
}

func count(n int) string { return views.Count(n) }

// synchronize makes the renderer wrap each frame as one update. Over SSH Bubble Tea does not ask the
// terminal whether it can do so; one that cannot ignores the marks, so we answer for it. The old consoles
// that might print them are left alone, unless the user says that they do not.
func synchronize(want string, env []string) tea.Cmd {
	switch term := lookup(env, "TERM"); {
	case want == "off", want != "on" && lookup(env, "SSH_TTY") == "":
		return nil
	case want == "on":
	case term == "", term == "dumb", term == "linux", strings.HasPrefix(term, "vt100"):
		return nil
	}
	return func() tea.Msg {
		return tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset}
	}
}

// unsynchronized keeps the terminal's word that it could synchronize from the renderer, for a user who does not
// want it.
func unsynchronized(_ tea.Model, msg tea.Msg) tea.Msg {
	if r, ok := msg.(tea.ModeReportMsg); ok && r.Mode == ansi.ModeSynchronizedOutput {
		return nil
	}
	return msg
}

func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func settled(c *probes.Counters) int { return views.Percent(c.Settled, c.Flows) }
