package tui_test

import (
	"strings"
	"testing"

	"oobscope/teatest"
	"oobscope/views"
)

// typed turns a text into keys.
func typed(text string) []string {
	keys := strings.Split(text, "")
	for i, k := range keys {
		if k == " " {
			keys[i] = "space"
		}
	}
	return keys
}

// The filter completes, says what is wrong with it, and a jump carries one along.
func TestFilterPrompt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		keys []string
		sees []string
	}{
		"candidates":                 {append([]string{"7", "/"}, typed("ver")...), []string{"Filter: ver", "tab verdict:"}},
		"completes a key":            {append([]string{"7", "/"}, append(typed("ver"), "tab")...), []string{"Filter: verdict:", "verdict:conforms"}},
		"completes a value":          {append([]string{"7", "/"}, append(typed("!verdict:exp"), "tab")...), []string{"Filter: !verdict:exposed"}},
		"goes through values":        {append([]string{"7", "/"}, append(typed("waived:"), "tab", "tab")...), []string{"Filter: waived:no", "tab waived:no  waived:yes"}},
		"an unknown key is said":     {append([]string{"7", "/"}, typed("color:red")...), []string{"! color: is no key here", "verdict: sev: host:"}},
		"a bad value is said":        {append([]string{"7", "/"}, typed("sev:x")...), []string{"! sev: x left out; it takes 0-5"}},
		"and goes on being said":     {append([]string{"7", "/"}, append(typed("sev:x"), "enter")...), []string{"filter: sev:x", "! sev: x left out"}},
		"what may become one is not": {append([]string{"7", "/"}, typed("sev:>=h")...), []string{"tab sev:>=high"}},
		"keys differ by screen":      {append([]string{"9", "/"}, typed("verdict:exposed")...), []string{"! verdict: is no key here", "kit: trust: origin:"}},
		"a jump carries a filter":    {[]string{"2", "j", "J", "R"}, []string{"Diff", "filter: rule:"}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			e := teatest.NewEngine(t)
			s := teatest.Start(t, e.Config(), 120, 30).Sees("read-only").Press("r").Sees("Start this run?").Press("enter")
			e.Launched().Finish()
			s.Sees("The run ended").Press(row.keys...).Sees(row.sees...)
		})
	}
}

// A key that closes something on the screen does not go back as well.
func TestClosingIsNotGoingBack(t *testing.T) {
	t.Parallel()
	for _, open := range []string{"c", "i", "J"} {
		e := teatest.NewEngine(t)
		s := teatest.Start(t, e.Config(), 100, 30).Sees("Overview").Press("3", "2").Sees("first match decides")
		s.Press(open).Misses("first match decides").Press("esc").Sees("first match decides").Press("esc").Misses("first match decides")
	}
}

// A jump to a screen that shows a part of its lines by itself shows them all.
func TestJumpShowsAll(t *testing.T) {
	t.Parallel()
	actions := map[string]views.Action{"o": {Kind: views.Goto, To: "rules", Filter: "rule:slp"}}
	s := teatest.Start(t, withFakes(teatest.NewEngine(t).Config(), actions), 100, 24).Sees("screen overview")
	s.Press("o").Sees("screen rules", "query <rule:slp>", "filter: rule:slp")
}
