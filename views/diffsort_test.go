package views

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"oobscope/audit"
)

// inOrder compares two lines by a column as a reader would.
var inOrder = map[string]func(s *State, x *diffIndex, a, b int32) int{
	idHost: func(_ *State, x *diffIndex, a, b int32) int { return x.address(a).Compare(x.address(b)) },
	idService: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) string { return f.ServiceID() })
	},
	idRule: func(s *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) string { return deciderOf(s.Results.Scope, f.Rule) })
	},
	idIntent: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Intent) })
	},
	idObserved: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Observed) })
	},
	idVerdict: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return verdictGroup(f.Verdict) })
	},
	idSeverity: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Severity) })
	},
	idPort: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Proto)<<16 | int(f.Port) })
	},
	idReason: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Reason) })
	},
	idRTT: func(_ *State, x *diffIndex, a, b int32) int {
		return byFinding(x, a, b, func(f *audit.Finding) int { return int(f.Cell.RTT) })
	},
	idChange: func(_ *State, x *diffIndex, a, b int32) int {
		place := func(row int32) int { c, _, _ := x.changeOf(row); return slices.Index(audit.Changes(), c) }
		return cmp.Compare(place(a), place(b))
	},
	idWas: func(_ *State, x *diffIndex, a, b int32) int {
		place := func(row int32) int { f, _ := x.before(row); return verdictGroup(f.Verdict) }
		return cmp.Compare(place(a), place(b))
	},
}

func byFinding[T cmp.Ordered](x *diffIndex, a, b int32, of func(*audit.Finding) T) int {
	fa, fb := x.finding(a), x.finding(b)
	return cmp.Compare(of(&fa), of(&fb))
}

// empty tells whether a line has nothing in a column; such lines stand behind the others in both directions.
func emptyIn(s *State, x *diffIndex, column string, row int32) bool {
	f := x.finding(row)
	switch column {
	case idHost:
		return !x.address(row).IsValid()
	case idService:
		return f.Service == nil
	case idRule:
		return f.Rule < 0
	case idSeverity:
		return !f.Verdict.Deviation()
	case idRTT:
		return f.Cell.RTT == 0
	case idChange:
		_, _, ok := x.changeOf(row)
		return !ok
	case idWas:
		_, ok := x.before(row)
		return !ok
	}
	return false
}

func TestDiffSortsByEveryColumn(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*State{"drift": driftState(), "ended": endedState(), "large": largeState(70), "six": sixState()} {
		for _, c := range driftColumns(s.Words, 15, 80) {
			if inOrder[c.ID] == nil {
				t.Fatalf("no order is known for the column %q", c.ID)
			}
			for _, desc := range []bool{false, true} {
				for order := worstFirst; order < diffOrders; order++ {
					requireSorted(t, fmt.Sprintf("%s, %s, desc %t, order %d", name, c.ID, desc, order), s,
						diffWish{order: order, scope: everyLine, sort: Order{c.ID, desc}})
				}
			}
		}
	}
}

func requireSorted(t *testing.T, what string, s *State, wish diffWish) {
	t.Helper()
	x, plain := &diffIndex{}, &diffIndex{}
	x.update(s, wish)
	unsorted := wish
	unsorted.sort = Order{}
	plain.update(s, unsorted)
	a, b := slices.Sorted(slices.Values(x.rows)), slices.Sorted(slices.Values(plain.rows))
	if !slices.Equal(a, b) {
		t.Fatalf("%s: other lines than unsorted", what)
	}
	parts := x.sections
	if len(parts) == 0 {
		parts = []section{{to: int32(len(x.rows))}}
	}
	if !slices.Equal(x.sections, plain.sections) {
		t.Fatalf("%s: other sections than unsorted", what)
	}
	for _, part := range parts {
		rows := x.rows[part.from:part.to]
		for i := 1; i < len(rows); i++ {
			before, row := rows[i-1], rows[i]
			switch gone, here := emptyIn(s, x, wish.sort.Column, before), emptyIn(s, x, wish.sort.Column, row); {
			case gone && !here:
				t.Fatalf("%s: line %d has nothing in the column and stands before one that has", what, i)
			case gone || here:
				continue
			}
			c := inOrder[wish.sort.Column](s, x, before, row)
			if wish.sort.Desc {
				c = -c
			}
			if c > 0 {
				t.Fatalf("%s: line %d is out of order", what, i)
			}
		}
	}
}
