package sweep

import (
	"net/netip"
	"sync"

	"oobscope/probes/vantage"
)

// hops are the ways in which packets leave this machine: a handful, which the records of the hosts name by a number.
// It is safe for concurrent use, but for what asks the routing table.
type hops struct {
	routes *vantage.Routes

	mu   sync.RWMutex
	list []vantage.Hop
}

func openHops() (*hops, error) {
	r, err := vantage.OpenRoutes()
	if err != nil {
		return nil, err
	}
	return &hops{routes: r}, nil
}

func (p *hops) close() { _ = p.routes.Close() } // a netlink socket: nothing is lost

// at returns the way with that number; false for none.
func (p *hops) at(n uint16) (vantage.Hop, bool) {
	if n == 0 {
		return vantage.Hop{}, false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.list[n-1], true
}

// source is the address that packets to a host leave from, as the routing table has it. It is asked once for each.
func (p *hops) source(h *host, to netip.Addr) (netip.Addr, error) {
	if hop, ok := p.at(h.source); ok {
		return hop.Source, nil
	}
	hop, err := p.routes.Hop(to)
	if err != nil {
		return netip.Addr{}, err
	}
	h.source = p.add(hop)
	return hop.Source, nil
}

// add returns the number of a way. No machine has so many that they run out.
func (p *hops) add(hop vantage.Hop) uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, have := range p.list {
		if have == hop {
			return uint16(i + 1)
		}
	}
	p.list = append(p.list, hop)
	return uint16(len(p.list))
}

// own is the address of ours that a host is spoken to from; invalid if none was.
func (p *hops) own(h *host) netip.Addr {
	hop, _ := p.at(h.source)
	return hop.Source
}

// absent tells whether a host is a neighbour that nobody has heard of.
func (p *hops) absent(h *host, to netip.Addr) bool {
	hop, ok := p.at(h.source)
	return ok && hop.OnLink && p.routes.Absent(to, hop.Link)
}
