package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// prefix begins the name of every namespace of ours; the process id of its maker follows.
const prefix = "oobscope-lab-"

// patience bounds every single step of building and every run.
const patience = 4 * time.Minute

var labs atomic.Int64

// network is a set of namespaces that one test made. They are gone when the test is over.
type network struct {
	t      testing.TB
	tag    string
	spaces []string
}

// newNetwork makes namespaces of those names, with forwarding off and loopback up.
func newNetwork(t testing.TB, names ...string) *network {
	t.Helper()
	sweep(t)
	n := &network{t: t, tag: fmt.Sprintf("%s%d-%d-", prefix, os.Getpid(), labs.Add(1))}
	t.Cleanup(n.remove)
	for _, name := range names {
		n.spaces = append(n.spaces, name)
		n.run("", "ip", "netns", "add", n.tag+name)
		n.in(name, "", "ip", "link", "set", "lo", "up")
	}
	return n
}

func (n *network) remove() {
	for _, name := range n.spaces {
		if out, err := exec.Command("ip", "netns", "del", n.tag+name).CombinedOutput(); err != nil {
			n.t.Errorf("remove the namespace %s: %v: %s", name, err, out)
		}
	}
}

// sweep removes what a killed run left behind: namespaces of ours whose maker is gone.
func sweep(t testing.TB) {
	entries, err := os.ReadDir("/run/netns")
	if err != nil {
		return // no namespace was ever named here
	}
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), prefix)
		pid, _, _ := strings.Cut(rest, "-")
		if _, err := strconv.Atoi(pid); !ours || err != nil {
			continue
		}
		if _, err := os.Stat("/proc/" + pid); os.IsNotExist(err) {
			t.Logf("removing %s, left by a killed run", e.Name())
			_ = exec.Command("ip", "netns", "del", e.Name()).Run() // another test may be at it as well
		}
	}
}

// run runs a command to its end and returns what it printed.
func (n *network) run(input string, args ...string) string {
	n.t.Helper()
	c := exec.CommandContext(n.t.Context(), args[0], args[1:]...)
	c.Stdin, c.WaitDelay = strings.NewReader(input), time.Second
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		n.t.Fatalf("%s: %v: %s\n%s", strings.Join(args, " "), err, errs.String(), input)
	}
	return string(out)
}

// in runs a command inside a namespace.
func (n *network) in(space, input string, args ...string) string {
	n.t.Helper()
	return n.run(input, append([]string{"ip", "netns", "exec", n.tag + space}, args...)...)
}

// ip carries out lines of iproute2 inside a namespace; empty lines are passed over.
func (n *network) ip(space string, lines ...string) {
	n.t.Helper()
	n.run(strings.Join(lines, "\n")+"\n", "ip", "-netns", n.tag+space, "-batch", "-")
}

// link joins two namespaces by a pair of interfaces of those names.
func (n *network) link(a, nameA, b, nameB string) {
	n.t.Helper()
	n.ip(a, fmt.Sprintf("link add %s type veth peer name %s netns %s", nameA, nameB, n.tag+b), "link set dev "+nameA+" up")
	n.ip(b, "link set dev "+nameB+" up")
}

// set writes kernel settings of a namespace: "net.ipv4.ip_forward=1".
func (n *network) set(space string, settings ...string) {
	n.t.Helper()
	script := "set -e\n"
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		script += fmt.Sprintf("echo %q > /proc/sys/%s\n", value, strings.ReplaceAll(name, ".", "/"))
	}
	n.in(space, script, "sh")
}

// filter loads a ruleset inside a namespace.
func (n *network) filter(space, ruleset string) {
	n.t.Helper()
	n.in(space, ruleset, "nft", "-f", "-")
}

// serve starts the servers of the seats inside a namespace and waits until all of them listen.
func (n *network) serve(space string, seats []seat) {
	n.t.Helper()
	input, err := json.Marshal(seats)
	if err != nil {
		n.t.Fatal(err)
	}
	n.service(space, serveWord, input)
}

// service runs this test binary in a namespace, as what the word says, on some input, and waits until it is ready.
// It ends when the test does, and also if that is killed: its standard input closes then.
func (n *network) service(space, word string, input []byte) {
	n.t.Helper()
	self, err := os.Executable()
	if err != nil {
		n.t.Fatal(err)
	}
	c := exec.Command("ip", "netns", "exec", n.tag+space, self, word)
	var errs bytes.Buffer
	c.Stderr, c.WaitDelay = &errs, 5*time.Second
	in, err := c.StdinPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		in.Close()
		if err := c.Wait(); err != nil {
			n.t.Errorf("%s in %s: %v: %s", word, space, err, errs.String())
		}
	})
	if _, err := in.Write(input); err != nil {
		n.t.Fatal(err)
	}
	ready := make([]byte, len(readyWord))
	if _, err := io.ReadFull(out, ready); err != nil || string(ready) != readyWord {
		n.t.Fatalf("%s in %s did not come up: %v: %s", word, space, err, errs.String())
	}
}
