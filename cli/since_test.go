package cli

import (
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/store"
)

// A run that has ended is held against the one before it of its site, and its record says what changed.
func TestRunIsHeldAgainstTheOneBefore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	open, unknown := probes.OpenProto, probes.TTLExceeded
	storeRun(t, dir, benchSite, at, seenFlow{"198.18.1.5 cim-http": open})
	storeRun(t, dir, benchSite, at.Add(time.Hour), seenFlow{"198.18.1.5 cim-http": open, "198.18.1.6 cim-http": open})
	storeRun(t, dir, benchSite, at.Add(2*time.Hour), seenFlow{"198.18.1.5 cim-http": unknown})
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	runs, errs := st.Runs()
	if len(runs) != 3 || len(errs) > 0 {
		t.Fatalf("%d runs, %v", len(runs), errs)
	}
	if runs[2].Since != nil {
		t.Errorf("the first run was held against something: %+v", runs[2].Since)
	}
	for i, want := range []struct{ added, absent, uncovered, standing int }{{0, 1, 1, 0}, {1, 0, 0, 1}} {
		d := runs[i].Since
		if d == nil || d.Against != runs[i+1].ID || d.New != want.added || d.Absent != want.absent || d.Uncovered != want.uncovered || d.Standing != want.standing {
			t.Errorf("run %d: %+v, want %+v against %s", i, d, want, runs[i+1].ID)
		}
	}
}
