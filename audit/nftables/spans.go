package nftables

import (
	"net/netip"
	"slices"
)

// span is a range of addresses of one family, both ends in it.
type span struct{ low, high netip.Addr }

// spanOf is the span of a prefix.
func spanOf(p netip.Prefix) span {
	low := p.Masked().Addr()
	b := low.AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	high, _ := netip.AddrFromSlice(b)
	return span{low, high}
}

// whole is every address of a family.
func whole(v6 bool) span {
	if v6 {
		return spanOf(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	}
	return spanOf(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
}

// String is the span as nft reads it: an address, a prefix if it is one, else a range.
func (s span) String() string {
	if s.low == s.high {
		return s.low.String()
	}
	for bits := range s.low.BitLen() {
		p := netip.PrefixFrom(s.low, bits)
		if p.Masked().Addr() == s.low && spanOf(p) == s {
			return p.String()
		}
	}
	return s.low.String() + "-" + s.high.String()
}

// joined sorts spans of one family and joins those that overlap or touch.
func joined(list []span) []span {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b span) int { return a.low.Compare(b.low) })
	var out []span
	for _, s := range sorted {
		if n := len(out); n > 0 && (s.low.Compare(out[n-1].high) <= 0 || s.low == out[n-1].high.Next()) {
			if s.high.Compare(out[n-1].high) > 0 {
				out[n-1].high = s.high
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// without takes the spans of holes, all of the same family, out of a list.
func without(list, holes []span) []span {
	rest := joined(list)
	for _, h := range holes {
		var next []span
		for _, s := range rest {
			if h.high.Compare(s.low) < 0 || h.low.Compare(s.high) > 0 {
				next = append(next, s)
				continue
			}
			if s.low.Compare(h.low) < 0 {
				next = append(next, span{s.low, h.low.Prev()})
			}
			if h.high.Compare(s.high) < 0 {
				next = append(next, span{h.high.Next(), s.high})
			}
		}
		rest = next
	}
	return rest
}

// meet tells whether two lists have an address in common.
func meet(a, b []span) bool {
	return slices.ContainsFunc(a, func(x span) bool {
		return slices.ContainsFunc(b, func(y span) bool {
			return x.low.Compare(y.high) <= 0 && y.low.Compare(x.high) <= 0
		})
	})
}
