package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/tui/keymap"
	"oobscope/views"
)

// siteWord before a path names a site file to load.
const siteWord = "site"

// siteOffers are the ways to a site to audit.
func (m *model) siteOffers() []offer {
	w := &m.state.Words.Site
	return []offer{
		offerOf(keymap.LoadSite, w.OpenTitle, "", "open file", func(m *model) tea.Cmd { return m.openSite("") }),
		offerOf(keymap.WriteSite, w.FormTitle, "", "new form file", func(m *model) tea.Cmd { return m.newSite() }),
		offerOf(keymap.StartDemo, m.state.Words.First.Demo, "", "simulated segment try", func(m *model) tea.Cmd { return m.askDemo() }),
	}
}

// siteAt is the offer of a line that names a site file.
func (m *model) siteAt(query string) (o offer, ok bool) {
	word, path, ok := strings.Cut(strings.TrimSpace(query), " ")
	if path = strings.TrimSpace(path); !ok || path == "" || word != siteWord {
		return offer{}, false
	}
	return offerOf(siteWord+" "+path, m.state.Words.Site.OpenTitle+m.state.Words.Host.Colon+views.Safe(path), "", "", func(m *model) tea.Cmd { return m.openSite(path) }), true
}
