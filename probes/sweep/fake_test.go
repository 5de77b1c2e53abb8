package sweep

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"oobscope/probes"
)

// network is a wire without a network: it answers as a test says, after a while, and checks the manners of the search.
type network struct {
	t      *testing.T
	plan   *probes.Plan
	answer func(a *ask, nth int) kind // what the nth packet to a slot gets, from 0; 0 is silence
	refuse func(a *ask, nth int) error
	most   int // packets a second that get through; 0: all

	asked  map[[2]int]int
	last   map[netip.Addr]time.Time
	sent   int
	second time.Time
	in     int // packets in this second
	coming []coming
}

type coming struct {
	at              uint32
	host, slot, try int
	a               arrival
}

const latency = 3 * time.Millisecond

func (n *network) send(s *search, asks []ask) (int, error) {
	a := &asks[0]
	key := [2]int{a.host, a.slot}
	if n.refuse != nil {
		if err := n.refuse(a, n.asked[key]); err != nil {
			n.asked[key]++
			return 0, err
		}
	}
	now := time.Now()
	if last, spoken := n.last[a.to]; spoken && now.Sub(last) < n.plan.Pace.Gap-tick {
		n.t.Errorf("%s after the last packet to %s, the gap is %s", now.Sub(last), a.to, n.plan.Pace.Gap)
	}
	n.last[a.to] = now
	nth := n.asked[key]
	n.asked[key]++
	n.sent++
	if now.Sub(n.second) >= 100*time.Millisecond {
		n.second, n.in = now, 0
	}
	n.in++
	if n.most > 0 && n.in > n.most/10 {
		return 1, nil
	}
	k := n.answer(a, nth)
	if k != 0 {
		got := arrival{kind: k, ttl: 60, at: s.now() + uint32(latency/tick)}
		if k == gotError {
			got.icmp = probes.ICMPError{Type: 3, Code: 3, Offender: a.to}
		}
		n.coming = append(n.coming, coming{got.at, a.host, a.slot, a.try, got})
	}
	return 1, nil
}

func (n *network) hear(s *search) {
	now := s.now()
	for len(n.coming) > 0 && n.coming[0].at <= now {
		c := n.coming[0]
		n.coming = n.coming[1:]
		s.arrived(c.host, c.slot, c.try, c.a)
	}
}

func (n *network) room() int                                 { return batchSize }
func (n *network) settled(int, int)                          {}
func (n *network) hold(*search, *ask) uint32                 { return 0 }
func (n *network) own(*search, int, int, int) netip.AddrPort { return netip.AddrPort{} }
func (n *network) way() string                               { return "a test" }
func (n *network) tells(probes.Proto, bool) bool             { return true }
func (n *network) absent(*search, int) bool                  { return false }
func (n *network) closing() string                           { return "" }
func (n *network) close()                                    {}

// opener has three openings that carry the token.
type opener struct{ probes.Prober }

func (opener) Openings(t probes.Target) []probes.Opening {
	var out []probes.Opening
	for range 3 {
		out = append(out, probes.Opening{
			What: "question", Wait: 2 * time.Second,
			Encode:  func(b []byte, token uint64) []byte { return binary.BigEndian.AppendUint64(b, token) },
			Answers: func(b []byte, token uint64) bool { return len(b) == 8 && binary.BigEndian.Uint64(b) == token },
		})
	}
	return out
}

var endpoints = []probes.Endpoint{
	{Service: "echo", Proto: probes.ICMP, Prober: "fake"},
	{Service: "a", Proto: probes.TCP, Port: 443, Prober: "fake"},
	{Service: "b", Proto: probes.TCP, Port: 5989, Prober: "fake"},
	{Service: "c", Proto: probes.UDP, Port: 623, Prober: "fake"},
	{Service: "d", Proto: probes.TCP, Port: 22, Prober: "fake"},
	{Service: "e", Proto: probes.TCP, Port: 80, Prober: "fake"},
}

func planFor(hosts int, of []probes.Endpoint) *probes.Plan {
	p := &probes.Plan{Seed: 5, Pace: probes.Paces()[2]}
	g := probes.Group{Role: "bmc", Endpoints: of}
	a := netip.MustParseAddr("198.19.0.0")
	for range hosts {
		a = a.Next()
		g.Addrs = append(g.Addrs, a)
	}
	p.Groups = []probes.Group{g}
	p.Seal()
	return p
}

// told is what a search has told of.
type told struct {
	settled  map[probes.FlowID]probes.Observation
	twice    []probes.FlowID
	left     map[int]probes.Swept
	controls [2]int // answered, lost
	rate     probes.RateState
	packets  int64
	took     time.Duration
}

// carryOut runs a search on a network of its own time.
func carryOut(t *testing.T, p *probes.Plan, n *network, done func(probes.FlowID) bool) (*told, *search) {
	t.Helper()
	out := &told{settled: map[probes.FlowID]probes.Observation{}, left: map[int]probes.Swept{}}
	fake := opener{}
	board := probes.NewBoard(p)
	began := time.Now()
	n.t, n.plan, n.asked, n.last = t, p, map[[2]int]int{}, map[netip.Addr]time.Time{}
	s := newSearch(&probes.Search{
		Plan: p, Probers: probes.Probers{"fake": fake, probes.KnockEcho: fake, probes.KnockUDP: fake},
		Control: probes.Control{UDPPort: 40001}, Began: began, Done: done,
		Host: func(i int) ([]probes.Cell, probes.HostState) { return board.Row(i, nil) },
		Settle: func(o probes.Observation, _ probes.References) {
			if _, again := out.settled[o.Flow]; again {
				out.twice = append(out.twice, o.Flow)
			}
			out.settled[o.Flow] = o
		},
		Leave: func(l probes.Parting, all func(int) probes.Swept) { out.left[l.Host] = all(l.Host) },
		Sent:  func(_, packets int64) { out.packets += packets },
		Controlled: func(lost bool) {
			if lost {
				out.controls[1]++
			} else {
				out.controls[0]++
			}
		},
		Rate: func(r probes.RateState) { out.rate = r }, Answered: func(int) {},
	}, n)
	s.run(t.Context())
	out.took = time.Since(began)
	return out, s
}

// bubble runs a test in a time of its own.
func bubble(t *testing.T, fn func(t *testing.T)) {
	t.Parallel()
	synctest.Test(t, fn)
}
