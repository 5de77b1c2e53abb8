package audit

import (
	"fmt"
	"net/netip"
)

// each calls fn for every address of the target in order, without the excluded ones and without the
// network and broadcast address of an IPv4 prefix of /30 or shorter: a packet to those may reach every
// station of the segment at once. It stops when fn returns false.
func (t *SiteTarget) each(fn func(netip.Addr) bool) {
	for _, p := range t.Addresses {
		p = p.Masked()
		edges := p.Addr().Is4() && p.Bits() <= 30
		last := lastOf(p)
		for a := p.Addr(); ; a = a.Next() {
			edge := edges && (a == p.Addr() || a == last)
			if !edge && !within(t.Exclude, a) && !fn(a) {
				return
			}
			if a == last {
				break
			}
		}
	}
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// within tells whether one of the prefixes contains the address.
func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Lists tells whether the site lists an address as a target that may be sent packets.
func (s *Site) Lists(a netip.Addr) bool {
	for i := range s.Targets {
		t := &s.Targets[i]
		if within(t.Exclude, a) {
			continue
		}
		for _, p := range t.Addresses {
			edges := p.Addr().Is4() && p.Bits() <= 30
			if p.Contains(a) && !(edges && (a == p.Masked().Addr() || a == lastOf(p))) {
				return true
			}
		}
	}
	return false
}

// checkFilter refuses a --targets entry that no listed target fits: such a wish would otherwise be
// granted by silence.
func checkFilter(s *Site, filter []netip.Prefix) error {
	for _, f := range filter {
		if f.IsSingleIP() {
			if !s.Lists(f.Addr()) {
				return fmt.Errorf("target %s is not listed by the site %s: only what the site lists is ever sent a packet", f.Addr(), s.Name)
			}
			continue
		}
		found := false
		for i := range s.Targets {
			s.Targets[i].each(func(a netip.Addr) bool {
				found = f.Contains(a)
				return !found
			})
			if found {
				break
			}
		}
		if !found {
			return fmt.Errorf("no target of the site %s lies in %s", s.Name, f)
		}
	}
	return nil
}
