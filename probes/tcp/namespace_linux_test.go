package tcp_test

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
)

// The test network: this thread's own namespace, 10.9.0.1, and a router, 10.9.0.2, that refuses what goes on to
// 10.8.0.0/24 in as many ways as there are ports.
const router = `
table ip refusals {
	chain forward {
		type filter hook forward priority 0
		meta l4proto { tcp, udp } th dport 81 reject with icmp type admin-prohibited
		meta l4proto { tcp, udp } th dport 82 reject with icmp type host-unreachable
		meta l4proto { tcp, udp } th dport 83 reject with icmp type port-unreachable
		meta l4proto { tcp, udp } th dport 84 reject with icmp type net-prohibited
		tcp dport 85 reject with tcp reset
		meta l4proto { tcp, udp } th dport 86 drop
	}
}
`

// ownFilter is what this machine itself keeps back, and counts.
const ownFilter = `
table ip own {
	chain output {
		type filter hook output priority 0
		meta l4proto { tcp, udp } th dport 87 drop
	}
}
table netdev own {
	chain exit {
		type filter hook egress device "va" priority 0
		meta l4proto { tcp, udp } th dport 88 drop
	}
}
`

// lacking skips a test, in words, where there can be no namespaces. Where there must be it fails instead.
func lacking(t *testing.T, what any) {
	t.Helper()
	words := fmt.Sprintf("the error queue is not tested against a middlebox: %v", what)
	if os.Getenv("CI") != "" {
		t.Fatal(words)
	}
	t.Skip("SKIPPED: " + words)
}

// inNamespace moves this test's thread into a namespace of its own that is joined to the router. The thread is
// never given back, so the runtime ends it with the goroutine and the namespaces go with it.
func inNamespace(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "network namespaces need root here")
	}
	for _, tool := range []string{"ip", "nft", "nsenter", "sleep"} {
		if _, err := exec.LookPath(tool); err != nil {
			lacking(t, err)
		}
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		lacking(t, fmt.Errorf("no network namespace here: %w", err))
	}
	other := exec.Command("sleep", "60")
	other.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := other.Start(); err != nil {
		lacking(t, fmt.Errorf("no second network namespace here: %w", err))
	}
	t.Cleanup(func() {
		other.Process.Kill()
		other.Wait()
	})
	there := fmt.Sprintf("nsenter -t %d -n ", other.Process.Pid)
	sh(t, "", fmt.Sprintf("ip link add va type veth peer name vb netns %d", other.Process.Pid))
	sh(t, "", "ip addr add 10.9.0.1/24 dev va && ip link set va up && ip link set lo up && ip route add 10.8.0.0/24 via 10.9.0.2")
	sh(t, "", "echo 1 >/proc/sys/net/ipv4/neigh/va/mcast_solicit; echo 100 >/proc/sys/net/ipv4/neigh/va/retrans_time_ms")
	sh(t, "", there+"ip addr add 10.9.0.2/24 dev vb && "+there+"ip link set vb up && "+there+"ip route add 10.8.0.0/24 dev vb")
	sh(t, "", there+"sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/icmp_ratelimit'")
	sh(t, router, there+"nft -f -")
	sh(t, ownFilter, "nft -f -")
}

func sh(t *testing.T, input, command string) {
	t.Helper()
	c := exec.Command("sh", "-c", command)
	c.Stdin = strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
}

func TestErrorQueueAgainstAMiddlebox(t *testing.T) {
	inNamespace(t)
	const behind = "10.8.0.5"
	gate := netip.MustParseAddr("10.9.0.2")
	for _, c := range []struct {
		proto probes.Proto
		to    string
		port  uint16
		class probes.Class
		why   probes.Reason
		from  netip.Addr
		code  uint8
	}{
		{probes.TCP, behind, 81, probes.Prohibited, 0, gate, 13},
		{probes.TCP, behind, 82, probes.Unreach, 0, gate, 1},
		{probes.TCP, behind, 83, probes.PortUnreachMid, 0, gate, 3},
		{probes.TCP, behind, 84, probes.Prohibited, 0, gate, 9},
		{probes.TCP, behind, 85, probes.RstUnknown, 0, netip.Addr{}, 0},
		{probes.TCP, behind, 86, probes.SilenceUnproven, 0, netip.Addr{}, 0},
		{probes.TCP, "10.9.0.2", 1, probes.RstUnknown, 0, netip.Addr{}, 0},
		{probes.TCP, "10.9.0.99", 1, probes.HostDown, probes.Neighbour, netip.Addr{}, 0},
		{probes.TCP, "203.0.113.1", 1, probes.ProbeError, probes.NoRoute, netip.Addr{}, 0},
		{probes.TCP, behind, 87, probes.ProbeError, probes.NotSent, netip.Addr{}, 0},
		{probes.TCP, behind, 88, probes.ProbeError, probes.NotSent, netip.Addr{}, 0},
		{probes.UDP, behind, 81, probes.Prohibited, 0, gate, 13},
		{probes.UDP, behind, 82, probes.Unreach, 0, gate, 1},
		{probes.UDP, behind, 83, probes.PortUnreachMid, 0, gate, 3},
		{probes.UDP, behind, 86, probes.SilenceUnproven, 0, netip.Addr{}, 0},
		{probes.UDP, "10.9.0.2", 1, probes.PortUnreach, 0, gate, 3},
		{probes.UDP, "10.9.0.98", 1, probes.HostDown, probes.Neighbour, netip.Addr{}, 0},
		{probes.UDP, behind, 87, probes.ProbeError, probes.NoPermission, netip.Addr{}, 0},
		{probes.UDP, behind, 88, probes.ProbeError, probes.NoFiles, netip.Addr{}, 0},
		{probes.UDP, "203.0.113.1", 1, probes.ProbeError, probes.NoRoute, netip.Addr{}, 0},
	} {
		tg := probes.Target{
			Addr: netip.MustParseAddr(c.to), Endpoint: probes.Endpoint{Proto: c.proto, Port: c.port},
			Pace: probes.Pace{TCPAttempts: 1, UDPAttempts: 1, Connect: 400 * time.Millisecond},
			Line: probes.NewLine(time.Millisecond, nil),
		}
		var o probes.Observation
		if c.proto == probes.TCP {
			o = tcp.Knock{}.Probe(t.Context(), tg)
		} else {
			o = udp.Knock{}.Probe(t.Context(), tg)
		}
		if o.Class != c.class || o.Reason != c.why || o.Offender != c.from || o.ICMPCode != c.code {
			t.Errorf("%s %s:%d: %s/%s, code %d from %s; want %s/%s, code %d from %s\n%+v", c.proto, c.to, c.port,
				o.Class, o.Reason, o.ICMPCode, o.Offender, c.class, c.why, c.code, c.from, o.Evidence)
		}
		if left := o.Flags&probes.Left != 0; left != o.Class.Silent() {
			t.Errorf("%s %s:%d: %s, proved to have left: %t\n%+v", c.proto, c.to, c.port, o.Class, left, o.Evidence)
		}
		if o.Class == probes.ProbeError && (o.Evidence.Error == "" || o.Evidence.Hint == "") {
			t.Errorf("%s %s:%d: a local failure without words: %+v", c.proto, c.to, c.port, o.Evidence)
		}
	}
}
