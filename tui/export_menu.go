package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// exportMenu lists the formats of a report of the run on screen, with what each is good for.
type exportMenu struct {
	formats []string
	at      int
}

// lines implements overlay.
func (e *exportMenu) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Work
	out := wrapped(t.Title, say(words.ExportTitle, m.state.Run.ID), w)
	out = append(out, "")
	for i, name := range e.formats {
		key := " "
		if i < len(digits)-1 {
			key = digits[i : i+1]
		}
		line := key + "  " + views.Fit(name, 10) + "  " + words.Format[name]
		if i == e.at {
			out = append(out, t.Selected.On(views.Fit(t.Glyph.Cursor+" "+line, w)))
			continue
		}
		out = append(out, views.Cut("  "+line, w))
	}
	return append(out, "", t.Key.On(words.ExportKeys))
}

// press implements overlay.
func (e *exportMenu) press(m *model, key string) tea.Cmd {
	if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= min(len(e.formats), 9) {
		return e.choose(m, n-1)
	}
	switch key {
	case "enter", "space":
		return e.choose(m, e.at)
	case "esc", "q", "e":
		m.over = nil
	default:
		if to, ok := views.Step(key, e.at, len(e.formats), 8); ok {
			e.at = to
		}
	}
	return nil
}

func (e *exportMenu) choose(m *model, i int) tea.Cmd {
	m.over = nil
	return m.export(e.formats[i])
}
