package tcp_test

import (
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/icmp"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
)

// ledger is a Sink that keeps the classes and what was sent.
type ledger struct {
	mu      sync.Mutex
	classes map[probes.FlowID]probes.Class
	packets int
}

func (l *ledger) Observe(o probes.Observation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.classes[o.Flow] = o.Class
	l.packets += o.Packets
	return nil
}

func (*ledger) Host(int, probes.HostState) error { return nil }
func (*ledger) Gates(probes.Gates) error         { return nil }

// A whole run over real sockets on loopback: the packets on the board are those that the system counted, and
// the budget covers them.
func TestRunOnLoopback(t *testing.T) {
	t.Parallel()
	open, err := net.Listen("tcp", "0.0.0.0:0") // every address of 127.0.0.0/8 answers
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	go func() {
		for {
			c, err := open.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	port := uint16(open.Addr().(*net.TCPAddr).Port)
	knock := func(proto probes.Proto, port uint16, prober string) probes.Endpoint {
		return probes.Endpoint{Service: prober, Proto: proto, Port: port, Prober: prober}
	}
	plan := &probes.Plan{Simulated: true, Seed: 3, Pace: probes.Pace{
		Gap: 2 * time.Millisecond, TCPAttempts: 2, UDPAttempts: 2, Connect: 300 * time.Millisecond,
		FirstByte: time.Second, TLS: time.Second, Host: 20 * time.Second, Hosts: 8,
	}}
	group := probes.Group{Role: "bmc", Endpoints: []probes.Endpoint{
		knock(probes.TCP, port, probes.KnockTCP), knock(probes.TCP, 1, probes.KnockTCP), knock(probes.UDP, 1, probes.KnockUDP),
	}}
	for i := byte(1); i <= 20; i++ {
		group.Addrs = append(group.Addrs, netip.AddrFrom4([4]byte{127, 77, 0, i}))
	}
	plan.Groups = []probes.Group{group}
	plan.Seal()

	probers := probes.Probers{probes.KnockTCP: tcp.Knock{}, probes.KnockUDP: udp.Knock{}, probes.KnockEcho: icmp.Prober{}}
	board, sink := probes.NewBoard(plan), &ledger{classes: make(map[probes.FlowID]probes.Class)}
	sum, err := (&probes.Runner{Plan: plan, Probers: probers, Board: board, Sink: sink}).Run(t.Context())
	if err != nil || !sum.Complete || sum.Settled != 60 {
		t.Fatalf("Run = %+v, %v", sum, err)
	}
	want := []probes.Class{probes.OpenMute, probes.RstUnknown, probes.PortUnreach}
	for id, got := range sink.classes {
		if got != want[plan.Flow(id).Slot] {
			t.Errorf("flow %d: %s, want %s", id, got, want[plan.Flow(id).Slot])
		}
	}
	c, budget := board.Counters(), probes.Estimate(plan, probers)
	checks := 20 + 3 // the unlikely port of each host: a reset each; and the taint checks
	if int(c.Conversations) != 60+checks || c.Conversations > budget.Conversations || c.Packets > budget.Packets {
		t.Errorf("counters %+v, budget %+v", c, budget)
	}
	if sink.packets < 60 || int64(sink.packets) > c.Packets {
		t.Errorf("the flows count %d packets, the board %d", sink.packets, c.Packets)
	}
	for i := range plan.Hosts() {
		if _, s := board.Row(i, nil); s.Flags != probes.HostDone|probes.HostHonest {
			t.Errorf("host %d: %+v", i, s)
		}
	}
}
