package views

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// What is copied stands in golden files: the line, marked lines and a group, in every form and both languages.
func TestDiffCopies(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ name, keys string }{{"line", ""}, {"marked", "space j space"}, {"group", "v v j j j k"}} {
		for _, form := range []struct{ name, key string }{{"table", "y"}, {"tabs", "t"}, {"markdown", "m"}, {"finding", "f"}} {
			for _, lang := range []string{"en", "ja"} {
				t.Run(fmt.Sprintf("%s_%s_%s", of.name, form.name, lang), func(t *testing.T) {
					t.Parallel()
					s := driftState()
					s.Lang, s.Words = lang, WordsFor(lang)
					a := script(NewDiff(), s, of.keys+" Y "+form.key)
					if a.Kind != Copy || !strings.HasSuffix(a.Text, "\n") {
						t.Fatalf("%+v", a)
					}
					golden.RequireEqual(t, a.Text)
				})
			}
		}
	}
}

func TestDiffCopyKeys(t *testing.T) {
	t.Parallel()
	s, d := endedState(), NewDiff()
	line := script(d, s, "y")
	if line.Kind != Copy || line.Arg != "1 line" || strings.Count(line.Text, "\n") != 3 {
		t.Errorf("y: %+v", line)
	}
	if a := script(d, s, "Y y"); a.Text != line.Text {
		t.Errorf("Y y is not y: %+v", a)
	}
	if a := script(d, s, "Y esc"); a.Kind != None || a.Text != "" {
		t.Errorf("a copy that was not wanted: %+v", a)
	}
	if a := script(d, s, "j"); a.Kind != None || a.Text != "" {
		t.Errorf("the key after it: %+v", a)
	}
	if a := script(d, s, "V j j y"); a.Arg != "3 lines" || d.chosen.n != 3 {
		t.Errorf("a range under way: %+v, %d marked", a.Arg, d.chosen.n)
	}
}

// A copy has an end, and says what is not in it; lines that are marked but not listed are in it.
func TestDiffCopyHasAnEnd(t *testing.T) {
	t.Parallel()
	s, d := largeState(1000), NewDiff()
	written := func(a Action) []string {
		t.Helper()
		if a.Write == nil || a.Text != "" {
			t.Fatalf("%s is written within the key press", a.Arg)
		}
		var b strings.Builder
		if err := a.Write(&b); err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	}
	a := script(d, s, "a * y")
	if lines := written(a); a.Arg != "13,001 lines" || len(lines) != 13_001+2 {
		t.Errorf("%s: %d lines, the last %q", a.Arg, len(lines), lines[len(lines)-1])
	}
	a = script(d, s, "Y f")
	lines := written(a)
	if n := strings.Count(strings.Join(lines, "\n"), "Intended"); a.Arg != "10,000 lines" || n != maxFindings || !strings.Contains(lines[len(lines)-1], "3,001 more lines are not in this copy") {
		t.Errorf("%s: %d findings in full, the last line %q", a.Arg, n, lines[len(lines)-1])
	}
	s.Run.Phase = RunLive // it moves on: nothing can be written beside it
	if a = script(d, s, "y"); a.Write != nil || strings.Count(a.Text, "\n") != maxLive+3 || !strings.Contains(a.Text, "3,001 more lines are not in this copy") {
		t.Errorf("while a run is on: %s, %d bytes", a.Arg, len(a.Text))
	}
	s, d = endedState(), NewDiff()
	script(d, s, "space space")
	d.Filter(s, "service:slp")
	if a = script(d, s, "space y"); a.Arg != "3 lines" {
		t.Errorf("two marked and not listed, one listed: %s", a.Arg)
	}
}

// What comes from outside stands as text: no control character, no markup, no formula.
func TestDiffCopyIsTame(t *testing.T) {
	t.Parallel()
	s := endedState()
	s.Scope.Rules[3].Rule.App.ID = "evil|<b>*x*\x1b[2J`"
	for _, key := range []string{"y", "t", "m", "f"} {
		a := script(NewDiff(), s, "a * Y "+key)
		if a.Write != nil {
			t.Fatal("the fixture has grown")
		}
		if strings.ContainsAny(a.Text, "\x1b") {
			t.Errorf("%s: an escape sequence was copied", key)
		}
		if key == "m" && !strings.Contains(a.Text, `evil\|&lt;b>\*x\*`) {
			t.Errorf("markup was copied:\n%s", a.Text)
		}
	}
}
