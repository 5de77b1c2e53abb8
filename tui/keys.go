package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/tui/keymap"
	"oobscope/views"
)

// Who gets a key, in this order:
//
//  1. ctrl+c quits everywhere, and the key that suspends does so too, unless it types something;
//  2. an overlay takes every key as it is;
//  3. the palette and the filter take every key as it is;
//  4. an action of the console, which means the same on every screen;
//  5. the screen, by the default key of the action that the user's key means;
//  6. the console, for a run, the display or the way back, if the screen did nothing with it.
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
	case "ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q":
		return nil
	}
	what := m.keys.On(m.at.screen().Name(), key)
	if what.Action == keymap.Suspend && k.Text == "" {
		return m.suspend()
	}
	m.note = note{}
	m.deeds.wanted = false
	m.planning = m.planning && m.cfg.StartNow // any key withdraws the wish for a run that is still being planned
	switch {
	case m.over != nil:
		if form, ok := m.over.(typist); ok {
			return form.typed(m, k)
		}
		return m.over.press(m, key)
	case m.small() && (m.pal != nil || m.ask != nil) && key != "esc": // nobody sees what is typed
		return nil
	case m.pal != nil:
		return m.pal.press(m, k)
	case m.ask != nil:
		return m.ask.press(m, k)
	case m.small() && what.Action != keymap.Quit, what.Dead:
		return nil
	case what.Ours:
		return m.ours(what.Action)
	}
	return m.toScreen(what)
}

// ours does an action that means the same on every screen.
func (m *model) ours(action string) tea.Cmd {
	if i := menuOf(action); i >= 0 {
		if i < m.at.menu() {
			m.switchTo(i)
		}
		return nil
	}
	switch action {
	case keymap.Palette:
		m.openPalette()
	case keymap.Filter:
		m.openFilter()
	case keymap.Help:
		m.goTo(helpScreen, "")
	case keymap.Forward:
		m.goForward()
	case keymap.Mask:
		m.toggleMask()
	case keymap.Mouse:
		m.toggleMouse()
	case keymap.Suspend:
		return m.suspend()
	case keymap.QuitKeep:
		m.keeping = true
		return m.quit()
	case keymap.Quit:
		m.keeping = false
		return m.quit()
	}
	return nil
}

// toScreen lets the screen have a key, and does what is left for us if it does nothing with it.
func (m *model) toScreen(what keymap.Meant) tea.Cmd {
	screen := m.at.screen()
	mine := m.taken(screen, what.Key) // asked before: a key that closes something is not listed any more behind it
	a := screen.Press(&m.state, what.Key)
	if a.Kind != views.None || a.Text != "" {
		return m.perform(a)
	}
	if mine {
		return nil
	}
	switch what.Action {
	case keymap.Start:
		return m.start()
	case keymap.Stop:
		m.askCancel()
	case keymap.Freeze:
		return m.freeze()
	case keymap.Escape:
		if m.filter() != "" {
			m.setFilter("")
			return nil
		}
		m.goBack()
	case keymap.Back:
		m.goBack()
	}
	return nil
}

// byDefault does what a default key means on the screen in sight.
func (m *model) byDefault(key string) tea.Cmd {
	return m.toScreen(keymap.Listed(m.at.screen().Name(), key))
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

// ourKey is an action of the console with the user's key for it; ok is false if none does it.
func (m *model) ourKey(action, help string) (k views.Key, ok bool) {
	k = views.Key{Keys: m.keys.Label(action), Help: help}
	return k, k.Keys != ""
}

// listKeys lists actions of the console and what they do, without those that are off the keyboard.
func (m *model) listKeys(pairs ...string) []views.Key {
	var out []views.Key
	for i := 0; i+1 < len(pairs); i += 2 {
		if k, ok := m.ourKey(pairs[i], pairs[i+1]); ok {
			out = append(out, k)
		}
	}
	return out
}

// globalKeys are the keys of ours that work now, the most useful first.
func (m *model) globalKeys() []views.Key {
	w := &m.state.Words.Key
	var run []string
	switch {
	case m.state.Run.Frozen:
		run = []string{keymap.Freeze, w.Thaw, keymap.Stop, w.Cancel}
	case m.live != nil:
		run = []string{keymap.Stop, w.Cancel, keymap.Freeze, w.Freeze}
	case !m.busy():
		run = []string{keymap.Start, w.Start}
	}
	return m.listKeys(append(run, keymap.Help, w.Help, keymap.Filter, w.Filter, keymap.Quit, w.Quit, keymap.Palette, w.Palette)...)
}

// everyKey are the keys of ours for the help screen, whether or not they do something right now; working picks.
func (m *model) everyKey() []views.Key {
	w, s := &m.state.Words.Key, &m.state.Words.Shell
	var menu []string
	for i := range m.at.menu() {
		if k := m.menuKey(i); k != "" {
			menu = append(menu, k)
		}
	}
	var out []views.Key
	if len(menu) > 0 {
		text := strings.Join(menu, " ")
		if text == "1 2 3 4 5 6 7 8 9 0" {
			text = "1-9 0"
		}
		out = append(out, views.Key{Keys: text, Help: m.say.Menu})
	}
	return append(out, m.listKeys(
		keymap.Palette, w.Palette, keymap.Filter, w.Filter, keymap.Escape, m.say.Escape, keymap.Back, w.Back, keymap.Forward, s.Forward,
		keymap.Start, w.Start, keymap.Stop, w.Cancel, keymap.Freeze, w.Freeze, keymap.Mask, s.Mask, keymap.Mouse, s.Mouse,
		keymap.Help, w.Help, keymap.Quit, w.Quit, keymap.QuitKeep, s.QuitKeep, keymap.Suspend, m.say.Suspend)...)
}

// userKeys are the keys of a screen as the user has them.
func (m *model) userKeys(screen views.Screen) []views.Key {
	var out []views.Key
	for _, k := range screen.Keys(&m.state) {
		if k.Keys = m.keys.Shown(screen.Name(), k.Keys); k.Keys != "" {
			out = append(out, k)
		}
	}
	return out
}

// handKeys tells the help screen what works where it was opened from.
func (m *model) handKeys() {
	help, ok := m.at.screen().(interface {
		SetKeys(global, local []views.Key)
	})
	if !ok {
		return
	}
	for i := len(m.at.back) - 1; i >= 0; i-- {
		if from := m.at.screens[m.at.back[i].screen]; from != m.at.screen() {
			help.SetKeys(m.working(m.everyKey(), m.at.back[i].screen, i > 0), m.userKeys(from))
			if g, ok := help.(interface{ SetGrammar(*views.Grammar) }); ok {
				g.SetGrammar(m.grammarOf(from))
			}
			return
		}
	}
	help.SetKeys(m.everyKey(), nil)
}
