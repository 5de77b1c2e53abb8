package tui_test

import (
	"errors"
	"testing"

	"oobscope/teatest"
)

// asked is a console over a run with one deviation for which a waiver was asked for.
func asked(t *testing.T, e *teatest.Engine, w, h int) *teatest.Session {
	t.Helper()
	s := ended(t, e, w, h)
	s.Press("w").Sees("Accept this deviation").Type("array is replaced in Q1").Press("tab", "tab", "tab").Sees("nobody yet").Press("tab", "tab", "enter")
	return s.Sees("✓ Asked for: 1", "is asked for")
}

// One person asks for a waiver and cannot approve it. Another one opens the list, reads it, says yes, and the line is
// waived at once; the list says who agreed.
func TestApproveUnderAnotherLogin(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := asked(t, e, 80, 24)
	s.Press("A").Sees("You (netops) asked for it: a waiver needs a second person").Misses("Approve this waiver?")
	s.Press("L").Sees("Waivers", "? requested", "netops").Press("A").Sees("You (netops) asked for it").Misses("Approve this waiver?").Press("q")
	if err := s.Ended(); err != nil {
		t.Fatal(err)
	}
	if r := e.Waivers(); !r[0].Pending() {
		t.Fatalf("who asked for it has approved it: %+v", r)
	}

	e.User = "security"
	s = teatest.Start(t, e.Config(), 80, 24).Sees("Overview").Press("8").Sees(firstRun[20:]).Press("enter").Sees("Run " + firstRun + " is on screen.")
	s.Press(":").Type("waivers").Press("enter").Sees("? requested", "somebody else than who asked")
	s.Press("A").Sees("Approve this waiver?", "array is replaced in Q1", "You approve as security", "the trail records it").Press("esc").Sees("? requested")
	if r := e.Waivers(); !r[0].Pending() {
		t.Fatal("approved without a yes")
	}
	s.Press("A").Sees("Approve this waiver?").Press("enter").Sees("✓ Approved: 1", "✓ active", "security, 2026-11-22")
	if r := e.Waivers(); r[0].ApprovedBy != "security" || r[0].Approved == nil || r[0].Approved.By != "security" {
		t.Errorf("records %+v", r)
	}
	s.Press("A").Sees("Only one that was requested can be approved.")
	s.Press("7", "/").Type("waived:yes").Press("enter").Sees("agreed by security")
}

// From the line in Diff, and when the store refuses.
func TestApproveFromDiff(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	asked(t, e, 120, 40).Press("q")
	e.User = "security"
	s := teatest.Start(t, e.Config(), 120, 40).Sees("Overview").Press("8").Sees(firstRun).Press("enter").Sees("Run " + firstRun + " is on screen.")
	e.Refuse["approve"] = errors.New("the disk is full")
	s.Press("7").Sees("but not approved").Press("A").Sees("Approve this waiver?").Press("enter").Sees("✗ Failed: the disk is full", "but not approved")
	delete(e.Refuse, "approve")
	s.Press("A").Sees("Approve this waiver?").Press("enter").Sees("✓ Approved: 1").Misses("but not approved")
	s.Press("G").Sees("exposed, waived", "agreed by security").Press("A").Sees("No waiver that is about this waits for an approval.")
}

// What somebody else does to a waiver in another window shows as soon as the list is opened, on the run too.
func TestWaiversAreReadAgain(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := asked(t, e, 120, 40)
	e.Approves("security")
	s.Press("L").Sees("✓ active", "security").Press("U").Sees("Withdraw this waiver?", "counts as a deviation again").Press("enter")
	s.Sees("✓ Withdrawn: 1", "- withdrawn", "stays on record").Press("U").Sees("It was taken back")
	e.Refuse["waivers"] = errors.New("index.db: the page is damaged")
	s.Press("-").Press("L").Sees("1 stored waiver cannot be read and does not count: index.db")
}

// The list asks for nothing: it is there before any run.
func TestWaiversWithoutRun(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := teatest.Start(t, e.Config(), 80, 24).Sees("Overview")
	s.Press(":").Type("waivers").Press("enter").Sees("No waiver. On the Diff screen, w asks for one")
}
