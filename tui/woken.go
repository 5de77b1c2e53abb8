package tui

import (
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Whoever stops the process from outside (kill -TSTP, kill -STOP, a job runner) hands the terminal to the shell without
// the console knowing: the shell writes over the frame and sets the line back to whole lines of input. What the console
// believes of the screen is then wrong, and it hears no key until somebody presses enter.

// wokenMsg says that the process goes on after it was stopped.
type wokenMsg struct{}

// drawnMsg asks whether anything has gone to the terminal since it was taken back. Then sent bytes had.
type drawnMsg struct{ sent int64 }

// shortly is when a terminal that was taken back has long had its frame, and settle is how long a renderer that ends may
// take about it.
const (
	shortly = 400 * time.Millisecond
	settle  = 100 * time.Millisecond
)

// takeBack sets anew what a shell may have changed: the line, the modes, every cell and the size. After a suspension of
// our own Bubble Tea has done so.
func (m *model) takeBack() tea.Cmd {
	if m.suspended {
		m.suspended = false
		return m.redraw()
	}
	modes := ansi.ResetStyle + ansi.SetModeAltScreenSaveCursor + ansi.SetModeBracketedPaste + ansi.SetModeFocusEvent + ansi.SetModifyOtherKeys2
	if m.frame.Cursor == nil {
		modes += ansi.ResetModeTextCursorEnable
	}
	if m.set.Mouse {
		modes += ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	}
	return tea.Batch(tea.Sequence(m.raw, tea.Raw(modes), tea.RequestWindowSize), m.redraw())
}

// redraw draws every cell anew, and looks whether that was done.
func (m *model) redraw() tea.Cmd {
	sent := m.line.sent.Load()
	return tea.Batch(tea.ClearScreen, tea.Tick(shortly, func(time.Time) tea.Msg { return drawnMsg{sent} }))
}

// revive begins the renderer anew if nothing came of the frame. When Bubble Tea v2.0.10 suspends, the renderer that ends
// stops its ticker in its own time; where that is after the resumption, it is the ticker of the new renderer, and nothing
// is drawn any more. This time the end is waited for, and then we look again.
func (m *model) revive(msg drawnMsg) tea.Cmd {
	if m.leaving || m.line.sent.Load() != msg.sent {
		return nil
	}
	m.suspended = true
	return tea.Exec(pause{}, func(error) tea.Msg { return wokenMsg{} })
}

// pause is a program that has the terminal for a moment and does nothing with it.
type pause struct{}

// Run implements tea.ExecCommand, and so do the others.
func (pause) Run() error          { time.Sleep(settle); return nil }
func (pause) SetStdin(io.Reader)  {}
func (pause) SetStdout(io.Writer) {}
func (pause) SetStderr(io.Writer) {}

// rawLine returns a Cmd that makes the terminal hand over keys one by one, without echo. Its error is not reported:
// where it fails, the terminal is gone, and reading it says so.
func rawLine(out io.Writer) tea.Cmd {
	f, ok := out.(term.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		return nil
	}
	return func() tea.Msg {
		_, _ = term.MakeRaw(f.Fd())
		return nil
	}
}
