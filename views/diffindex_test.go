package views

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// plainList is the list by the book: a text for each line, the query asked of each, a stable sort.
func plainList(s *State, all bool, query string) []int32 {
	q := flowGrammar(s.Scope, s.Words).Parse(query)
	x := &diffIndex{}
	x.update(s, diffWish{scope: everyLine})
	var rows []int32
	ranks := map[int32]int{}
	keep := func(row int32, rank int) {
		f := x.finding(row)
		var facts Facts
		if flowFacts(s, s.Scope, &f, &facts); q.Match(&facts) {
			rows = append(rows, row)
			ranks[row] = rank
		}
	}
	for id := range s.Results.Judged {
		j := &s.Results.Judged[id]
		if all || j.Verdict.Deviation() {
			keep(int32(id), rankOf(j))
		}
	}
	if all {
		for n := range x.lefts[len(x.lefts)-1] {
			keep(int32(-1-n), ranks0)
		}
	}
	slices.SortStableFunc(rows, func(a, b int32) int { return cmp.Compare(ranks[a], ranks[b]) })
	return rows
}

const ranks0 = ranks - 1

func scopeOf(all bool) diffScope {
	if all {
		return everyLine
	}
	return deviationsOnly
}

func TestDiffIndexAgreesWithTheBook(t *testing.T) {
	t.Parallel()
	waived := endedState()
	waived.Scope.Waivers = []audit.Waiver{{ID: "w-1", Rule: "clear_text_mgmt", Service: "cim-http", Verdict: "not_enforced",
		Target: waived.Scope.Plan.Host(3).Addr, Starts: fixedNow.AddDate(0, -1, 0), Expires: fixedNow.AddDate(0, 1, 0), ApprovedBy: "security"}}
	waived.Results.ApplyWaivers(fixedNow, waived.Evidence)
	if waived.Results.Total.Waived == 0 {
		t.Fatal("nothing is waived")
	}
	queries := []string{"", "cim", "!cim", "198.18.1.2", "host:198.18.1.2 !sev:>=3", "sev:0", "!sev:0", "verdict:not", "rule:clear", "!rule:clear",
		"service:slp", "tcp/443", "waived", "!waived", "bmc", "internet", "drop", "silence", "liveness !udp", "sev:>=4 exposed", "zzz",
		"verdict:exposed,broken", "!verdict:exposed", "host:198.18.1.2,198.18.1.9", "host:198.18.1.0/28 sev:>=3", "!host:198.18.0.0/16", "host:198.18.1.1",
		"port:443", "port:tcp/100-700", "!port:udp/623", "proto:udp,icmp", "intent:drop", "intent:default", "observed:silence", "class:rst", "reason:l7",
		"!reason:l7", "waived:yes", "waived:no", "!waived:no", "weak:tls", "!weak:cim_no_login", "zone:management", "from:trust", "role:bmc", "rule:0",
		"kit:oob", "technique:T1190", "!technique:T1", "control:a", "-f rule:clrtxt", "-f clrtxt", "service:cim-http,slp", `"drop by default"`, "sev:high",
		"not_tested", "198.18.1.3 slp", "management allow", strings.Repeat("1 ", 80)}
	for name, s := range map[string]*State{"ended": endedState(), "live": liveState(), "waived": waived, "large": largeState(70)} {
		for _, all := range []bool{false, true} {
			for _, query := range queries {
				x := &diffIndex{}
				x.update(s, diffWish{scope: scopeOf(all), query: query})
				if want := plainList(s, all, query); !slices.Equal(x.rows, want) {
					t.Errorf("%s, all %t, %q: %d lines %v, want %d %v", name, all, query, len(x.rows), head(x.rows), len(want), head(want))
				}
			}
		}
	}
}

func head(rows []int32) []int32 { return rows[:min(len(rows), 12)] }

func TestDiffGroupsHoldEveryLineOnce(t *testing.T) {
	t.Parallel()
	s := largeState(70)
	for order := byRule; order < diffOrders; order++ {
		for _, all := range []bool{false, true} {
			x := &diffIndex{}
			x.update(s, diffWish{order: order, scope: scopeOf(all)})
			seen := map[int32]bool{}
			headings, last := 0, -1
			for i := range x.len() {
				sec, row, heading := x.at(i)
				if heading {
					headings++
					if sec != last+1 {
						t.Fatalf("order %d: section %d follows %d", order, sec, last)
					}
					last = sec
					continue
				}
				if seen[row] || x.find(row) != i {
					t.Fatalf("order %d: row %d twice, or found at %d and not at %d", order, row, x.find(row), i)
				}
				seen[row] = true
				if got := groupOfRow(s, x, order, row); got != x.sections[sec].group {
					t.Fatalf("order %d: row %d stands in group %d, not in %d", order, row, x.sections[sec].group, got)
				}
			}
			if len(seen) != x.total() || headings != len(x.sections) || headings == 0 {
				t.Errorf("order %d: %d lines of %d under %d headings", order, len(seen), x.total(), headings)
			}
			x.foldEvery()
			if x.len() != headings || x.find(x.rows[x.sections[0].from]) != x.starts[0] {
				t.Errorf("order %d: %d lines are left when all is folded", order, x.len())
			}
		}
	}
}

func groupOfRow(s *State, x *diffIndex, order diffOrder, row int32) int32 {
	f := x.finding(row)
	name := ""
	switch order {
	case byRule:
		if f.Rule < 0 {
			return int32(len(s.Scope.Rules))
		}
		return int32(f.Rule)
	case byHost:
		if f.Left {
			return int32(s.Scope.Plan.Hosts())
		}
		return int32(s.Scope.Plan.Flow(probes.FlowID(row)).Host)
	case byVerdict:
		return int32(slices.Index(gravity[:], f.Verdict))
	case byZone:
		name = f.FromZone + zoneArrow + f.Zone
	case byService:
		name = f.ServiceID()
	}
	if name == "" {
		return int32(len(x.groups.names))
	}
	return int32(slices.Index(x.groups.names, name))
}
