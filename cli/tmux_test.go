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

	"oobscope/views"
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

// tour is the way through all screens: the keys, what is on the screen then, and which screen that is. What is seen is on
// none that comes before it.
var tour = []struct {
	keys   []string
	sees   string
	screen string
}{
	{[]string{"1"}, "Worst findings", "overview"}, {[]string{"2"}, "clear_text_mgmt", "rules"}, {[]string{"Enter"}, "What was seen under this rule", "rule"},
	{[]string{"3"}, "From zone", "zones"}, {[]string{"4"}, "What the attacker wants", "threat"}, {[]string{"5"}, "T1542.001", "attack"},
	{[]string{"6"}, "Hosts at a glance", "probes"}, {[]string{"8"}, "Started", "runs"}, {[]string{"9"}, "bmc_exposure_watch@1.0.0", "kits"},
	{[]string{"0"}, "On this screen", "help"}, {[]string{"7"}, "deviations only", "diff"}, {[]string{"Enter"}, "Packet story", "evidence"},
	{[]string{"m"}, "1 cell =", "map"}, {[]string{"Enter"}, "Host 127.", "host"},
	{[]string{":", "timeline", "Enter"}, "Timeline simulated-segment", "timeline"}, {[]string{"7"}, "deviations only", "diff"},
	{[]string{"L"}, "No waiver. On the Diff screen", "waivers"}, {[]string{"7"}, "deviations only", "diff"},
	{[]string{"Enter"}, "Packet story", "evidence"}, {[]string{"Escape"}, "deviations only", "diff"},
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
	visited := map[string]bool{}
	for _, step := range tour {
		x.tmux(append([]string{"send-keys"}, step.keys...)...)
		x.sees(step.sees, "SIMULATED SEGMENT")
		visited[step.screen] = true
	}
	for _, screen := range views.Screens() {
		if !visited[screen.Name()] {
			t.Errorf("the tour does not come to %s", screen.Name())
		}
	}
	x.tmux("resize-window", "-x", "50", "-y", "14")
	x.sees("60x16")
	x.tmux("resize-window", "-x", "120", "-y", "40")
	x.sees("deviations only")
	x.tmux("send-keys", "q")
	x.sees("left with 0")
}
