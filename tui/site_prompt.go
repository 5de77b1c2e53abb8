package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// siteFile is the one field of the prompt for a path.
const siteFile = "file"

// sitePrompt asks for the path of a site file, and completes it.
type sitePrompt struct {
	fields
	list []string // what the path can become
	of   string   // the text that list is for
	want bool     // tab was pressed before the list was there
}

func newSitePrompt() *sitePrompt {
	p := &sitePrompt{of: "\x00"} // no text is that
	p.add(siteFile, "", "")
	return p
}

// lines implements overlay.
func (p *sitePrompt) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Site
	p.fields.list[0].label = words.Path
	out := append(wrapped(t.Title, words.OpenTitle, w), wrapped(t.Dim, words.OpenHint, w)...)
	out = append(out, "")
	body := p.drawWide(t, w)
	p.y += len(out)
	out = append(append(out, body...), "")
	room := m.h - headLines - footLines - 2 - len(out) - 2
	for i, path := range p.list {
		if i >= max(1, room-1) && i < len(p.list)-1 {
			out = append(out, t.Dim.On("  "+say(m.state.Words.Plain.More, count(len(p.list)-i))))
			break
		}
		out = append(out, t.Dim.On(views.Cut("  "+views.Safe(path), w)))
	}
	return append(out, "", t.Key.On(views.Cut(words.OpenKeys, w)))
}

// drawWide draws the field with all the room there is: paths are long.
func (p *sitePrompt) drawWide(t *views.Theme, w int) []string {
	f := &p.fields.list[0]
	label := views.Width(f.label) + 2
	text, x := f.edit.window(max(4, w-label))
	p.x, p.y = label+x, 0
	return []string{t.Bold.On(views.Fit(f.label, label)) + text}
}

// press implements overlay; keys come through typed.
func (p *sitePrompt) press(*model, string) tea.Cmd { return nil }

func (p *sitePrompt) typed(m *model, k tea.KeyPressMsg) tea.Cmd {
	before := p.value(siteFile)
	switch key := k.String(); key {
	case "esc":
		m.over = nil
		return nil
	case "enter":
		path := strings.TrimSpace(before)
		if path == "" {
			m.warn(m.state.Words.Site.NoPath)
			return nil
		}
		return m.loadSite(path)
	case "tab":
		if p.want = p.of != before; !p.want {
			p.complete(m)
		}
	default:
		p.want = false
		p.edit(k)
	}
	return p.follow(m, before)
}

func (p *sitePrompt) paste(m *model, text string) {
	if !p.fields.list[0].edit.insert(strings.TrimSpace(text)) {
		m.warn(m.say.TooLong)
	}
}

// follow asks for the completions of another text.
func (p *sitePrompt) follow(m *model, before string) tea.Cmd {
	if now := p.value(siteFile); now != before {
		return m.completions(now)
	}
	return nil
}

// complete writes what all completions have in common, or the first of them if that is typed already.
func (p *sitePrompt) complete(m *model) {
	text := p.value(siteFile)
	if len(p.list) == 0 {
		m.warn(m.state.Words.Site.NoCompletion)
		return
	}
	next := common(p.list)
	if len(next) <= len(text) {
		next = p.list[0]
	}
	p.fields.list[0].edit.set(next)
}

// completions looks in the background what a path can become.
func (m *model) completions(begun string) tea.Cmd {
	look := m.cfg.Paths
	return func() tea.Msg { return pathsMsg{begun, look(begun)} }
}

// whenPaths takes over completions, unless the text is another one by now.
func (m *model) whenPaths(msg pathsMsg) tea.Cmd {
	p, open := m.over.(*sitePrompt)
	if !open || p.value(siteFile) != msg.begun {
		return nil
	}
	p.list, p.of = msg.list, msg.begun
	if !p.want {
		return nil
	}
	p.want = false
	p.complete(m)
	return p.follow(m, msg.begun)
}
