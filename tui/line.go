package tui

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/x/term"
)

// The bytes a second that the redraws of a live run may cost on average. How much a redraw costs depends on what
// moved, so it is measured, and the next one waits until the last is paid for. Keys are never held back.
const (
	liveBudget = 10_000
	slowBudget = 4_000 // on a slow line
)

// longestWait caps the wait for a redraw, however dear the last one was.
const longestWait = 2 * time.Second

// line counts the bytes that go to the terminal.
type line struct {
	sent   atomic.Int64
	billed int64 // counted at the last pulse
}

// through returns the writer that counts. A file stays one: Bubble Tea asks it for the size of the window.
func (l *line) through(out io.Writer) io.Writer {
	if f, ok := out.(term.File); ok {
		return &countedFile{f, l}
	}
	return &counted{out, l}
}

type counted struct {
	io.Writer
	line *line
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.line.sent.Add(int64(n))
	return n, err
}

type countedFile struct {
	term.File
	line *line
}

func (c *countedFile) Write(p []byte) (int, error) {
	n, err := c.File.Write(p)
	c.line.sent.Add(int64(n))
	return n, err
}

// wait is how long the next redraw of a live run has to wait: the beat, or as long as the bytes since the last pulse
// need at the budget.
func (l *line) wait(beat time.Duration, budget int64) time.Duration {
	sent := l.sent.Load()
	cost := time.Duration(sent-l.billed) * time.Second / time.Duration(budget)
	l.billed = sent
	return max(beat, min(cost, longestWait))
}
