package tui

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/tui/palette"
	"oobscope/tui/recall"
	"oobscope/tui/settings"
	"oobscope/views"
)

// takeUp goes on where the last session left off: on its screen, with its filters, lists, history and theme.
// Whatever of it cannot be used is left out, with a word.
func (m *model) takeUp() {
	r, err := recall.Decode(m.cfg.Recalled)
	m.asked = palette.NewHistory(r.History)
	for i, s := range m.at.screens {
		if k, ok := s.(views.Keeper); ok && r.Kept[s.Name()] != "" {
			k.Restore(r.Kept[s.Name()])
		}
		if q := r.Filters[s.Name()]; q != "" {
			m.at.filters[s.Name()] = q
			s.Filter(&m.state, q)
		}
		if s.Name() == r.Screen && i < m.at.menu() {
			m.at.here = place{screen: i}
		}
	}
	if slices.Contains(settings.Themes, r.Theme) && r.Over == m.set.Theme {
		m.set.Theme = r.Theme
	}
	m.handKeys()
	if err != nil {
		m.dress() // a note needs a theme
		m.warn(say(m.state.Words.Shell.RecallWrong, flat(err)))
	}
}

// leaveBehind keeps for the next session what takeUp takes up.
func (m *model) leaveBehind() error {
	if m.cfg.Keep == nil {
		return nil
	}
	r := recall.Recall{Screen: m.lastMenu(), Filters: map[string]string{}, Kept: map[string]string{}, History: m.asked.Lines()}
	for _, s := range m.at.screens {
		r.Filters[s.Name()] = m.at.filters[s.Name()]
		if k, ok := s.(views.Keeper); ok {
			r.Kept[s.Name()] = k.Kept()
		}
	}
	if m.set.Theme != m.cfg.Settings.Theme {
		r.Theme, r.Over = m.set.Theme, m.cfg.Settings.Theme
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	return m.cfg.Keep(data)
}

// lastMenu is the last screen that a new session can open: one about something has nothing to be about then.
func (m *model) lastMenu() string {
	way := append(slices.Clone(m.at.back), m.at.here)
	for i := len(way) - 1; i >= 0; i-- {
		if s := way[i].screen; s < m.at.menu() && m.at.screens[s].Name() != helpScreen {
			return m.at.screens[s].Name()
		}
	}
	return ""
}

// leaveScreen prints the last screen, without colours, into the terminal that the console has left.
func (m *model) leaveScreen(out io.Writer) {
	if !m.keeping && !m.set.KeepScreen || m.w == 0 {
		return
	}
	m.over, m.ask, m.pal, m.note = nil, nil, nil, note{}
	lines := strings.Split(ansi.Strip(m.draw().Content), "\n")
	lines = lines[:max(0, len(lines)-footLines)]
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	// The terminal may be gone; then there is nobody to show it to.
	_, _ = fmt.Fprintln(out, text)
}
