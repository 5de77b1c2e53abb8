package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// served is a simulated segment that another process keeps up, and its site file.
func served(t *testing.T, program string) (site string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "demo", "--serve", "--hosts", "3")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	var text strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(&text, lines.Text())
		if strings.HasPrefix(lines.Text(), "  vendor-https:") { // the last one
			break
		}
	}
	return write(t, "served.yaml", text.String())
}

var runLine = regexp.MustCompile(`(?m)^(01[0-9A-Z]{24}).*$`)

// A connection that drops in the middle of a run: the terminal is gone at once, the run stops, what was observed
// is stored, and --resume does the rest: every flow once.
func TestDroppedConnectionCanBeResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("a run at the pace of a real segment takes half a minute")
	}
	t.Parallel()
	program := filepath.Join(t.TempDir(), "oobscope")
	if out, err := exec.Command("go", "build", "-o", program, "oobscope").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	site, dir := served(t, program), filepath.Join(t.TempDir(), "store")
	pid := filepath.Join(t.TempDir(), "pid")
	x := newTerminal(t, fmt.Sprintf("echo $$ > %s; exec %s --store %s --site %s", pid, program, dir, site))
	x.sees("Overview", "read-only")
	x.tmux("send-keys", "r")
	x.sees("Start this run?")
	x.tmux("send-keys", "Enter")
	x.sees("RUN: sending packets")
	x.tmux("send-keys", "6")
	x.sees("Packets 1") // some were sent
	x.tmux("kill-session")

	text, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	var id int
	if _, err := fmt.Sscan(string(text), &id); err != nil {
		t.Fatal(err)
	}
	ends(t, id)
	list := runs(t, program, dir)
	if !strings.Contains(list, "partial") {
		t.Fatalf("the run was not put away:\n%s", list)
	}
	run := runLine.FindStringSubmatch(list)[1]
	out, err := exec.Command(program, "audit", "--store", dir, "--resume", run, "--format", "jsonl", "--fail-on", "critical").CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!asExit(err, &exit) || exit.ExitCode() > exitDeviation) {
		t.Fatalf("resume: %v: %s", err, out)
	}
	if !strings.Contains(string(out), `"complete":true`) {
		t.Errorf("the rest is not complete:\n%s", out)
	}
	seen := map[string]bool{}
	flow := regexp.MustCompile(`"target":"[^"]*".*"service":"[^"]*","proto":"[a-z]*"`)
	for line := range strings.Lines(string(out)) {
		if f := flow.FindString(line); f != "" {
			if seen[f] {
				t.Errorf("twice: %s", f)
			}
			seen[f] = true
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d flows of all", len(seen))
	}
}

// ends waits until a process is gone.
func ends(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the program outlived its terminal")
		}
	}
}

func runs(t *testing.T, program, dir string) string {
	t.Helper()
	out, err := exec.Command(program, "run", "list", "--store", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("run list: %v: %s", err, out)
	}
	return string(out)
}

func asExit(err error, exit **exec.ExitError) bool {
	e, ok := err.(*exec.ExitError)
	*exit = e
	return ok
}
