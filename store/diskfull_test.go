package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// smallDisk mounts a file system of so many bytes, and skips where this user may not.
func smallDisk(t *testing.T, bytes string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := mountMemory(dir, bytes); err != nil {
		t.Skipf("SKIPPED: a small file system cannot be mounted here (%v); TestEveryWriteFailsInTurn stands in for it", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A disk that is really full: the run ends with a clear word, what was committed is there, and once there is space the
// run goes on and is complete.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, "4m")
	s, err := Open(filepath.Join(disk, "store"))
	if err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := s.NewRun(audit.Run{Started: began, Flows: 30000}, []byte("inputs"))
	if err != nil {
		t.Fatal(err)
	}
	flow := 0
	for err == nil && flow < 30000 {
		if err = w.Observe(answer(flow)); err == nil {
			flow++
		}
	}
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "the disk is full: free some space and try again; what was committed is safe") {
		t.Fatalf("after %d flows: %v", flow, err)
	}
	meta := w.Meta()
	meta.State = audit.RunPartial
	if err := w.Finish(meta); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Finish says: %v", err)
	}
	safe := w.ledger.settled
	if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Close says: %v", err)
	}
	if _, err := s.NewRun(audit.Run{Started: began}, make([]byte, 4<<20)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("another run began on a full disk: %v", err)
	}
	runs, errs := s.Runs()
	if len(runs) != 1 || runs[0].Settled != safe || safe == 0 {
		t.Fatalf("%d flows were safe; listed %+v, %v", safe, runs, errs)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if w, err = s.ResumeRun(w.id); err != nil {
		t.Fatal(err)
	}
	settled, asked := w.Settled(), 0
	for flow := range safe + 500 {
		if !settled(probes.FlowID(flow)) {
			asked++
			if err := w.Observe(answer(flow)); err != nil {
				t.Fatal(err)
			}
		}
	}
	finish(t, w, audit.RunComplete)
	f := openRun(t, s, w.id)
	for flow := range safe + 500 {
		want := answer(flow)
		if got, ok := f.Evidence(want.Flow); !ok || got.Evidence.Banner != want.Evidence.Banner {
			t.Fatalf("flow %d is %+v", flow, got)
		}
	}
	if asked != 500 {
		t.Errorf("%d flows were asked again", asked)
	}
}
