package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oobscope/teatest/tty"
)

// BenchmarkConsole is the program's console on a pseudo terminal of 120x40 while its engine asks a /16 everything that a
// controller is asked, at the default pace and at full speed, behind a firewall that drops: how long a key takes to the screen, and the most memory that the
// process had. The firewall and everybody who answers share the cores with it. Keys are pressed four times a second,
// from the first packets on, for as long as CONSOLE_KEYS says (a minute if that is not set).
func BenchmarkConsole(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("SKIPPED: network namespaces need root")
	}
	while := time.Minute
	if text := os.Getenv("CONSOLE_KEYS"); text != "" {
		var err error
		if while, err = time.ParseDuration(text); err != nil {
			b.Fatal(err)
		}
	}
	binary := program(b)
	for _, pace := range []string{"normal", "fast"} {
		for _, user := range []int{0, 65534} {
			b.Run(fmt.Sprintf("pace=%s/user=%d", pace, user), func(b *testing.B) {
				for range b.N {
					n := newWide(b)
					n.filter("fw", scenes[1].ruleset())
					n.keysOf(b, binary, pace, user, while)
				}
			})
		}
	}
}

// keysOf opens the console over the wide segment, starts the run, and presses keys for a while.
func (n *network) keysOf(b *testing.B, binary, pace string, user int, while time.Duration) {
	b.Helper()
	dir := readable(b, user)
	command := []string{"ip", "netns", "exec", n.tag + "jump"}
	if user != 0 {
		id := strconv.Itoa(user)
		command = append(command, "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
	}
	command = append(command, binary, "--store", filepath.Join(dir, "store"), "--site", scratch(b, "site.yaml", strings.Replace(wideSite(16), "probe: {", "probe: {pace: "+pace+", ", 1)))
	ours, theirs := tty.Open(b, 120, 40)
	x := exec.CommandContext(b.Context(), command[0], command[1:]...)
	x.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8", "HOME="+dir)
	x.Stdin, x.Stdout, x.Stderr = theirs, theirs, theirs
	x.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.Start(); err != nil {
		b.Fatal(err)
	}
	theirs.Close()
	g := tty.NewGlass(b, ours, 120, 40)
	g.Sees("Overview").Keys("r").Sees("enter: yes").Keys("\r").Sees("sending packets").Keys(":probes\r").Sees("Hosts at a glance")
	before := n.sent()
	var took []time.Duration
	for began, i := time.Now(), 0; time.Since(began) < while; i++ {
		word := "198.18." + strconv.Itoa(100+i%100)
		g.Keys("/\x15").Keys(word[:len(word)-1]).Sees("Filter: " + word[:len(word)-1])
		pressed := time.Now()
		g.Keys(word[len(word)-1:]).Sees("Filter: " + word)
		took = append(took, time.Since(pressed))
		g.Keys("\x15\r").Watch(250 * time.Millisecond)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "key-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "key-p99-ms")
	b.ReportMetric(float64(len(took)), "keys")
	b.ReportMetric(float64(n.sent()-before)/while.Seconds(), "packets/s")
	b.ReportMetric(peakOf(b, x.Process.Pid), "MB-peak")
	b.ReportMetric(0, "ns/op")
	if text := g.Text(); !strings.Contains(text, "sending packets") {
		b.Errorf("the run was over before the keys were:\n%s", text)
	}
	g.Keys("q").Sees("enter: yes").Keys("\r")
	if err := x.Wait(); err != nil {
		b.Errorf("the program ended with %v", err)
	}
}

// readable is a folder of a user's own, with a way to it.
func readable(b *testing.B, user int) string {
	b.Helper()
	dir := b.TempDir()
	if err := os.Chown(dir, user, user); err != nil {
		b.Fatal(err)
	}
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// peakOf is the most memory that a process has had so far, in megabytes (VmHWM of proc_pid_status(5)).
func peakOf(b *testing.B, pid int) float64 {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1000
}
