package tui

import (
	"bytes"
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"
)

// A copy that is too much for one key press is written beside the message loop: into memory as far as a clipboard takes
// it, and if it is larger, into a file. Meanwhile nothing may judge the run anew, and leaving the console ends it.

// writtenCopyMsg is what became of it: a text for the clipboard, or what a file needs to be told of.
type writtenCopyMsg struct {
	text string
	what string
	file spilledMsg // if it did not fit
	err  error
}

// errFull says that a copy is more than a clipboard takes.
var errFull = errors.New("more than a clipboard takes")

// clipboard is memory of the size of a clipboard.
type clipboard struct {
	bytes.Buffer
	spoken bool // it is read out, and has no end
}

// Write implements io.Writer.
func (c *clipboard) Write(p []byte) (int, error) {
	if !c.spoken && c.Len()+len(p) > maxClip {
		return 0, errFull
	}
	return c.Buffer.Write(p)
}

// copyWritten copies what write writes.
func (m *model) copyWritten(write func(io.Writer) error, what string) tea.Cmd {
	if !m.holdsStill() {
		return nil
	}
	m.deeds.storing = true
	m.tell(say(m.state.Words.Shell.Copying, what))
	file, masked, plain, ctx := m.cfg.Spill, m.set.Mask, m.cfg.Plain, m.held.ctx
	if masked {
		m.masks.update(m)
		inner, typed, masks := write, m.typed(), &m.masks
		write = func(w io.Writer) error {
			veil := &veil{to: w, mask: func(s string) string { return masks.write(s, typed) }}
			return errors.Join(inner(veil), veil.flush())
		}
	}
	return func() tea.Msg {
		text := clipboard{spoken: plain}
		err := write(&text)
		if !errors.Is(err, errFull) || file == nil {
			return writtenCopyMsg{text: text.String(), what: what, err: err}
		}
		var n counter
		path, err := file(func(w io.Writer) error { return write(io.MultiWriter(&n, w, closing{ctx.Err})) })
		return writtenCopyMsg{file: spilledMsg{path, what, int(n), masked, err}}
	}
}

func (m *model) whenCopyWritten(msg writtenCopyMsg) tea.Cmd {
	m.deeds.storing = false
	switch {
	case errors.Is(msg.err, errFull):
		m.warn(say(m.state.Words.Console.TooLarge, ">"+count(maxClip)))
		return nil
	case msg.err != nil:
		m.fail(msg.err)
		return nil
	case msg.file.what != "":
		return m.whenSpilled(msg.file)
	}
	return m.toClipboard(msg.text, msg.what)
}

// counter counts bytes.
type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// closing is a writer that ends a copy when the console is being left.
type closing struct{ err func() error }

func (c closing) Write(p []byte) (int, error) { return len(p), c.err() }

// veil masks what is written, whole lines at a time.
type veil struct {
	to   io.Writer
	mask func(string) string
	rest []byte
}

// Write implements io.Writer.
func (v *veil) Write(p []byte) (int, error) {
	v.rest = append(v.rest, p...)
	end := bytes.LastIndexByte(v.rest, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	_, err := io.WriteString(v.to, v.mask(string(v.rest[:end])))
	v.rest = append(v.rest[:0], v.rest[end:]...)
	return len(p), err
}

func (v *veil) flush() error {
	_, err := io.WriteString(v.to, v.mask(string(v.rest)))
	v.rest = nil
	return err
}
