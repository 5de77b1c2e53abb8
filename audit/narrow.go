package audit

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"oobscope/probes"
)

// FlowBlock names single flows without their numbers, which mean nothing outside their own plan: every pairing of
// its addresses and its questions.
type FlowBlock struct {
	Hosts []HostRange `json:"hosts"`
	Asks  []Ask       `json:"asks"`
}

// HostRange are neighbouring addresses, both ends included.
type HostRange struct {
	First netip.Addr `json:"first"`
	Last  netip.Addr `json:"last"`
}

// Ask is one question that is put to a host.
type Ask struct {
	Service string       `json:"service"`
	Proto   probes.Proto `json:"proto"`
	Port    uint16       `json:"port"`
}

func askOf(e *probes.Endpoint) Ask { return Ask{e.Service, e.Proto, e.Port} }

// Blocks names flows of a plan so that another plan can be narrowed to them (Options.Only). flows must be in
// rising order; one that the plan does not have is left out. Hosts that are asked the same share a block, so that
// one question to a /16 takes as much room as one to a single host.
func Blocks(s *Scope, flows []probes.FlowID) []FlowBlock {
	var out []FlowBlock
	blocks := map[string]int{}
	var key []byte
	for len(flows) > 0 && int(flows[0]) < s.Plan.Flows() {
		h := s.Plan.Host(s.Plan.Flow(flows[0]).Host)
		n := 0
		for n < len(flows) && flows[n] < h.First+probes.FlowID(h.Count) {
			n++
		}
		key = binary.AppendUvarint(key[:0], uint64(h.Group))
		for _, id := range flows[:n] {
			key = binary.AppendUvarint(key, uint64(id-h.First))
		}
		k, known := blocks[string(key)]
		if !known {
			k = len(out)
			blocks[string(key)] = k
			out = append(out, FlowBlock{Asks: asksOf(s.Plan, h, flows[:n])})
		}
		out[k].add(h.Addr)
		flows = flows[n:]
	}
	return out
}

func asksOf(p *probes.Plan, h probes.Host, flows []probes.FlowID) []Ask {
	var out []Ask
	for _, id := range flows {
		out = append(out, askOf(&p.Groups[h.Group].Endpoints[id-h.First]))
	}
	return out
}

func (b *FlowBlock) add(a netip.Addr) {
	if n := len(b.Hosts); n > 0 && b.Hosts[n-1].Last.Next() == a {
		b.Hosts[n-1].Last = a
		return
	}
	b.Hosts = append(b.Hosts, HostRange{a, a})
}

// narrowing says what may be asked of an address. nil narrows nothing.
type narrowing struct {
	spans []span // ordered by address, none inside another
	asks  [][]Ask
}

type span struct {
	HostRange
	block int
}

// newNarrowing reads Options.Only. The blocks may come from a stored run, so they are not trusted: they can leave
// targets of the site out, but never add one.
func newNarrowing(blocks []FlowBlock) (*narrowing, error) {
	if len(blocks) == 0 {
		return nil, nil
	}
	n := &narrowing{}
	for k := range blocks {
		for _, r := range blocks[k].Hosts {
			if !r.First.IsValid() || r.First.BitLen() != r.Last.BitLen() || r.Last.Less(r.First) {
				return nil, fmt.Errorf("narrow the plan: addresses %s to %s are no range", r.First, r.Last)
			}
			n.spans = append(n.spans, span{r, k})
		}
		n.asks = append(n.asks, blocks[k].Asks)
	}
	slices.SortFunc(n.spans, func(a, b span) int { return a.First.Compare(b.First) })
	for i := 1; i < len(n.spans); i++ {
		if before := n.spans[i-1]; !before.Last.Less(n.spans[i].First) {
			return nil, fmt.Errorf("narrow the plan: address %s is named twice", n.spans[i].First)
		}
	}
	return n, nil
}

// anyBlock is the block of every target of a plan that is not narrowed.
const anyBlock = -1

// block finds what may be asked of an address; false if nothing.
func (n *narrowing) block(a netip.Addr) (int, bool) {
	if n == nil {
		return anyBlock, true
	}
	i, exact := slices.BinarySearchFunc(n.spans, a, func(s span, a netip.Addr) int { return s.First.Compare(a) })
	if !exact {
		i--
	}
	if i < 0 || n.spans[i].Last.Less(a) {
		return 0, false
	}
	return n.spans[i].block, true
}

// lets tells whether a question belongs to a block.
func (n *narrowing) lets(block int, e *probes.Endpoint) bool {
	return n == nil || slices.Contains(n.asks[block], askOf(e))
}

// services are the services that any block asks for.
func (n *narrowing) services() []string {
	var out []string
	known := map[string]bool{}
	for _, asks := range n.asks {
		for _, a := range asks {
			if !known[a.Service] {
				known[a.Service] = true
				out = append(out, a.Service)
			}
		}
	}
	return out
}
