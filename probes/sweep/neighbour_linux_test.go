package sweep

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// alone runs a function on a thread with a network of its own, which is gone when it ends.
func alone(t *testing.T, setup string, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		lacking(t, "root")
	}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with its namespace
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			done <- err
			return
		}
		c := exec.Command("ip", "-batch", "-")
		c.Stdin = strings.NewReader(setup)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		fn()
		done <- nil
	}()
	if err := <-done; err != nil {
		lacking(t, err)
	}
}

// lacking skips a test, in words, where there can be no namespaces. Where there must be it fails instead.
func lacking(t *testing.T, what any) {
	t.Helper()
	words := fmt.Sprintf("no network namespace to send first packets in: %v", what)
	if os.Getenv("CI") != "" {
		t.Fatal(words)
	}
	t.Skip("SKIPPED: " + words)
}

// Stations that are not there are seen as such, and do not keep the others waiting.
func TestDeadNeighbours(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: waits for neighbour discovery")
	}
	for _, scout := range []probes.Scout{Raw{}, Sockets{}} {
		t.Run(scout.Engine().String(), func(t *testing.T) {
			t.Parallel()
			alone(t, "link set lo up\nlink add void type veth peer name void2\naddr add 198.18.0.1/20 dev void\nlink set void up\nlink set void2 up\nroute add local 198.19.0.0/24 dev lo\n", func() {
				dead(t, scout)
			})
		})
	}
}

func dead(t *testing.T, scout probes.Scout) {
	p := &probes.Plan{Seed: 5, Pace: probes.Paces()[2]}
	e := []probes.Endpoint{{Service: "a", Proto: probes.TCP, Port: 443, Prober: "fake"}}
	for _, first := range []string{"198.18.1.0", "198.19.0.0"} {
		g := probes.Group{Role: "bmc", Endpoints: e}
		a := netip.MustParseAddr(first)
		for range 250 {
			a = a.Next()
			g.Addrs = append(g.Addrs, a)
		}
		p.Groups = append(p.Groups, g)
	}
	p.Seal()
	board := probes.NewBoard(p)
	counts := map[string]map[probes.Class]int{"198.18": {}, "198.19": {}}
	slowest := time.Duration(0)
	err := scout.Scout(context.Background(), &probes.Search{
		Plan: p, Probers: probes.Probers{}, Began: time.Now(), Control: probes.Control{UDPPort: 40001},
		Host: func(i int) ([]probes.Cell, probes.HostState) { return board.Row(i, nil) },
		Settle: func(o probes.Observation, _ probes.References) {
			of := p.Flow(o.Flow).Addr.String()[:6]
			counts[of][o.Class]++
			if of == "198.19" {
				slowest = max(slowest, time.Duration(o.Attempts)*time.Second)
			}
		},
		Leave: func(probes.Parting, func(int) probes.Swept) {}, Sent: func(_, _ int64) {}, Controlled: func(bool) {},
		Rate: func(probes.RateState) {}, Answered: func(int) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := counts["198.19"][probes.RstUnknown]; n != 250 || slowest > time.Second {
		t.Errorf("of 250 stations that are there, %d were heard at the first try: %v", n, counts["198.19"])
	}
	if n := counts["198.18"][probes.HostDown]; n != 250 {
		t.Errorf("of 250 stations that are not there, %d were found missing: %v", n, counts["198.18"])
	}
}
