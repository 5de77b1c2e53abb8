package views

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"

	"oobscope/probes"
)

// area is a part of the targets that makes one picture. In address order each address of a prefix has its
// place, whether or not it is a target, so that a cell of the picture is a prefix. Targets that lie too far
// apart for that share one area in index order, in which only targets have places.
type area struct {
	base  netip.Addr // the address of place 0; invalid in index order
	bits  int        // there are 1<<bits places
	hosts []int32    // in the order of their places
	at    []uint32   // the places of hosts
}

const (
	areaBits   = 16 // an area holds a /16, or a /112 of IPv6
	areaSpread = 64 // at least one place in so many is a target, or index order shows more
	areaLeast  = 8  // targets that are worth an area of their own
	areaMost   = 16 // areas in address order
)

// ordered tells whether places are addresses.
func (a *area) ordered() bool { return a.base.IsValid() }

// areasOf puts the hosts of a plan into areas: by prefix in the order of addresses, then the area of those that
// are scattered. Every host is in one area.
func areasOf(p *probes.Plan) []area {
	all := byAddress(p)
	var out []area
	var rest []placed
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && above16(all[to].addr) == above16(all[from].addr) {
			to++
		}
		part := all[from:to]
		a := prefixArea(part)
		small := len(part) < areaLeast && len(part) < len(all)
		if small || len(part)*areaSpread < 1<<a.bits || len(out) == areaMost {
			rest = append(rest, part...)
		} else {
			out = append(out, a)
		}
		from = to
	}
	if len(rest) > 0 {
		out = append(out, indexArea(rest))
	}
	return out
}

// placed is a host and its address.
type placed struct {
	addr netip.Addr
	host int32
}

func byAddress(p *probes.Plan) []placed {
	out := make([]placed, 0, p.Hosts())
	for g := range p.Groups {
		for _, a := range p.Groups[g].Addrs {
			out = append(out, placed{a, int32(len(out))})
		}
	}
	order := func(a, b placed) int { return cmp.Or(a.addr.Compare(b.addr), cmp.Compare(a.host, b.host)) }
	if !slices.IsSortedFunc(out, order) {
		slices.SortFunc(out, order)
	}
	return out
}

// above16 is an address without its last 16 bits; low16 is those.
func above16(a netip.Addr) netip.Addr {
	if a.Is4() {
		b := a.As4()
		b[2], b[3] = 0, 0
		return netip.AddrFrom4(b)
	}
	b := a.As16()
	b[14], b[15] = 0, 0
	return netip.AddrFrom16(b)
}

func low16(a netip.Addr) uint32 {
	b := a.As16() // IPv4 stands in the last four bytes
	return uint32(b[14])<<8 | uint32(b[15])
}

// prefixArea is the smallest prefix around hosts that differ in their last 16 bits alone.
func prefixArea(list []placed) area {
	first, last := low16(list[0].addr), low16(list[len(list)-1].addr)
	a := area{bits: bits.Len32(first ^ last)}
	from := first &^ (1<<a.bits - 1)
	a.base = plus(above16(list[0].addr), from)
	for _, h := range list {
		a.hosts, a.at = append(a.hosts, h.host), append(a.at, low16(h.addr)-from)
	}
	return a
}

func indexArea(list []placed) area {
	a := area{bits: bits.Len(uint(len(list) - 1))}
	for i, h := range list {
		a.hosts, a.at = append(a.hosts, h.host), append(a.at, uint32(i))
	}
	return a
}

// plus is the address n places behind one whose last 16 bits leave room for it.
func plus(a netip.Addr, n uint32) netip.Addr {
	n += low16(a)
	if a.Is4() {
		b := a.As4()
		b[2], b[3] = byte(n>>8), byte(n)
		return netip.AddrFrom4(b)
	}
	b := a.As16()
	b[14], b[15] = byte(n>>8), byte(n)
	return netip.AddrFrom16(b)
}

// between are the hosts at places from lo, before hi: as indices into hosts.
func (a *area) between(lo, hi uint32) (from, to int) {
	from, _ = slices.BinarySearch(a.at, lo)
	to, _ = slices.BinarySearch(a.at, hi)
	return from, to
}

// prefix is the prefix of 1<<n places from lo; false in index order.
func (a *area) prefix(lo uint32, n int) (netip.Prefix, bool) {
	if !a.ordered() {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(plus(a.base, lo), a.base.BitLen()-n), true
}
