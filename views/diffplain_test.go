package views

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// anyResults is a run with nothing of order in it: groups of several sizes, one without hosts, addresses in no order,
// sets of what cannot be tested with and without addresses, and judgements as no judge would make them together.
func anyResults(rng *rand.Rand, hosts int, first string) *State {
	s := largeState(hosts)
	sc, place, grp := s.Scope, s.Scope.Places[0], s.Scope.Plan.Groups[0]
	list := addrs(first, hosts)
	if rng.IntN(2) == 0 {
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	sc.Plan = &probes.Plan{Pace: sc.Plan.Pace}
	sc.Places = nil
	cut := rng.IntN(hosts)
	for _, part := range [][]netip.Addr{list[:cut], nil, list[cut:]} {
		from := rng.IntN(3)
		g, p := grp, place
		g.Addrs, g.Endpoints, p.Decisions = part, grp.Endpoints[from:], place.Decisions[from:]
		sc.Plan.Groups, sc.Places = append(sc.Plan.Groups, g), append(sc.Places, p)
	}
	sc.Plan.Seal()
	left := sc.Left[len(sc.Left)-1]
	sc.Left = nil
	for _, of := range [][]netip.Addr{list[cut:], nil, addrs("10.0.0.9", 5), {list[0], netip.MustParseAddr("2001:db8::1"), list[len(list)-1]}} {
		left.Addrs, left.Rule, left.Reason = of, rng.IntN(len(sc.Rules)+1)-1, audit.Reason(rng.IntN(int(audit.OutOfScope)+1))
		sc.Left = append(sc.Left, left)
	}
	s.Results = audit.NewResults(sc)
	s.Results.Total = audit.Tally{}
	host := 0
	for id := range s.Results.Judged {
		j := audit.Judgement{Verdict: audit.Verdict(rng.IntN(int(audit.NotTested) + 1)), Reason: audit.Reason(rng.IntN(int(audit.OutOfScope) + 1)),
			Severity: uint8(rng.IntN(6)), Observed: probes.Class(rng.IntN(int(probes.ProbeError) + 1)), Waived: rng.IntN(9) == 0}
		cell := &s.Results.Cells[id]
		cell.RTT = []uint32{0, uint32(rng.IntN(20)), uint32(rng.IntN(3e6)), uint32(rng.IntN(longestTrip))}[rng.IntN(4)]
		cell.Weak = 1 << rng.IntN(8)
		if s.Results.Judged[id] = j; j.Verdict.Deviation() && j.Waived {
			s.Results.Total.Waived++
		}
		if host = sc.Plan.Flow(probes.FlowID(id)).Host; j.Verdict.Deviation() {
			s.Results.Marks[host] = audit.MarkInfo
		}
	}
	return s
}

func anyState(rng *rand.Rand, hosts int) *State {
	s := anyResults(rng, hosts, "10.0.0.0")
	if rng.IntN(2) == 0 {
		then := anyResults(rng, max(1, hosts-3), "10.0.0.9")
		s.Drift, s.Against = audit.Compare(then.Results, s.Results, audit.Seen{}), then.Run.Run
	}
	return s
}

// plainKey is the number of a line in a column, from the line itself and from nothing else; false if it has none.
func plainKey(s *State, x *diffIndex, column string, row int32) (any uint32, has bool) {
	f := x.finding(row)
	switch column {
	case idVerdict:
		return uint32(verdictGroup(f.Verdict)), true
	case idSeverity:
		return uint32(f.Severity), f.Verdict.Deviation()
	case idObserved:
		return uint32(f.Observed), true
	case idReason:
		return uint32(f.Reason), true
	case idIntent:
		return uint32(f.Intent), true
	case idPort:
		return uint32(f.Proto)<<16 | uint32(f.Port), true
	case idRTT:
		return f.Cell.RTT, row >= 0 && f.Cell.RTT > 0
	case idService:
		ids := servicesOf(s.Results.Scope)
		slices.Sort(ids)
		at, ok := slices.BinarySearch(ids, f.ServiceID())
		return uint32(at), ok
	case idRule:
		if f.Rule < 0 {
			return 0, false
		}
		n := uint32(0)
		for i := range s.Results.Scope.Rules {
			if ruleName(&s.Results.Scope.Rules[i]) < ruleName(&s.Results.Scope.Rules[f.Rule]) {
				n++
			}
		}
		return n, true
	case idChange:
		c, lost, ok := x.changeOf(row)
		if lost {
			return uint32(len(audit.Changes()))*2 - 3, ok
		}
		return uint32(slices.Index(audit.Changes(), c)) * 2, ok
	case idWas:
		if s.Drift == nil || row < 0 {
			i, ok := x.missing(row)
			if ok = ok && s.Drift != nil; !ok {
				return 0, false
			}
			return uint32(verdictGroup(s.Drift.Earlier.Judged[s.Drift.Missing[i]].Verdict)), true
		}
		id, ok := s.Drift.BeforeFlow(flowAt(row))
		return uint32(verdictGroup(s.Drift.Earlier.Judged[id].Verdict)), ok
	}
	return 0, true // addresses do not fit into a number
}

// plainLine is what a line is ordered by.
type plainLine struct {
	row       int32
	group     int
	rank, key int
	has       bool
	addr      netip.Addr
}

// plainOrder is the list by the book: every line that the query keeps, in one stable sort by group, column and rank.
func plainOrder(s *State, x *diffIndex, wish diffWish) []int32 {
	var rows []int32
	if s.Drift != nil {
		rows = driftList(s, wish.scope, wish.query)
	} else {
		rows = plainList(s, wish.scope == everyLine, wish.query)
		slices.SortFunc(rows, func(a, b int32) int { return cmp.Compare(x.line(a), x.line(b)) })
	}
	first := map[int]int{} // by group: its lowest rank
	list := make([]plainLine, len(rows))
	for i, row := range rows {
		l := plainLine{row: row, rank: rankNotTested}
		switch n, missing := x.missing(row); {
		case row >= 0:
			f := s.Results.Scope.Plan.Flow(flowAt(row))
			l.group, l.rank = x.groups.of(f.Host, f.Group, f.Slot, s.Results.Judged[row].Verdict), rankOf(&s.Results.Judged[row])
		case missing:
			f := s.Drift.Earlier.Scope.Plan.Flow(s.Drift.Missing[n])
			l.group, l.rank = x.groups.missing(f.Host, f.Group, f.Slot), rankOfChange(s.Drift.OfMissing(n))
		default:
			set, _ := x.leftOf(row)
			l.group = int(x.groups.left[set])
		}
		if by := wish.sort.Column; by == idHost {
			l.addr = x.address(row)
			l.has = l.addr.IsValid()
		} else if by != "" {
			key, has := plainKey(s, x, by, row)
			l.key, l.has = int(key), has
		}
		if least, known := first[l.group]; !known || l.rank < least {
			first[l.group] = l.rank
		}
		list[i] = l
	}
	slices.SortStableFunc(list, func(a, b plainLine) int {
		c := cmp.Compare(a.group, b.group)
		if wish.order == byHost {
			c = cmp.Or(cmp.Compare(first[a.group], first[b.group]), c)
		}
		if c != 0 || a.has != b.has {
			return cmp.Or(c, cmp.Compare(b2i(b.has), b2i(a.has)))
		}
		if a.has {
			c = cmp.Or(cmp.Compare(a.key, b.key), a.addr.Compare(b.addr))
		}
		if wish.sort.Desc {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.rank, b.rank))
	})
	for i := range list {
		rows[i] = list[i].row
	}
	return rows
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inSections is the list as it is read from the top.
func inSections(x *diffIndex) (rows []int32) {
	if len(x.sections) == 0 {
		return x.rows
	}
	for _, sec := range x.sections {
		rows = append(rows, x.rows[sec.from:sec.to]...)
	}
	return rows
}

// requirePlain holds one list after another, made by an index that goes from wish to wish as a user does, to the book.
func requirePlain(t *testing.T, rng *rand.Rand, hosts int, queries []string) {
	t.Helper()
	s := anyState(rng, hosts)
	columns := driftColumns(s.Words, 15, 80)
	x := &diffIndex{}
	for range 12 {
		wish := diffWish{order: diffOrder(rng.IntN(int(diffOrders))), scope: diffScope(rng.IntN(2)), query: queries[rng.IntN(len(queries))]}
		if s.Drift != nil {
			wish.scope = diffScope(rng.IntN(3))
		}
		if rng.IntN(4) > 0 {
			wish.sort = Order{columns[rng.IntN(len(columns))].ID, rng.IntN(2) == 0}
		}
		x.update(s, wish)
		got, want := inSections(x), plainOrder(s, x, wish)
		if !slices.Equal(got, want) {
			at := 0
			for at < min(len(got), len(want)) && got[at] == want[at] {
				at++
			}
			t.Fatalf("%d hosts, drift %t, %+v: %d lines, want %d; from line %d on %v, want %v",
				hosts, s.Drift != nil, wish, len(got), len(want), at, head(got[at:]), head(want[at:]))
		}
		requireWorst(t, s, x)
	}
}

// requireWorst holds the worst line of each section to a look at all of them.
func requireWorst(t *testing.T, s *State, x *diffIndex) {
	t.Helper()
	for i := range x.sections {
		sec := &x.sections[i]
		worst, least, flows := int32(0), ranks, false
		for _, row := range x.rows[sec.from:sec.to] {
			rank := rankNotTested
			if n, missing := x.missing(row); missing {
				rank = rankOfChange(s.Drift.OfMissing(n))
			} else if row >= 0 {
				rank, flows = rankOf(&s.Results.Judged[row]), true
			}
			if rank < least || rank == least && x.line(row) < x.line(worst) {
				worst, least = row, rank
			}
		}
		if sec.worst != worst || sec.rank != least || sec.flows != flows {
			t.Fatalf("%+v: section %+v, want the worst to be %d of rank %d, flows %t", x.key.wish, *sec, worst, least, flows)
		}
	}
}

var anyQueries = []string{"", "1", "10.0.", "10.0.7", "!10.0.1", "e", "cim", "!slp sev:>=2", "sev:0", "exposed -f clrtxt", "host:10.0.0.0/25 port:443", "host:10.0.1.",
	"observed:silence !reason:l7", "waived:yes", "weak:tls", "!weak:tls verdict:exposed,broken", "rule:clear", "zzz", "2001", "not_tested", "change:new", "!change:lost"}

// Whatever a run looks like, and in whatever order its list is asked for, the fast way lists what a plain one does.
func TestDiffListsByTheBook(t *testing.T) {
	t.Parallel()
	for seed := range uint64(24) {
		rng := rand.New(rand.NewPCG(seed, 1))
		requirePlain(t, rng, 1+rng.IntN(70), anyQueries)
	}
	for seed := range uint64(4) { // so many that they are dealt among processors, and sorted group by group
		requirePlain(t, rand.New(rand.NewPCG(seed, 2)), 1500, anyQueries)
	}
}

func FuzzDiffIndex(f *testing.F) {
	f.Add(uint64(1), "sev:>=3 !slp")
	f.Add(uint64(2), "10.0.0 change:new,absent")
	f.Add(uint64(3), "-f rule:clr host:10.0.0.0/28")
	f.Fuzz(func(t *testing.T, seed uint64, query string) {
		rng := rand.New(rand.NewPCG(seed, 3))
		requirePlain(t, rng, 1+rng.IntN(40), []string{query, ""})
	})
}
