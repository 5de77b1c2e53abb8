package views

import (
	"testing"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// looks lists each closed set of a theme.
func looks(t *Theme) map[string][]Look {
	out := map[string][]Look{"verdicts": t.verdicts[:], "marks": t.marks[:], "severities": t.severities[:], "intents": t.intents[:]}
	for _, c := range append(probes.Classes(), probes.Unobserved) {
		out["classes"] = append(out["classes"], t.Class(c))
	}
	return out
}

func TestEverySignIsOneCell(t *testing.T) {
	t.Parallel()
	for _, ascii := range []bool{false, true} {
		th := NewTheme(true, ascii)
		for set, all := range looks(th) {
			for i, l := range all {
				if Width(l.Sign) != 1 {
					t.Errorf("%s %d: sign %q is not one cell", set, i, l.Sign)
				}
				if ascii && l.Sign[0] >= 0x80 {
					t.Errorf("%s %d: sign %q is not ASCII", set, i, l.Sign)
				}
			}
		}
	}
}

func TestSignsTellApartWithoutColour(t *testing.T) {
	t.Parallel()
	for _, ascii := range []bool{false, true} {
		all := looks(PlainTheme(ascii))
		for _, set := range []string{"verdicts", "marks", "severities"} {
			seen := map[string]int{}
			for i, l := range all[set] {
				if j, dup := seen[l.Sign]; dup {
					t.Errorf("%s (ascii %t): %d and %d share the sign %q", set, ascii, i, j, l.Sign)
				}
				seen[l.Sign] = i
			}
		}
	}
}

func TestInkKeepsTextAndWidth(t *testing.T) {
	t.Parallel()
	th := NewTheme(false, false)
	if got := th.Verdict(audit.Exposed).Show("exposed"); Width(got) != len("x exposed") || got == "✗ exposed" {
		t.Errorf("exposed is shown as %q", got)
	}
	if got := (Ink{}).On("a"); got != "a" {
		t.Errorf("no ink: %q", got)
	}
	plain := PlainTheme(false)
	if got := plain.Good.On("a"); got != "a" {
		t.Errorf("the plain theme colours: %q", got)
	}
	if got := plain.Selected.On("a"); got == "a" {
		t.Error("the plain theme lost reverse")
	}
}

func TestActionsLookLikeTheirIntents(t *testing.T) {
	t.Parallel()
	th := NewTheme(true, true)
	for a, i := range map[kits.Action]audit.Intent{
		kits.Allow: audit.IntentAllow, kits.Drop: audit.IntentDrop, kits.Reject: audit.IntentReject, 0: audit.Unstated,
	} {
		if th.Action(a) != th.Intent(i) {
			t.Errorf("%s does not look like %s", a, i)
		}
	}
}
