package teatest

import (
	"context"
	"encoding/base64"
	"flag"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"oobscope/tui"
)

// deadline is how long a text may take to appear on a loaded machine; a test that works never waits so long.
const deadline = 20 * time.Second

// beat is the time between two looks at the screen.
const beat = 2 * time.Millisecond

// Session is a console on an emulated terminal. Its methods return it, so that a test reads like a script.
type Session struct {
	tb      testing.TB
	term    *terminal
	console *tui.Console
	cancel  context.CancelFunc
	over    chan struct{}
	err     error
}

// Start opens a console of w x h cells with 256 colours. The test's cleanup ends it, if it still runs.
func Start(tb testing.TB, cfg tui.Config, w, h int) *Session {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Session{tb: tb, term: newTerminal(w, h), cancel: cancel, over: make(chan struct{})}
	if cfg.Env == nil {
		cfg.Env = []string{"TERM=xterm-256color"}
	}
	profile := colorprofile.ANSI256
	if cfg.NoColor {
		profile = colorprofile.Ascii
	}
	s.console = tui.New(ctx, cfg, s.term, tea.WithInput(nil), tea.WithWindowSize(w, h),
		tea.WithColorProfile(profile))
	go func() {
		defer close(s.over)
		s.err = s.console.Run()
	}()
	tb.Cleanup(func() {
		cancel()
		s.Ended()
		s.term.done()
	})
	return s
}

// Press presses keys in Bubble Tea's notation: "j", "enter", "ctrl+d", "shift+tab".
func (s *Session) Press(keys ...string) *Session {
	for _, k := range keys {
		s.console.Send(Key(k))
	}
	return s
}

// Type types a text, character by character.
func (s *Session) Type(text string) *Session {
	for _, r := range text {
		s.console.Send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return s
}

// Send hands in what else a terminal says: a paste, a focus change, a background colour.
func (s *Session) Send(msg tea.Msg) *Session {
	s.console.Send(msg)
	return s
}

// Resize changes the window.
func (s *Session) Resize(w, h int) *Session {
	s.term.resize(w, h)
	s.console.Send(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

// Hang ends the context of the console, as a dropped connection or a signal does.
func (s *Session) Hang() *Session {
	s.cancel()
	return s
}

// Sees waits until all the texts are on the screen at once.
func (s *Session) Sees(texts ...string) *Session {
	s.tb.Helper()
	return s.until("does not show "+strings.Join(texts, " and "), func(screen string) bool {
		for _, t := range texts {
			if !strings.Contains(screen, t) {
				return false
			}
		}
		return true
	})
}

// Misses waits until the text is not on the screen.
func (s *Session) Misses(text string) *Session {
	s.tb.Helper()
	return s.until("still shows "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

func (s *Session) until(what string, ok func(screen string) bool) *Session {
	s.tb.Helper()
	if screen, seen := s.waits(deadline, ok); !seen {
		s.tb.Fatalf("after %s the screen %s:\n%s", deadline, what, screen)
	}
	return s
}

// waits looks at every screen until one is right, or for as long as that. It sleeps while nothing is written.
func (s *Session) waits(long time.Duration, ok func(screen string) bool) (last string, seen bool) {
	end := time.NewTimer(long)
	defer end.Stop()
	for {
		screen, next := s.term.look()
		if ok(screen) {
			return screen, true
		}
		select {
		case <-next:
		case <-end.C:
			return screen, false
		}
	}
}

// Screen is the text on the screen now.
func (s *Session) Screen() string { return s.term.text() }

// Written is how many bytes the program has sent to the terminal.
func (s *Session) Written() int { return s.term.written() }

// Copies waits until a text is on the clipboard and hands it to check.
func (s *Session) Copies(check func(text string) bool) *Session {
	s.tb.Helper()
	return s.until("has not copied what was asked for", func(string) bool {
		text, err := base64.StdEncoding.DecodeString(s.term.copied())
		return err == nil && len(text) > 0 && check(string(text))
	})
}

// Ink is the colour of the first cell of a text on the screen; nil is the terminal's own.
func (s *Session) Ink(text string) color.Color {
	s.tb.Helper()
	s.Sees(text)
	for y, line := range strings.Split(s.term.text(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return s.term.ink(ansi.StringWidth(before), y)
		}
	}
	s.tb.Fatalf("%q left the screen", text)
	return nil
}

// Golden waits until the screen is the picture in testdata, or fails with the difference. With -update it
// waits until the screen is still, and keeps it.
func (s *Session) Golden() *Session {
	s.tb.Helper()
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		golden.RequireEqual(s.tb, s.still())
		return s
	}
	want, err := os.ReadFile(filepath.Join("testdata", s.tb.Name()+".golden"))
	if err != nil {
		s.tb.Fatal(err)
	}
	if screen, seen := s.waits(deadline/2, func(screen string) bool { return screen == string(want) }); !seen {
		golden.RequireEqual(s.tb, screen)
	}
	return s
}

// still is the screen once nothing has changed for a while.
func (s *Session) still() string {
	last, since := s.term.text(), time.Now()
	for time.Since(since) < 300*time.Millisecond {
		time.Sleep(beat)
		if now := s.term.text(); now != last {
			last, since = now, time.Now()
		}
	}
	return last
}

// Ended waits until the console has returned, and returns its error.
func (s *Session) Ended() error {
	s.tb.Helper()
	select {
	case <-s.over:
	case <-time.After(deadline):
		s.tb.Fatalf("the console did not end:\n%s", s.term.text())
	}
	return s.err
}

// Running tells whether the console has not returned yet.
func (s *Session) Running() bool {
	select {
	case <-s.over:
		return false
	default:
		return true
	}
}
