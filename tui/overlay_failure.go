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
	fine   bool // nothing failed: it is only too long for the line for messages
	scroll views.Scroll
}

// configPage says what is wrong with the config file.
func (m *model) configPage(err error) *page {
	p := m.failedPage(err)
	p.title = m.state.Words.Shell.ConfigWrong
	p.errors = underOnePath(p.errors)
	p.hints = append(p.hints, m.state.Words.Shell.ConfigHint)
	return p
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

// underOnePath writes a path that all lines begin with once, above them, and its last part in each: a long path in
// every line hides what is said about it.
func underOnePath(lines []string) []string {
	dir, _, _ := strings.Cut(lines[0], ":")
	dir = dir[:strings.LastIndexByte(dir, '/')+1]
	for _, l := range lines {
		if path, _, _ := strings.Cut(l, ":"); dir == "" || !strings.HasPrefix(path, dir) {
			return lines
		}
	}
	path, _, _ := strings.Cut(lines[0], ":")
	out := []string{path, ""}
	for _, l := range lines {
		out = append(out, strings.TrimPrefix(l, dir))
	}
	return out
}

func (p *page) lines(m *model, w int) []string {
	t := m.state.Theme
	ink, sign := t.Bad, t.Glyph.Cross
	if p.fine {
		ink, sign = t.Good, t.Glyph.Check
	}
	out := append(wrapped(ink, sign+" "+p.title, w), "")
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
	default:
		p.scroll.Press(key)
	}
	return nil
}

// window are the lines of the page that find room in h; the last one, which says which keys work, always does.
func (p *page) window(m *model, lines []string, h int) []string {
	if len(lines) <= h || h < 3 {
		return lines
	}
	last := lines[len(lines)-1]
	out := append([]string(nil), p.scroll.Window(lines[:len(lines)-2], h-2)...)
	return append(out, "", last+"   "+m.state.Theme.Key.On(m.state.Words.Shell.Scrolls)+" "+m.state.Theme.Dim.On(p.scroll.Position()))
}
