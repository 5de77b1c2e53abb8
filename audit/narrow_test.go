package audit

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oobscope/kits"
	"oobscope/probes"
)

// named writes the flows of a plan down by what they are about.
func named(s *Scope) []string {
	var out []string
	for id := range s.Plan.Flows() {
		out = append(out, nameOf(s, probes.FlowID(id)))
	}
	slices.Sort(out)
	return out
}

func nameOf(s *Scope, id probes.FlowID) string {
	f := s.Plan.Flow(id)
	return fmt.Sprintf("%s %s %s/%d %s", f.Addr, f.Endpoint.Service, f.Endpoint.Proto, f.Endpoint.Port, decided(s, f))
}

const narrowSite = `schema: oobscope.site/v1
name: lab
zones: {management: [198.18.0.0/22], trust: [198.18.90.0/24], internet: ["*"]}
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.0/27]}
  - {role: appliance, addresses: [198.18.0.20, 198.18.0.24/29]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
services: {redfish: {ports: [443, 8443]}}
`

// A narrowed plan has exactly the flows that were chosen, decided as they were, whichever they are, and a stored
// run makes the very same plan again.
func TestNarrowedPlanHasExactlyTheChosenFlows(t *testing.T) {
	t.Parallel()
	site := mustSite(t, narrowSite)
	full := mustScope(t, labKit(), site, from("198.18.0.9"), Options{})
	r := rand.New(rand.NewPCG(1, 2))
	for try := range 60 {
		var chosen []probes.FlowID
		var want []string
		for id := range full.Plan.Flows() {
			if r.IntN(60) < try {
				chosen = append(chosen, probes.FlowID(id))
				want = append(want, nameOf(full, probes.FlowID(id)))
			}
		}
		if len(chosen) == 0 {
			continue
		}
		slices.Sort(want)
		o := Options{Only: Blocks(full, chosen), Again: "01JD0000000000000000000001"}
		narrow := mustScope(t, labKit(), site, from("198.18.0.9"), o)
		if got := named(narrow); !slices.Equal(got, want) {
			t.Fatalf("%d flows chosen: planned %v, want %v", len(chosen), got, want)
		}
		if len(narrow.Left) != 0 {
			t.Fatalf("a plan of single flows leaves out %+v", narrow.Left)
		}
		for g := range narrow.Places {
			if len(narrow.Places[g].Decisions) != len(narrow.Plan.Groups[g].Endpoints) {
				t.Fatalf("group %d: %d decisions for %d endpoints", g, len(narrow.Places[g].Decisions), len(narrow.Plan.Groups[g].Endpoints))
			}
		}
		var back Options
		if err := json.Unmarshal(mustJSON(t, o), &back); err != nil || !reflect.DeepEqual(o, back) {
			t.Fatalf("options through JSON: %+v, %v", back, err)
		}
		again := mustScope(t, labKit(), site, from("198.18.0.9"), back)
		if !reflect.DeepEqual(again.Plan.Groups, narrow.Plan.Groups) {
			t.Fatal("the plan is another one when it is made again")
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBlocksAreFew(t *testing.T) {
	t.Parallel()
	full := mustScope(t, labKit(), mustSite(t, narrowSite), from("198.18.0.9"), Options{})
	var one, whole []probes.FlowID
	for id := range full.Plan.Flows() {
		whole = append(whole, probes.FlowID(id))
		if full.Plan.Flow(probes.FlowID(id)).Endpoint.Service == "redfish" {
			one = append(one, probes.FlowID(id))
		}
	}
	want := []FlowBlock{{Hosts: []HostRange{{netip.MustParseAddr("198.18.1.1"), netip.MustParseAddr("198.18.1.30")}},
		Asks: []Ask{{"redfish", probes.TCP, 443}, {"redfish", probes.TCP, 8443}}}}
	if got := Blocks(full, one); !reflect.DeepEqual(got, want) {
		t.Errorf("one question to all: %+v, want %+v", got, want)
	}
	if got := Blocks(full, whole); len(got) != len(full.Plan.Groups) {
		t.Errorf("everything takes %d blocks, want one for each of %d groups", len(got), len(full.Plan.Groups))
	}
	if got := Blocks(full, []probes.FlowID{probes.FlowID(full.Plan.Flows())}); got != nil {
		t.Errorf("a flow that does not exist: %+v", got)
	}
}

// What the site no longer lists, or no longer asks, is never sent a packet, whoever wishes for it.
func TestNarrowingNeverAdds(t *testing.T) {
	t.Parallel()
	full := mustScope(t, labKit(), mustSite(t, narrowSite), from("198.18.0.9"), Options{})
	var whole []probes.FlowID
	for id := range full.Plan.Flows() {
		whole = append(whole, probes.FlowID(id))
	}
	o := Options{Only: Blocks(full, whole)}
	o.Only[0].Hosts = append(o.Only[0].Hosts, HostRange{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("203.0.113.200")})
	o.Only[0].Asks = append(o.Only[0].Asks, Ask{"redfish", probes.TCP, 9})
	text := strings.Replace(narrowSite, "198.18.1.0/27]}", "198.18.1.0/27], exclude: [198.18.1.8/29]}", 1)
	text = strings.Replace(text, "[443, 8443]", "[443]", 1)
	site := mustSite(t, text)
	narrow := mustScope(t, labKit(), site, from("198.18.0.9"), o)
	allowed := named(mustScope(t, labKit(), site, from("198.18.0.9"), Options{}))
	got := named(narrow)
	if len(got) == 0 || len(got) >= full.Plan.Flows() {
		t.Fatalf("%d flows of %d", len(got), full.Plan.Flows())
	}
	for _, f := range got {
		if !slices.Contains(allowed, f) {
			t.Errorf("%s is planned, but the site has no such flow", f)
		}
	}
}

func TestNarrowedPlanNamesTargetsWithoutRoute(t *testing.T) {
	t.Parallel()
	site := mustSite(t, narrowSite)
	full := mustScope(t, labKit(), site, from("198.18.0.9"), Options{})
	cim, echo := flowOf(t, full, "198.18.1.5", "cim-http", probes.TCP), flowOf(t, full, "198.18.1.6", "icmp-echo", probes.ICMP)
	v := from("198.18.0.9")
	path := v.Path
	v.Path = func(a netip.Addr) (Path, bool) {
		p, ok := path(a)
		return p, ok && a != cim.Addr
	}
	s := mustScope(t, labKit(), site, v, Options{Only: Blocks(full, []probes.FlowID{cim.ID, echo.ID})})
	if got := named(s); len(got) != 1 || !strings.HasPrefix(got[0], "198.18.1.6 icmp-echo") {
		t.Errorf("planned %v", got)
	}
	if len(s.Left) != 1 || s.Left[0].Service.ID != "cim-http" || s.Left[0].Reason != LocalFailure || !slices.Equal(s.Left[0].Addrs, []netip.Addr{cim.Addr}) {
		t.Errorf("left %+v", s.Left)
	}
}

func TestNarrowingRefusesNonsense(t *testing.T) {
	t.Parallel()
	a, b := netip.MustParseAddr("198.18.1.1"), netip.MustParseAddr("198.18.1.9")
	six := netip.MustParseAddr("fd00::1")
	asks := []Ask{{"redfish", probes.TCP, 443}}
	for name, c := range map[string]struct {
		hosts []HostRange
		asks  []Ask
		want  string
	}{
		"turned round":    {[]HostRange{{b, a}}, asks, "addresses 198.18.1.9 to 198.18.1.1 are no range"},
		"two families":    {[]HostRange{{a, six}}, asks, "are no range"},
		"no address":      {[]HostRange{{}}, asks, "are no range"},
		"twice":           {[]HostRange{{a, b}, {b, b}}, asks, "address 198.18.1.9 is named twice"},
		"unknown service": {[]HostRange{{a, b}}, []Ask{{"gopher", probes.TCP, 70}}, `service "gopher" is not in the catalogue`},
	} {
		_, err := NewScope([]*kits.Kit{labKit()}, mustSite(t, narrowSite), from("198.18.0.9"), Options{Only: []FlowBlock{{c.hosts, c.asks}}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// BenchmarkNarrow plans one question to each host of a /16 again, out of a plan of all.
func BenchmarkNarrow(b *testing.B) {
	site := mustSite(b, strings.Replace(strings.Replace(narrowSite, "198.18.0.0/22", "198.18.0.0/22, 10.0.0.0/15", 1), "198.18.1.0/27", "10.0.0.0/16", 1))
	full := mustScope(b, labKit(), site, from("198.18.0.9"), Options{})
	var chosen []probes.FlowID
	for id := range full.Plan.Flows() {
		if full.Plan.Flow(probes.FlowID(id)).Endpoint.Service == "redfish" {
			chosen = append(chosen, probes.FlowID(id))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		s := mustScope(b, labKit(), site, from("198.18.0.9"), Options{Only: Blocks(full, chosen)})
		if s.Plan.Flows() != len(chosen) {
			b.Fatal(s.Plan.Flows())
		}
	}
}
