package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/tui/palette"
	"oobscope/views"
)

// offer is an entry of the palette and what choosing it does.
type offer struct {
	palette.Entry
	do func(m *model) tea.Cmd
}

// pane is the open palette: a line of input over the list of what it can mean, the best first.
type pane struct {
	line   editor
	offers []offer
	index  *palette.Index
	rows   []offer // what the line can mean
	total  int     // with those that were too many to list
	at     int     // the chosen row
	top    int
}

// maxRows is how many rows are listed at most; who has more to choose from types a letter more.
const maxRows = 200

func (m *model) openPalette() {
	p := &pane{line: newEditor(), offers: m.allOffers()}
	entries := make([]palette.Entry, len(p.offers))
	for i := range p.offers {
		entries[i] = p.offers[i].Entry
	}
	p.index = palette.NewIndex(entries)
	m.asked.Leave()
	m.pal = p
	p.edited(m)
}

// press handles a key while the palette is open.
func (p *pane) press(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.pal = nil
	case "enter":
		return p.enter(m)
	case "tab":
		if p.at < len(p.rows) {
			p.line.set(p.rows[p.at].Name)
			p.edited(m)
		}
	case "up":
		p.up(m)
	case "down":
		p.down(m)
	case "pgup":
		p.at = max(0, p.at-pageOfPane)
	case "pgdown":
		p.at = max(0, min(p.at+pageOfPane, len(p.rows)-1))
	default:
		before := p.line.String()
		if k.Text != "" {
			p.line.insert(k.Text)
		} else {
			p.line.press(k)
		}
		if p.line.String() != before {
			m.asked.Leave()
			p.edited(m)
		}
	}
	return nil
}

// pageOfPane is how far the page keys go in the list.
const pageOfPane = 8

// enter does what the chosen row says, and remembers it.
func (p *pane) enter(m *model) tea.Cmd {
	if strings.TrimSpace(p.line.String()) == "" && p.at == 0 && !m.asked.Looking() {
		m.pal = nil // nothing was typed and nothing chosen
		return nil
	}
	if len(p.rows) == 0 {
		m.warn(m.state.Words.Shell.NoCommand)
		return nil
	}
	o := p.rows[p.at]
	m.pal = nil
	m.asked.Add(o.Name)
	return o.do(m)
}

// command does what a line says that was typed elsewhere, as the palette would do it.
func (m *model) command(line string) tea.Cmd {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	m.openPalette()
	p := m.pal
	m.pal = nil
	p.line.set(line)
	p.edited(m)
	if len(p.rows) == 0 {
		m.warn(say(m.state.Words.Console.Unknown, line))
		return nil
	}
	m.asked.Add(p.rows[0].Name)
	return p.rows[0].do(m)
}

// up goes up in the list, and from its top back in the history; down comes back the same way.
func (p *pane) up(m *model) {
	if p.at > 0 && !m.asked.Looking() {
		p.at--
		return
	}
	if line, ok := m.asked.Older(p.line.String()); ok {
		p.line.set(line)
		p.edited(m)
	}
}

func (p *pane) down(m *model) {
	if line, ok := m.asked.Newer(); ok {
		p.line.set(line)
		p.edited(m)
		return
	}
	p.at = max(0, min(p.at+1, len(p.rows)-1))
}

// edited finds anew what the line can mean.
func (p *pane) edited(m *model) {
	p.at, p.top = 0, 0
	query := strings.TrimSpace(p.line.String())
	if query == "" {
		p.rows = p.beginning(m)
		p.total = len(p.rows)
		return
	}
	found := p.index.Rank(query)
	hosts, more := m.hostOffers(query)
	p.total = len(found) + more
	p.rows = p.rows[:0:0]
	last := []offer{}
	if o, ok := m.withArgument(query); ok && len(hosts) == 0 {
		p.total++
		if word, _, _ := strings.Cut(query, " "); m.at.find(word) < 0 || len(found) > 0 && strings.HasPrefix(p.offers[found[0]].Name, query) {
			last = append(last, o)
		} else {
			p.rows = append(p.rows, o)
		}
	}
	if len(found) > 0 && p.index.Exact(query) == found[0] {
		p.rows, found = append(p.rows, p.offers[found[0]]), found[1:]
	}
	p.rows = append(p.rows, hosts...)
	for _, i := range found[:min(len(found), maxRows)] {
		p.rows = append(p.rows, p.offers[i])
	}
	p.rows = append(p.rows, last...)
}

// recalledRows is how much of the history stands over the list while nothing is typed.
const recalledRows = 5

// beginning is the list while nothing is typed: what was asked for last, then all there is but hosts.
func (p *pane) beginning(m *model) []offer {
	rows := make([]offer, 0, len(p.offers)+recalledRows)
	lines := m.asked.Lines()
	for i := len(lines) - 1; i >= 0 && len(rows) < recalledRows; i-- {
		if o, ok := p.named(m, lines[i]); ok {
			o.Does += " (" + m.state.Words.Shell.Earlier + ")"
			rows = append(rows, o)
		}
	}
	return append(rows, p.offers...)
}

// named is the offer of a name that the history kept; ok is false if it means nothing any more.
func (p *pane) named(m *model, name string) (o offer, ok bool) {
	if i := p.index.Exact(name); i >= 0 {
		return p.offers[i], true
	}
	if hosts, _ := m.hostOffers(name); len(hosts) > 0 && hosts[0].Name == name {
		return hosts[0], true
	}
	return m.withArgument(name)
}

// lines draws the palette over w cells and h lines; x and y are where the cursor stands in it.
func (p *pane) lines(m *model, w, h int) (out []string, x, y int) {
	t, s := m.state.Theme, &m.state.Words.Shell
	right := ""
	if n := len(p.rows); n > 0 {
		right = count(p.at+1) + "/" + count(p.total)
	}
	text, cursor := p.line.window(w - 2)
	out = append(out, t.Heading(s.Command, right, w), t.Key.On(":")+" "+text)
	if len(p.rows) == 0 {
		out = append(out, views.Wrap(s.NoCommand, w)...)
	}
	room := max(1, h-len(out))
	p.top = max(0, min(p.top, p.at))
	p.top = max(p.top, p.at-room+1)
	for i := p.top; i < min(len(p.rows), p.top+room); i++ {
		out = append(out, p.row(m, i, w))
	}
	for len(out) < h { // always the same size, so that the line stays where it is while it is typed
		out = append(out, "")
	}
	return out[:h], cursor + 2, 1
}

// row is one row: the name, what it does, and its key at the right end.
func (p *pane) row(m *model, i, w int) string {
	t, o := m.state.Theme, &p.rows[i]
	key := o.Key
	name := min(w/2, max(26, w*2/5))
	does := max(0, w-2-name-2-views.Width(key)-1)
	left := views.Fit(views.Safe(o.Name), name) + "  "
	middle := views.Fit(views.Safe(o.Does), does) + " "
	if i == p.at {
		return t.Selected.On(t.Glyph.Cursor + " " + left + middle + key)
	}
	return "  " + left + t.Dim.On(middle) + t.Key.On(key)
}

// keysOf the palette, for the footer.
func (p *pane) keys(m *model) []views.Key {
	s := &m.state.Words.Shell
	return []views.Key{{Keys: "enter", Help: s.Do}, {Keys: "tab", Help: s.Complete}, {Keys: "up/down", Help: s.Choose}, {Keys: "esc", Help: s.Close}}
}
