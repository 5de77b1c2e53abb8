package tui

import (
	"bytes"
	"testing"
)

// A renderer of which nothing has come since the process went on is begun anew, and no other.
func TestRendererThatDrawsNothingIsRevived(t *testing.T) {
	t.Parallel()
	m := quiet(t, "en")
	out := m.line.through(&bytes.Buffer{})
	if _, err := out.Write([]byte("what was drawn before the stop")); err != nil {
		t.Fatal(err)
	}
	before := m.line.sent.Load()
	if m.update(drawnMsg{before}) == nil {
		t.Error("nothing was drawn, and nothing is done about it")
	}
	if _, err := out.Write([]byte("a frame")); err != nil {
		t.Fatal(err)
	}
	if m.update(drawnMsg{before}) != nil {
		t.Error("a renderer that draws is begun anew")
	}
}
