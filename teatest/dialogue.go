package teatest

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/tui"
)

// Dialogue is a console in plain mode: a test says a line and hears what is printed.
type Dialogue struct {
	tb     testing.TB
	typed  *io.PipeWriter
	cancel context.CancelFunc
	over   chan struct{}
	err    error

	mu   sync.Mutex
	said strings.Builder
	from int // what was said before was heard
}

// Talk starts a dialogue. The test's cleanup ends it, if it still runs.
func Talk(tb testing.TB, cfg tui.Config) *Dialogue {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	in, typed := io.Pipe()
	d := &Dialogue{tb: tb, typed: typed, cancel: cancel, over: make(chan struct{})}
	go func() {
		defer close(d.over)
		d.err = tui.Plain(ctx, cfg, in, d)
		_ = in.CloseWithError(io.ErrClosedPipe) // nobody listens: a line that is still typed must not wait
	}()
	tb.Cleanup(func() {
		cancel()
		<-d.over
	})
	return d
}

// Write implements io.Writer for the dialogue.
func (d *Dialogue) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.Write(p)
}

// Say types a line.
func (d *Dialogue) Say(line string) *Dialogue {
	d.tb.Helper()
	if _, err := io.WriteString(d.typed, line+"\n"); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		d.tb.Fatalf("say %q: %v", line, err)
	}
	return d
}

// Hears waits until all the texts were said, in this order, since what it heard last.
func (d *Dialogue) Hears(texts ...string) *Dialogue {
	d.tb.Helper()
	for end := time.Now().Add(deadline); ; time.Sleep(beat) {
		if d.hears(texts) {
			return d
		}
		if time.Now().After(end) {
			d.tb.Fatalf("does not say %q; said\n%s", texts, d.Said())
		}
	}
}

func (d *Dialogue) hears(texts []string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	all, at := d.said.String(), d.from
	for _, t := range texts {
		i := strings.Index(all[at:], t)
		if i < 0 {
			return false
		}
		at += i + len(t)
	}
	d.from = at
	return true
}

// Said is everything that was said so far.
func (d *Dialogue) Said() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.String()
}

// Leaves ends the input, as a closed terminal does, and Hang ends the context, as a signal does.
func (d *Dialogue) Leaves() *Dialogue { _ = d.typed.Close(); return d }

// Hang ends the context of the dialogue.
func (d *Dialogue) Hang() *Dialogue { d.cancel(); return d }

// Ended waits for the end and returns its error.
func (d *Dialogue) Ended() error {
	d.tb.Helper()
	select {
	case <-d.over:
	case <-time.After(deadline):
		d.tb.Fatalf("does not end; said\n%s", d.Said())
	}
	return d.err
}
