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
		{2500, slowBudget, 625 * time.Millisecond}, {1 << 20, liveBudget, longestWait}, {1 << 20, slowBudget, patientWait}, {0, slowBudget, 100 * time.Millisecond},
	} {
		if _, err := out.Write(make([]byte, row.bytes)); err != nil {
			t.Fatal(err)
		}
		if got := l.wait(100*time.Millisecond, row.budget); got != row.want {
			t.Errorf("after %d bytes at %d/s: wait %s, want %s", row.bytes, row.budget, got, row.want)
		}
	}
	if l.sent.Load() != 500+2500+2500+2<<20 {
		t.Errorf("counted %d", l.sent.Load())
	}
}

// In low-bandwidth mode a live run sends less than 5 KB in any second of a minute, on average, whatever a redraw costs.
func TestLowBandwidthHolds(t *testing.T) {
	t.Parallel()
	for _, frames := range [][]int{{120}, {900, 40, 2500}, {11_000}, {30_000, 100}, {1, 59_000}} {
		now := time.Unix(1e9, 0)
		l := line{clock: func() time.Time { return now }}
		out := l.through(&bytes.Buffer{})
		began := now
		for n := 0; now.Sub(began) < time.Minute; n++ {
			if _, err := out.Write(make([]byte, frames[n%len(frames)])); err != nil {
				t.Fatal(err)
			}
			now = now.Add(l.wait(250*time.Millisecond, slowBudget))
		}
		if rate := float64(l.sent.Load()) / now.Sub(began).Seconds(); rate > 5000 || rate < 1 {
			t.Errorf("redraws of %v bytes: %.0f B/s", frames, rate)
		}
	}
}

// slowWriter takes so many bytes a second, after those for which it has room.
type slowWriter struct {
	now   time.Time
	rate  int
	room  int
	queue int
}

func (w *slowWriter) Write(p []byte) (int, error) {
	w.queue += len(p)
	if over := w.queue - w.room; over > 0 {
		w.passes(time.Duration(over) * time.Second / time.Duration(w.rate))
	}
	return len(p), nil
}

func (w *slowWriter) passes(d time.Duration) {
	w.now = w.now.Add(d)
	w.queue = max(0, w.queue-int(d*time.Duration(w.rate)/time.Second))
}

// On a line that carries less than the budget, redraws come as often as it can take them: what waits in front of it
// comes down to about one redraw and stays there, whatever the budget and whatever a redraw costs.
func TestASlowLineIsLearnt(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rate, frame int
		budget      int64
	}{{1200, 900, liveBudget}, {1200, 1900, slowBudget}, {1200, 400, slowBudget}, {9600, 2500, liveBudget}, {2400, 5000, slowBudget}, {300, 700, slowBudget}} {
		w := &slowWriter{now: time.Unix(1e9, 0), rate: row.rate, room: 12 << 10}
		l := line{clock: func() time.Time { return w.now }}
		out := l.through(w)
		began, last := w.now, 0
		for n := 0; n < 4000 && w.now.Sub(began) < 4*time.Minute; n++ {
			if _, err := out.Write(make([]byte, row.frame)); err != nil {
				t.Fatal(err)
			}
			if w.now.Sub(began) > 3*time.Minute {
				last = max(last, w.queue)
			}
			w.passes(l.wait(100*time.Millisecond, row.budget))
		}
		if last == 0 || last > 2*row.frame {
			t.Errorf("%d B/s, %d bytes a redraw, budget %d: %d bytes wait in front of the line", row.rate, row.frame, row.budget, last)
		}
	}
}

// A line that was slow is forgiven: after a while it is tried again at the full budget. A short wait, or one for few
// bytes, is the machine's own.
func TestASlowLineIsForgotten(t *testing.T) {
	t.Parallel()
	w := &slowWriter{now: time.Unix(1e9, 0), rate: 1000}
	l := line{clock: func() time.Time { return w.now }}
	out := l.through(w)
	for _, n := range []int{100, 255} {
		if _, err := out.Write(make([]byte, n)); err != nil || l.carries != 0 {
			t.Fatalf("%d bytes: %v, the line carries %d", n, err, l.carries)
		}
	}
	if _, err := out.Write(make([]byte, 4000)); err != nil || l.carries != 1000 {
		t.Fatalf("%v, the line carries %d, not 1000", err, l.carries)
	}
	if got := l.wait(time.Second, liveBudget); got != patientWait {
		t.Errorf("waits %s, not %s, for what is on its way", got, patientWait)
	}
	w.rate = 1 << 20
	for _, row := range []struct{ after, want time.Duration }{{0, 2 * time.Second}, {time.Minute, 2 * time.Second}, {stallMemory, time.Second}} {
		w.passes(row.after)
		if _, err := out.Write(make([]byte, 1500)); err != nil {
			t.Fatal(err)
		}
		if got := l.wait(time.Second, liveBudget); got != row.want {
			t.Errorf("%s later: waits %s, not %s", row.after, got, row.want)
		}
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
