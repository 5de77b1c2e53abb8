package teatest

import (
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
}

// rawKept is how much of what was written is kept as it came.
const rawKept = 256 << 10

func newTerminal(w, h int) *terminal {
	t := &terminal{emu: vt.NewEmulator(w, h)}
	// Without a tty as input Bubble Tea sends bare line feeds: newline mode makes them what they mean.
	_, _ = t.emu.WriteString("\x1b[20h")
	return t
}

// clipboard finds what OSC 52 puts on the clipboard.
var clipboard = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]*)(\x07|\x1b\\)`)

// Write implements io.Writer for the program's output.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes += len(p)
	if t.raw = append(t.raw, p...); len(t.raw) > 2*rawKept {
		t.raw = append(t.raw[:0], t.raw[len(t.raw)-rawKept:]...)
	}
	if m := clipboard.FindSubmatch(p); m != nil {
		t.clip = string(m[1])
	}
	return t.emu.Write(p)
}

// text is the screen as a person reads it, blanks at the ends of lines left out.
func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
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
