package views

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestPolicyScreensHoldEverySize(t *testing.T) {
	t.Parallel()
	for _, open := range policyScreens() {
		for name, state := range policyStates() {
			if slices.Contains([]string{"empty", "planned", "live", "ended"}, name) {
				continue // TestEveryScreenHoldsEverySizeInEveryScene
			}
			if open().Name() != "overview" && slices.Contains([]string{"doubtful", "zones", "first", "reading", "unread"}, name) &&
				(open().Name() != "zones" || name != "zones") {
				continue // in shape they differ from the others on the overview alone
			}
			t.Run(open().Name()+"/"+name, func(t *testing.T) {
				t.Parallel()
				requireEverySize(t, open, state)
			})
		}
	}
}

func TestPolicyScreensHoldUnderKeys(t *testing.T) {
	t.Parallel()
	for _, open := range policyScreens() {
		for name, state := range policyStates() {
			t.Run(open().Name()+"/"+name, func(t *testing.T) {
				t.Parallel()
				requireKeysHold(t, open(), state())
			})
		}
	}
}

// inks are the sequences that a theme may write; nothing else may reach the terminal.
var inks = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestPolicyScreensAreHarmless(t *testing.T) {
	t.Parallel()
	for _, open := range policyScreens() {
		for _, size := range goldenSizes {
			s := strangersState()
			screen := open()
			for _, key := range []string{"", "enter", "G", "tab", "l"} {
				screen.Press(s, key)
				requireHarmless(t, screen.Name()+" after "+key, screen.Render(s, size[0], size[1]))
				requireHarmless(t, screen.Name()+" title", screen.Title(s))
			}
		}
	}
}

func requireHarmless(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range inks.ReplaceAllString(text, "") {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Fatalf("%s: %q reaches the terminal", what, r)
		}
	}
}

func TestPolicyScreensNameTheHostileKit(t *testing.T) {
	t.Parallel()
	for _, open := range []func() Screen{func() Screen { return NewThreat() }, func() Screen { return NewKits() }} {
		text := open().Render(strangersState(), 120, 40)
		if !strings.Contains(text, `\x1b[2J`) {
			t.Errorf("%s: what does not print is not made visible", open().Name())
		}
	}
}

// A screen is kept while the user looks at others: it must follow when the run or the kits change beneath it.
func TestPolicyScreensFollowTheState(t *testing.T) {
	t.Parallel()
	for _, open := range policyScreens() {
		screen := open()
		for i, state := range []func() *State{endedState, emptyState, builtinState, strangersState, plannedState, liveState} {
			s := state()
			s.Generation = uint64(100 + i)
			screen.Press(s, "G")
			got := screen.Render(s, 100, 30)
			screen.Press(s, "g")
			screen.Press(s, "n")
			requireFrame(t, screen.Name(), got, 100, 30)
			requireFrame(t, screen.Name(), screen.Render(s, 100, 30), 100, 30)
		}
	}
}

func TestPolicyScreensFilter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		screen Screen
		state  func() *State
		query  string
		shows  string
		hides  string
	}{
		{NewRules(), endedState, "drop", "clear_text_mgmt", "bmc_management"},
		{NewRules(), endedState, "rule:slp", "slp", "icmp_probe"},
		{NewRules(), endedState, "service:ipmi", "clear_text_mgmt", "icmp_probe"},
		{NewRules(), endedState, "verdict:not_tested", "firmware_update", "icmp_probe"},
		{NewRules(), endedState, "sev:>=4", "clear_text_mgmt", "firmware_update"},
		{NewAttack(), endedState, "sniffing", "T1040", "T1190"},
		{NewAttack(), builtinState, "rule:control_panel", "T1078", "T1557"},
		{NewRuns(), endedState, "partial", "interrupted", "20 5 critical"},
		{NewKits(), plannedState, "stranger", "stranger@0.0.1", "oob_reference@1.2.0"},
	} {
		s := c.state()
		c.screen.Filter(s, c.query)
		text := c.screen.Render(s, 120, 40)
		if !strings.Contains(text, c.shows) || strings.Contains(text, c.hides) {
			t.Errorf("%s, filter %q: want %q and not %q in\n%s", c.screen.Name(), c.query, c.shows, c.hides, text)
		}
		c.screen.Filter(s, "nothing holds this")
		if text := c.screen.Render(s, 120, 40); !strings.Contains(text, s.Words.Empty.NoMatch) {
			t.Errorf("%s: an empty list does not say why:\n%s", c.screen.Name(), text)
		}
		requireKeysHold(t, c.screen, s)
	}
}
