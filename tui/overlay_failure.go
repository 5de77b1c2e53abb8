package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// page is a full page about something that failed: the whole error, and what can be done. A silent grid
// after a dead engine would look like an empty segment.
type page struct {
	title  string
	errors []string
	hints  []string
}

// failedPage is the page for something that was asked for and did not work.
func (m *model) failedPage(err error) *page {
	p := &page{title: say(m.state.Words.Console.Failed, "")}
	p.title = strings.TrimRight(p.title, " :：")
	for line := range strings.SplitSeq(strings.TrimSpace(err.Error()), "\n") {
		p.errors = append(p.errors, views.Safe(line))
	}
	if hint := hintOf(err); hint != "" {
		p.hints = append(p.hints, views.Safe(hint))
	}
	return p
}

func (p *page) lines(m *model, w int) []string {
	t := m.state.Theme
	out := wrapped(t.Bad, t.Glyph.Cross+" "+p.title, w)
	out = append(out, "")
	for _, e := range p.errors {
		out = append(out, views.Wrap(e, w)...)
	}
	if len(p.hints) > 0 {
		out = append(out, "", t.Bold.On(m.say.WhatToDo))
		for _, h := range p.hints {
			out = append(out, views.Wrap(h, w)...)
		}
	}
	return append(out, "", t.Key.On(m.say.AnyKey))
}

func (p *page) press(m *model, key string) tea.Cmd {
	switch key {
	case "enter", "esc", "q", "space":
		m.over = nil
	}
	return nil
}
