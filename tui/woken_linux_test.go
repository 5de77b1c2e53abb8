package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/teatest/tty"
)

// hasty gives the terminal back at once, which leaves the renderer that ends no time.
type hasty struct{}

func (hasty) Run() error          { return nil }
func (hasty) SetStdin(io.Reader)  {}
func (hasty) SetStdout(io.Writer) {}
func (hasty) SetStderr(io.Writer) {}

// spin keeps a processor busy until it is told to stop.
func spin(stop *atomic.Bool) {
	for n := 0; !stop.Load(); n++ {
	}
}

// The terminal is released and restored as fast as can be, after which the renderer mostly stands still. A console that
// is then told that it goes on draws again.
func TestDrawsAgainAfterItsRendererStoodStill(t *testing.T) {
	t.Parallel()
	ours, theirs := tty.Open(t, 80, 24)
	woken := make(chan os.Signal, 1)
	cfg := Config{Version: "1.0.0", Lang: "en", Clock: func() time.Time { return noon }, Woken: woken, Env: []string{"TERM=xterm-256color"},
		Runs: func() ([]audit.Run, []error) { return nil, nil }, OpenRun: func(string) (*Stored, error) { return nil, errors.New("none") }}
	ctx, cancel := context.WithCancel(context.Background())
	c, over := New(ctx, cfg, theirs, tea.WithInput(theirs)), make(chan error, 1)
	go func() { over <- c.Run() }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	g := tty.NewGlass(t, ours, 80, 24).Sees("1Overview", "? help")
	var stop atomic.Bool
	for range 4 * runtime.GOMAXPROCS(0) { // so that the renderer that ends has to wait for a processor
		go spin(&stop)
	}
	for range 5 {
		done := make(chan struct{})
		c.Send(tea.Exec(hasty{}, func(error) tea.Msg { close(done); return nil })())
		<-done
	}
	stop.Store(true)
	woken <- syscall.SIGCONT
	g.Keys("?").Sees("Everywhere")
}
