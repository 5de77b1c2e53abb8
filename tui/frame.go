package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// The window that the console needs, and what of it is not the screen's.
const (
	minWidth, minHeight = 60, 16
	headLines           = 3
	footLines           = 2
)

func (m *model) small() bool { return m.w < minWidth || m.h < minHeight }

// body is how many lines the screen has.
func (m *model) body() int { return m.h - headLines - footLines }

// draw makes the whole frame: exactly h lines, none wider than w. It is the only way to the terminal, so it is
// here that addresses are masked.
func (m *model) draw() tea.View {
	v := tea.View{AltScreen: true, ReportFocus: true, ProgressBar: m.progress()}
	if m.set.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	switch {
	case m.w == 0: // the terminal has not said its size yet
	case m.small():
		v.Content = m.drawSmall()
	default:
		v.Content, v.Cursor = m.drawWhole()
	}
	if m.set.Mask {
		v.Content = m.masks.text(m, v.Content)
	}
	return v
}

// drawWhole is the frame in a window that is large enough, and the cursor in a line of input.
func (m *model) drawWhole() (string, *tea.Cursor) {
	var b strings.Builder
	b.Grow(m.w * m.h * 2)
	t := m.state.Theme
	var at *tea.Cursor
	b.WriteString(t.Frame(m.header(m.w), m.w, headLines))
	b.WriteByte('\n')
	switch {
	case m.over != nil:
		var text string
		text, at = m.box(m.w, m.body())
		b.WriteString(text)
	case m.pal != nil:
		var text string
		text, at = m.withPalette()
		b.WriteString(text)
	default:
		b.WriteString(m.at.screen().Render(&m.state, m.w, m.body()))
	}
	b.WriteByte('\n')
	status, cursor := m.status(m.w)
	b.WriteString(t.Frame([]string{status, m.footer(m.w)}, m.w, footLines))
	if cursor >= 0 {
		at = tea.NewCursor(cursor, m.h-footLines)
	}
	return b.String(), at
}

// paneRoom is how many lines the palette may take: what it is about stays in sight above it.
func (m *model) paneRoom() int { return max(4, min(m.body()*3/4, 18)) }

// withPalette is the screen with the palette over its lower part. The screen is drawn as large as ever, so that
// nothing in it moves when the palette comes and goes.
func (m *model) withPalette() (string, *tea.Cursor) {
	body := m.body()
	lines := strings.Split(m.at.screen().Render(&m.state, m.w, body), "\n")
	pane, x, y := m.pal.lines(m, m.w, m.paneRoom())
	top := max(0, body-len(pane))
	text := m.state.Theme.Frame(append(lines[:top:top], pane...), m.w, body)
	return text, tea.NewCursor(min(x, m.w-1), headLines+top+y)
}

// progress is how far the run is, for the tab or the task bar of the terminal; nil if that is not wanted.
func (m *model) progress() *tea.ProgressBar {
	if !m.set.Progress || m.live == nil || m.state.Results == nil {
		return nil
	}
	state := tea.ProgressBarDefault
	if m.state.Run.Phase == views.RunStopping {
		state = tea.ProgressBarWarning
	}
	return tea.NewProgressBar(state, settled(&m.state.Results.Counters))
}

// drawSmall says what is missing. What must never be hidden stays: that packets are being sent, that the
// segment is simulated, and a question that waits for an answer.
func (m *model) drawSmall() string {
	t := m.state.Theme
	lines := views.Wrap(fmt.Sprintf(m.state.Words.Empty.TooSmall, m.w, m.h, minWidth, minHeight), m.w)
	if run := m.runWord(); run != "" {
		lines = append(lines, run)
	}
	if m.simulated() {
		lines = append(lines, t.Banner.On(m.say.Simulated))
	}
	if m.over != nil {
		lines = append(lines, m.over.lines(m, m.w)...)
	}
	return t.Frame(lines, m.w, m.h)
}

// box draws the overlay in the middle of the place of the screen, and says where its cursor is in the window if it
// has a line of input.
func (m *model) box(w, h int) (string, *tea.Cursor) {
	t := m.state.Theme
	inner := min(w-6, 84)
	text := m.over.lines(m, inner)
	if p, long := m.over.(*page); long {
		text = p.window(m, text, h-2)
	} else if len(text) > h-2 { // the last line says which keys work
		text = append(text[:h-3:h-3], text[len(text)-1])
	}
	left := strings.Repeat(" ", (w-inner-4)/2)
	rule := t.Dim.On(strings.Repeat(t.Glyph.Rule, inner+4))
	lines := make([]string, 0, h)
	for range (h - len(text) - 2) / 2 {
		lines = append(lines, "")
	}
	lines = append(lines, left+rule)
	top := headLines + len(lines)
	for _, l := range text {
		lines = append(lines, left+"  "+l)
	}
	lines = append(lines, left+rule)
	var caret *tea.Cursor
	if form, ok := m.over.(typist); ok {
		x, y := form.caret()
		caret = tea.NewCursor(min(len(left)+2+x, w-1), min(top+y, headLines+h-1))
	}
	return t.Frame(lines, w, h), caret
}
