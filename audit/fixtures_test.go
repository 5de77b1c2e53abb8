package audit

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"oobscope/kits"
	"oobscope/probes"
)

// siteText is a small segment: two controllers, an appliance and a resolver, seen from management.
const siteText = `schema: oobscope.site/v1
name: lab
zones:
  management: [198.18.0.0/22, "fd00:20::/64"]
  trust: [198.18.90.0/24]
  internal: [198.18.64.0/18]
  internet: ["*"]
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.4/30], exclude: [198.18.1.6]}
  - {role: appliance, addresses: [198.18.0.20, "fd00:20::20"]}
  - {role: resolver, addresses: [198.18.64.53]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
`

func mustSite(t testing.TB, text string) *Site {
	t.Helper()
	s, err := ReadSite("site.yaml", []byte(text))
	if err != nil {
		t.Fatalf("site: %v", err)
	}
	return s
}

// rule makes a rule from its arrow notation: "from,from > to".
func rule(app string, risk int, action kits.Action, zones string) kits.Rule {
	from, to, _ := strings.Cut(zones, " > ")
	return kits.Rule{
		App: kits.Application{ID: app, Risk: risk}, Action: action,
		From: strings.Split(from, ","), To: strings.Split(to, ","),
	}
}

// labKit is the shape of the published kit: seven rules, the last one drops clear text.
func labKit() *kits.Kit {
	k := &kits.Kit{ID: "lab_kit", Version: "1.0.0", Rules: []kits.Rule{
		rule("infra_mgmt_web", 4, kits.Allow, "trust,internal,management > management"),
		rule("bmc_management", 4, kits.Allow, "management > management"),
		rule("icmp_probe", 1, kits.Allow, "management > management"),
		rule("slp", 2, kits.Allow, "management > management"),
		rule("dns", 2, kits.Allow, "management > internal"),
		rule("firmware_update", 3, kits.Allow, "management > internet"),
		rule("clear_text_mgmt", 4, kits.Drop, "management > management"),
	}}
	k.Rules[6].Controls = []string{"block_cleartext_management"}
	k.Rules[6].Mitigates = []string{"T1557"}
	k.Rules[1].Mitigates = []string{"T1557", "T1210"}
	return k
}

// from makes a vantage whose packets all leave from one address through a gateway.
func from(source string) Vantage {
	return Vantage{Name: "jump1", Path: func(netip.Addr) (Path, bool) {
		return Path{Source: netip.MustParseAddr(source), Interface: "eth0"}, true
	}}
}

func mustScope(t testing.TB, k *kits.Kit, site *Site, v Vantage, o Options) *Scope {
	t.Helper()
	s, err := NewScope([]*kits.Kit{k}, site, v, o)
	if err != nil {
		t.Fatalf("scope: %v", err)
	}
	return s
}

func labResults(t testing.TB) *Results {
	t.Helper()
	return NewResults(mustScope(t, labKit(), mustSite(t, siteText), from("198.18.0.9"), Options{}))
}

// flowOf finds the flow of a target, service and transport.
func flowOf(t testing.TB, s *Scope, target, service string, proto probes.Proto) probes.Flow {
	t.Helper()
	for id := range s.Plan.Flows() {
		f := s.Plan.Flow(probes.FlowID(id))
		if f.Addr.String() == target && f.Endpoint.Service == service && f.Endpoint.Proto == proto {
			return f
		}
	}
	t.Fatalf("no flow for %s %s %s", target, service, proto)
	return probes.Flow{}
}

// see updates one flow of the results and leaves its neighbours as they are.
func see(t testing.TB, r *Results, target, service string, proto probes.Proto, c probes.Cell) probes.FlowID {
	t.Helper()
	f := flowOf(t, r.Scope, target, service, proto)
	h := r.Scope.Plan.Host(f.Host)
	row := append([]probes.Cell(nil), r.Cells[h.First:int(h.First)+h.Count]...)
	row[f.Slot] = c
	r.Update(f.Host, row, r.Hosts[f.Host])
	return f.ID
}

// recount tallies everything from scratch and compares it with what was kept incrementally.
func recount(t testing.TB, r *Results) {
	t.Helper()
	fresh := NewResults(r.Scope)
	for id, j := range r.Judged {
		f := r.Scope.Plan.Flow(probes.FlowID(id))
		fresh.count(f.Group, f.Slot, Judgement{}, -1)
		fresh.count(f.Group, f.Slot, j, +1)
	}
	seen := map[[3]int]int{}
	for id, c := range r.Cells {
		f := r.Scope.Plan.Flow(probes.FlowID(id))
		seen[[3]int{f.Group, f.Slot, int(c.Class)}]++
	}
	for group, row := range r.ways {
		for slot := range row {
			for class, n := range r.Seen(group, slot) {
				if want := seen[[3]int{group, slot, class}]; n != want {
					t.Errorf("group %d, slot %d: %d flows seen as %s, counted %d", group, slot, n, probes.Class(class), want)
				}
			}
		}
	}
	if fresh.Total != r.Total {
		t.Errorf("total: kept %+v, counted %+v", r.Total, fresh.Total)
	}
	for i := range r.ByRule {
		if fresh.ByRule[i] != r.ByRule[i] {
			t.Errorf("rule %d: kept %+v, counted %+v", i, r.ByRule[i], fresh.ByRule[i])
		}
	}
	for k, v := range r.ByService {
		if *fresh.ByService[k] != *v {
			t.Errorf("service %s: kept %+v, counted %+v", k, *v, *fresh.ByService[k])
		}
	}
	for k, v := range r.ByZones {
		if *fresh.ByZones[k] != *v {
			t.Errorf("zones %v: kept %+v, counted %+v", k, *v, *fresh.ByZones[k])
		}
	}
}

// decided prints what is intended for a flow: "drop by clear_text_mgmt".
func decided(s *Scope, f probes.Flow) string {
	d := s.Decision(f)
	if d.Rule < 0 {
		return d.Intent.String()
	}
	return fmt.Sprintf("%s by %s", d.Intent, s.RuleID(d.Rule))
}
