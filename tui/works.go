package tui

import (
	"slices"

	"oobscope/views"
)

// working are those keys of ours that do something here and now, as seen from a screen at the end of a way back.
// What a key is for is told by its help, since users may have other keys.
func (m *model) working(keys []views.Key, from int, wayBack bool) []views.Key {
	w := &m.state.Words.Key
	return slices.DeleteFunc(slices.Clone(keys), func(k views.Key) bool {
		switch k.Help {
		case w.Filter:
			return m.grammarOf(m.at.screens[from]) == nil
		case m.say.Escape:
			return !wayBack && from == 0 && m.at.filters[m.at.screens[from].Name()] == ""
		case w.Back:
			return !wayBack && from == 0
		case w.Start:
			return m.busy() || m.cfg.Site == nil
		case m.say.Suspend:
			return m.busy()
		case w.Cancel:
			return m.live == nil || m.state.Run.Phase != views.RunLive
		case w.Freeze, w.Thaw:
			return m.live == nil && !m.state.Run.Frozen
		}
		return false
	})
}

// openFilter opens the line for the filter of the screen in sight, if that has a list.
func (m *model) openFilter() {
	if m.grammar() == nil {
		m.tell(m.state.Words.Filter.NothingHere)
		return
	}
	m.ask = newFilter(m.filter())
}
