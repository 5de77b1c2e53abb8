package hops

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// labVariable tells this test binary that it runs inside the laboratory, and under which name.
const labVariable = "OOBSCOPE_HOPS_LABORATORY"

// The laboratory: jump - firewall - bmc, each a network namespace, in addresses that exist inside alone. A packet
// of the firewall reaches the jump host with TTL 64, one of the bmc with 63.
const (
	bmc4, bmc6   = "198.18.1.5", "fd00:2::5"
	second4      = "198.18.1.6" // the bmc as well; nobody asks the capture for it, and the firewall drops its echoes
	second6      = "fd00:2::6"
	third4       = "198.18.1.7" // the bmc as well; the interface of the jump host drops its echoes
	third6       = "fd00:2::7"
	portCut      = 444 // open; the firewall cuts it at the first payload
	portOpen     = 443
	portHangsUp  = 445 // open; the bmc resets it at the first payload
	portRejected = 85  // the firewall resets it
	portClosed   = 22
	portDropped  = 86 // the firewall drops it
	portKept     = 87 // the jump host's own filter drops it
	portStopped  = 88 // the jump host's interface drops it
)

const firewall = `
table inet hops {
	chain forward {
		type filter hook forward priority 0
		tcp dport 85 reject with tcp reset
		tcp dport 444 tcp flags & psh == psh reject with tcp reset
		tcp dport 86 drop
		ip daddr 198.18.1.6 icmp type echo-request drop
		ip6 daddr fd00:2::6 icmpv6 type echo-request drop
	}
}
`

// jumpFilter is what the jump host keeps back of its own packets.
const jumpFilter = `
table inet own {
	chain output {
		type filter hook output priority 0
		tcp dport 87 drop
	}
}
table netdev own {
	chain exit {
		type filter hook egress device "veth-j" priority 0
		tcp dport 88 drop
		ip daddr 198.18.1.7 icmp type echo-request drop
		ip6 daddr fd00:2::7 icmpv6 type echo-request drop
	}
}
`

var network = []string{
	"netns add JUMP", "netns add FIRE", "netns add BMC",
	"-n JUMP link add veth-j type veth peer name veth-j netns FIRE", "-n BMC link add veth-b type veth peer name veth-b netns FIRE",
	"netns exec FIRE sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'",
	"-n JUMP addr add 198.18.0.1/24 dev veth-j", "-n JUMP addr add fd00:1::1/64 dev veth-j nodad",
	"-n FIRE addr add 198.18.0.2/24 dev veth-j", "-n FIRE addr add fd00:1::2/64 dev veth-j nodad",
	"-n FIRE addr add 198.18.1.2/24 dev veth-b", "-n FIRE addr add fd00:2::2/64 dev veth-b nodad",
	"-n BMC addr add 198.18.1.5/24 dev veth-b", "-n BMC addr add fd00:2::5/64 dev veth-b nodad", "-n BMC addr add 198.18.1.6/24 dev veth-b",
	"-n BMC addr add 198.18.1.7/24 dev veth-b", "-n BMC addr add fd00:2::6/64 dev veth-b nodad", "-n BMC addr add fd00:2::7/64 dev veth-b nodad",
	"-n JUMP link set lo up", "-n BMC link set lo up", "-n JUMP link set veth-j up", "-n FIRE link set veth-j up", "-n FIRE link set veth-b up", "-n BMC link set veth-b up",
	"-n JUMP route add default via 198.18.0.2", "-n JUMP -6 route add default via fd00:1::2",
	"-n BMC route add default via 198.18.1.2", "-n BMC -6 route add default via fd00:2::2",
	"netns exec FIRE nft -f -", "netns exec JUMP nft -f -",
}

// lacking skips a test, in words, where the laboratory cannot be built. Where it must be possible it fails instead.
func lacking(t *testing.T, what any) {
	t.Helper()
	words := fmt.Sprintf("the origin of resets is not tested against a real firewall: %v", what)
	if os.Getenv("CI") != "" {
		t.Fatal(words)
	}
	t.Skip("SKIPPED: " + words)
}

// buildLaboratory makes the namespaces and returns their common prefix. They go when the test ends.
func buildLaboratory(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "network namespaces need root")
	}
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			lacking(t, err)
		}
	}
	prefix := fmt.Sprintf("oobhops%d", os.Getpid())
	names := strings.NewReplacer("JUMP", prefix+"j", "FIRE", prefix+"f", "BMC", prefix+"b")
	t.Cleanup(func() {
		for _, end := range "jfb" {
			_ = exec.Command("ip", "netns", "del", prefix+string(end)).Run() // what was not made cannot go
		}
	})
	for i, line := range network {
		c := exec.Command("sh", "-c", "ip "+names.Replace(line))
		ruleset := firewall
		if strings.Contains(line, "exec JUMP nft") {
			ruleset = jumpFilter
		}
		c.Stdin = strings.NewReader(ruleset)
		out, err := c.CombinedOutput()
		switch {
		case err != nil && i == 0:
			lacking(t, fmt.Sprintf("no network namespaces here: %s", out))
		case err != nil:
			t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
	return prefix
}

// enterLaboratory runs this very test once more, on the jump host. The process dies with this one.
func enterLaboratory(t *testing.T, prefix string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "ip", "netns", "exec", prefix+"j", self,
		"-test.run", "^"+t.Name()+"$", "-test.v", "-test.timeout", "2m")
	c.Env = append(os.Environ(), labVariable+"="+prefix)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // the signal comes when the thread ends, not the process
	defer runtime.UnlockOSThread()
	out, err := c.CombinedOutput()
	t.Logf("on the jump host:\n%s", out)
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("the test on the jump host failed: %v", err)
	}
}

// listenOnBMC opens a port of the bmc and serves each connection with fn.
func listenOnBMC(t *testing.T, prefix string, port int, fn func(c *net.TCPConn)) {
	t.Helper()
	type opened struct {
		l   net.Listener
		err error
	}
	result := make(chan opened)
	go func() {
		runtime.LockOSThread() // and never given back: the thread must not serve anybody else in that namespace
		there, err := os.Open("/run/netns/" + prefix + "b")
		if err == nil {
			defer there.Close()
			err = unix.Setns(int(there.Fd()), unix.CLONE_NEWNET)
		}
		if err != nil {
			result <- opened{err: err}
			return
		}
		l, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		result <- opened{l, err}
	}()
	got := <-result
	if got.err != nil {
		t.Fatalf("listen on port %d of the bmc: %v", port, got.err)
	}
	t.Cleanup(func() { got.l.Close() })
	go func() {
		for {
			c, err := got.l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go fn(c.(*net.TCPConn))
			}
		}
	}()
}

// stays reads until the other side ends; hangsUp resets at the first byte.
func stays(c *net.TCPConn) {
	_, _ = io.Copy(io.Discard, c)
	c.Close()
}

func hangsUp(c *net.TCPConn) {
	_, _ = c.Read(make([]byte, 1))
	_ = c.SetLinger(0)
	c.Close()
}
