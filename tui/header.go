package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/views"
)

// header are the three lines on top: what this is about and what it is doing, the menu, and where we are.
func (m *model) header(w int) []string {
	return []string{m.headLine(w), m.menuLine(w), m.placeLine(w)}
}

// apart sets two texts at the ends of a line; the right one is never cut before the left one.
func apart(left, right string, w int) string {
	if right == "" {
		return views.Fit(left, w)
	}
	right = views.Cut(right, w)
	room := w - views.Width(right) - 1
	if room <= 0 {
		return right
	}
	return views.Fit(left, room) + " " + right
}

func (m *model) headLine(w int) string {
	t, s := m.state.Theme, &m.state
	dot := " " + t.Dim.On(t.Glyph.Bullet) + " "
	left := t.Title.On("oobscope") + " " + t.Dim.On(views.Safe(s.Version))
	for _, part := range []string{m.siteName(), m.whereWeStand()} {
		if part != "" {
			left += dot + part
		}
	}
	return apart(left, m.runWord(), w)
}

func (m *model) siteName() string {
	switch {
	case m.state.Results != nil:
		return views.Safe(m.state.Run.Site)
	case m.state.Site != nil:
		return views.Safe(m.state.Site.Name)
	}
	return ""
}

// kitNames names the kits of the run on screen, or of the next one, and how far they can be trusted.
func (m *model) kitNames() string {
	if m.state.Scope != nil && m.state.Results != nil {
		var refs, tiers []string
		for _, k := range m.state.Scope.Kits {
			tier, _ := k.Trust()
			refs, tiers = append(refs, k.Ref()), append(tiers, tier)
		}
		return m.kitWord(refs, tiers)
	}
	var refs, tiers []string
	for _, k := range m.active() {
		tier, _ := k.Trust()
		refs, tiers = append(refs, k.Ref()), append(tiers, tier)
	}
	return m.kitWord(refs, tiers)
}

func (m *model) kitWord(refs, tiers []string) string {
	if len(refs) == 0 {
		return ""
	}
	name := refs[0]
	if len(refs) > 1 {
		name = say(m.say.KitCount, count(len(refs)))
	}
	slices.Sort(tiers)
	return views.Safe(name) + " (" + strings.Join(slices.Compact(tiers), ", ") + ")"
}

func (m *model) whereWeStand() string {
	switch s := &m.state; {
	case s.Results != nil:
		return m.standing(s.Run.Vantage, s.Run.Zone)
	case s.Scope != nil:
		return m.standing(s.Scope.Vantage.Name, s.Scope.StandsIn())
	case s.Site != nil:
		return m.standing(s.Site.Vantage.Name, s.Site.Vantage.Zone)
	}
	return ""
}

// runWord says what the program is doing: a sign and a word, in every phase.
func (m *model) runWord() string {
	t, s := m.state.Theme, &m.state
	words := &s.Words.Console
	out := ""
	switch s.Run.Phase {
	case views.RunLive:
		out = t.Warn.On(t.Glyph.Cursor + " " + words.RunOn + s.Words.Host.Colon + m.say.Sending)
		if s.Results != nil {
			out += t.Bold.On(" " + count(settled(&s.Results.Counters)) + "%")
		}
	case views.RunStopping:
		out = t.Warn.On("! " + words.Stopping)
	case views.RunFailed:
		out = t.Bad.On(t.Glyph.Cross + " " + s.Words.Phase[views.RunFailed])
	case views.RunEnded:
		sign, ink := t.Glyph.Check, t.Good
		if s.Run.State != "complete" {
			sign, ink = "!", t.Warn
		}
		out = ink.On(sign+" "+s.Words.RunState[s.Run.State]) + "  " + t.Dim.On(words.ReadOnly)
	case views.RunNone:
		out = t.Dim.On(words.ReadOnly)
	}
	if s.Run.Frozen {
		out = t.Banner.On(" "+words.Frozen+" ") + " " + out
	}
	if m.set.Mask {
		out = t.Banner.On(" "+s.Words.Shell.Masked+" ") + " " + out
	}
	return out
}

// menuLine is the menu with its number keys. Names are cut together, the one in sight last, until all fit.
func (m *model) menuLine(w int) string {
	line, _ := m.menuSpans(w)
	return line
}

// menuSpans is the menu over w cells, and how many cells each of its entries takes with the gap behind it.
func (m *model) menuSpans(w int) (line string, spans []int) {
	longest := 0
	for i := range m.at.menu() {
		longest = max(longest, views.Width(m.title(i)))
	}
	line, width, spans := m.menuOf(longest, "  ", " ")
	if width > w {
		line, width, spans = m.menuOf(longest, " ", "") // every name whole is worth more than the room around it
	}
	for n := longest; width > w && n >= 0; n-- {
		line, width, spans = m.menuOf(n, " ", " ")
	}
	return line, spans
}

// menuOf is the menu with names of at most n cells, apart by gap, with a room behind each key; its width, and
// that of each entry.
func (m *model) menuOf(n int, gap, room string) (line string, width int, spans []int) {
	t := m.state.Theme
	var b strings.Builder
	for i := range m.at.menu() {
		key, name := m.menuKey(i), m.title(i)
		here := i == m.at.here.screen
		if !here {
			name = short(name, n)
		}
		text := key
		if name != "" && key != "" {
			text += room
		}
		text += name
		if i > 0 {
			b.WriteString(gap)
			width += len(gap)
			spans[i-1] += len(gap)
		}
		width += views.Width(text)
		spans = append(spans, views.Width(text))
		if here {
			b.WriteString(t.Selected.On(text))
			continue
		}
		b.WriteString(t.Key.On(key))
		b.WriteString(text[len(key):])
	}
	return b.String(), width, spans
}

// title is the name of a screen of the menu.
func (m *model) title(i int) string { return views.Safe(m.at.screens[i].Title(&m.state)) }

// short cuts a name without a mark: in a menu the beginning is enough.
func short(s string, n int) string {
	if views.Width(s) <= n {
		return s
	}
	return strings.TrimRight(ansi.Truncate(s, n, ""), " ")
}

// placeLine says where we are and what is left out there, which policy this is about, and carries the banner
// of a simulated segment. The banner is never cut.
func (m *model) placeLine(w int) string {
	t := m.state.Theme
	left := m.trail(w / 2)
	if q := m.filter(); q != "" {
		left += "  " + t.Accent.On(say(m.state.Words.Plain.Filtered, views.Safe(q)))
	}
	right := m.kitNames()
	banner := ""
	if m.simulated() {
		banner = m.state.Words.Plain.Simulated
		if views.Width(left)+views.Width(right)+views.Width(banner)+6 > w {
			banner = m.say.Simulated
		}
		banner = t.Banner.On(" " + banner + " ")
	}
	room := w - views.Width(left) - views.Width(banner) - 3
	if room < leastKit {
		return apart(left, banner, w)
	}
	right = t.Dim.On(views.Cut(right, room))
	if banner != "" {
		right += " " + banner
	}
	return apart(left, right, w)
}

// leastKit is how many cells the name of a kit needs to mean anything.
const leastKit = 16
