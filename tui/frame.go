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

// draw makes the whole frame: exactly h lines, none wider than w.
func (m *model) draw() tea.View {
	v := tea.View{AltScreen: true, ReportFocus: true}
	if m.w == 0 {
		return v // the terminal has not said its size yet
	}
	if m.small() {
		v.Content = m.drawSmall()
		return v
	}
	var b strings.Builder
	b.Grow(m.w * m.h * 2)
	t := m.state.Theme
	b.WriteString(t.Frame(m.header(m.w), m.w, headLines))
	b.WriteByte('\n')
	body := m.h - headLines - footLines
	if m.over != nil {
		text, caret := m.box(m.w, body)
		b.WriteString(text)
		v.Cursor = caret
	} else {
		b.WriteString(m.at.screen().Render(&m.state, m.w, body))
	}
	b.WriteByte('\n')
	status, cursor := m.status(m.w)
	b.WriteString(t.Frame([]string{status, m.footer(m.w)}, m.w, footLines))
	if cursor >= 0 {
		v.Cursor = tea.NewCursor(cursor, m.h-footLines)
	}
	v.Content = b.String()
	return v
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
		return t.Frame(append(lines, m.over.lines(m, m.w)...), m.w, m.h)
	}
	w := &m.state.Words.Trouble
	lines = append(append(lines, ""), views.Wrap(w.Small, m.w)...)
	return t.Frame(append(lines, views.Wrap(w.SmallNext, m.w)...), m.w, m.h)
}

// box draws the overlay in the middle of the place of the screen, and says where its cursor is in the window if it
// has a line of input.
func (m *model) box(w, h int) (string, *tea.Cursor) {
	t := m.state.Theme
	inner := min(w-6, 84)
	text := m.over.lines(m, inner)
	if len(text) > h-2 { // the last line says which keys work
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
