package pseudonym

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store/bundle"
)

var secret = bytes.Repeat([]byte{7}, 32)

const realSite = `schema: oobscope.site/v1
name: frankfurt2
zones:
  management: [198.18.0.0/22, "fd00:20::/64"]
  trust: [198.18.90.0/24]
  internal: [198.18.64.0/18, 192.0.2.0/24]
  internet: ["*"]
vantage: {name: jump-fra2, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.0/28, "fd00:20::1:17"], exclude: [198.18.1.9]}
  - {role: appliance, addresses: [198.18.0.20]}
  - {role: resolver, addresses: [198.18.64.53, 192.0.2.53]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: app_id, on_link: true, reject: [tcp-reset]}
probe: {pace: gentle, per_host_gap: 2s, attempts: 1, timeout: 2s, canary: [198.18.3.250], window: "22:00-05:00"}
services: {redfish: {ports: [443, 8443]}}
waivers:
  - {id: w-77, rule: clear_text_mgmt, target: 198.18.1.5, service: cim-http, verdict: exposed, fingerprint: "PRINT",
     reason: the array of Jane Roe, ticket: CHG-4411, requested_by: jroe, approved_by: ciso-office, starts: 2026-11-01, expires: 2027-01-31}
`

// telling is what must not survive, beside the addresses: names, hardware addresses, numbers of one machine, people.
var telling = []string{
	"frankfurt2", "jump-fra2", "idrac-7x9k2.mgmt.fra2.example.net", "idrac-7x9k2", "fra2.example.net", "00:25:90:ab:cd:ef", "002590abcdef", "00-25-90-ab-cd-ef",
	"4c4c4544-0042-3510-8051-b7c04f573332", "1f2e3d4c5b6a7988", "ilo-cz3211.corp.example.com", "ip-198-18-1-5", "jroe", "Jane Roe", "ciso-office", "CHG-4411", "w-77",
	"ops@corp.example.com", "vlan4094", "7x9k2serial", strings.Repeat("ab", 32), strings.Repeat("cd", 32), "01JDAAAAAAAAAAAAAAAAAAAAAA",
}

// observedThere is evidence that gives a machine away in every way that a prober can keep it.
func observedThere(a netip.Addr) probes.Evidence {
	e := probes.Evidence{
		Banner: fmt.Sprintf("HTTP/1.1 401 Unauthorized | iDRAC/9 at %s (idrac-7x9k2.mgmt.fra2.example.net)", a), SHA256: strings.Repeat("ab", 32),
		Error: fmt.Sprintf("dial tcp %s: no route via 198.18.3.1 on vlan4094", netip.AddrPortFrom(a, 443)), Hint: "ask ops@corp.example.com",
		TLS: &probes.TLSFacts{Version: "TLS 1.2", Subject: "CN=idrac-7x9k2.mgmt.fra2.example.net,O=Example", Issuer: "CN=idrac-7x9k2.mgmt.fra2.example.net",
			Names: []string{"idrac-7x9k2.mgmt.fra2.example.net", "*.fra2.example.net", a.String()}, Serial: "1f2e3d4c5b6a7988", SelfSigned: true,
			NotBefore: "2026-01-02T03:04:05Z", NotAfter: "2027-01-02T03:04:05Z", LeafSHA256: strings.Repeat("cd", 32), KeySHA256: strings.Repeat("cd", 32)},
		Steps: []probes.Step{
			{Dir: "sent", What: "SYN", From: "198.18.0.9:40000", To: netip.AddrPortFrom(a, 443).String()},
			{Dir: "got", What: "GET http://" + a.String() + "/redfish", Hex: hex.EncodeToString([]byte("Host: " + a.String()))},
		},
		TTL: 63, ReferenceTTL: 64,
	}
	e.Add("status", "HTTP/1.1 401 for IDRAC-7X9K2 at ip-198-18-1-5")
	e.Add("slp.url", "service:wbem:https://"+netip.AddrPortFrom(a, 5989).String()+"/cimom")
	e.Add("slp.url", "service:https://ilo-cz3211.corp.example.com:443")
	e.Add("Vendor", "Dell 00:25:90:ab:cd:ef 002590abcdef 00-25-90-AB-CD-EF")
	e.Add("UUID", "4c4c4544-0042-3510-8051-b7c04f573332")
	e.Add("WWW-Authenticate", `Basic realm="7x9k2serial"`)
	e.Add("a key of tomorrow", "7x9k2serial")
	return e
}

// realRun is a run on realSite in which every flow was observed, with all that gives away where it was made.
func realRun(t testing.TB) bundle.Content {
	t.Helper()
	began := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	cim := probes.Observation{Class: probes.OpenProto, Evidence: observedThere(netip.MustParseAddr("198.18.1.5"))}
	text := strings.Replace(realSite, "PRINT", audit.Fingerprint("cim-http", &cim), 1)
	site, err := audit.ReadSite("/home/jroe/frankfurt2.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v := audit.Vantage{Name: "jump-fra2", Path: func(to netip.Addr) (audit.Path, bool) {
		if to.Is6() {
			return audit.Path{Source: netip.MustParseAddr("fd00:20::9"), Interface: "vlan4094", OnLink: true}, true
		}
		return audit.Path{Source: netip.MustParseAddr("198.18.0.9"), Interface: "vlan4094"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{Targets: []netip.Prefix{netip.MustParsePrefix("198.18.0.0/16"), netip.MustParsePrefix("fd00:20::/64")}})
	if err != nil {
		t.Fatal(err)
	}
	rec := audit.WaiverRecord{Site: "frankfurt2", Run: "01JDAAAAAAAAAAAAAAAAAAAAAA", WaiverForm: site.Waivers[0].Form(),
		Requested: audit.Deed{By: "jroe", At: began}, Approved: &audit.Deed{By: "ciso-office", At: began, Note: "Jane Roe"}}
	rec.ID = "w-77b"
	c := bundle.Content{
		Run: audit.Run{ID: "01JDAAAAAAAAAAAAAAAAAAAAAA", Site: "frankfurt2", Vantage: "jump-fra2", Zone: "management", Started: began, Ended: began.Add(time.Minute),
			State: audit.RunPartial, Why: "no route to 198.18.3.1", Gates: probes.Gates{CanaryAnswered: []string{"198.18.3.250:443"}}},
		Inputs: audit.InputsOf(scope, "1.2.3"), Scope: scope,
		Gates: probes.Gates{CanaryAnswered: []string{"198.18.3.250:443"}, CanarySpoke: []string{"udp 198.18.3.250:53", "icmp 198.18.3.249"}, Limited: []probes.Slot{{Group: len(scope.Places) - 1, Slot: 0}}},
		Host: func(i int) probes.HostState {
			return probes.HostState{Flags: probes.HostFlags(i % 32), ControlSent: uint8(i)}
		},
	}
	c.Inputs.Waivers = []audit.WaiverRecord{rec}
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		f := scope.Plan.Flow(id)
		o := &probes.Observation{Flow: id, Class: probes.Class(1 + id%16), At: began, Evidence: observedThere(f.Addr), Offender: netip.MustParseAddr("198.18.3.1"), ICMPType: 3, ICMPCode: 13}
		if f.Addr.String() == "198.18.1.5" && f.Endpoint.Service == "cim-http" {
			o.Class, o.Evidence, o.Offender = probes.OpenProto, cim.Evidence, netip.Addr{}
		}
		return o, true
	}
	return c
}

// handedOver is the renamed run as a bundle, opened again.
func handedOver(t testing.TB, c bundle.Content) (*bundle.Bundle, []byte) {
	t.Helper()
	var out bytes.Buffer
	if _, err := bundle.Write(&out, bundle.Manifest{Exported: c.Run.Ended, Tool: "1.2.3", Pseudonymised: true}, c, nil, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Open(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return b, out.Bytes()
}

func builtIn(int) bool { return true }
