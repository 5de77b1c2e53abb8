package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/tui/keymap"
	"oobscope/tui/palette"
	"oobscope/tui/settings"
	"oobscope/views"
)

// allOffers are all that the palette offers but hosts: what works here, what works everywhere, the screens,
// settings, and what the run, the kits and the store name. No two have one name.
func (m *model) allOffers() []offer {
	here, moves := m.hereOffers()
	out := slices.Concat(here, m.sortOffers(), m.ourOffers(), m.screenOffers(), m.siteOffers(), m.exportOffers(), m.settingOffers(), m.policyOffers(), m.runOffers(), moves)
	seen := make(map[string]bool, len(out))
	return slices.DeleteFunc(out, func(o offer) bool {
		dup := seen[o.Name]
		seen[o.Name] = true
		return dup
	})
}

func offerOf(name, does, key, also string, do func(m *model) tea.Cmd) offer {
	return offer{palette.Entry{Name: name, Does: does, Key: key, Also: also}, do}
}

// quietly wraps what needs no Cmd.
func quietly(do func(m *model)) func(m *model) tea.Cmd {
	return func(m *model) tea.Cmd { do(m); return nil }
}

// hereOffers are what the keys of the screen in sight do here and now. What only moves stands apart: nobody needs
// a palette for it, but it can be looked up.
func (m *model) hereOffers() (out, moves []offer) {
	screen := m.at.screen()
	for _, k := range screen.Keys(&m.state) {
		for part := range strings.SplitSeq(k.Keys, "/") {
			what := keymap.Listed(screen.Name(), part)
			name := what.Action
			if name == "" {
				name = k.Help
			}
			o := offerOf(name, k.Help, m.keys.Shown(screen.Name(), part), "", func(m *model) tea.Cmd { return m.toScreen(what) })
			if strings.HasPrefix(name, "move_") || strings.HasPrefix(name, "page_") || name == "first" || name == "last" {
				moves = append(moves, o)
				continue
			}
			out = append(out, o)
		}
	}
	return out, moves
}

// sortOffers put the list in sight in the order of a column; twice is the other way round.
func (m *model) sortOffers() []offer {
	screen := m.at.screen()
	sorter, ok := screen.(views.Sorter)
	if !ok {
		return nil
	}
	grid := sorter.Sorted()
	var out []offer
	for _, c := range grid.Columns {
		if c.ID == "" || c.Unsorted {
			continue
		}
		title := views.Safe(c.Title)
		out = append(out, offerOf("sort "+c.ID, say(m.state.Words.Shell.SortBy, title), "", "order", quietly(func(m *model) {
			grid.SortBy(c.ID)
			screen.Press(&m.state, "")
			m.tell(say(m.state.Words.Shell.SortBy, title))
		})))
	}
	return out
}

// ourOffers are the actions of the console.
func (m *model) ourOffers() []offer {
	w, s := &m.state.Words.Key, &m.state.Words.Shell
	var out []offer
	add := func(action, does, also string) {
		what := keymap.Named(action)
		out = append(out, offerOf(action, does, m.keys.Label(action), also, func(m *model) tea.Cmd {
			if what.Ours {
				return m.ours(action)
			}
			return m.toScreen(what)
		}))
	}
	switch {
	case m.state.Run.Frozen:
		add(keymap.Freeze, w.Thaw, "")
		add(keymap.Stop, w.Cancel, "cancel")
	case m.live != nil:
		add(keymap.Stop, w.Cancel, "cancel")
		add(keymap.Freeze, w.Freeze, "")
	default:
		add(keymap.Start, w.Start, "plan probe")
	}
	add(keymap.Filter, w.Filter, "search find")
	add(keymap.Escape, m.say.Escape, "")
	add(keymap.Back, w.Back, "")
	add(keymap.Forward, s.Forward, "")
	add(keymap.Mask, s.Mask, "hide privacy screenshot anonymous")
	add(keymap.Mouse, s.Mouse, "wheel click")
	add(keymap.Quit, w.Quit, "exit leave")
	add(keymap.QuitKeep, s.QuitKeep, "exit leave")
	add(keymap.Suspend, m.say.Suspend, "shell")
	return out
}

func (m *model) screenOffers() []offer {
	s := &m.state.Words.Shell
	var out []offer
	for i, screen := range m.at.screens {
		title := views.Safe(screen.Title(&m.state))
		out = append(out, offerOf(screen.Name(), say(s.GoTo, title), m.menuKey(i), "go to screen", quietly(func(m *model) { m.switchTo(i) })))
	}
	return out
}

// withArgument is a screen with what it is to show: "evidence 7", "diff verdict:exposed".
func (m *model) withArgument(query string) (o offer, ok bool) {
	word, arg, ok := strings.Cut(strings.TrimSpace(query), " ")
	if arg = strings.TrimSpace(arg); !ok || arg == "" {
		return offer{}, false
	}
	if o, ok := m.siteAt(query); ok {
		return o, true
	}
	found := m.byPrefix(strings.ToLower(word))
	if len(found) != 1 || m.at.screens[found[0]].Name() == ruleScreen { // rules are offered by number and name
		return offer{}, false
	}
	screen := m.at.screens[found[0]]
	name := screen.Name()
	title := m.plainTitle(found[0])
	return offerOf(name+" "+arg, say(m.state.Words.Shell.With, title, views.Safe(arg)), "", "", quietly(func(m *model) { m.goTo(name, arg) })), true
}

// plainTitle is the name of a screen without what it happens to be about now.
func (m *model) plainTitle(i int) string {
	title := views.Safe(m.at.screens[i].Title(&m.state))
	if _, about := m.at.screens[i].(views.Opener); about {
		title, _, _ = strings.Cut(title, " ")
	}
	return title
}

func (m *model) exportOffers() []offer {
	var out []offer
	for _, format := range m.cfg.Formats {
		out = append(out, offerOf("export "+format, say(m.state.Words.Shell.ExportAs, format), "", "write report save", func(m *model) tea.Cmd { return m.export(format) }))
	}
	return out
}

func (m *model) settingOffers() []offer {
	s := &m.state.Words.Shell
	var out []offer
	for _, name := range settings.Themes {
		out = append(out, offerOf("theme "+name, say(s.SetTheme, name), "", "colors skin", quietly(func(m *model) { m.wear(name) })))
	}
	for _, lang := range settings.Languages {
		out = append(out, offerOf("lang "+lang, say(s.SetLang, lang), "", "language "+tongues[lang], quietly(func(m *model) { m.speak(lang) })))
	}
	return append(out,
		offerOf("low_bandwidth", s.LowBandwidth, "", "slow line", quietly(func(m *model) { m.flip(&m.set.LowBandwidth, s.LowBandwidth) })),
		offerOf("ascii", s.ASCII, "", "signs", quietly(func(m *model) { m.flip(&m.ascii, s.ASCII); m.dress() })),
		offerOf("progress", s.Progress, "", "osc", quietly(func(m *model) { m.flip(&m.set.Progress, s.Progress) })))
}

// tongues are what languages call themselves, to be found by it.
var tongues = map[string]string{"en": "english", "ja": "日本語 japanese"}
