package tui

import (
	"slices"
	"strings"

	"oobscope/views"
)

// seek sets the filter that a jump carries. A screen that shows only a part of its lines by itself then shows
// all of them, because what is looked for may be among the others.
func (m *model) seek(a views.Action) {
	if a.Filter == "" || m.at.screen().Name() != a.To {
		return
	}
	m.narrow(a.Filter)
}

// grammar is what the filter of the screen in sight understands; nil if it has no keys.
func (m *model) grammar() *views.Grammar { return m.grammarOf(m.at.screen()) }

func (m *model) grammarOf(screen views.Screen) *views.Grammar {
	if q, ok := screen.(views.Queried); ok {
		return q.Grammar(&m.state)
	}
	return nil
}

// suggestions are what the last term of the filter can become. They are asked for once for each text.
func (p *prompt) suggestions(m *model) []string {
	if text := p.line.String(); !p.asked || p.askedFor != text {
		p.asked, p.askedFor = true, text
		p.offered, p.trouble = m.grammar().Typing(text)
	}
	return p.offered
}

// under is the line below a filter that is being typed, over w cells: what is wrong with it, else what its last
// term can become.
func (p *prompt) under(m *model, w int) string {
	offered := p.suggestions(m)
	t := m.state.Theme
	key := t.Key.On("tab") + " "
	switch {
	case len(p.cycle) > 0 && p.line.String() == p.cycled:
		return key + p.turning(t, w-views.Width(key))
	case p.trouble != "":
		return t.Warn.On(views.Cut("! "+p.trouble, w))
	case len(offered) == 0:
		return ""
	}
	return key + t.Dim.On(views.Cut(strings.Join(offered, "  "), w-views.Width(key)))
}

// turning are the terms that tab goes through, from the one that stands in the filter on.
func (p *prompt) turning(t *views.Theme, w int) string {
	rest := append(slices.Clone(p.terms[p.turn+1:]), p.terms[:p.turn]...)
	now := views.Cut(p.terms[p.turn], w)
	return t.Accent.On(now) + t.Dim.On(views.Cut("  "+strings.Join(rest, "  "), w-views.Width(now)))
}

// filterTrouble says what is wrong with the filter of the screen in sight, for as long as it is set.
func (m *model) filterTrouble(w int) string {
	q := m.filter()
	if q == "" || m.over != nil {
		return ""
	}
	if trouble := m.grammar().Trouble(q); trouble != "" {
		return m.state.Theme.Warn.On(views.Cut("! "+trouble, w))
	}
	return ""
}

// completeFilter writes what all suggestions have in common; if that is typed already, the first of them, and
// with each further tab the next.
func (p *prompt) completeFilter(m *model) {
	g := m.grammar()
	text := p.line.String()
	if len(p.cycle) > 0 && text == p.cycled {
		p.turn = (p.turn + 1) % len(p.cycle)
		p.put(m, p.cycle[p.turn])
		return
	}
	list := p.suggestions(m)
	if len(list) == 0 {
		return
	}
	p.cycle = nil
	next := g.Complete(text, common(list))
	if len(next) <= len(text) || !strings.HasPrefix(strings.ToLower(next), strings.ToLower(text)) {
		p.cycle, p.terms, p.turn = nil, list, 0
		for _, s := range list {
			p.cycle = append(p.cycle, g.Complete(text, s))
		}
		next = p.cycle[0]
	}
	p.put(m, next)
}

// put sets the text of the filter, and the list follows.
func (p *prompt) put(m *model, text string) {
	p.line.set(text)
	p.cycled = p.line.String()
	p.edited(m)
}

// common is what all of the texts begin with.
func common(list []string) string {
	out := list[0]
	for _, c := range list[1:] {
		for !strings.HasPrefix(c, out) {
			out = out[:len(out)-1]
		}
	}
	return out
}
