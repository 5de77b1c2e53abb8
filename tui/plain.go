package tui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// The window that plain mode claims: so wide that no screen cuts anything.
const (
	plainWidth  = 400
	plainHeight = 40
)

// maxAnswer caps a line that is typed, in bytes.
const maxAnswer = 4096

// dialogue is the console as questions and answers in lines, for screen readers and for terminals that can only
// print. It is the same model with the same screens and actions; only the loop around it is another one: a
// line that is typed becomes what a key would have been, and what changed is printed once. Nothing is repainted,
// nothing blinks, and no escape sequence is written.
type dialogue struct {
	m    *model
	out  io.Writer
	fail error // the first write that failed: nobody listens any more
	msgs chan tea.Msg
	over chan struct{}

	place   place
	picture []string // of the screen, as it was said last
	asked   overlay
	asking  []string // of the overlay, as it was said last
	noted   note
	quarter int // of the run, said already
}

// copied is a text that an action copies. There is no clipboard to trust here: it is printed.
type copied struct{ text string }

// Plain is Run as a dialogue in lines. It reads in until it ends, the user says quit or ctx has ended, and
// returns never before a run that was on has stopped and was stored.
func Plain(ctx context.Context, cfg Config, in io.Reader, out io.Writer) error {
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	cfg.Plain, cfg.ASCII, cfg.NoColor = true, true, true
	if cfg.Pulse <= 0 {
		cfg.Pulse = time.Second
	}
	m := newModel(cfg, newCustody(ctx))
	m.clip = func(text string) tea.Cmd { return func() tea.Msg { return copied{text} } }
	d := &dialogue{m: m, out: out, msgs: make(chan tea.Msg, 64), over: make(chan struct{})}
	lines := make(chan string)
	go d.listen(in, lines)
	d.talk(lines)
	close(d.over)
	stored := m.held.end(patience, func() { d.print(m.say.LeaveLate) })
	if kept := m.leaveBehind(); kept != nil {
		d.print(say(m.state.Words.Shell.NotKept, flat(kept)))
	}
	if stored == nil {
		goodbye := m.state.Words.Spoken.Goodbye
		if m.cfg.Simulated { // its store goes with the console
			goodbye = m.state.Words.Site.DemoKept
		}
		d.print(goodbye)
	}
	return errors.Join(d.fail, stored)
}

// listen hands on what is typed, line by line, and closes lines at the end of the input.
func (d *dialogue) listen(in io.Reader, lines chan<- string) {
	defer close(lines)
	r := bufio.NewReaderSize(in, maxAnswer)
	for {
		line, more, err := r.ReadLine()
		if err != nil {
			return
		}
		text := string(line)
		for more && err == nil { // too long: the rest is thrown away, and the whole is refused
			text = ""
			_, more, err = r.ReadLine()
			if !more {
				text = strings.Repeat("x", maxAnswer+1)
			}
		}
		select {
		case lines <- text:
		case <-d.over:
			return
		}
	}
}

// talk is the loop: one thing after another, whoever it comes from.
func (d *dialogue) talk(lines <-chan string) {
	words := &d.m.state.Words.Spoken
	d.print(fill(words.Greeting, d.m.cfg.Version))
	d.print(words.HowTo)
	d.m.Update(tea.WindowSizeMsg{Width: plainWidth, Height: plainHeight})
	d.do(d.m.Init())
	d.sayScreen()
	d.report() // what is wrong with the config file, say
	ended := d.m.held.ctx.Done()
	for d.fail == nil {
		select {
		case line, ok := <-lines:
			if !ok {
				lines = nil
				d.do(d.m.leave()) // whoever spoke has gone
				continue
			}
			d.hear(line)
		case msg := <-d.msgs:
			if !d.take(msg) {
				return
			}
		case <-ended:
			ended = nil
			d.take(leaveMsg{})
		}
	}
}

// do carries out a Cmd beside the loop.
func (d *dialogue) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if msg == nil {
			return
		}
		select {
		case d.msgs <- msg:
		case <-d.over:
		}
	}()
}

// take lets the model have a message and says what came of it; false if the console is to close.
func (d *dialogue) take(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.QuitMsg:
		return false
	case tea.BatchMsg:
		for _, cmd := range msg {
			d.do(cmd)
		}
		return true
	case tea.SuspendMsg:
		return true // the shell does that by itself: the terminal is its own
	case copied:
		d.sayCopied(msg.text)
		return true
	}
	if list, ok := inOrder(msg); ok {
		d.do(list)
		return true
	}
	_, cmd := d.m.Update(msg)
	d.do(cmd)
	d.report()
	return true
}

// inOrder makes one Cmd of the message in which Bubble Tea wraps several that must follow each other; its type has no
// name outside of Bubble Tea.
func inOrder(msg tea.Msg) (tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	return func() tea.Msg {
		var last tea.Msg
		for i := range v.Len() {
			if cmd, ok := v.Index(i).Interface().(tea.Cmd); ok && cmd != nil {
				last = cmd()
			}
		}
		return last
	}, true
}

// fill puts texts in the place of %1, %2.
func fill(format string, args ...string) string {
	for i, a := range args {
		format = strings.ReplaceAll(format, fmt.Sprintf("%%%d", i+1), a)
	}
	return format
}

// print writes one line. What it says may hold text from outside.
func (d *dialogue) print(line string) {
	if d.fail != nil {
		return
	}
	if _, err := fmt.Fprintln(d.out, views.Safe(line)); err != nil {
		d.fail = fmt.Errorf("write to the terminal: %w", err)
	}
}
