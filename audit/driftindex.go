package audit

import (
	"cmp"
	"net/netip"
	"slices"

	"oobscope/probes"
)

// flowIndex finds the flows of a run by what they are about: target address, service, transport and port. It
// costs four bytes for each host; flow numbers mean nothing outside their own plan.
type flowIndex struct {
	scope  *Scope
	byAddr []int32            // hosts of the plan, ordered by address, then as planned
	slots  map[[2]int][]int16 // by group of the other run and group of this one: slot there -> slot here, or -1
}

func newFlowIndex(s *Scope) *flowIndex {
	x := &flowIndex{scope: s, byAddr: make([]int32, s.Plan.Hosts()), slots: map[[2]int][]int16{}}
	addrs := make([]netip.Addr, len(x.byAddr))
	n := 0
	for g := range s.Plan.Groups {
		for _, a := range s.Plan.Groups[g].Addrs {
			x.byAddr[n], addrs[n] = int32(n), a
			n++
		}
	}
	slices.SortFunc(x.byAddr, func(a, b int32) int {
		return cmp.Or(addrs[a].Compare(addrs[b]), cmp.Compare(a, b))
	})
	return x
}

// hosts lists the hosts of the plan with that address: one for each role that the site gives it.
func (x *flowIndex) hosts(a netip.Addr) []int32 {
	from, found := slices.BinarySearchFunc(x.byAddr, a, func(h int32, a netip.Addr) int {
		return x.scope.Plan.Host(int(h)).Addr.Compare(a)
	})
	if !found {
		return nil
	}
	to := from + 1
	for to < len(x.byAddr) && x.scope.Plan.Host(int(x.byAddr[to])).Addr == a {
		to++
	}
	return x.byAddr[from:to]
}

// fit says which slots of a group of this run ask what those of a group of the other run ask.
func (x *flowIndex) fit(other *Scope, theirs, ours int) []int16 {
	key := [2]int{theirs, ours}
	if fit, ok := x.slots[key]; ok {
		return fit
	}
	eps := x.scope.Plan.Groups[ours].Endpoints
	var fit []int16
	for _, e := range other.Plan.Groups[theirs].Endpoints {
		fit = append(fit, int16(slices.IndexFunc(eps, func(o probes.Endpoint) bool {
			return o.Service == e.Service && o.Proto == e.Proto && o.Port == e.Port
		})))
	}
	x.slots[key] = fit
	return fit
}

// counterparts appends, for each flow of a host of the other run, the flow of this run that is about the same,
// or -1. An address with two roles is matched within its role, if it is asked there.
func (x *flowIndex) counterparts(other *Scope, h probes.Host, out []int64) []int64 {
	out = out[:0]
	for range h.Count {
		out = append(out, -1)
	}
	role := other.Places[h.Group].Role
	for _, same := range [...]bool{true, false} {
		for _, i := range x.hosts(h.Addr) {
			own := x.scope.Plan.Host(int(i))
			if (x.scope.Places[own.Group].Role == role) != same {
				continue
			}
			for slot, k := range x.fit(other, h.Group, own.Group) {
				if k >= 0 && out[slot] < 0 {
					out[slot] = int64(own.First) + int64(k)
				}
			}
		}
	}
	return out
}
