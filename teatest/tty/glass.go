package tty

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
)

// patience is how long a text may take to come.
const patience = time.Minute

// Glass is what a person sees at our end of a pseudo terminal. It reads only while it is asked, so that what a test
// measures has no other reader beside it. It answers no query of the program, as many real terminals do not.
type Glass struct {
	tb  testing.TB
	end *os.File
	emu *vt.Emulator
}

// NewGlass looks at end, which Open returned as ours, in a window of width x height cells.
func NewGlass(tb testing.TB, end *os.File, width, height int) *Glass {
	g := &Glass{tb, end, vt.NewEmulator(width, height)}
	go func() { _, _ = io.Copy(io.Discard, g.emu) }() // the emulator's own answers; it would stop when nobody took them
	return g
}

// Keys sends what a keyboard sends, byte by byte.
func (g *Glass) Keys(raw string) *Glass {
	g.tb.Helper()
	if _, err := g.end.WriteString(raw); err != nil {
		g.tb.Fatal(err)
	}
	return g
}

// Sees reads until every text is on the screen at once.
func (g *Glass) Sees(texts ...string) *Glass {
	g.tb.Helper()
	if err := g.end.SetReadDeadline(time.Now().Add(patience)); err != nil {
		g.tb.Fatal(err)
	}
	missing := func(text string) bool { return !strings.Contains(g.emu.String(), text) }
	for buf := make([]byte, 8192); slices.ContainsFunc(texts, missing); {
		n, err := g.end.Read(buf)
		_, _ = g.emu.Write(buf[:n])
		if err != nil {
			g.tb.Fatalf("not all of %q: %v\n%s", texts, err, g.emu.String())
		}
	}
	return g
}

// Watch reads for a while, as a person does who presses nothing.
func (g *Glass) Watch(while time.Duration) *Glass {
	g.tb.Helper()
	if err := g.end.SetReadDeadline(time.Now().Add(while)); err != nil {
		g.tb.Fatal(err)
	}
	for buf := make([]byte, 8192); ; {
		n, err := g.end.Read(buf)
		_, _ = g.emu.Write(buf[:n])
		if os.IsTimeout(err) {
			return g
		}
		if err != nil {
			g.tb.Fatalf("the line is gone: %v\n%s", err, g.emu.String())
		}
	}
}

// Text is what is on the screen as far as it was read.
func (g *Glass) Text() string { return g.emu.String() }
