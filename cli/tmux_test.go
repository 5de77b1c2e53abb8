package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// terminal is the program in a real terminal: tmux, on a server of its own.
type terminal struct {
	t      *testing.T
	socket string
}

func newTerminal(t *testing.T, command string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is missing: the smoke test of the console must run in CI")
		}
		t.Skip("SKIPPED: no tmux, so the console was not tried in a real terminal")
	}
	x := &terminal{t, filepath.Join(t.TempDir(), "tmux.sock")}
	x.tmux("new-session", "-d", "-x", "80", "-y", "24", command)
	t.Cleanup(func() {
		// The session is over already when the test went well.
		_ = exec.Command("tmux", "-S", x.socket, "kill-server").Run()
	})
	return x
}

func (x *terminal) tmux(args ...string) string {
	x.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", x.socket, "-f", os.DevNull}, args...)...)
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// sees polls the screen until it shows every text.
func (x *terminal) sees(texts ...string) string {
	x.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for screen := ""; ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			x.t.Fatalf("the screen never showed %q:\n%s", texts, screen)
		}
		screen = x.tmux("capture-pane", "-p")
		missing := false
		for _, want := range texts {
			missing = missing || !strings.Contains(screen, want)
		}
		if !missing {
			return screen
		}
	}
}

// The demo in a real terminal at 80x24: it runs live, ends, every screen is there, and leaving it gives
// the shell back with the exit code of a clean end.
func TestConsoleInTmux(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "oobscope")
	if out, err := exec.Command("go", "build", "-o", program, "oobscope").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	x := newTerminal(t, fmt.Sprintf("%s demo --hosts 16; echo left with $?; exec cat", program))
	x.sees("SIMULATED SEGMENT", "RUN: sending packets")
	x.sees("complete", "press 7 for Diff")
	for _, step := range [][2]string{
		{"1", "Worst findings"}, {"2", "clear_text_mgmt"}, {"3", "From zone"}, {"4", "What the attacker wants"},
		{"5", "T1542.001"}, {"6", "Hosts at a glance"}, {"8", "Started"}, {"9", "bmc_exposure_watch@1.0.0"},
		{"0", "On this screen"}, {"7", "deviations only"}, {"Enter", "Packet story"}, {"Escape", "deviations only"},
	} {
		x.tmux("send-keys", step[0])
		x.sees(step[1])
	}
	x.tmux("resize-window", "-x", "50", "-y", "14")
	x.sees("60x16")
	x.tmux("resize-window", "-x", "120", "-y", "40")
	x.sees("deviations only")
	x.tmux("send-keys", "q")
	x.sees("left with 0")
}
