package tui

import (
	"slices"
	"strings"

	"oobscope/views"
)

// report says what changed since it was called last and is worth a word: a message, a question, another screen, a
// quarter of a run. Results that only trickle in are not read out.
func (d *dialogue) report() {
	d.sayNote()
	switch m := d.m; {
	case m.over != nil:
		d.sayOverlay()
	case d.asked != nil:
		d.asked, d.asking = nil, nil
		d.print(m.state.Words.Spoken.Closed)
	case m.at.here != d.place:
		d.sayScreen()
	}
	d.sayProgress()
}

func (d *dialogue) sayNote() {
	if n := d.m.note; n.text != "" && n != d.noted {
		d.print(n.text)
	}
	d.noted = d.m.note
}

// sayOverlay reads a question or a page out, or of one that was read already what changed in it.
func (d *dialogue) sayOverlay() {
	m := d.m
	lines := spoken(m.over.lines(m, plainWidth))
	again := m.over == d.asked
	_, yesNo := m.over.(*question)
	_, form := m.over.(typist)
	if (yesNo || form) && len(lines) > 0 {
		lines = lines[:len(lines)-1] // names keys; the answers here are words
	}
	for _, l := range lines {
		if !again || !slices.Contains(d.asking, l) {
			d.print(l)
		}
	}
	switch {
	case again:
	case yesNo:
		d.print(m.state.Words.Spoken.AnswerYesNo)
	case form:
		d.print(m.state.Words.Spoken.TypeInto)
	}
	d.asked, d.asking = m.over, lines
}

// sayScreen reads the whole screen out.
func (d *dialogue) sayScreen() {
	m := d.m
	d.place = m.at.here
	title := m.trail(plainWidth)
	if q := m.filter(); q != "" {
		title += ". " + fill(m.state.Words.Spoken.Filter, q)
	}
	if m.simulated() {
		title += ". " + m.state.Words.Plain.Simulated
	}
	d.print("")
	d.print(title)
	if trouble := m.grammar().Trouble(m.filter()); trouble != "" {
		d.print(trouble)
	}
	d.picture = d.draw()
	for _, l := range d.picture {
		d.print(l)
	}
}

// sayChanges reads out what a command changed in the screen in sight.
func (d *dialogue) sayChanges() {
	lines := d.draw()
	said := false
	for _, l := range lines {
		if l != "" && !slices.Contains(d.picture, l) {
			d.print(l)
			said = true
		}
	}
	d.picture = lines
	if !said {
		d.print(d.m.state.Words.Spoken.Nothing)
	}
}

func (d *dialogue) draw() []string {
	return spoken(strings.Split(d.m.at.screen().Render(&d.m.state, plainWidth, plainHeight), "\n"))
}

// spoken are lines without what only sets them apart for the eye.
func spoken(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, strings.Join(strings.Fields(l), " "))
	}
	return out
}

// sayProgress says each quarter of a run once.
func (d *dialogue) sayProgress() {
	m := d.m
	if m.live == nil || m.state.Results == nil {
		d.quarter = 0
		return
	}
	percent := settled(&m.state.Results.Counters)
	if q := percent / 25; q > d.quarter && percent < 100 {
		d.quarter = q
		d.print(d.progress(percent))
	}
}

func (d *dialogue) progress(percent int) string {
	return fill(d.m.state.Words.Spoken.Progress, count(percent), count(d.m.state.Results.Total.Deviations()))
}

func (d *dialogue) sayCopied(text string) {
	words := &d.m.state.Words.Spoken
	d.print(fill(words.Copied, count(len(text))))
	for line := range strings.SplitSeq(text, "\n") {
		d.print(line)
	}
	d.print(words.CopyEnds)
}

func (d *dialogue) sayHelp() {
	words := &d.m.state.Words.Spoken
	d.print(words.Commands)
	for _, l := range words.CommandLines {
		d.print(l)
	}
}

func (d *dialogue) sayMenu() {
	d.print(d.m.state.Words.Spoken.Menu)
	for _, s := range d.m.at.screens {
		d.print(s.Name() + ": " + views.Safe(s.Title(&d.m.state)))
	}
}

func (d *dialogue) sayKeys() {
	m := d.m
	d.print(m.state.Words.Spoken.Elsewise)
	for _, k := range m.userKeys(m.at.screen()) {
		d.print(k.Keys + ": " + k.Help)
	}
}

// sayStatus says what the program is doing, and how far a run is.
func (d *dialogue) sayStatus() {
	m := d.m
	text := strings.Join(strings.Fields(m.runWord()), " ")
	if text == "" {
		text = m.state.Words.Spoken.Ready
	}
	d.print(text)
	if m.live != nil && m.state.Results != nil {
		d.print(d.progress(settled(&m.state.Results.Counters)))
	}
}
