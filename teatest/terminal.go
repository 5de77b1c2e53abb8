package teatest

import (
	"bytes"
	"image/color"
	"regexp"
	"strings"
	"sync"

	"github.com/charmbracelet/x/vt"
)

// terminal is an emulator behind a lock. (The emulator's own locked variant leaves String without one.)
type terminal struct {
	mu    sync.Mutex
	emu   *vt.Emulator
	clip  string // what the last OSC 52 said, in base64
	bytes int    // written since the start
	raw   []byte // the last of them
	seen  string // the screen as it was read last; stale once it changed
	stale bool
	next  chan struct{} // closed when the screen has changed
}

// rawKept is how much of what was written is kept as it came.
const rawKept = 256 << 10

// emulators are those that a session has done with: each has a buffer of 4 MB for escape sequences, and under the race
// detector making one costs more than most tests do with it.
var emulators sync.Pool

// fresh makes a used emulator as good as new: whatever sequence it was in the middle of is cancelled, the main screen is
// back, and everything is reset (RIS).
const fresh = "\x18\x1b[?1049l\x1bc" + newlines

// newlines turns newline mode on. Without a tty as input Bubble Tea sends bare line feeds: it makes them what they mean.
const newlines = "\x1b[20h"

func newTerminal(w, h int) *terminal {
	emu, used := emulators.Get().(*vt.Emulator)
	if !used {
		return &terminal{emu: newEmulator(w, h), stale: true, next: make(chan struct{})}
	}
	emu.Resize(w, h)
	_, _ = emu.WriteString(fresh)
	return &terminal{emu: emu, stale: true, next: make(chan struct{})}
}

func newEmulator(w, h int) *vt.Emulator {
	emu := vt.NewEmulator(w, h)
	_, _ = emu.WriteString(newlines)
	return emu
}

// done keeps the last screen and hands the emulator on. Nothing may be written any more.
func (t *terminal) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen, t.stale = t.read(), false
	emulators.Put(t.emu)
	t.emu = nil
}

// clipboard finds what OSC 52 puts on the clipboard, which begins with copying.
var clipboard = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]*)(\x07|\x1b\\)`)

var copying = []byte("\x1b]52;")

// Write implements io.Writer for the program's output.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes += len(p)
	if t.raw = append(t.raw, p...); len(t.raw) > 2*rawKept {
		t.raw = append(t.raw[:0], t.raw[len(t.raw)-rawKept:]...)
	}
	if bytes.Contains(p, copying) {
		if m := clipboard.FindSubmatch(p); m != nil {
			t.clip = string(m[1])
		}
	}
	t.changed()
	return t.emu.Write(p)
}

// changed wakes whoever waits for another screen; the lock is held.
func (t *terminal) changed() {
	t.stale = true
	close(t.next)
	t.next = make(chan struct{})
}

// text is the screen as a person reads it, blanks at the ends of lines left out.
func (t *terminal) text() string {
	text, _ := t.look()
	return text
}

// look is the text of the screen, and a channel that is closed once the screen is another one.
func (t *terminal) look() (text string, next <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale {
		t.seen, t.stale = t.read(), false
	}
	return t.seen, t.next
}

func (t *terminal) read() string {
	lines := strings.Split(t.emu.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

func (t *terminal) written() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bytes
}

func (t *terminal) copied() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.clip
}

func (t *terminal) sent() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.raw)
}

func (t *terminal) resize(w, h int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.Resize(w, h)
	t.changed()
}

// ink is the colour of the text in a cell; nil is the terminal's own.
func (t *terminal) ink(x, y int) color.Color {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.emu.CellAt(x, y); c != nil {
		return c.Style.Fg
	}
	return nil
}
