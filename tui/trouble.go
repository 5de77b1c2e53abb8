package tui

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/store"
	"oobscope/views"
)

// about is what was asked for when something went wrong.
type about uint8

const (
	aboutPlan   about = iota // working out what a run would do
	aboutLaunch              // starting or resuming a run
	aboutRun                 // a run under way
	aboutStored              // opening a stored run
	aboutList                // reading the list of runs
	aboutSite                // loading a site file
	aboutDemo                // starting the simulated segment
	aboutStart               // what the program found when it started
)

// trouble is a full page about something that went wrong: what happened, in full; what is safe; and what to do next. A
// silent grid after a failure would look like an empty segment.
type trouble struct {
	title  string
	grave  bool // else it is only worth knowing
	what   []string
	safe   []string
	next   []string
	scroll views.Scroll
}

// troublePage explains an error. What kind it is decides what is said about it.
func (m *model) troublePage(a about, err error) *trouble {
	w := &m.state.Words.Trouble
	p := m.failedPage(err)
	t := &trouble{title: w.Title[aboutWords[a]], grave: true, what: p.errors, next: p.hints}
	kind := kindOf(err)
	if kind == "" {
		kind = aboutWords[a]
	}
	if title, ok := w.KindTitle[kind]; ok && a != aboutStart && a != aboutList {
		t.title = title
	}
	safe, own := w.Safe[kind]
	if !own {
		safe = w.Safe[aboutWords[a]]
	}
	t.safe = append(t.safe, safe)
	t.next = append([]string{w.Next[kind]}, t.next...)
	return t
}

// aboutWords are the keys of the words of a page.
var aboutWords = [...]string{
	aboutPlan: "plan", aboutLaunch: "launch", aboutRun: "run", aboutStored: "stored", aboutList: "list", aboutSite: "site",
	aboutDemo: "demo", aboutStart: "start",
}

// kindOf is the kind of an error that has words of its own; empty for none.
func kindOf(err error) string {
	switch {
	case errors.Is(err, store.ErrLocked):
		return "locked"
	case errors.Is(err, store.ErrDamaged):
		return "damaged"
	case errors.Is(err, store.ErrNotFound):
		return "gone"
	case errors.Is(err, store.ErrNewer):
		return "newer"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "full"
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	case errors.Is(err, fs.ErrPermission):
		return "forbidden"
	}
	return ""
}

// warningsPage tells what is worth knowing about a site that was taken over.
func (m *model) warningsPage(site *audit.Site) *trouble {
	w := &m.state.Words.Trouble
	t := &trouble{title: say(w.Warnings, site.Name, count(len(site.Warnings))), safe: []string{w.Safe["warnings"]}, next: []string{w.Next["warnings"]}}
	for _, p := range site.Warnings {
		t.what = append(t.what, views.Safe(p.Error()))
	}
	return t
}

// lines implements overlay. A page that is longer than the window scrolls; its keys are always in sight.
func (p *trouble) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Trouble
	title := wrapped(t.Warn, "! "+p.title, w)
	if p.grave {
		title = wrapped(t.Bad, t.Glyph.Cross+" "+p.title, w)
	}
	var body []string
	part := func(head string, texts []string) {
		said := false
		for _, text := range texts {
			if text == "" {
				continue
			}
			if !said {
				body = append(body, "", t.Bold.On(head))
				said = true
			}
			body = append(body, views.Wrap(text, w)...)
		}
	}
	part(words.What, p.what)
	part(words.IsSafe, p.safe)
	part(m.say.WhatToDo, p.next)
	keys := m.say.AnyKey
	room := max(3, m.h-headLines-footLines-2-len(title)-2)
	if len(body) > room && t.Spoken == nil {
		window := p.scroll.Window(body, room)
		keys += "   " + words.Scroll + " " + p.scroll.Position()
		body = window
	}
	return append(append(append(title, body...), ""), t.Key.On(views.Cut(keys, w)))
}

func (p *trouble) press(m *model, key string) tea.Cmd {
	switch key {
	case "enter", "esc", "q":
		m.over = nil
	default:
		p.scroll.Press(key)
	}
	return nil
}

// unread notes which stored runs could not be read, and says it once: in a page, and in the line for messages.
func (m *model) unread(errs []error) {
	var texts []string
	for _, err := range errs {
		texts = append(texts, flat(err))
	}
	if strings.Join(texts, "\n") == strings.Join(m.state.Unread, "\n") {
		return
	}
	m.state.Unread = texts
	if n := len(texts); n > 0 {
		m.warn(say(m.say.RunsUnread, count(n), texts[0]))
	}
	if len(errs) > 0 && m.over == nil && m.ask == nil && !m.busy() {
		m.over = m.troublePage(aboutList, errors.Join(errs...))
	}
}
