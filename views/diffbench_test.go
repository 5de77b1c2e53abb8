package views

import (
	"fmt"
	"io"
	"testing"

	"oobscope/audit"
)

// largeDrift is largeState held against a run of the same size in which one host in eight looked otherwise; the
// first 4,096 hosts were not there, and as many others are gone.
func largeDrift(n int) *State {
	s, then := largeState(n), largeState(n)
	gone := 4096 * n / 65536
	list := then.Scope.Plan.Groups[0].Addrs
	copy(list, list[gone:])
	copy(list[n-gone:], addrs("10.9.0.0", gone))
	then.Results = audit.NewResults(then.Scope)
	for i := range n {
		like := i + gone
		if i%8 == 0 {
			like++
		}
		then.Results.Update(i, hostCells(then.Scope.Plan.Host(i), like), hostState(like))
	}
	s.Drift = audit.Compare(then.Results, s.Results, audit.Seen{})
	s.Against = then.Run.Run
	return s
}

// BenchmarkDiffKey is a key and the frame after it, over 65,536 hosts and 786,432 flows at 120x40: moving with all
// lines listed in every order, marking, a range, folding, and the same with another run to be held against.
func BenchmarkDiffKey(b *testing.B) {
	plain, drift := largeState(65536), largeDrift(65536)
	for _, c := range []struct {
		name  string
		state *State
		first []string
		keys  []string
	}{
		{"move", plain, []string{"a"}, []string{"j", "j", "pgdown", "k"}},
		{"move-by-rule", plain, []string{"a", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"move-by-host", plain, []string{"a", "v", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"move-by-service", plain, []string{"a", "v", "v", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"move-by-zone", plain, []string{"a", "v", "v", "v", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"move-by-verdict", plain, []string{"a", "v", "v", "v", "v", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"move-marked", plain, []string{"a", "*"}, []string{"j", "j", "pgdown", "k"}},
		{"mark", plain, []string{"a"}, []string{"space"}},
		{"mark-by-host", plain, []string{"a", "v", "v"}, []string{"space", "j"}},
		{"range", plain, []string{"a", "G", "V", "g"}, []string{"j", "k"}},
		{"fold-by-host", plain, []string{"a", "v", "v"}, []string{"enter", "j", "j"}},
		{"drift-move", drift, nil, []string{"j", "j", "pgdown", "k"}},
		{"drift-move-all", drift, []string{"D"}, []string{"j", "j", "pgdown", "k"}},
		{"drift-move-by-host", drift, []string{"D", "v", "v"}, []string{"j", "j", "pgdown", "k"}},
		{"drift-mark", drift, []string{"D"}, []string{"space"}},
	} {
		screen := pressed(NewDiff(), c.state, c.first...)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				screen.Press(c.state, c.keys[i%len(c.keys)])
				screen.Render(c.state, 120, 40)
			}
		})
	}
}

// BenchmarkDiffWhole is what touches every one of 786,432 flows: another order, a filter, a column to sort by, all
// marks turned round, all groups folded.
func BenchmarkDiffWhole(b *testing.B) {
	plain, drift := largeState(65536), largeDrift(65536)
	for _, c := range []struct {
		name  string
		state *State
		first []string
		key   string
	}{
		{"order", plain, []string{"a"}, "v"},
		{"sort-next-column", plain, []string{"a"}, "s"},
		{"invert-marks", plain, []string{"a"}, "*"},
		{"mark-a-group", plain, []string{"a", "v", "v", "v", "v"}, "space"},
		{"fold-all-hosts", plain, []string{"a", "v", "v"}, "z"},
		{"drift-scope", drift, nil, "D"},
		{"drift-order", drift, []string{"D"}, "v"},
	} {
		screen := pressed(NewDiff(), c.state, c.first...)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				screen.Press(c.state, c.key)
				screen.Render(c.state, 120, 40)
			}
		})
	}
	for _, of := range []struct {
		name  string
		state *State
		first string
	}{{"filter", plain, "a"}, {"drift-filter", drift, "D"}} {
		screen := pressed(NewDiff(), of.state, of.first)
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				screen.Filter(of.state, fmt.Sprintf("10.0.%d !slp sev:>=0", i%200))
				screen.Render(of.state, 120, 40)
			}
		})
	}
}

// BenchmarkDiffOrder is the key that leads to an order, by itself: all 786,432 flows are listed anew.
func BenchmarkDiffOrder(b *testing.B) {
	benchmarkWishes(b, func(*State) (list []diffWish) {
		for order := worstFirst; order < diffOrders; order++ {
			list = append(list, diffWish{order: order})
		}
		return list
	})
}

// BenchmarkDiffSort is the key that sorts by a column, by each of them, up and down, without groups and by host.
func BenchmarkDiffSort(b *testing.B) {
	benchmarkWishes(b, func(s *State) (list []diffWish) {
		for _, c := range driftColumns(s.Words, 15, 80) {
			if (c.ID == idChange || c.ID == idWas) && s.Drift == nil {
				continue
			}
			for _, order := range []diffOrder{worstFirst, byRule, byHost} {
				for _, desc := range []bool{false, true} {
					list = append(list, diffWish{order: order, sort: Order{c.ID, desc}})
				}
			}
		}
		return list
	})
}

// BenchmarkDiffType is a filter typed letter by letter: what each letter costs.
func BenchmarkDiffType(b *testing.B) {
	for _, query := range []string{"10.0.7 !slp sev:>=2", "exposed -f clrtxt", "host:10.0.0.0/17 port:443", "observed:silence !reason:l7"} {
		benchmarkWishes(b, func(*State) (list []diffWish) {
			for n := range len(query) {
				list = append(list, diffWish{query: query[:n+1]})
			}
			return list
		})
	}
}

// benchmarkWishes makes the list fit one wish after another, with nothing and with a run to be held against, and tells what
// each costs; the memory that is used again is there already.
func benchmarkWishes(b *testing.B, of func(s *State) []diffWish) {
	for _, c := range []struct {
		name  string
		state *State
	}{{"plain", largeState(65536)}, {"drift", largeDrift(65536)}} {
		x := &diffIndex{}
		x.update(c.state, diffWish{scope: everyLine, sort: Order{Column: idHost}})
		for _, wish := range of(c.state) {
			wish.scope = everyLine
			b.Run(fmt.Sprintf("%s/%s/%s-%t/%q", c.name, orderNames[wish.order], wish.sort.Column, wish.sort.Desc, wish.query), func(b *testing.B) {
				x.update(c.state, wish)
				b.ReportAllocs()
				for b.Loop() {
					if x.set = false; wish.sort.Column == "" && wish.query == "" {
						x.grouped = groupsKey{}
					}
					if wish.query != "" {
						x.filter.set, x.earlier.set = false, false
					}
					x.update(c.state, wish)
				}
			})
		}
	}
}

// BenchmarkDiffCopy writes all 786,432 lines as a table, as it happens beside the message loop, and what of it the key press
// itself costs.
func BenchmarkDiffCopy(b *testing.B) {
	s := largeState(65536)
	screen := pressed(NewDiff(), s, "a", "*")
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			screen.Press(s, "y")
		}
	})
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		a := screen.Press(s, "y")
		for b.Loop() {
			if err := a.Write(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
}
