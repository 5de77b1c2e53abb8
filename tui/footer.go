package tui

import (
	"slices"
	"strings"

	"oobscope/views"
)

// status is the line for messages, or the line of input in its place; cursor is the cell of the cursor, -1
// for none.
func (m *model) status(w int) (line string, cursor int) {
	if m.ask != nil && m.over == nil && m.pal == nil {
		return m.ask.show(m, w)
	}
	if m.note.text == "" {
		return m.filterTrouble(w), -1
	}
	return m.note.ink.On(views.Cut(m.note.sign+" "+m.note.text, w)), -1
}

// footer lists the keys that work here and now: the screen's on the left, ours on the right. Where there is no room,
// ours give way to the first of the screen, the least useful first: the screen's can be guessed least. Keys that do
// not fit are left out whole; the help page has them all.
func (m *model) footer(w int) string {
	ours := m.working(m.globalKeys(), m.at.here.screen, len(m.at.back) > 0)
	switch {
	case m.pal != nil && m.over == nil:
		return m.keyList(m.pal.keys(m), w)
	case m.over != nil:
		return ""
	}
	if m.ask != nil {
		return m.ask.under(m, w)
	}
	does, moves := m.theirKeys(ours)
	help := slices.IndexFunc(ours, func(k views.Key) bool { return k.Help == m.state.Words.Key.Help })
	fit, right, room := -1, "", 0
	for n := len(ours); n > 0 && n > help; n-- {
		text := m.keyList(ours[:n], w*2/3)
		left := w - views.Width(text) - 2
		if k := fitting(does[:min(leastTheirs, len(does))], left); k > fit {
			fit, right, room = k, text, left
		}
	}
	if fit < 0 {
		room = w
	}
	return apart(m.keyList(append(does, moves...), room), right, w)
}

// theirKeys are the keys of the screen that are not listed elsewhere: those that do something, and those that only move.
func (m *model) theirKeys(elsewhere []views.Key) (does, moves []views.Key) {
	w := &m.state.Words.Key
	for _, k := range m.userKeys(m.at.screen()) {
		switch {
		case listed(elsewhere, k):
		case k.Help == w.Move || k.Help == w.Page || k.Help == w.Ends || k.Help == w.Scroll:
			moves = append(moves, k)
		default:
			does = append(does, k)
		}
	}
	return does, moves
}

// keyList sets keys beside each other in at most w cells.
func (m *model) keyList(keys []views.Key, w int) string {
	t := m.state.Theme
	var b strings.Builder
	used := 0
	for _, k := range keys {
		width := keyWidth(k)
		if used > 0 {
			width += 2
		}
		if used+width > w {
			break
		}
		if used > 0 {
			b.WriteString("  ")
		}
		used += width
		b.WriteString(t.Key.On(k.Keys))
		b.WriteByte(' ')
		b.WriteString(t.Dim.On(k.Help))
	}
	return b.String()
}

// listed tells whether a key, or one that does the same, is in the list.
func listed(keys []views.Key, key views.Key) bool {
	return slices.ContainsFunc(keys, func(k views.Key) bool { return k.Keys == key.Keys || k.Help == key.Help })
}

// leastTheirs is how many keys of a screen keep their place in a narrow footer; of ours those of the run and the help do.
const leastTheirs = 3

func keyWidth(k views.Key) int { return views.Width(k.Keys) + 1 + views.Width(k.Help) }

// fitting is how many of the keys stand beside each other in w cells.
func fitting(keys []views.Key, w int) int {
	used := 0
	for i, k := range keys {
		if used += keyWidth(k); used > w {
			return i
		}
		used += 2
	}
	return len(keys)
}
