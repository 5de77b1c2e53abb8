package teatest_test

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"oobscope/teatest"
	"oobscope/teatest/tty"
	"oobscope/tui"
)

// Somebody stops the console from outside: the shell writes over the frame, sets the line to whole lines with echo, and
// the window has another size when the console goes on. Then the frame is whole, and a key works without enter.
func TestGoesOnAfterAStop(t *testing.T) {
	t.Parallel()
	ours, theirs := tty.Open(t, 80, 24)
	shells, err := unix.IoctlGetTermios(int(theirs.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	woken := make(chan os.Signal, 1)
	cfg := teatest.NewEngine(t).Config()
	cfg.Env, cfg.Woken = []string{"TERM=xterm-256color"}, woken
	ctx, cancel := context.WithCancel(context.Background())
	console, over := tui.New(ctx, cfg, theirs, tea.WithInput(theirs)), make(chan error, 1)
	go func() { over <- console.Run() }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
	g := tty.NewGlass(t, ours, 80, 24).Sees("1Overview", "? help")

	if err := unix.IoctlSetTermios(int(theirs.Fd()), unix.TCSETS, shells); err != nil {
		t.Fatal(err)
	}
	if _, err := theirs.WriteString("\x1b[2;1H[1]+  Stopped\r\n$ fg\x1b[K"); err != nil {
		t.Fatal(err)
	}
	g.Sees("[1]+  Stopped", "$ fg")
	woken <- syscall.SIGCONT
	g.Sees("1Overview", "? help").Keys("?").Sees("Everywhere")
	if screen := g.Text(); strings.Contains(screen, "Stopped") || strings.Contains(screen, "$ fg") {
		t.Errorf("what the shell wrote is still there:\n%s", screen)
	}
}
