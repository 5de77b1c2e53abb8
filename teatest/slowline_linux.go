package teatest

import (
	"context"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"oobscope/teatest/tty"
	"oobscope/tui"
)

// SlowLine is a console on a real pseudo terminal (pty(7)) at the other end of which so many bytes a second are taken
// out. What the console writes meanwhile waits in the kernel, and once that is full the console waits. Keys go in as
// bytes, as from a keyboard.
type SlowLine struct {
	*Session
	ours, theirs *os.File
	written      atomic.Int64 // by the console, what it is just writing too
	writing      atomic.Bool  // it is in the middle of a write
	arrived      atomic.Int64 // at the terminal
	writes       atomic.Int64 // that are over
	rate         atomic.Int64 // bytes a second
}

// counting is the console's end of the line. It stays a file: Bubble Tea asks it for the size of the window.
type counting struct {
	*os.File
	line *SlowLine
}

func (c counting) Write(p []byte) (int, error) {
	c.line.written.Add(int64(len(p)))
	c.line.writing.Store(true)
	n, err := c.File.Write(p)
	c.line.writing.Store(false)
	c.line.writes.Add(1)
	return n, err
}

// StartSlow opens a console of w x h cells with 256 colours behind a line that is still a fast one.
func StartSlow(tb testing.TB, cfg tui.Config, w, h int) *SlowLine {
	tb.Helper()
	l := &SlowLine{}
	l.Free()
	l.ours, l.theirs = tty.Open(tb, w, h)
	ctx, cancel := context.WithCancel(context.Background())
	l.Session = &Session{tb: tb, term: newTerminal(w, h), cancel: cancel, over: make(chan struct{})}
	if _, err := l.term.emu.WriteString("\x1b[20l"); err != nil { // a terminal of its own has raw line feeds
		tb.Fatal(err)
	}
	cfg.Env = []string{"TERM=xterm-256color"}
	l.console = tui.New(ctx, cfg, counting{l.theirs, l}, tea.WithInput(l.theirs), tea.WithColorProfile(colorprofile.ANSI256))
	go func() {
		defer close(l.over)
		l.err = l.console.Run()
	}()
	quit, read := make(chan struct{}), make(chan struct{})
	go l.answer()
	go func() {
		defer close(read)
		l.carry(quit)
	}()
	tb.Cleanup(func() {
		l.Free()
		cancel()
		l.Ended()
		close(quit)
		<-read
		_ = l.theirs.Close()
		_ = l.ours.Close()
		if pipe, ok := l.term.emu.InputPipe().(interface{ Close() error }); ok {
			_ = pipe.Close() // it ends answer
		}
	})
	return l
}

// carry takes bytes out of the line, as many as its rate has let through by now, and shows them.
func (l *SlowLine) carry(quit <-chan struct{}) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	last, may := time.Now(), 0.0
	buf := make([]byte, 4096)
	for {
		select {
		case <-quit:
			return
		case now := <-tick.C:
			rate := float64(l.rate.Load())
			may = min(may+rate*now.Sub(last).Seconds(), rate/10+1)
			last = now
		}
		for may >= 1 {
			_ = l.ours.SetReadDeadline(time.Now().Add(time.Millisecond))
			n, err := l.ours.Read(buf[:min(len(buf), int(may))])
			if n > 0 {
				_, _ = l.term.Write(buf[:n])
				l.arrived.Add(int64(n))
				may -= float64(n)
			}
			if err != nil || n == 0 {
				break
			}
		}
	}
}

// answer types what the terminal answers to questions of the console.
func (l *SlowLine) answer() {
	buf := make([]byte, 256)
	for {
		n, err := l.term.emu.Read(buf)
		if err != nil {
			return
		}
		_, _ = l.ours.Write(buf[:n])
	}
}

// Keys types bytes.
func (l *SlowLine) Keys(raw string) *SlowLine {
	l.tb.Helper()
	if _, err := l.ours.WriteString(raw); err != nil {
		l.tb.Fatal(err)
	}
	return l
}

// Shows waits until all the texts are on the screen at once, and returns how many bytes have arrived by then.
func (l *SlowLine) Shows(texts ...string) int {
	l.tb.Helper()
	screen, seen := l.waits(6*deadline, func(screen string) bool {
		for _, t := range texts {
			if !strings.Contains(screen, t) {
				return false
			}
		}
		return true
	})
	if !seen {
		l.tb.Fatalf("the screen never showed %q:\n%s", texts, screen)
	}
	return l.Arrived()
}

// Arrived is how many bytes have come out of the line.
func (l *SlowLine) Arrived() int { return int(l.arrived.Load()) }

// Waiting is how many bytes wait in the line.
func (l *SlowLine) Waiting() int { return int(l.written.Load() - l.arrived.Load()) }

// Writes is how often the console has written: once a redraw, about.
func (l *SlowLine) Writes() int { return int(l.writes.Load()) }

// Slow makes it a line of that many bytes a second, Hold one that lets nothing through.
func (l *SlowLine) Slow(rate int) { l.rate.Store(int64(rate)) }

// Hold lets nothing through any more.
func (l *SlowLine) Hold() { l.Slow(0) }

// Free makes a fast line of it.
func (l *SlowLine) Free() { l.rate.Store(10 << 20) }

// Fills waits until the line takes no more: the console is in the same write while results pour in for several redraws.
func (l *SlowLine) Fills(f *Flood) {
	l.tb.Helper()
	writes, since := -1, 0
	l.awaits("never fills", func() bool {
		if n := l.Writes(); n != writes || !l.writing.Load() {
			writes, since = n, f.Poured()
		}
		return f.Poured()-since > 10_000
	})
}

// Backs waits until so many bytes have waited in the line, and then fewer than that.
func (l *SlowLine) Backs(from, to int) {
	l.tb.Helper()
	l.awaits("never fills", func() bool { return l.Waiting() >= from })
	l.awaits("never empties", func() bool { return l.Waiting() <= to })
}

func (l *SlowLine) awaits(what string, ok func() bool) {
	l.tb.Helper()
	tick := time.NewTicker(beat)
	defer tick.Stop()
	end := time.NewTimer(6 * deadline)
	defer end.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end.C:
			l.tb.Fatalf("the line %s: %d bytes wait", what, l.Waiting())
		}
	}
}
