package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oobscope/audit"
	"oobscope/teatest/tty"
)

// The disk runs full in the middle of a real audit: a clear word, exit code 3, and once there is space it goes on and is
// complete, without asking anything again.
func TestDiskRunsFull(t *testing.T) {
	t.Parallel()
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("oobscope", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("SKIPPED: a small file system cannot be mounted here (%v)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	v := newVictims(t)
	dir := filepath.Join(disk, "store")
	ours, theirs := tty.Open(t, 80, 24) // only for the progress line
	var out, errs bytes.Buffer
	cmd := programCommand(t, "audit", "--store", dir, "--yes", "--format", "jsonl", "--site", v.site, "--services", "sftp-rfc913,control-panel")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, &out, theirs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	awaitProgress(t, ours)
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 4<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	said := make(chan string, 1)
	go func() {
		_, _ = errs.ReadFrom(ours) // ends with an error when the last terminal is closed
		said <- errs.String()
	}()
	err := cmd.Wait()
	words := <-said
	if err := ours.Close(); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitIncomplete {
		t.Errorf("the program ended with %v", err)
	}
	for _, want := range []string{"the disk is full: free some space", "what was observed is stored; go on with: oobscope audit --resume "} {
		if strings.Count(words, want) != 1 {
			t.Errorf("the words are %q, want %q once", words, want)
		}
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	before, ok := v.look(dir)
	if !ok || before.run.State != audit.RunPartial || len(before.seen) == 0 {
		t.Fatalf("stored: %+v, %d flows", before.run, len(before.seen))
	}
	code, stdout, stderr := callIn(t, dir, "", "audit", "--resume", before.run.ID, "--format", "jsonl")
	after, ok := v.look(dir)
	if !ok || code != exitDeviation || after.run.State != audit.RunComplete || len(after.seen) != after.run.Flows {
		t.Errorf("exit %d, %s; %d of %d flows", code, stderr, len(after.seen), after.run.Flows)
	}
	v.checkGrown(before, after)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var sum line
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil || !sum.Complete {
		t.Errorf("the report ends with %s, %v", lines[len(lines)-1], err)
	}
}
