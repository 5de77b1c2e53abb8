package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// prompt is the line of input in the place of the line for messages: a filter or a command.
type prompt struct {
	line    editor
	command bool

	// Of a filter: what its last term can become, and what is wrong with it.
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

func newCommand() *prompt { return &prompt{line: newEditor(), command: true} }

// press handles a key while the line is open.
func (p *prompt) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch key := k.String(); key {
	case "esc":
		m.ask = nil
		if !p.command {
			m.setFilter("")
		}
		return nil
	case "enter":
		m.ask = nil
		if p.command {
			return m.command(p.line.String())
		}
		return nil
	case "tab":
		if p.command {
			p.complete(m)
		} else {
			p.completeFilter(m)
		}
		return nil
	case "up", "down", "pgup", "pgdown":
		if !p.command {
			m.at.screen().Press(&m.state, key) // a list moves while it is being narrowed
		}
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

// edited lets the screen follow a filter on every key.
func (p *prompt) edited(m *model) {
	if !p.command {
		m.setFilter(p.line.String())
	}
}

// choices are what the first word of a command can still become: names of screens, then commands.
func (p *prompt) choices(m *model) []string {
	word := strings.ToLower(p.line.String())
	if strings.Contains(word, " ") {
		return nil
	}
	var out []string
	for _, i := range m.byPrefix(word) {
		out = append(out, m.at.screens[i].Name())
	}
	for _, c := range commands {
		if strings.HasPrefix(c, word) {
			out = append(out, c)
		}
	}
	return out
}

// complete writes what all choices have in common.
func (p *prompt) complete(m *model) {
	list := p.choices(m)
	if len(list) == 0 {
		return
	}
	switch shared := common(list); {
	case len(list) == 1:
		p.line.set(shared + " ")
	case len(shared) > len(p.line.String()):
		p.line.set(shared)
	}
}

// commands are our own words beside the names of the screens.
var commands = []string{"cancel", "export", "freeze", "quit", "start"}

// command does what a line says: a screen by name, with what it is about, or one of our own commands.
func (m *model) command(line string) tea.Cmd {
	word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
	word, arg = strings.ToLower(word), strings.TrimSpace(arg)
	if word == "" {
		return nil
	}
	if m.at.find(word) < 0 {
		switch word {
		case "q", "quit":
			return m.quit()
		case "start":
			return m.start()
		case "cancel":
			m.askCancel()
			return nil
		case "freeze":
			return m.freeze()
		case "export":
			return m.export(arg)
		}
	}
	found := m.byPrefix(word)
	switch {
	case len(found) == 0:
		m.warn(say(m.state.Words.Console.Unknown, word))
	case arg != "":
		m.goTo(m.at.screens[found[0]].Name(), arg)
	default:
		m.switchTo(found[0])
	}
	return nil
}

// show is the line as it is drawn over w cells, and the cell of the cursor.
func (p *prompt) show(m *model, w int) (line string, at int) {
	t, words := m.state.Theme, &m.state.Words.Console
	label := words.FilterPrompt + ": "
	if p.command {
		label = words.Command + ": "
	}
	lw := views.Width(label)
	text, cursor := p.line.window(max(2, (w-lw)*2/3))
	beside, ink := "", t.Dim
	switch {
	case m.note.text != "":
		beside, ink = m.note.text, m.note.ink
	case p.command:
		beside = strings.Join(p.choices(m), "  ")
	}
	line = t.Key.On(label) + text
	if room := w - lw - views.Width(text) - 3; room > 4 && beside != "" {
		line += "   " + ink.On(views.Cut(beside, room))
	}
	return line, min(lw+cursor, w-1)
}
