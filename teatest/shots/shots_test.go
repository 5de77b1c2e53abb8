package shots

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// An album is one text for all ways to show colour that agree in it, and the inks of each that do not.
func TestAlbum(t *testing.T) {
	t.Parallel()
	var a Album
	frame := "\x1b[1;38;5;9mred\x1b[m \x1b[38;5;9mtwo words\x1b[m\n全角 \x1b[7mback  \x1b[mx\n"
	for _, m := range []struct {
		name    string
		colours colorprofile.Profile
	}{{"256", colorprofile.ANSI256}, {"16", colorprofile.ANSI}, {"none", colorprofile.Ascii}} {
		if err := a.Take(frame, 20, 3, m.name, m.colours); err != nil {
			t.Error(err)
		}
	}
	want := `=== 20x3 256, 16, none
red two words
全角 back  x
--- inks 20x3 256, 16
1: a0-2 b4-12
2: c5-10
--- inks 20x3 none
1: d0-2
2: c5-10
a = bold 9
b = 9
c = reverse
d = bold
`
	if got := a.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	cells := Cells(want)
	if len(cells) != 3 || !cells["20x3 256"] || !cells["20x3 16"] || !cells["20x3 none"] {
		t.Errorf("it holds %v", cells)
	}
	if cells := Cells("--- inks 20x3 256\nnone\n=== 20x3 16\nx\n"); cells["20x3 256"] || cells["20x3 16"] {
		t.Errorf("half a picture counts: %v", cells)
	}
}

// What a terminal shows otherwise than it was written is an error: here a tab, a line that is too long, a sequence that
// moves the cursor and is no ink.
func TestDriftIsSeen(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"a\tb", strings.Repeat("x", 21), strings.Repeat("全", 11), "ab\rc", "ab\x1b[Hc"} {
		var a Album
		if err := a.Take(line, 20, 1, "256", colorprofile.ANSI256); err == nil {
			t.Errorf("%q passed: %q", line, a.String())
		}
	}
}

func TestColours(t *testing.T) {
	t.Parallel()
	var a Album
	frame := "\x1b[38;2;1;2;3;48;5;200mx\x1b[m"
	for name, colours := range map[string]colorprofile.Profile{"true": colorprofile.TrueColor, "none": colorprofile.Ascii} {
		if err := a.Take(frame, 4, 1, name, colours); err != nil {
			t.Error(err)
		}
	}
	for _, want := range []string{"1: a0-0", "a = #010203 on 200", "--- inks 4x1 none\nnone\n"} {
		if !strings.Contains(a.String(), want) {
			t.Errorf("no %q in\n%s", want, a.String())
		}
	}
}
