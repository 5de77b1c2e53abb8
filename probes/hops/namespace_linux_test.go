package hops

import (
	"context"
	"io"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/icmp"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
)

func TestLaboratory(t *testing.T) {
	t.Parallel()
	prefix := os.Getenv(labVariable)
	if prefix == "" {
		enterLaboratory(t, buildLaboratory(t))
		return
	}
	listenOnBMC(t, prefix, portOpen, stays)
	listenOnBMC(t, prefix, portCut, stays)
	listenOnBMC(t, prefix, portHangsUp, hangsUp)
	reach(t)
	t.Run("one by one", func(t *testing.T) { testOrigins(t) })
	t.Run("cut", func(t *testing.T) { testCuts(t) })
	t.Run("nobody asked", func(t *testing.T) { testUnwatched(t) })
	t.Run("none missed", func(t *testing.T) { testNoneMissed(t) })
	t.Run("departures", func(t *testing.T) { testDepartures(t) })
	t.Run("run", func(t *testing.T) { testRun(t) })
	t.Run("run without", func(t *testing.T) { testRunWithout(t) })
}

// reach waits until the new links carry both versions of IP.
func reach(t *testing.T) {
	t.Helper()
	for _, host := range []string{bmc4, bmc6} {
		tg := labTarget(host, portOpen, nil)
		tg.Pace.TCPAttempts, tg.Pace.Connect = 50, 200*time.Millisecond
		if o := (tcp.Knock{}).Probe(t.Context(), tg); o.Class != probes.OpenMute {
			t.Fatalf("%s is out of reach: %+v", host, o)
		}
	}
}

func capture(t *testing.T) *Capture {
	t.Helper()
	c, err := Open(Ports{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func labTarget(host string, port uint16, hops probes.Hops) probes.Target {
	return probes.Target{
		Addr: netip.MustParseAddr(host), Endpoint: probes.Endpoint{Proto: probes.TCP, Port: port},
		Pace: probes.Pace{TCPAttempts: 1, Connect: 5 * time.Second}, Line: probes.NewLine(time.Microsecond, nil), Hops: hops,
	}
}

func testOrigins(t *testing.T) {
	for _, host := range []string{bmc4, bmc6} {
		c, addr := capture(t), netip.MustParseAddr(host)
		c.Watch(addr)
		if got := c.Reference(addr, true); got != nil {
			t.Fatalf("%s: references %v before anything was sent", host, got)
		}
		closed := knock(t, labTarget(host, portClosed, c), "RST, TTL 63")
		if got := c.Reference(addr, true); got != nil {
			t.Errorf("%s: a reset became a reference: %v", host, got)
		}
		rejected := knock(t, labTarget(host, portRejected, c), "RST, TTL 64")
		knock(t, labTarget(host, portOpen, c), "SYN-ACK, TTL 63")
		if got := c.Reference(addr, false); got != nil {
			t.Errorf("%s: an accept counts although it must not: %v", host, got)
		}
		refs := c.Reference(addr, true)
		if !reflect.DeepEqual(refs, []uint8{63}) {
			t.Errorf("%s: references %v", host, refs)
		}
		if got := probes.Origin(closed.Evidence.TTL, refs); got != probes.RstHost {
			t.Errorf("%s: the closed port is %s: %+v", host, got, closed)
		}
		if got := probes.Origin(rejected.Evidence.TTL, refs); got != probes.RstMid {
			t.Errorf("%s: the rejected port is %s: %+v", host, got, rejected)
		}
	}
}

// knock connects, and wants to see that step in the packet story.
func knock(t *testing.T, tg probes.Target, step string) probes.Observation {
	t.Helper()
	o := tcp.Knock{}.Probe(t.Context(), tg)
	if !slices.ContainsFunc(o.Evidence.Steps, func(s probes.Step) bool { return s.What == step }) {
		t.Errorf("%s: no step %q: %+v", tg.AddrPort(), step, o)
	}
	return o
}

func testCuts(t *testing.T) {
	c := capture(t)
	for _, host := range []string{bmc4, bmc6} {
		c.Watch(netip.MustParseAddr(host))
		for port, mid := range map[uint16]bool{portCut: true, portHangsUp: false} {
			rec := probes.NewRecorder()
			conn, out := tcp.Dial(t.Context(), labTarget(host, port, c), rec)
			if conn == nil {
				t.Fatalf("%s port %d: %+v", host, port, out)
			}
			_, _ = conn.Write([]byte("hello"))
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.ReadAll(conn); !tcp.Cut(err) {
				t.Errorf("%s port %d: read: %v", host, port, err)
			}
			conn.Close()
			o := rec.Done(probes.OpenCut, probes.NoReason)
			want := uint8(63)
			if mid {
				want = 64
			}
			if o.Evidence.TTL != want || o.Evidence.ReferenceTTL != 63 || (o.Flags&probes.CutMid != 0) != mid {
				t.Errorf("%s port %d: %+v", host, port, o)
			}
		}
	}
}

func testUnwatched(t *testing.T) {
	c := capture(t)
	c.Watch(netip.MustParseAddr(bmc4))
	o := tcp.Knock{}.Probe(t.Context(), labTarget(second4, portClosed, c))
	if o.Class != probes.RstUnknown || o.Evidence.TTL != 0 {
		t.Errorf("%+v", o)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept.hosts.at) != 1 || len(c.kept.pairs.at) != 0 {
		t.Errorf("the capture remembers %v and %v", c.kept.hosts.at, c.kept.pairs.at)
	}
}

// Whoever sees a reset at the socket finds it in the capture, at once and always.
func testNoneMissed(t *testing.T) {
	c := capture(t)
	const workers, each = 8, 500
	for _, host := range []string{bmc4, bmc6} {
		c.Watch(netip.MustParseAddr(host))
		var all sync.WaitGroup
		var mu sync.Mutex
		missed := 0
		for range workers {
			all.Go(func() {
				for range each {
					o := tcp.Knock{}.Probe(t.Context(), labTarget(host, portClosed, c))
					if o.Class != probes.RstUnknown || o.Evidence.TTL != 63 {
						mu.Lock()
						missed++
						mu.Unlock()
					}
				}
			})
		}
		all.Wait()
		if missed != 0 {
			t.Errorf("%s: %d of %d resets have no TTL", host, missed, workers*each)
		}
	}
}

// Of a silent flow the capture says whether its packets have left this machine, whatever keeps them back.
func testDepartures(t *testing.T) {
	c := capture(t)
	for _, host := range []string{bmc4, bmc6, second4, second6, third4, third6} {
		c.Watch(netip.MustParseAddr(host))
		knock(t, labTarget(host, portOpen, c), "SYN-ACK, TTL 63")
	}
	var all sync.WaitGroup
	ask := func(host string, port uint16, class probes.Class, why probes.Reason, flags probes.Flags) {
		all.Go(func() {
			tg := labTarget(host, port, c)
			tg.Pace.Connect = 500 * time.Millisecond
			var prober probes.Prober = tcp.Knock{}
			if port == 0 {
				tg.Endpoint.Proto, prober = probes.ICMP, icmp.Prober{}
			}
			if o := prober.Probe(t.Context(), tg); o.Class != class || o.Reason != why || o.Flags != flags {
				t.Errorf("%s port %d: %s, flags %b: %+v", host, port, o.Class, o.Flags, o.Evidence)
			}
		})
	}
	for _, host := range []string{bmc4, bmc6} {
		ask(host, portDropped, probes.SilenceUnproven, 0, probes.Left)
		ask(host, portKept, probes.ProbeError, probes.NotSent, 0)
		ask(host, portStopped, probes.ProbeError, probes.NotSent, 0)
	}
	for _, host := range []string{second4, second6} {
		ask(host, 0, probes.SilenceUnproven, 0, probes.Left)
	}
	ask(third4, 0, probes.SilenceUnproven, 0, probes.Held)
	ask(third6, 0, probes.ProbeError, probes.NoFiles, 0) // of a raw ICMPv6 socket the system does tell
	all.Wait()
}

// ledger is a Sink that keeps all observations of a flow, in order.
type ledger struct {
	mu   sync.Mutex
	seen map[probes.FlowID][]probes.Observation
}

func (l *ledger) Observe(o probes.Observation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[o.Flow] = append(l.seen[o.Flow], o)
	return nil
}

func (*ledger) Host(int, probes.HostState) error { return nil }
func (*ledger) Gates(probes.Gates) error         { return nil }

// labRun asks a closed and a rejected port of the bmc, over IPv4 and IPv6.
func labRun(t *testing.T, hops probes.Hops) (*probes.Plan, *ledger, *probes.Board) {
	t.Helper()
	plan := &probes.Plan{Seed: 1, Pace: probes.Paces()[1], Groups: []probes.Group{{
		Role: "bmc", Addrs: []netip.Addr{netip.MustParseAddr(bmc4), netip.MustParseAddr(bmc6)},
	}}}
	for _, port := range []uint16{portClosed, portRejected} {
		plan.Groups[0].Endpoints = append(plan.Groups[0].Endpoints,
			probes.Endpoint{Service: "knock", Proto: probes.TCP, Port: port, Prober: probes.KnockTCP})
	}
	plan.Seal()
	board, sink := probes.NewBoard(plan), &ledger{seen: make(map[probes.FlowID][]probes.Observation)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sum, err := (&probes.Runner{Plan: plan, Board: board, Sink: sink, Hops: hops, Probers: probes.Probers{
		probes.KnockTCP: tcp.Knock{}, probes.KnockUDP: udp.Knock{}, probes.KnockEcho: icmp.Prober{},
	}}).Run(ctx)
	if err != nil || !sum.Complete || sum.Settled != 4 {
		t.Fatalf("Run = %+v, %v", sum, err)
	}
	return plan, sink, board
}

// Nothing but the echo at the end shows the distance of the bmc, so every reset is named after it was stored.
func testRun(t *testing.T) {
	plan, sink, board := labRun(t, capture(t))
	for id := range probes.FlowID(plan.Flows()) {
		f, seen := plan.Flow(id), sink.seen[id]
		class, ttl := probes.RstHost, uint8(63)
		if f.Endpoint.Port == portRejected {
			class, ttl = probes.RstMid, 64
		}
		if len(seen) != 2 || seen[0].Class != probes.RstUnknown || seen[0].Evidence.TTL != ttl || seen[0].Evidence.ReferenceTTL != 0 {
			t.Errorf("%s port %d: %+v", f.Addr, f.Endpoint.Port, seen)
			continue
		}
		last := seen[1]
		if last.Class != class || last.Evidence.TTL != ttl || last.Evidence.ReferenceTTL != 63 || len(last.Evidence.Steps) == 0 {
			t.Errorf("%s port %d: %+v", f.Addr, f.Endpoint.Port, last)
		}
		if facts := last.Evidence.Facts; len(facts) != 1 || !strings.Contains(facts[0].Value, "the host's answers have TTL 63") {
			t.Errorf("%s port %d: facts %+v", f.Addr, f.Endpoint.Port, facts)
		}
	}
	if c := board.Counters(); c.Settled != 4 || c.Of(probes.RstHost) != 2 || c.Of(probes.RstMid) != 2 {
		t.Errorf("counters %+v", c)
	}
}

func testRunWithout(t *testing.T) {
	_, sink, board := labRun(t, nil)
	if c := board.Counters(); c.Of(probes.RstUnknown) != 4 {
		t.Errorf("counters %+v", c)
	}
	for id, seen := range sink.seen {
		if len(seen) != 1 || seen[0].Evidence.TTL != 0 || len(seen[0].Evidence.Facts) != 0 {
			t.Errorf("flow %d: %+v", id, seen)
		}
	}
}
