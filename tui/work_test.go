package tui_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"oobscope/teatest"
)

// ended is a console over the real screens with one run that has ended.
func ended(t *testing.T, e *teatest.Engine, w, h int) *teatest.Session {
	t.Helper()
	s := teatest.Start(t, e.Config(), w, h)
	s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	return s.Sees("✓ complete").Press("7").Sees("deviations only", "▸")
}

// filled is the form for the lines that are chosen, with what it needs.
func filled(s *teatest.Session) *teatest.Session {
	s.Press("w").Sees("Requested by", "netops")
	s.Type("array is replaced in Q1").Press("tab").Type("CHG-4411").Press("tab", "tab").Type("security")
	return s.Sees("recorded as named by netops")
}

// Two lines are marked, waived, shown as waived, stored, and still waived when the run is opened again.
func TestWaiveTwoLines(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("space", "space").Sees("◆ 2 marked")
	filled(s).Sees("Accept 2 deviations for a while", "Expires", "2027-02-20")
	s.Press("enter", "enter", "enter").Sees("✓ Waived: 2").Misses("Accept 2 deviations")
	s.Press("esc", "G").Sees("exposed, waived", "waived until 2027-02-20, agreed by security: array is replaced in Q1")
	records := e.Waivers()
	if len(records) != 2 || records[0].Reason != "array is replaced in Q1" || records[0].Ticket != "CHG-4411" || records[0].RequestedBy != "netops" ||
		!strings.HasPrefix(records[0].Fingerprint, "sha256:") || records[0].Target == records[1].Target && records[0].Service == records[1].Service {
		t.Errorf("stored %+v", records)
	}
	s.Press("1").Sees("waived 2").Press("q")
	if err := s.Ended(); err != nil {
		t.Fatal(err)
	}
	s = teatest.Start(t, e.Config(), 120, 40).Sees("Overview").Press("8").Sees(firstRun).Press("enter").Sees("Run " + firstRun + " is on screen.")
	s.Press("7", "G").Sees("exposed, waived", "array is replaced in Q1").Press("/").Type("waived:yes").Press("enter").Sees("2 of 186 lines")
}

// A waiver that was given here can be taken back; that is recorded, and the line counts again.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	filled(s).Press("tab", "tab", "enter").Sees("✓ Waived: 1")
	s.Press("G").Sees("agreed by security").Press("U").Sees("Withdraw this waiver?", "w-261122-1", "counts as a deviation again").Press("esc")
	if r := e.Waivers(); r[0].Withdrawn != nil {
		t.Fatal("withdrawn without a yes")
	}
	s.Press("U").Sees("Withdraw this waiver?").Press("enter").Sees("✓ Withdrawn: 1").Misses("exposed, waived")
	if r := e.Waivers(); len(r) != 1 || r[0].Withdrawn == nil {
		t.Errorf("records %+v", r)
	}
	s.Press("U").Sees("No waiver is about this.")
	e.Refuse["withdraw"] = errors.New("the disk is full")
	s.Press("g")
	filled(s).Press("tab", "tab", "enter").Sees("✓ Waived: 1").Press("G", "U").Sees("Withdraw this waiver?").Press("enter").Sees("✗ Failed: the disk is full")
	s.Sees("exposed, waived")
}

// What is wrong with a field stands beside it, in plain words, and nothing is stored before all is well.
func TestWaiveFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 80, 24)
	s.Press("w").Sees("Accept this deviation for a while", "nobody yet")
	s.Press("up", "down", "down", "down", "down", "down", "down", "enter").Sees("✗ needed")
	s.Type("because").Press("tab", "tab", "tab").Type("NetOps").Press("tab").Sees("✗ must be somebody else than who asks")
	s.Press("ctrl+u").Type("22.11.2026").Press("tab").Sees("no day: write it as 2026-11-22")
	s.Press("up", "ctrl+u").Type("2026-11-22").Press("down", "ctrl+u").Type("+181").Press("up").Sees("at most 180 days after the start")
	s.Press("down", "ctrl+u").Type("2026-11-20").Press("up").Sees("✗ is before the start")
	s.Press("ctrl+u").Type("2026-01-01").Press("down", "ctrl+u").Type("2026-02-01").Press("up").Sees("✗ has passed already")
	s.Press("enter", "enter").Sees("Accept this deviation")
	if r := e.Waivers(); len(r) != 0 {
		t.Errorf("stored %+v", r)
	}
	s.Press("esc").Sees("Nothing was waived.").Misses("Accept this deviation")
}

// What no waiver may cover is left out and counted, and nothing is left out in silence.
func TestWaiveLeavesOutWhatIsNotProved(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Site = teatest.Site(t, "10.20.0.0/24")
	s := ended(t, e, 120, 40)
	s.Press("*", "w").Sees("At most 500 lines can be waived at once").Press("esc")
	s.Press("/").Type("host:10.20.0.9").Press("enter").Press("a", "*", "w")
	s.Sees("Left out: ", "unverifiable", "Only what was proved to deviate can be waived.").Press("esc").Sees("Nothing was waived.")
	s.Press("*", "/").Press("ctrl+u").Type("verdict:unverifiable").Press("enter").Press("w").Sees("Nothing of this can be waived: Left out: 1 unverifiable.")
}

// A request without approver is stored, and does not count until somebody else agrees.
func TestWaiveWithoutApprover(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("w").Sees("Accept this deviation").Type("r").Press("tab", "tab", "tab").Sees("nobody yet, so it will not count").Press("tab", "tab", "enter")
	s.Sees("✓ Asked for: 1; it counts once somebody else has approved it", "is asked for (until 2027-02-20), but not approved").Misses("exposed, waived")
	if r := e.Waivers(); len(r) != 1 || !r[0].Pending() {
		t.Errorf("records %+v", r)
	}
	s.Press("U").Sees("Withdraw this waiver?").Press("enter").Sees("✓ Withdrawn: 1").Misses("but not approved")
}

// A store that refuses leaves the form and what was typed.
func TestWaiveThatFailsKeepsTheForm(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	e.Refuse["waive"] = hinted{errors.New("another program holds the store")}
	s := ended(t, e, 80, 24)
	filled(s).Press("tab", "tab", "enter").Sees("✗ Failed: another program holds the store (free some space)", "array is replaced in Q1")
	delete(e.Refuse, "waive")
	s.Press("enter").Sees("✓ Waived: 1")
}

func TestWaiverAsYAML(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 80, 24)
	s.Press("w").Sees("Accept").Press("ctrl+y").Sees("✗ needed").Type("r").Press("ctrl+y").Sees("A site file takes no waiver without who approved it.")
	s.Type("security").Press("ctrl+y").Sees("copied 1 waivers as YAML", "Accept this deviation").Copies(func(text string) bool {
		return strings.HasPrefix(text, "  - id: \"w-261122-1\"\n") && strings.Contains(text, "approved_by: \"security\"\n") && strings.Contains(text, "fingerprint: \"sha256:")
	})
	if r := e.Waivers(); len(r) != 0 {
		t.Errorf("stored %+v", r)
	}
}

// Flows are probed again as a run of their own, after a question, and the diff offers the run that they came from.
func TestProbeAgain(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("space", "space", "p").Sees("Probe 2 flows on", "hosts again?", "the flows come from run "+firstRun, "2 flows", "At most 14 packets", "About 42s")
	s.Press("esc").Misses("again?")
	if _, runs := s.Sees("◆ 2 marked"), e.Exported(); len(runs) != 0 {
		t.Fatal(runs)
	}
	s.Press("p").Sees("Probe 2 flows").Press("enter")
	r := e.Launched()
	if n := r.Scope.Plan.Flows(); n != 2 || r.Scope.Options.Again != firstRun {
		t.Fatalf("a run of %d flows, from %q", n, r.Scope.Options.Again)
	}
	s.Sees("RUN: sending packets")
	r.Finish()
	s.Sees("✓ complete", "asked again from run "+firstRun+": press d", "d holds it against the run that it came from")
	s.Press("d").Sees("Compare with an earlier run", "▸ …").Press("enter").Sees("against run "+firstRun, "? 184 uncovered", "310 unproved", "+ 0 new", "- 0 absent", "all flows", "2 lines", "= unchanged").Press("D").Sees("184 lines")
	e.HasOpen(1)
}

// Not without a site, not for another one, and not if something was pressed meanwhile.
func TestProbeAgainIsRefused(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	cfg := e.Config()
	s := teatest.Start(t, cfg, 100, 24)
	s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("✓ complete").Press("q")
	cfg.Site = nil
	s = teatest.Start(t, cfg, 100, 24).Sees("Overview").Press("8").Sees(firstRun[:8]).Press("enter").Sees("is on screen").Press("7").Sees("▸")
	s.Press("p").Sees("Only a loaded site is ever probed: start with --site and the file of dc1.")
	cfg.Site, cfg.Work.Again = e.Site, nil
	s = teatest.Start(t, cfg, 100, 24).Sees("Overview").Press("8").Sees(firstRun[:8]).Press("enter").Sees("is on screen").Press("7").Sees("▸")
	s.Press("p").Sees("That cannot be done here.")
}

// Two runs are compared: from the diff, and from the list of runs; the other run's file is closed.
func TestCompareTwoRuns(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("r").Sees("enter: yes").Press("enter")
	r := e.Launched()
	r.SettleOtherwise(0, r.Scope.Plan.Hosts())
	r.End(nil)
	s.Sees("✓ The run ended").Press("7").Sees("▸")
	s.Press("d").Sees("Compare with an earlier run").Press("enter").Sees("against run "+firstRun, "+ ", " new", " absent", "only what changed")
	e.HasOpen(1) // that of the run on screen
	s.Press("D").Sees("all flows", "= 248 unchanged").Press("d", "g").Sees("none").Press("enter").Misses("against run")
	s.Press("8").Sees(firstRun[:8]).Press("G", "d").Sees("against run "+firstRun, "only what changed")
	s.Press("8", "g", "d").Sees("That is the run on screen.")
	s.Press("G", "enter").Sees("Run "+firstRun+" is on screen.").Press("8", "g", "d").Sees("is the newer one: open it, and hold it against this one.")
	s.Press("7").Misses("against run")
}

func TestCompareThatFails(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("✓ The run ended").Press("7").Sees("▸")
	e.Refuse["open"] = hinted{errors.New("the file is damaged")}
	s.Press("d").Sees("Compare with").Press("enter").Sees("✗ Failed", "the file is damaged", "free some space").Press("esc").Misses("against run")
}

// The formats of a report are offered with what each is good for.
func TestExportMenu(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 80, 24)
	s.Press("e").Sees("Write a report of run "+firstRun, "1  text", "2  jsonl", "one JSON object a line", "3  markdown").Press("esc").Misses("Write a report")
	s.Press("e", "j", "enter").Sees("Written to oobscope-" + firstRun + ".jsonl.")
	s.Press("e").Sees("Write a report").Press("3").Sees("Written to oobscope-" + firstRun + ".markdown.")
	if got, want := e.Exported(), []string{firstRun + ".jsonl", firstRun + ".markdown"}; !slices.Equal(got, want) {
		t.Errorf("wrote %v, want %v", got, want)
	}
}

// What esc closes is closed, and nobody is sent elsewhere by the same press.
func TestEscapeClosesOneThing(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := ended(t, e, 120, 40)
	s.Press("space").Sees("◆ 1 marked").Press("esc").Misses("marked").Sees("deviations only")
	s.Press("c").Press("esc").Sees("deviations only").Press("J").Sees("What names this").Press("esc").Sees("deviations only")
	s.Press("Y").Sees("Copy as").Press("esc").Misses("Copy as").Sees("deviations only").Press("esc").Sees("Overview")
}
