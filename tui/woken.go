package tui

import (
	"io"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Whoever stops the process from outside (kill -TSTP, kill -STOP, a job runner) hands the terminal to the shell without
// the console knowing: the shell writes over the frame and sets the line back to whole lines of input. What the console
// believes of the screen is then wrong, and it hears no key until somebody presses enter.

// wokenMsg says that the process goes on after it was stopped.
type wokenMsg struct{}

// takeBack sets anew what a shell may have changed: the line, the modes, every cell and the size. After a suspension of
// our own it is once more than needed, which harms nothing; it is a Cmd so that Bubble Tea has by then noted how the
// shell left the line, which is how it leaves it in the end. To release the terminal and restore it with nothing in
// between will not do: Bubble Tea may then stop the ticker of its new renderer in place of the old one's.
func (m *model) takeBack() tea.Cmd {
	modes := ansi.ResetStyle + ansi.SetModeAltScreenSaveCursor + ansi.SetModeBracketedPaste + ansi.SetModeFocusEvent + ansi.SetModifyOtherKeys2
	if m.frame.Cursor == nil {
		modes += ansi.ResetModeTextCursorEnable
	}
	if m.set.Mouse {
		modes += ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	}
	return tea.Sequence(m.raw, tea.Raw(modes), tea.ClearScreen, tea.RequestWindowSize)
}

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
