package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/teatest/tty"
)

var someSettled = regexp.MustCompile(`[1-9][0-9]* of [0-9]+ flows settled`)

// awaitProgress reads a terminal until the progress line says that something is settled.
func awaitProgress(t *testing.T, screen *os.File) {
	t.Helper()
	var seen []byte
	for b := make([]byte, 1024); !someSettled.Match(seen); {
		n, err := screen.Read(b)
		if seen = append(seen, b[:n]...); err != nil {
			t.Fatalf("no progress on the terminal: %q, %v", seen, err)
		}
	}
}

// A dropped SSH connection takes the terminal away under a running audit: what was observed is stored, the run is marked
// as stopped, and it can be resumed.
func TestTerminalIsLost(t *testing.T) {
	t.Parallel()
	v := newVictims(t)
	dir := filepath.Join(t.TempDir(), "store")
	ours, theirs := tty.Open(t, 80, 24)
	cmd := programCommand(t, "audit", "--store", dir, "--yes", "--site", v.site, "--services", "sftp-rfc913")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	awaitProgress(t, ours)
	if err := ours.Close(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitIncomplete {
			t.Errorf("the program ended with %v", err)
		}
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Fatal("the program did not end after its terminal was lost")
	}
	s, ok := v.look(dir)
	if !ok || s.run.State != audit.RunPartial || s.run.Why != "stopped before the end" || s.run.Settled != len(s.seen) || len(s.seen) == 0 {
		t.Errorf("stored: %+v, %d flows", s.run, len(s.seen))
	}
}
