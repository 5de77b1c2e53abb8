package views

import (
	"net/netip"

	"oobscope/audit"
)

// questionKey is the number of what is asked in a column.
func (x *diffIndex) questionKey(column string) func(f *audit.Finding) uint32 {
	o := &x.sorter
	switch column {
	case idIntent:
		return func(f *audit.Finding) uint32 { return uint32(f.Intent) }
	case idPort:
		return func(f *audit.Finding) uint32 { return uint32(f.Proto)<<16 | uint32(f.Port) }
	case idService:
		o.prepare(x.key.results.Scope, x.key.drift)
		return func(f *audit.Finding) uint32 { return rankOrLast(o.services, f.ServiceID()) }
	}
	o.prepare(x.key.results.Scope, x.key.drift)
	return func(f *audit.Finding) uint32 {
		if f.Rule < 0 || f.Rule >= len(o.rules) {
			return last
		}
		return o.rules[f.Rule]
	}
}

// address is whom a line is about; invalid if it stands for no address.
func (x *diffIndex) address(row int32) (a netip.Addr) {
	if i, ok := x.missing(row); ok {
		return x.key.drift.Earlier.Scope.Plan.Flow(x.key.drift.Missing[i]).Addr
	}
	if row >= 0 {
		return x.key.results.Scope.Plan.Flow(flowAt(row)).Addr
	}
	set, i := x.leftOf(row)
	if list := x.key.results.Scope.Left[set].Addrs; i < len(list) {
		a = list[i]
	}
	return a
}

func rankOrLast(ranks map[string]uint32, name string) uint32 {
	if k, ok := ranks[name]; ok {
		return k
	}
	return last
}
