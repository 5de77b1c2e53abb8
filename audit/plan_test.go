package audit

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"oobscope/kits"
	"oobscope/probes"
)

func TestPlanDecides(t *testing.T) {
	t.Parallel()
	s := mustScope(t, labKit(), mustSite(t, siteText), from("198.18.0.9"), Options{})
	rows := []struct {
		target, service string
		proto           probes.Proto
		want            string
	}{
		{"198.18.1.5", "redfish", probes.TCP, "allow by bmc_management"},
		{"198.18.1.5", "icmp-echo", probes.ICMP, "allow by icmp_probe"},
		{"198.18.1.5", "slp", probes.UDP, "allow by slp"},
		{"198.18.1.5", "slp", probes.TCP, "allow by slp"},
		{"198.18.1.5", "cim-http", probes.TCP, "drop by clear_text_mgmt"},
		{"198.18.1.5", "ipmi", probes.UDP, "drop by clear_text_mgmt"},
		{"198.18.1.5", "upnp-psblock", probes.TCP, "default-allow"},
		{"198.18.0.20", "https-mgmt", probes.TCP, "allow by infra_mgmt_web"},
		{"fd00:20::20", "https-mgmt", probes.TCP, "allow by infra_mgmt_web"},
		{"198.18.64.53", "dns", probes.UDP, "allow by dns"},
	}
	for _, row := range rows {
		if got := decided(s, flowOf(t, s, row.target, row.service, row.proto)); got != row.want {
			t.Errorf("%s %s: %s, want %s", row.target, row.service, got, row.want)
		}
	}
	for i := range s.Plan.Hosts() {
		switch a := s.Plan.Host(i).Addr.String(); a {
		case "198.18.1.5", "198.18.0.20", "fd00:20::20", "198.18.64.53":
		default:
			t.Errorf("%s is planned: excluded, broadcast and unlisted addresses must not be", a)
		}
	}
	if s.Plan.Hosts() != 4 {
		t.Errorf("%d hosts, want 4", s.Plan.Hosts())
	}
}

// From trust, the management-to-management rules cannot be tested; calling them fine would be the worst
// bug of all.
func TestPlanVantageGate(t *testing.T) {
	t.Parallel()
	text := strings.Replace(siteText, "vantage: {name: jump1, zone: management}\n", "", 1)
	s := mustScope(t, labKit(), mustSite(t, text), from("198.18.90.7"), Options{})
	if got := decided(s, flowOf(t, s, "198.18.1.5", "redfish", probes.TCP)); got != "default-drop" {
		t.Errorf("redfish from trust: %s, want default-drop", got)
	}
	if got := decided(s, flowOf(t, s, "198.18.0.20", "https-mgmt", probes.TCP)); got != "allow by infra_mgmt_web" {
		t.Errorf("https-mgmt from trust: %s", got)
	}
	lines := map[string]int{}
	for _, u := range s.Left {
		lines[s.RuleID(u.Rule)+"/"+u.Reason.String()] += u.Lines()
	}
	want := map[string]int{
		"bmc_management/vantage":  1 + 1 + 2, // redfish and cim-https of one bmc, cim-https of two appliances
		"icmp_probe/vantage":      3,
		"slp/vantage":             6,
		"dns/vantage":             2,
		"clear_text_mgmt/vantage": 9,
		"firmware_update/target":  1,
	}
	if !reflect.DeepEqual(lines, want) {
		t.Errorf("left: %v, want %v", lines, want)
	}
	r := NewResults(s)
	if got := r.Total.Of(NotTested); got != 25 {
		t.Errorf("%d lines counted as not tested, want 25", got)
	}
	recount(t, r)
}

func TestPlanLeavesWhatItCannotProbe(t *testing.T) {
	t.Parallel()
	k := labKit()
	k.Rules = append(k.Rules, rule("serial_over_lan", 3, kits.Allow, "management > management"))
	site := mustSite(t, siteText)
	s := mustScope(t, k, site, from("198.18.0.9"), Options{})
	got := s.Left[len(s.Left)-1]
	if s.RuleID(got.Rule) != "serial_over_lan" || got.Reason != NotProbed || got.Service != nil || got.Lines() != 1 {
		t.Errorf("a rule without a catalogue entry left %+v", got)
	}
	v := from("198.18.0.9")
	v.Path = func(a netip.Addr) (Path, bool) {
		return Path{Source: netip.MustParseAddr("198.18.0.9"), OnLink: true}, a.Is4()
	}
	s = mustScope(t, labKit(), site, v, Options{})
	lost := 0
	for _, u := range s.Left {
		if u.Reason == LocalFailure {
			lost += u.Lines()
		}
	}
	// https-mgmt, cim-https, icmp-echo, slp twice, cim-http, sftp, ipmi, psblock, panel
	if lost != 10 {
		t.Errorf("a target without a route left %d lines, want 10", lost)
	}
}

func TestPlanEnforcement(t *testing.T) {
	t.Parallel()
	rows := []struct{ onLink, siteOnLink, want bool }{
		{false, false, true}, {false, true, true}, {true, true, true}, {true, false, false},
	}
	for _, row := range rows {
		site := mustSite(t, siteText)
		site.OnLink = row.siteOnLink
		v := from("198.18.0.9")
		v.Path = func(netip.Addr) (Path, bool) {
			return Path{Source: netip.MustParseAddr("198.18.0.9"), OnLink: row.onLink}, true
		}
		if got := mustScope(t, labKit(), site, v, Options{}).Places[0].Enforced; got != row.want {
			t.Errorf("on link %v, site enforces there %v: enforced %v", row.onLink, row.siteOnLink, got)
		}
	}
}

func TestPlanFirstMatchOverSeveralKits(t *testing.T) {
	t.Parallel()
	first := &kits.Kit{ID: "first", Rules: []kits.Rule{rule("clear_text_mgmt", 2, kits.Reject, "any > *")}}
	s, err := NewScope([]*kits.Kit{first, labKit()}, mustSite(t, siteText), from("198.18.0.9"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := decided(s, flowOf(t, s, "198.18.1.5", "cim-http", probes.TCP)); got != "reject by clear_text_mgmt" {
		t.Errorf("the first kit must decide: %s", got)
	}
	if len(s.Rules) != 8 || s.Rules[1].Local != 0 || s.Rules[1].Kit.ID != "lab_kit" {
		t.Errorf("ordered list: %+v", s.Rules)
	}
}

func TestPlanRoles(t *testing.T) {
	t.Parallel()
	k := labKit()
	k.Rules[1].ToRoles = []string{"bmc"}
	s := mustScope(t, k, mustSite(t, siteText), from("198.18.0.9"), Options{})
	if got := decided(s, flowOf(t, s, "198.18.0.20", "cim-https", probes.TCP)); got != "default-allow" {
		t.Errorf("cim-https of the appliance: %s", got)
	}
	if got := decided(s, flowOf(t, s, "198.18.1.5", "cim-https", probes.TCP)); got != "allow by bmc_management" {
		t.Errorf("cim-https of the bmc: %s", got)
	}
}

func TestPlanOptions(t *testing.T) {
	t.Parallel()
	site := mustSite(t, siteText)
	one := []netip.Prefix{netip.MustParsePrefix("198.18.1.5/32")}
	s := mustScope(t, labKit(), site, from("198.18.0.9"), Options{Targets: one, Services: []string{"ipmi", "redfish"}})
	if s.Plan.Flows() != 2 || s.Plan.Hosts() != 1 {
		t.Errorf("%d flows on %d hosts, want 2 on 1", s.Plan.Flows(), s.Plan.Hosts())
	}
	bad := []struct {
		o    Options
		want string
	}{
		{Options{Targets: []netip.Prefix{netip.MustParsePrefix("198.18.1.6/32")}}, "198.18.1.6 is not listed"},
		{Options{Targets: []netip.Prefix{netip.MustParsePrefix("198.18.2.0/24")}}, "lies in 198.18.2.0/24"},
		{Options{Services: []string{"gopher"}}, `service "gopher" is not in the catalogue`},
		{Options{Pace: "reckless"}, `pace "reckless"`},
	}
	for _, row := range bad {
		_, err := NewScope([]*kits.Kit{labKit()}, site, from("198.18.0.9"), row.o)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: error %v, want %q in it", row.o, err, row.want)
		}
	}
}

func TestPlanPace(t *testing.T) {
	t.Parallel()
	text := siteText + "probe: {pace: gentle, per_host_gap: 2s, attempts: 4, timeout: 500ms, canary: [198.18.3.250]}\n" +
		"services: {redfish: {ports: [443, 8443]}, slp: {ports: [1427]}}\n"
	s := mustScope(t, labKit(), mustSite(t, text), from("198.18.0.9"), Options{Seed: 7})
	p := s.Plan.Pace
	if p.Name != "gentle" || p.Gap != 2*time.Second || p.TCPAttempts != 4 || p.UDPAttempts != 4 || p.Connect != 500*time.Millisecond {
		t.Errorf("pace %+v", p)
	}
	if len(s.Plan.Canaries) != 1 || s.Plan.Seed != 7 {
		t.Errorf("canaries %v, seed %d", s.Plan.Canaries, s.Plan.Seed)
	}
	var ports []uint16
	for _, e := range s.Plan.Groups[0].Endpoints {
		if e.Service == "redfish" || e.Service == "slp" {
			ports = append(ports, e.Port)
		}
	}
	if !reflect.DeepEqual(ports, []uint16{443, 8443, 1427, 1427}) {
		t.Errorf("ports %v", ports)
	}
	s = mustScope(t, labKit(), mustSite(t, text), from("198.18.0.9"), Options{Pace: "fast"})
	if s.Plan.Pace.Name != "fast" || s.Plan.Pace.Gap != 2*time.Second {
		t.Errorf("pace %+v: the options choose it, the site's limits stay", s.Plan.Pace)
	}
}

func TestPlanContradiction(t *testing.T) {
	t.Parallel()
	_, err := NewScope([]*kits.Kit{labKit()}, mustSite(t, siteText), from("198.18.90.7"), Options{})
	if err == nil || !strings.Contains(err.Error(), "zone trust") || !strings.Contains(err.Error(), "zone management") {
		t.Errorf("error %v must name both zones", err)
	}
}

func TestReplayPaths(t *testing.T) {
	t.Parallel()
	v := from("198.18.0.9")
	v.Path = func(a netip.Addr) (Path, bool) {
		p := Path{Source: netip.MustParseAddr("198.18.0.9"), Interface: "eth0"}
		p.OnLink = a.Is4() && a.As4()[3] < 100
		return p, a != netip.MustParseAddr("198.18.2.50")
	}
	text := strings.Replace(siteText, "198.18.1.4/30], exclude: [198.18.1.6]", "198.18.2.0/24], exclude: [198.18.2.7]", 1)
	s := mustScope(t, labKit(), mustSite(t, text), v, Options{})
	ranges := PathRanges(s)
	if len(ranges) > 12 {
		t.Errorf("%d ranges for a /24: they are not joined", len(ranges))
	}
	replay := ReplayPaths(ranges)
	for i := range s.Plan.Hosts() {
		a := s.Plan.Host(i).Addr
		want, _ := v.Path(a)
		if got, ok := replay(a); !ok || got != want {
			t.Errorf("%s: %+v %v, want %+v", a, got, ok, want)
		}
	}
	for _, a := range []string{"198.18.2.7", "198.18.2.50", "198.18.2.0", "198.18.2.255", "192.0.2.1", "fd00:20::21"} {
		if got, ok := replay(netip.MustParseAddr(a)); ok {
			t.Errorf("%s has the path %+v, want none", a, got)
		}
	}
}

const kitText = `schema_version: 1.0.0
id: small_kit
version: 1.0.0
title: A small kit
rules:
  - application: {app_id: clear_text_mgmt, category: infrastructure, risk: 4}
    action: drop
    direction: internal
    zones: {source: [management], destination: [management]}
`

func TestInputsRebuild(t *testing.T) {
	t.Parallel()
	k, err := kits.Read("kit.yaml", []byte(kitText))
	if err != nil {
		t.Fatalf("kit: %v", err)
	}
	s := mustScope(t, k, mustSite(t, siteText), from("198.18.0.9"), Options{Seed: 42})
	s.Plan.Control = probes.Control{UDPPort: 40001, TCPPort: 20202}
	raw, err := json.Marshal(InputsOf(s, "0.1.0"))
	if err != nil {
		t.Fatal(err)
	}
	var in Inputs
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	again, err := in.Rebuild()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Plan, s.Plan) {
		t.Errorf("plan changed: %+v, was %+v", again.Plan, s.Plan)
	}
	if len(again.Left) != len(s.Left) || !reflect.DeepEqual(again.Places[0].Decisions, s.Places[0].Decisions) {
		t.Error("decisions changed")
	}

	rude := in
	rude.Pace.Gap = time.Millisecond
	if _, err := rude.Rebuild(); err == nil || !strings.Contains(err.Error(), "gap per host") {
		t.Errorf("a stored run without manners: %v", err)
	}
	feigned := in
	feigned.Simulated = true
	if _, err := feigned.Rebuild(); err == nil || !strings.Contains(err.Error(), "simulated") {
		t.Errorf("a stored run that feigns a simulation: %v", err)
	}
	known := InputsOf(scopeNaming(t, "cim-http, snmp"), "0.1.0")
	if again, err := known.Rebuild(); err != nil || !asks(again, "snmp") {
		t.Errorf("a service that the kit names: %v", err)
	}
	known.Catalogue = "1" // which had no snmp: the run did not ask for it, and its flows were numbered without
	if again, err := known.Rebuild(); err != nil || asks(again, "snmp") || !asks(again, "cim-http") {
		t.Errorf("a run from before the service was known: %v", err)
	}
	other := in
	other.Catalogue = "0"
	if _, err := other.Rebuild(); err == nil || !strings.Contains(err.Error(), "catalogue") {
		t.Errorf("another catalogue: %v", err)
	}
}

// scopeNaming is a scope whose one rule names services.
func scopeNaming(t *testing.T, services string) *Scope {
	t.Helper()
	k, err := kits.Read("kit.yaml", []byte("schema_version: \"1.0.0\"\nid: named\nversion: \"1.0.0\"\ntitle: Named\nrules:\n"+
		"  - {app_id: named, risk: 3, action: drop, direction: internal, from: [any], to: [any], x-oobscope: {services: ["+services+"]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return mustScope(t, k, mustSite(t, siteText), from("198.18.0.9"), Options{Seed: 42})
}

// asks tells whether a service is asked for anywhere.
func asks(s *Scope, service string) bool {
	return slices.ContainsFunc(s.Plan.Groups, func(g probes.Group) bool {
		return slices.ContainsFunc(g.Endpoints, func(e probes.Endpoint) bool { return e.Service == service })
	})
}
