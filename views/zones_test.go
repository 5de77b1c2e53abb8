package views

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Six zones fit into 80 columns; a seventh is reached by moving, and the heading says what is in sight.
func TestZonesScroll(t *testing.T) {
	t.Parallel()
	s := zonesState()
	six := ansi.Strip(NewZones().Render(s, 80, 19))
	if strings.Contains(six, "columns") || !strings.Contains(six, "office") || !strings.Contains(six, "86%") {
		t.Errorf("six zones are not all in sight, with the share that was tested:\n%s", six)
	}
	for _, name := range []string{"lab", "spare"} {
		z := s.Site.Zones[0]
		z.Name = name
		s.Site.Zones = append(s.Site.Zones, z)
	}
	z := NewZones()
	text := ansi.Strip(z.Render(s, 80, 19))
	if !strings.Contains(text, "columns 1-6/8") {
		t.Errorf("the heading does not say what is in sight:\n%s", text)
	}
	z.Press(s, "G")
	if text := ansi.Strip(z.Render(s, 80, 19)); !strings.Contains(text, "columns 3-8/8") || !strings.Contains(text, "spare → spare") {
		t.Errorf("the last zone is not in sight:\n%s", text)
	}
}

// What cannot be tested from here is never drawn as a share.
func TestZonesSayWhatCannotBeTested(t *testing.T) {
	t.Parallel()
	s := endedState()
	text := ansi.Strip(NewZones().Render(s, 120, 30))
	if n := strings.Count(text, "%"); n != 1 {
		t.Errorf("%d shares, want the one of the pair that was tested:\n%s", n, text)
	}
	for _, want := range []string{"– not from here", "○ no target", "@trust"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
