package probes

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// noting is the prober of the segment with a capture beside it.
type noting struct{ d *distances }

func (p noting) Script(t Target) []Request { return p.d.segment.Script(t) }

func (p noting) Probe(ctx context.Context, t Target) Observation {
	return p.d.note(t, p.d.segment.Probe(ctx, t))
}

// The ports of the tests: one that the host has closed, one that a box in between rejects, and one that is open.
const (
	closedPort   = 22
	rejectedPort = 85
	openPort     = 443
)

// history is a Sink that keeps the classes of each flow in order.
type history struct {
	*memory
	classes map[FlowID][]Class
}

func (h *history) Observe(o Observation) error {
	err := h.memory.Observe(o)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.classes[o.Flow] = append(h.classes[o.Flow], o.Class)
	return err
}

// runHops runs a plan against a host whose ports are as above and that answers an echo as told.
func runHops(t *testing.T, p *Plan, d *distances, answer func(to netip.AddrPort, proto Proto) Class, prepare ...func(*Runner)) (Summary, *Board, *history) {
	t.Helper()
	d.resets = map[uint16]uint8{closedPort: 63, rejectedPort: 64}
	d.segment = newSegment(t, gap, func(to netip.AddrPort, proto Proto, _ int) Class {
		if c := answer(to, proto); c != Unobserved {
			return c
		}
		switch {
		case proto == ICMP, to.Port() == openPort:
			return OpenProto
		}
		return RstUnknown
	})
	prober, board := noting{d}, NewBoard(p)
	sink := &history{memory: newMemory(), classes: make(map[FlowID][]Class)}
	probers := Probers{"fake": prober, KnockTCP: prober, KnockUDP: prober, KnockEcho: prober}
	r := &Runner{Plan: p, Probers: probers, Board: board, Sink: sink, Hops: d}
	for _, fn := range prepare {
		fn(r)
	}
	sum, err := r.Run(t.Context())
	if err != nil || !sum.Complete || sum.Before+sum.Settled != p.Flows() {
		t.Fatalf("Run = %+v, %v", sum, err)
	}
	budget, c := Estimate(p, probers), board.Counters()
	if c.Conversations > budget.Conversations || c.Settled != p.Flows() {
		t.Errorf("counters %+v, budget %+v", c, budget)
	}
	return sum, board, sink
}

func asUsual(netip.AddrPort, Proto) Class { return Unobserved }

func TestResetsAreNamed(t *testing.T) {
	t.Parallel()
	silentEcho := func(_ netip.AddrPort, proto Proto) Class {
		if proto == ICMP {
			return SilenceUnproven
		}
		return Unobserved
	}
	lyingPort := func(to netip.AddrPort, proto Proto) Class {
		if to.Port() == 20001 {
			return OpenMute
		}
		return silentEcho(to, proto)
	}
	ends := []Endpoint{tcpPort(closedPort), tcpPort(rejectedPort)}
	withOpen := append([]Endpoint{tcpPort(openPort)}, ends...)
	for name, c := range map[string]struct {
		ends             []Endpoint
		answer           func(netip.AddrPort, Proto) Class
		forged           bool
		closed, rejected Class // in the end
		kept             int   // how often; 0: it depends on the order of the flows
		echoes, knocks   int
		flags            HostFlags
	}{
		"at once, by the planned echo": {
			append([]Endpoint{echo}, ends...), asUsual, false, RstHost, RstMid, 1, 1, 0, HostDone,
		},
		"later, by an echo that was sent for it": {
			ends, asUsual, false, RstHost, RstMid, 2, 1, 0, HostDone | HostEcho,
		},
		"never":                  {ends, silentEcho, false, RstUnknown, RstUnknown, 1, 1, 0, HostDone},
		"by an honest accept":    {withOpen, silentEcho, false, RstHost, RstMid, 0, 0, 1, HostDone | HostHonest},
		"not by a forged accept": {withOpen, lyingPort, true, RstUnknown, RstUnknown, 0, 1, 1, HostDone | HostFakesOpen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, d := testPlan(1, c.ends...), &distances{forged: c.forged}
				_, board, m := runHops(t, p, d, c.answer)
				cells, _ := board.Row(0, nil)
				for id, classes := range m.classes {
					port := p.Flow(id).Endpoint.Port
					want, ok := map[uint16]Class{closedPort: c.closed, rejectedPort: c.rejected}[port]
					if !ok {
						continue
					}
					if classes[len(classes)-1] != want || cells[p.Flow(id).Slot].Class != want || c.kept != 0 && len(classes) != c.kept {
						t.Errorf("port %d: %v, on the board %s; want %s", port, classes, cells[p.Flow(id).Slot].Class, want)
					}
				}
				if n := d.asked(hostOne, ICMP, 0); n != c.echoes {
					t.Errorf("%d echoes, want %d", n, c.echoes)
				}
				if n := d.asked(hostOne, TCP, p.Control.TCPPort); n != c.knocks {
					t.Errorf("%d knocks on the unlikely port, want %d", n, c.knocks)
				}
				if got := m.hosts[0].Flags; got != c.flags {
					t.Errorf("flags %b, want %b", got, c.flags)
				}
			})
		})
	}
}

// A run was cut off between a reset and the answer that tells whose it was. The part that goes on names it without asking
// again; but only as the host's, for the way may have become another one meanwhile.
func TestResetsOfTheRunBeforeAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ttl     uint8
		all     bool // both flows were settled
		want    Class
		changes int
	}{
		"the host's": {63, false, RstHost, 1}, "nothing else to ask": {63, true, RstHost, 1},
		"from elsewhere": {64, false, RstUnknown, 0}, "nobody knows": {0, false, RstUnknown, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, d := testPlan(1, tcpPort(closedPort), tcpPort(rejectedPort)), &distances{}
				closed, other := FlowID(0), FlowID(1)
				if p.Flow(closed).Endpoint.Port != closedPort {
					closed, other = other, closed
				}
				before := Observation{Flow: closed, Class: RstUnknown, At: time.Now(), Attempts: 1, Evidence: Evidence{TTL: c.ttl, Facts: []Fact{{originKey, "nothing to compare with"}}}}
				_, board, m := runHops(t, p, d, asUsual, func(r *Runner) {
					r.Board.Begin(time.Now())
					r.Board.Set(before)
					if c.all {
						r.Board.Set(Observation{Flow: other, Class: RstMid, At: time.Now(), Attempts: 1})
					}
					r.Done = func(id FlowID) bool { return id == closed || c.all }
					r.Before = func(id FlowID) (*Observation, bool) { o := before; return &o, id == closed }
				})
				cells, _ := board.Row(0, nil)
				if got := cells[p.Flow(closed).Slot].Class; got != c.want || len(m.classes[closed]) != c.changes {
					t.Errorf("it is %s now, kept as %v", got, m.classes[closed])
				}
				if facts := m.seen[closed].Evidence.Facts; c.changes > 0 && (len(facts) != 1 || !strings.Contains(facts[0].Value, "TTL 63; the host's answers have TTL 63")) {
					t.Errorf("the facts are %+v", facts)
				}
				if n := d.asked(hostOne, TCP, closedPort); n != 0 {
					t.Errorf("the settled flow was asked %d times", n)
				}
			})
		})
	}
}

// A flow that is kept twice has the evidence of its first time, and one fact of its origin.
func TestNamedResetsKeepTheirEvidence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, _, m := runHops(t, testPlan(1, tcpPort(closedPort), tcpPort(rejectedPort)), &distances{}, asUsual)
		for id, words := range map[FlowID]string{
			0: "reset, TTL 63; the host's answers have TTL 63",
			1: "reset, TTL 64; the host's answers have TTL 63, from farther away",
		} {
			o := m.seen[id]
			if o.Attempts != 1 || o.Packets != 2 || o.At.IsZero() || o.Evidence.TTL != 63+uint8(id) || o.Evidence.ReferenceTTL != 63 ||
				len(o.Evidence.Facts) != 1 || o.Evidence.Facts[0].Value != words {
				t.Errorf("flow %d: %+v", id, o)
			}
		}
		if len(m.twice) != 2 {
			t.Errorf("kept twice: %v", m.twice)
		}
	})
}

func TestOriginWords(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"no answer of the host":             originWords(RstUnknown, 64, nil),
		"TTL 252, 61, which proves nothing": originWords(RstUnknown, 60, []uint8{252, 61}),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

// An answer from an address that nobody has: accepts prove nothing in the whole run, so an echo is asked.
func TestCanaryTakesAcceptsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(closedPort), tcpPort(rejectedPort), tcpPort(openPort))
		canary := netip.MustParseAddr("198.18.3.250")
		p.Canaries = []netip.Addr{canary}
		d := &distances{forged: true}
		_, _, m := runHops(t, p, d, func(to netip.AddrPort, _ Proto) Class {
			if to.Addr() == canary {
				return OpenMute
			}
			return Unobserved
		})
		if a, b := m.seen[0], m.seen[1]; a.Class != RstHost || b.Class != RstMid || d.asked(hostOne, ICMP, 0) != 1 {
			t.Errorf("closed %+v, rejected %+v", a, b)
		}
	})
}

func TestHopsAreAskedOnlyWhereTheyMeanSomething(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, d := testPlan(3, tcpPort(openPort)), &distances{}
		if runHops(t, p, d, asUsual); d.question != 0 || len(d.watched) != 3 {
			t.Errorf("without a reset: %d questions, watched %v", d.question, d.watched)
		}
		p, d = testPlan(1, tcpPort(closedPort), tcpPort(rejectedPort)), &distances{}
		p.Simulated = true
		_, _, m := runHops(t, p, d, asUsual)
		if d.question != 0 || len(d.watched) != 0 || len(m.twice) != 0 || m.seen[0].Class != RstUnknown || m.seen[0].Evidence.TTL != 0 {
			t.Errorf("simulated: %d questions, watched %v, %+v", d.question, d.watched, m.seen)
		}
	})
}
