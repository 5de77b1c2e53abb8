package shots

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Shot is what a terminal shows of a frame.
type Shot struct {
	Text string   // lines without blanks at their ends, ended by a line feed each; none at the end are empty
	Inks []string // for each line the runs of cells that are not in the terminal's own ink: "0-7 bold 14; 9-12 8"
}

// take shows a frame of h lines on a terminal of w x h cells with so many colours. The frame goes the way that the
// program's goes: in full colour, then brought down to what the terminal has. The error says on which line the terminal
// shows other characters than were written: a sign that is wider or narrower than it was taken for, or one that
// moves the cursor.
func take(term *vt.Emulator, frame string, w, h int, colours colorprofile.Profile) (Shot, error) {
	if _, err := term.WriteString("\x1b[m\x1b[2J"); err != nil {
		return Shot{}, err
	}
	var err error
	for y, line := range strings.Split(frame, "\n") {
		var down bytes.Buffer
		out := colorprofile.Writer{Forward: &down, Profile: colours}
		if _, e := out.WriteString(line); e != nil {
			return Shot{}, e
		}
		// Each line has its own place: whether a full line wraps is the renderer's business, not the frame's.
		if _, e := fmt.Fprintf(term, "\x1b[%d;1H%s\x1b[m", y+1, down.Bytes()); e != nil {
			return Shot{}, e
		}
		if shown, want := rowOf(term, w, y), strings.TrimRight(ansi.Strip(line), " "); shown != want && err == nil {
			err = fmt.Errorf("line %d of %dx%d: the terminal shows %q where %q was written", y+1, w, h, shown, want)
		}
	}
	var text strings.Builder
	inks := make([]string, h)
	for y := range h {
		text.WriteString(rowOf(term, w, y) + "\n")
		inks[y] = inksOf(term, w, y)
	}
	return Shot{Text: strings.TrimRight(text.String(), "\n") + "\n", Inks: inks}, err
}

// rowOf are the characters of a line. The second cell of a wide one has none.
func rowOf(term *vt.Emulator, w, y int) string {
	var b strings.Builder
	for x := range w {
		if c := term.CellAt(x, y); c != nil {
			b.WriteString(c.Content)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// look is how a cell is drawn.
type look struct {
	fg, bg color.Color
	attrs  uint8
}

// inksOf are the runs of cells of a line that look alike. Blanks look like what stands before them, unless their look
// can be seen on a blank.
func inksOf(term *vt.Emulator, w, y int) string {
	var out []string
	var now look
	from, last := 0, -1
	flush := func() {
		if now != (look{}) {
			out = append(out, fmt.Sprintf("%d-%d %s", from, last, now))
		}
	}
	for x := range w {
		c := term.CellAt(x, y)
		if c == nil || c.Width == 0 {
			last = x
			continue
		}
		next := look{c.Style.Fg, c.Style.Bg, c.Style.Attrs}
		if c.Content == " " && !next.onBlanks() && !now.onBlanks() {
			continue
		}
		if next != now {
			flush()
			from, now = x, next
		}
		last = x
	}
	flush()
	return strings.Join(out, "; ")
}

// onBlanks tells whether a blank shows it.
func (l look) onBlanks() bool { return l.bg != nil || l.attrs&reversed != 0 }

// attributes are the names of the bits of a look, in their order.
var attributes = [...]string{"bold", "faint", "italic", "blink", "blink", "reverse", "hidden", "struck"}

// reversed is the bit of "reverse".
const reversed = 1 << 5

// String names a look: its attributes, its colour, and what it lies on.
func (l look) String() string {
	var parts []string
	for bit, attr := range attributes {
		if l.attrs&(1<<bit) != 0 {
			parts = append(parts, attr)
		}
	}
	if l.fg != nil {
		parts = append(parts, colourOf(l.fg))
	}
	if l.bg != nil {
		parts = append(parts, "on "+colourOf(l.bg))
	}
	return strings.Join(parts, " ")
}

// colourOf names a colour: a number in the terminal's palette, or three bytes.
func colourOf(c color.Color) string {
	switch c := c.(type) {
	case ansi.BasicColor:
		return strconv.Itoa(int(c))
	case ansi.IndexedColor:
		return strconv.Itoa(int(c))
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
