package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// Who gets a key, in this order:
//
//  1. ctrl+c and ctrl+z mean the same everywhere;
//  2. an overlay takes every key;
//  3. a line of input (filter, command) takes every key;
//  4. digits, ":", "/", "?" and "q" mean the same on every screen;
//  5. the screen;
//  6. r, x, f, esc, "-" and backspace, if the screen did nothing with them.
//
// No key does anything on ctrl+a, ctrl+b, ctrl+s or ctrl+q: they belong to screen, tmux and flow control.
func (m *model) key(k tea.KeyPressMsg) tea.Cmd {
	m.state.Now = m.cfg.Clock()
	m.dirty = true
	key := k.String()
	if m.leaving {
		return nil
	}
	switch key {
	case "ctrl+c":
		if q, asked := m.over.(*question); asked && q.quits {
			return m.leave()
		}
		return m.quit()
	case "ctrl+z":
		return m.suspend()
	case "ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q":
		return nil
	}
	m.note = note{}
	m.planning = m.planning && m.cfg.StartNow // any key withdraws the wish for a run that is still being planned
	switch {
	case m.over != nil:
		return m.over.press(m, key)
	case m.ask != nil:
		return m.ask.press(m, k)
	case m.small():
		if key == "q" {
			return m.quit()
		}
		return nil
	}
	if cmd, mine := m.everywhere(key); mine {
		return cmd
	}
	return m.toScreen(key)
}

// everywhere handles the keys that mean the same on every screen.
func (m *model) everywhere(key string) (cmd tea.Cmd, mine bool) {
	if n := strings.Index(digits, key); n >= 0 && len(key) == 1 {
		if n < m.at.menu() {
			m.switchTo(n)
		}
		return nil, true
	}
	switch key {
	case ":":
		m.ask = newCommand()
	case "/":
		m.openFilter()
	case "?":
		m.goTo(helpScreen, "")
	case "q":
		return m.quit(), true
	default:
		return nil, false
	}
	return nil, true
}

// toScreen lets the screen have a key, and does what is left for us if it does nothing with it.
func (m *model) toScreen(key string) tea.Cmd {
	screen := m.at.screen()
	mine := m.taken(screen, key) // asked before: a key that closes something is not listed any more behind it
	a := screen.Press(&m.state, key)
	if a.Kind != views.None || a.Text != "" {
		return m.perform(a)
	}
	if mine {
		return nil
	}
	switch key {
	case "r":
		return m.start()
	case "x":
		m.askCancel()
	case "f":
		return m.freeze()
	case "esc":
		if m.filter() != "" {
			m.setFilter("")
			return nil
		}
		m.goBack()
	case "-", "backspace":
		m.goBack()
	}
	return nil
}

// taken tells whether the screen uses a key for something of its own: it lists it, with another help than
// ours.
func (m *model) taken(screen views.Screen, key string) bool {
	w := &m.state.Words.Key
	for _, k := range screen.Keys(&m.state) {
		switch k.Help {
		case w.Start, w.Cancel, w.Freeze, w.Thaw, w.Back, w.Clear:
			continue
		}
		for _, one := range strings.FieldsFunc(k.Keys, func(r rune) bool { return r == '/' || r == ',' || r == ' ' }) {
			if one == key {
				return true
			}
		}
	}
	return false
}

// globalKeys are the keys of ours that work now, the most useful first.
func (m *model) globalKeys() []views.Key {
	w := &m.state.Words.Key
	var out []views.Key
	switch run := &m.state.Run; {
	case run.Frozen:
		out = append(out, views.Key{Keys: "f", Help: w.Thaw}, views.Key{Keys: "x", Help: w.Cancel})
	case m.live != nil:
		out = append(out, views.Key{Keys: "x", Help: w.Cancel}, views.Key{Keys: "f", Help: w.Freeze})
	case !m.busy():
		out = append(out, views.Key{Keys: "r", Help: w.Start})
	}
	return append(out,
		views.Key{Keys: "?", Help: w.Help}, views.Key{Keys: "q", Help: w.Quit},
		views.Key{Keys: "/", Help: w.Filter}, views.Key{Keys: ":", Help: w.Goto})
}

// everyKey are the keys of ours for the help screen, whether or not they do something right now; working picks.
func (m *model) everyKey() []views.Key {
	w := &m.state.Words.Key
	return []views.Key{
		{Keys: "1-9 0", Help: m.say.Menu}, {Keys: ":", Help: w.Goto}, {Keys: "/", Help: w.Filter},
		{Keys: "esc", Help: m.say.Escape}, {Keys: "-", Help: w.Back}, {Keys: "r", Help: w.Start}, {Keys: "x", Help: w.Cancel},
		{Keys: "f", Help: w.Freeze}, {Keys: "?", Help: w.Help}, {Keys: "q", Help: w.Quit}, {Keys: "ctrl+z", Help: m.say.Suspend},
	}
}

// handKeys tells the help screen what works where it was opened from.
func (m *model) handKeys() {
	help, ok := m.at.screen().(interface {
		SetKeys(global, local []views.Key)
	})
	if !ok || len(m.at.back) == 0 {
		return
	}
	last := m.at.back[len(m.at.back)-1].screen
	from := m.at.screens[last]
	if from != m.at.screen() {
		help.SetKeys(m.working(m.everyKey(), last, len(m.at.back) > 1), from.Keys(&m.state))
		if g, ok := help.(interface{ SetGrammar(*views.Grammar) }); ok {
			g.SetGrammar(m.grammarOf(from))
		}
	}
}
