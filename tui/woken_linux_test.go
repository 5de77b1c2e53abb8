package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
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

// spin keeps a processor busy until ctx ends.
func spin(ctx context.Context) {
	for ctx.Err() == nil {
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
	sized := make(chan struct{}, 8)
	seeSize := func(_ tea.Model, msg tea.Msg) tea.Msg {
		if _, ok := msg.(tea.WindowSizeMsg); ok {
			sized <- struct{}{}
		}
		return msg
	}
	c, over := New(ctx, cfg, theirs, tea.WithInput(theirs), tea.WithFilter(seeSize)), make(chan error, 1)
	go func() { over <- c.Run() }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	g := tty.NewGlass(t, ours, 80, 24).Sees("1Overview", "? help")
	busy, idle := context.WithCancel(ctx)
	defer idle()
	for range 4 * runtime.GOMAXPROCS(0) { // so that the renderer that ends has to wait for a processor
		go spin(busy)
	}
	for len(sized) > 0 {
		<-sized
	}
	for range 5 {
		c.Send(tea.Exec(hasty{}, nil)())
		<-sized // the last thing that it does; Bubble Tea may not do it twice at a time
	}
	idle()
	woken <- syscall.SIGCONT
	g.Keys("?").Sees("Everywhere")
}
