package sweep

import (
	"net/netip"
	"sync"
)

// sources are the addresses of this machine that packets leave from: a handful, which the records of the hosts
// name by a number. It is safe for concurrent use.
type sources struct {
	mu   sync.RWMutex
	list []netip.Addr
}

func newSources() *sources { return &sources{} }

// at returns the address with that number; 0 is none.
func (s *sources) at(n uint16) netip.Addr {
	if n == 0 {
		return netip.Addr{}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list[n-1]
}

// add returns the number of an address. No machine has so many that they run out.
func (s *sources) add(a netip.Addr) uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.list {
		if have == a {
			return uint16(i + 1)
		}
	}
	s.list = append(s.list, a)
	return uint16(len(s.list))
}
