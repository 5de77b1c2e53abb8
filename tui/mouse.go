package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"oobscope/tui/keymap"
	"oobscope/views"
)

// wheelStep is how many lines one click of the wheel goes.
const wheelStep = 3

// wheel moves what has a cursor: the palette's list, a page, the screen.
func (m *model) wheel(mouse tea.Mouse) tea.Cmd {
	key := ""
	switch mouse.Button {
	case tea.MouseWheelUp:
		key = "up"
	case tea.MouseWheelDown:
		key = "down"
	}
	if key == "" || m.leaving || m.small() {
		return nil
	}
	m.dirty = true
	for range wheelStep {
		switch {
		case m.over != nil:
			if p, ok := m.over.(*page); ok {
				p.press(m, key)
			}
		case m.pal != nil:
			m.pal.press(m, tea.KeyPressMsg{Code: map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown}[key]})
		default:
			m.at.screen().Press(&m.state, key)
		}
	}
	return nil
}

// click chooses what was pointed at: a screen of the menu, a row of the palette, a row of a list. It never does
// more than a key that moves would: nothing is opened, started or confirmed.
func (m *model) click(mouse tea.Mouse) tea.Cmd {
	if mouse.Button != tea.MouseLeft || m.leaving || m.small() || m.over != nil {
		return nil
	}
	m.dirty = true
	body := mouse.Y - headLines
	switch {
	case m.pal != nil:
		m.clickPalette(body)
	case mouse.Y == 1:
		if i := m.menuAt(mouse.X); i >= 0 {
			m.switchTo(i)
		}
	case body >= 0 && body < m.body():
		m.clickRow(body)
	}
	return nil
}

// clickPalette chooses a row of the palette.
func (m *model) clickPalette(y int) {
	lines, _, _ := m.pal.lines(m, m.w, m.paneRoom())
	if row := y - (m.body() - len(lines)) - 2 + m.pal.top; row >= m.pal.top && row < len(m.pal.rows) {
		m.pal.at = row
	}
}

// menuAt is the screen whose name stands at a cell of the menu; -1 for none.
func (m *model) menuAt(x int) int {
	at := 0
	_, spans := m.menuSpans(m.w)
	for i, w := range spans {
		if x >= at && x < at+w {
			return i
		}
		at += w
	}
	return -1
}

// clickRow moves the cursor of a list to a row. A list does not say where its rows are; but the row under its
// cursor is marked, rows follow each other line by line, and a list has no empty line.
func (m *model) clickRow(y int) {
	lines := strings.Split(ansi.Strip(m.at.screen().Render(&m.state, m.w, m.body())), "\n")
	at := -1
	for i, l := range lines {
		if strings.HasPrefix(l, m.state.Theme.Glyph.Cursor+" ") {
			at = i
		}
	}
	if at < 0 || at == y || y >= len(lines) {
		return
	}
	for i := min(at, y); i <= max(at, y); i++ {
		if l := strings.TrimSpace(lines[i]); l == "" || strings.HasPrefix(l, strings.Repeat(m.state.Theme.Glyph.Rule, 3)) {
			return
		}
	}
	move := keymap.Meant{Action: "move_down", Key: "down"}
	if y < at {
		move = keymap.Meant{Action: "move_up", Key: "up"}
	}
	for range max(at, y) - min(at, y) {
		if a := m.at.screen().Press(&m.state, move.Key); a.Kind != views.None {
			return
		}
	}
}
