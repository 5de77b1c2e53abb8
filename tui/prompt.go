package tui

import (
	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// prompt is the line of input for a filter, in the place of the line for messages. The palette has a line of its
// own.
type prompt struct {
	line editor

	// What the last term can become, and what is wrong with it.
	asked    bool
	askedFor string
	offered  []string
	trouble  string
	cycle    []string // whole filters that tab goes through
	terms    []string // likewise, the terms that differ
	cycled   string   // the one that was put last
	turn     int
}

func newFilter(query string) *prompt {
	p := &prompt{line: newEditor()}
	p.line.set(query)
	return p
}

// press handles a key while the line is open.
func (p *prompt) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch key := k.String(); key {
	case "esc":
		m.ask = nil
		m.setFilter("")
		return nil
	case "enter":
		m.ask = nil
		return nil
	case "tab":
		p.completeFilter(m)
		return nil
	case "up", "down", "pgup", "pgdown":
		m.at.screen().Press(&m.state, key) // a list moves while it is being narrowed
		return nil
	}
	changed := false
	if k.Text != "" {
		p.line.insert(k.Text)
		changed = true
	} else {
		changed = p.line.press(k)
	}
	if changed {
		p.edited(m)
	}
	return nil
}

// edited lets the screen follow the filter on every key.
func (p *prompt) edited(m *model) { m.setFilter(p.line.String()) }

// show is the line as it is drawn over w cells, and the cell of the cursor.
func (p *prompt) show(m *model, w int) (line string, at int) {
	t := m.state.Theme
	label := m.state.Words.Console.FilterPrompt + m.state.Words.Host.Colon
	lw := views.Width(label)
	text, cursor := p.line.window(max(2, (w-lw)*2/3))
	line = t.Key.On(label) + text
	if room := w - lw - views.Width(text) - 3; room > 4 && m.note.text != "" {
		line += "   " + m.note.ink.On(views.Cut(m.note.text, room))
	}
	return line, min(lw+cursor, w-1)
}
