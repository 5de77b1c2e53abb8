package tui

import (
	"io"
	"sync"
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

// longestWait caps the wait for a redraw, however dear the last one was; patientWait does on a slow line: one that we are
// told of, or that was seen to be slower than the budget.
const (
	longestWait = 2 * time.Second
	patientWait = 15 * time.Second
)

// Writes of stallBytes and more of which each takes longer than a hiccup of this machine, and that together take as long
// as stall, have waited for the line. What it took meanwhile is what it can carry.
const (
	stall      = 150 * time.Millisecond
	stallBytes = 256
	hiccup     = 5 * time.Millisecond
	// inFlight is about what lies between us and a line that makes us wait: the buffers of a pseudo terminal of Linux.
	inFlight = 12 << 10
	// stallMemory is for how long a line counts as slow: a session that is taken up elsewhere may have a better one.
	stallMemory = 5 * time.Minute
)

// line counts the bytes that go to the terminal, and learns how many it can carry. Zero is a line of which nothing is
// known.
type line struct {
	sent   atomic.Int64
	billed int64 // counted at the last pulse

	clock func() time.Time // nil: the machine's

	mu      sync.Mutex
	held    held
	carries int64     // bytes a second, as it was seen last; 0: more than we have asked of it
	seen    time.Time // when it made us wait last
	before  int64     // sent until then
	behind  bool      // since the last pulse it made us wait: what lies in front of it is out of date
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
	return c.line.carry(c.Writer, p)
}

type countedFile struct {
	term.File
	line *line
}

func (c *countedFile) Write(p []byte) (int, error) {
	return c.line.carry(c.File, p)
}

// carry writes, and sees whether the line makes us wait.
func (l *line) carry(to io.Writer, p []byte) (int, error) {
	began := l.now()
	n, err := to.Write(p)
	l.sent.Add(int64(n))
	if n >= stallBytes {
		l.took(n, began, l.now())
	}
	return n, err
}

// held are writes, one after the other, that had to wait.
type held struct {
	since  time.Time
	bytes  int
	waited time.Duration
}

// took takes over how long n bytes took.
func (l *line) took(n int, began, ended time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ended.Sub(began) < hiccup {
		l.held = held{}
		return
	}
	h := &l.held
	if h.bytes == 0 {
		h.since = began
	}
	h.bytes, h.waited = h.bytes+n, h.waited+ended.Sub(began)
	if h.waited < stall {
		return
	}
	// There may have been room for the first of them: the line carries this at most. From one such moment to the next,
	// at both of which there is no room left, it has carried what we sent in between.
	rate := float64(h.bytes) / ended.Sub(h.since).Seconds()
	sent := l.sent.Load()
	if l.slow(ended) {
		rate = min(rate, float64(sent-l.before)/ended.Sub(l.seen).Seconds())
	}
	l.carries, l.seen, l.before, l.behind, l.held = max(1, int64(rate)), ended, sent, true, held{}
}

// slow tells whether the line was seen to be one, and not too long ago. l.mu is held.
func (l *line) slow(now time.Time) bool { return l.carries > 0 && now.Sub(l.seen) < stallMemory }

func (l *line) now() time.Time {
	if l.clock != nil {
		return l.clock()
	}
	return time.Now()
}

// wait is how long the next redraw of a live run has to wait: the beat, or as long as the bytes since the last pulse
// need at the budget. On a line that carries less, the budget is three quarters of that, so that a key finds it free;
// and when it made us wait, nothing is redrawn until what is on its way has arrived.
func (l *line) wait(beat time.Duration, budget int64) time.Duration {
	sent := l.sent.Load()
	bytes := sent - l.billed
	l.billed = sent
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := longestWait
	if budget <= slowBudget {
		longest = patientWait
	}
	if l.slow(l.now()) && l.carries*3/4 < budget {
		budget, longest = max(1, l.carries*3/4), patientWait
		if l.behind {
			bytes += inFlight
		}
	}
	l.behind = false
	return max(beat, min(time.Duration(bytes)*time.Second/time.Duration(budget), longest))
}
