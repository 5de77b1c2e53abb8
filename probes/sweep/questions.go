package sweep

import (
	"cmp"
	"hash/maphash"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"oobscope/probes"
)

// question is one endpoint of a group, ready to be asked.
type question struct {
	endpoint probes.Endpoint
	openings []probes.Opening
}

// opening is what a try sends; tries beyond the list begin it again.
func (q *question) opening(try int) *probes.Opening { return &q.openings[try%len(q.openings)] }

// orders is how many orders of its flows a group has; each host has one of them.
const orders = 64

// group is what its hosts have in common.
type group struct {
	first     int           // index of its first host
	firstFlow int           // and of its first flow
	count     int           // flows of a host
	asks      [2][]question // IPv4, IPv6: the endpoints, and behind them the echo and the closed port
	orders    [orders][]uint16
	asksEcho  bool
}

// Slots behind those of the endpoints.
func (g *group) echoSlot() int { return g.count }
func (g *group) udpSlot() int  { return g.count + 1 }

// family is the index of asks.
func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// prepare reads the plan.
func prepare(s *probes.Search) []group {
	groups := make([]group, len(s.Plan.Groups))
	hosts, flows := 0, 0
	for i := range groups {
		g, from := &groups[i], &s.Plan.Groups[i]
		g.first, g.firstFlow, g.count = hosts, flows, len(from.Endpoints)
		hosts += len(from.Addrs)
		flows += len(from.Addrs) * len(from.Endpoints)
		all := append(slices.Clone(from.Endpoints), probes.Endpoint{Proto: probes.ICMP, Prober: probes.KnockEcho},
			probes.Endpoint{Proto: probes.UDP, Port: s.Control.UDPPort, Prober: probes.KnockUDP})
		for slot, e := range all {
			g.asks[0] = append(g.asks[0], newQuestion(s, e, netip.IPv4Unspecified()))
			g.asks[1] = append(g.asks[1], newQuestion(s, e, netip.IPv6Unspecified()))
			g.asksEcho = g.asksEcho || slot < g.count && e.Proto == probes.ICMP
		}
		g.shuffle(s.Plan.Seed + uint64(i))
	}
	return groups
}

// newQuestion makes a question for an address that stands for its family.
func newQuestion(s *probes.Search, e probes.Endpoint, at netip.Addr) question {
	q := question{endpoint: e}
	if e.Proto == probes.TCP {
		for range s.Plan.Pace.TCPAttempts {
			q.openings = append(q.openings, probes.Opening{What: "SYN", Wait: s.Plan.Pace.Connect})
		}
	} else if o, ok := s.Probers[e.Prober].(probes.Opener); ok {
		q.openings = o.Openings(probes.Target{Addr: at, Endpoint: e, Pace: s.Plan.Pace})
	}
	q.openings = q.openings[:min(len(q.openings), maxTries)]
	return q
}

// shuffle draws the orders: echoes first, because an early answer makes every later silence mean more, and then
// what is waited for longest, so that the waits of a host overlap to the end.
func (g *group) shuffle(seed uint64) {
	r := rand.New(rand.NewPCG(seed, seed))
	for i := range g.orders {
		order := make([]uint16, g.count)
		for k, slot := range r.Perm(g.count) {
			order[k] = uint16(slot)
		}
		slices.SortStableFunc(order, func(a, b uint16) int {
			x, y := &g.asks[0][a], &g.asks[0][b]
			if echo := cmp.Compare(y.endpoint.Proto/probes.ICMP, x.endpoint.Proto/probes.ICMP); echo != 0 {
				return echo
			}
			return cmp.Compare(y.patience(), x.patience())
		})
		g.orders[i] = order
	}
}

// patience is how long a silent flow waits in all.
func (q *question) patience() (sum time.Duration) {
	for i := range q.openings {
		sum += q.openings[i].Wait
	}
	return sum
}

// book finds a host by its address: a table of the hosts' numbers, eight to sixteen bytes for each, in which a host
// stands at, or a little behind, the place that a keyed hash of its address names.
type book struct {
	plan *probes.Plan
	seed maphash.Seed
	at   []uint32 // number + 1; 0: free
}

func newBook(p *probes.Plan) book {
	size := 8
	for size < 2*p.Hosts() {
		size *= 2
	}
	b := book{plan: p, seed: maphash.MakeSeed(), at: make([]uint32, size)}
	host := uint32(0)
	for i := range p.Groups {
		for _, a := range p.Groups[i].Addrs {
			host++
			k := b.place(plain(a))
			for b.at[k] != 0 {
				k = (k + 1) % uint64(size)
			}
			b.at[k] = host
		}
	}
	return b
}

// place is where the search for an address begins.
func (b book) place(a netip.Addr) uint64 {
	bytes := a.As16()
	return maphash.Bytes(b.seed, bytes[:]) % uint64(len(b.at))
}

// addr is the address of a host, as a packet has it.
func (b book) addr(host int) netip.Addr {
	for i := range b.plan.Groups {
		if n := len(b.plan.Groups[i].Addrs); host >= n {
			host -= n
			continue
		}
		return plain(b.plan.Groups[i].Addrs[host])
	}
	return netip.Addr{}
}

// find returns the first host with that address, or -1.
func (b book) find(a netip.Addr) int {
	for k := b.place(a); b.at[k] != 0; k = (k + 1) % uint64(len(b.at)) {
		if host := int(b.at[k] - 1); b.addr(host) == a {
			return host
		}
	}
	return -1
}

// plain is an address as a packet has it.
func plain(a netip.Addr) netip.Addr {
	if a.Zone() == "" {
		return a
	}
	return a.WithZone("")
}
