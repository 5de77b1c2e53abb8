package cli

import (
	"path/filepath"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/probes/simbmc"
	"oobscope/store"
	"oobscope/teatest"
	"oobscope/tui"
)

// workbench is the console over the real engine, store and probers, in front of the simulated segment.
func workbench(t *testing.T, dir string, seg *simbmc.Segment) (*store.Store, tui.Config) {
	t.Helper()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	site, err := simulatedSite(seg)
	if err != nil {
		t.Fatal(err)
	}
	eng := newEngine(st, "1.2.3", time.Now, seg.Wire())
	eng.who = netops
	adjust := func(s *audit.Scope) { quicken(s.Plan, seg) }
	return st, tui.Config{
		Version: "1.2.3", Lang: "en", Clock: time.Now, Simulated: true, Kits: entries(kits.BuiltIn(), kits.BuiltIn()), Site: site,
		Plan: func(ks []*kits.Kit, site *audit.Site) (*audit.Scope, probes.Budget, error) {
			return eng.plan(ks, site, audit.Options{}, adjust)
		},
		Launch: eng.launch, Resume: eng.resume, Runs: st.Runs, OpenRun: eng.open, DeleteRun: eng.deleteRun,
		SetActive: st.SetActive, Work: (&desk{real: eng, adjust: adjust}).work(),
		Export: func(*tui.Stored, string) (string, error) { return "", nil },
	}
}

// A person finds two deviations, accepts them for a while, comes back the next day and finds them accepted, takes
// one back, has it probed again, and holds the second run against the first: with real sockets and a real store.
func TestWorkOnTheSimulatedSegment(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	seg, err := simbmc.Start(simbmc.Options{Hosts: 6, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seg.Close() })
	dir := filepath.Join(t.TempDir(), "store")
	st, cfg := workbench(t, dir, seg)
	s := teatest.Start(t, cfg, 120, 40)
	s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter").Sees("The run ended:", "✓ complete")
	s.Press("7").Sees("deviations only", "exposed").Press("space", "space").Sees("◆ 2 marked").Press("w").Sees("Accept 2 deviations")
	s.Type("until the firmware is updated").Press("tab", "tab", "tab").Type("security").Press("enter", "enter", "enter").Sees("✓ Waived: 2")
	s.Press("q")
	if err := s.Ended(); err != nil {
		t.Fatal(err)
	}
	st.Close()

	st, cfg = workbench(t, dir, seg)
	first := onlyRun(t, st)
	s = teatest.Start(t, cfg, 120, 40)
	s.Sees("Overview").Press("8").Sees(first.ID).Press("enter").Sees("Run " + first.ID + " is on screen.")
	s.Press("7").Press("/").Type("waived:yes").Press("enter").Sees("2 of", "(", "agreed by security")
	s.Press("U").Sees("Withdraw this waiver?").Press("enter").Sees("✓ Withdrawn: 1", "1 of").Press("esc").Misses("filter:")
	records, errs := st.Waivers("")
	if len(errs) > 0 || len(records) != 2 || (records[0].Withdrawn == nil) == (records[1].Withdrawn == nil) || records[0].Run != first.ID {
		t.Errorf("stored %+v, %v", records, errs)
	}

	s.Press("g", "p").Sees("Probe this flow again?", "the flows come from run "+first.ID).Press("enter")
	s.Sees("The run ended:", "asked again from run "+first.ID)
	s.Press("d").Sees("Compare with an earlier run").Press("enter").Sees("against run "+first.ID, "uncovered", "+ 0 new", "- 0 absent")
	runs, errs := st.Runs()
	if len(errs) > 0 || len(runs) != 2 || runs[0].Flows != 1 || runs[0].Settled != 1 || runs[0].State != audit.RunComplete {
		t.Errorf("runs %+v, %v", runs, errs)
	}
	again, err := newEngine(st, "1.2.3", time.Now, nil).open(runs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if o := again.Results.Scope.Options; o.Again != first.ID || len(o.Only) != 1 || again.Results.Scope.Plan.Flows() != 1 {
		t.Errorf("the run was planned with %+v", o)
	}
	s.Press("q")
	if n := seg.SecretReads(); n != 0 {
		t.Errorf("the secret of the simulated segment was read %d times", n)
	}
}

func onlyRun(t *testing.T, st *store.Store) audit.Run {
	t.Helper()
	runs, errs := st.Runs()
	if len(errs) > 0 || len(runs) != 1 {
		t.Fatalf("runs %+v, %v", runs, errs)
	}
	return runs[0]
}
