package tui

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
)

// A redraw is paid for before the next: the beat if it was cheap, else as long as its bytes need, but not for ever.
func TestRedrawsArePaidFor(t *testing.T) {
	t.Parallel()
	var l line
	out := l.through(&bytes.Buffer{})
	for _, row := range []struct {
		bytes  int
		budget int64
		want   time.Duration
	}{
		{0, liveBudget, 100 * time.Millisecond}, {500, liveBudget, 100 * time.Millisecond}, {2500, liveBudget, 250 * time.Millisecond},
		{2500, slowBudget, 625 * time.Millisecond}, {1 << 20, slowBudget, longestWait}, {0, slowBudget, 100 * time.Millisecond},
	} {
		if _, err := out.Write(make([]byte, row.bytes)); err != nil {
			t.Fatal(err)
		}
		if got := l.wait(100*time.Millisecond, row.budget); got != row.want {
			t.Errorf("after %d bytes at %d/s: wait %s, want %s", row.bytes, row.budget, got, row.want)
		}
	}
	if l.sent.Load() != 500+2500+2500+1<<20 {
		t.Errorf("counted %d", l.sent.Load())
	}
}

// A file stays a file, or the console would not know the size of its window.
func TestCountedFileIsAFile(t *testing.T) {
	t.Parallel()
	f, err := os.CreateTemp(t.TempDir(), "tty")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var l line
	w, ok := l.through(f).(term.File)
	if !ok || w.Fd() != f.Fd() {
		t.Fatal("the file is hidden")
	}
	if n, err := w.Write([]byte("abc")); n != 3 || err != nil || l.sent.Load() != 3 {
		t.Errorf("%d, %v, counted %d", n, err, l.sent.Load())
	}
	if _, ok := l.through(&bytes.Buffer{}).(term.File); ok {
		t.Error("a buffer pretends to be a file")
	}
}
