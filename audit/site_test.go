package audit

import (
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"oobscope/kits/document"
)

const fullSite = `schema: oobscope.site/v1
name: dc1
zones:
  management: [198.18.0.0/22, "fd00:20::/64"]
  trust: [198.18.90.0/24]
  internal: [198.18.64.0/18]
  internet: ["*"]
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.0/24], exclude: [198.18.1.1]}
  - {role: appliance, addresses: [198.18.0.20]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: app_id, on_link: true, reject: [tcp-reset, admin-prohibited], host_firewall: true}
probe: {pace: normal, per_host_gap: 1.1s, attempts: 2, timeout: 3s, canary: [198.18.3.250], window: "22:00-05:00"}
services: {redfish: {ports: [443, 8443]}}
waivers:
  - {id: w-1, rule: clear_text_mgmt, target: 198.18.1.40, service: cim-http, verdict: exposed,
     fingerprint: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
     reason: array is replaced in Q1, ticket: CHG-4411, requested_by: netops, approved_by: security,
     starts: 2026-11-01, expires: 2027-01-31}
`

func TestReadSite(t *testing.T) {
	t.Parallel()
	s := mustSite(t, fullSite)
	if s.Name != "dc1" || s.Vantage != (SiteVantage{"jump1", "management"}) || s.Interzone != "drop" || s.Intrazone != "allow" {
		t.Errorf("read %+v", s)
	}
	if s.Style != "app_id" || !s.OnLink || !s.HostFirewall || !reflect.DeepEqual(s.RejectWith, []string{"tcp-reset", "admin-prohibited"}) {
		t.Errorf("enforcement %+v", s)
	}
	want := ProbeSettings{
		Pace: "normal", Gap: 1100 * time.Millisecond, Attempts: 2, Timeout: 3 * time.Second,
		Canaries: []netip.Addr{netip.MustParseAddr("198.18.3.250")}, Window: "22:00-05:00",
	}
	if !reflect.DeepEqual(s.Probe, want) {
		t.Errorf("probe %+v", s.Probe)
	}
	if !reflect.DeepEqual(s.Ports, map[string][]uint16{"redfish": {443, 8443}}) {
		t.Errorf("ports %v", s.Ports)
	}
	w := s.Waivers[0]
	if w.ID != "w-1" || w.Target.String() != "198.18.1.40" || w.Expires.Format(time.DateOnly) != "2027-01-31" || w.ApprovedBy != "security" {
		t.Errorf("waiver %+v", w)
	}
	if len(s.Zones) != 4 || !s.Zones[3].Rest || len(s.Digest) != 64 || s.Simulated || len(s.Warnings) != 0 {
		t.Errorf("zones %+v, warnings %v", s.Zones, s.Warnings)
	}
}

func TestZoneOf(t *testing.T) {
	t.Parallel()
	s := mustSite(t, strings.Replace(fullSite, "[198.18.64.0/18]", "[198.18.0.0/15]", 1))
	for addr, want := range map[string]string{
		"198.18.1.5": "management", "198.18.90.1": "trust", "198.19.0.1": "internal", "192.0.2.1": "internet",
		"fd00:20::9": "management", "2001:db8::1": "internet",
	} {
		if got := s.ZoneOf(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s lies in %q, want %q: the longest prefix wins", addr, got, want)
		}
	}
	if got := (&Site{}).ZoneOf(netip.MustParseAddr("192.0.2.1")); got != "" {
		t.Errorf("a site without zones has %q", got)
	}
	for zone, want := range map[string]bool{"internet": true, "Untrust-L3": true, "trust": false, "management": false, "": false} {
		if got := s.Untrusted(zone); got != want {
			t.Errorf("zone %q untrusted: %v", zone, got)
		}
	}
	rest := Site{Zones: []Zone{{Name: "world", Rest: true}}}
	if !rest.Untrusted("world") {
		t.Error("the rest of the world is untrusted")
	}
}

// Each row changes one thing of the full site and names what the error must say.
func TestReadSiteRefuses(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, old, new, want string }{
		{"schema", "site/v1", "site/v2", `site.yaml:1:9: schema: found "oobscope.site/v2"`},
		{"no name", "name: dc1\n", "", `found no "name"`},
		{"name with spaces", "name: dc1", "name: data centre", "expected at most 63 letters"},
		{"zone prefix", "198.18.90.0/24", "198.18.90.0/33", "expected an address or a prefix"},
		{"host bits", "198.18.90.0/24", "198.18.90.7/24", "did you mean 198.18.90.0/24?"},
		{"mapped address", "198.18.90.0/24", `"::ffff:198.18.90.0"`, "IPv4 in its own notation"},
		{"same prefix twice", "198.18.90.0/24", "198.18.0.0/22", "already in the zone management"},
		{"rest twice", "[198.18.90.0/24]", `["*"]`, `found "*" again`},
		{"empty zone", "[198.18.90.0/24]", "[]", "expected at least one"},
		{"reserved zone name", "  trust:", "  any:", `not "any"`},
		{"vantage zone", "zone: management}", "zone: managment}", `did you mean "management"?`},
		{"role", "role: bmc", "role: bcm", "expected bmc, appliance, resolver or vendor"},
		{"no role", "role: bmc, ", "", `targets[0]: found no "role"`},
		{"no addresses", "addresses: [198.18.0.20]", "addresses: []", "expected at least one"},
		{"multicast", "[198.18.0.20]", "[224.0.1.22]", "which is multicast"},
		{"multicast v6", "[198.18.0.20]", `["ff02::116"]`, "which is multicast"},
		{"limited broadcast", "[198.18.0.20]", "[255.255.255.255]", "reserved or broadcast"},
		{"directed broadcast", "[198.18.0.20]", "[198.18.3.255]", "network or broadcast address of 198.18.0.0/22"},
		{"unspecified", "[198.18.0.20]", "[0.0.0.0]", "which is unspecified"},
		{"unspecified v6", "[198.18.0.20]", `["::"]`, "which is unspecified"},
		{"link-local", "[198.18.0.20]", `["fe80::1"]`, "link-local"},
		{"everything", "[198.18.0.20]", "[0.0.0.0/0]", "which is unspecified"},
		{"huge", "[198.18.0.20]", "[10.0.0.0/11]", "at most 1048576 addresses"},
		{"v6 sweep", "[198.18.0.20]", `["fd00:20::/64"]`, "sweeping a /64 is hopeless"},
		{"listed twice", "[198.18.0.20]", "[198.18.1.77]", "found 198.18.1.77, which is already listed in line 10"},
		{"excludes nothing", "[198.18.1.1]", "[198.18.2.1]", "excludes nothing"},
		{"misspelled exclude", "exclude:", "exlude:", `targets[0].exlude: found an unknown field (did you mean "exclude"?)`},
		{"no default", "interzone: drop, ", "", `defaults: found no "interzone"`},
		{"no defaults", "defaults: {interzone: drop, intrazone: allow}\n", "", `found no "defaults"`},
		{"default", "interzone: drop", "interzone: deny", "expected drop, reject or allow"},
		{"style", "style: app_id", "style: ngfw", "expected port or app_id"},
		{"reject kind", "tcp-reset", "tcp-rst", "tcp-reset"},
		{"gap", "1.1s", "500ms", "management controllers fall over"},
		{"gap without unit", "1.1s", "2", "expected a time from 1.1s to 1h0m0s"},
		{"attempts", "attempts: 2", "attempts: 6", "from 1 to 5"},
		{"timeout", "timeout: 3s", "timeout: 31s", "from 200ms to 30s"},
		{"canary target", "[198.18.3.250]", "[198.18.1.9]", "which is a target as well"},
		{"canary range", "[198.18.3.250]", "[198.18.3.0/24]", "expected one address"},
		{"window", `"22:00-05:00"`, `"22:00-25:00"`, "two different times of day"},
		{"service", "redfish: {", "redfsh: {", "expected one of the catalogue"},
		{"port", "[443, 8443]", "[443, 65536]", "from 1 to 65535"},
		{"port twice", "[443, 8443]", "[443, 443]", "twice"},
		{"icmp has no ports", "redfish: {", "icmp-echo: {", "which has none"},
		{"no expiry", ",\n     starts: 2026-11-01, expires: 2027-01-31", ", starts: 2026-11-01", `found no "expires"`},
		{"too long", "2027-01-31", "2027-05-01", "found 181 days, expected at most 180"},
		{"ends before it starts", "2027-01-31", "2026-10-31", "before the start"},
		{"not a day", "2027-01-31", "31.01.2027", "expected a day"},
		{"own approval", "approved_by: security", "approved_by: NetOps", "a waiver needs a second person"},
		{"waived error", "verdict: exposed", "verdict: unverifiable", "a waiver never covers"},
		{"waived success", "verdict: exposed", "verdict: conforms", "expected exposed"},
		{"waiver target", "target: 198.18.1.40", "target: 198.18.2.40", "listed as a target"},
		{"waiver service", "service: cim-http", "service: cim", "expected a service of the catalogue"},
		{"fingerprint", "sha256:0123", "sha256:x123", "64 hex digits"},
		{"unknown key", "name: dc1", "nmae: dc1\nname: dc1", "2:1: nmae: found an unknown field"},
	}
	for _, row := range rows {
		if !strings.Contains(fullSite, row.old) {
			t.Fatalf("%s: the site does not contain %q", row.name, row.old)
		}
		_, err := ReadSite("site.yaml", []byte(strings.Replace(fullSite, row.old, row.new, 1)))
		var ps document.Problems
		switch {
		case err == nil || !strings.Contains(err.Error(), row.want):
			t.Errorf("%s: error %v, want %q in it", row.name, err, row.want)
		case !errors.As(err, &ps) || ps[0].Line == 0:
			t.Errorf("%s: %v has no place", row.name, err)
		}
	}
}

func TestReadSiteOutsideEveryZone(t *testing.T) {
	t.Parallel()
	text := strings.Replace(siteText, `["*"]`, "[203.0.113.0/24]", 1)
	text = strings.Replace(text, "[198.18.64.53]", "[192.0.2.53]", 1)
	_, err := ReadSite("site.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "192.0.2.53, which lies in no zone") {
		t.Errorf("error %v", err)
	}
}

func TestReadSiteFindsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("role: bmc", "role: bcm", "interzone: drop", "interzone: deny", "exclude", "exlude").Replace(fullSite)
	_, err := ReadSite("site.yaml", []byte(text))
	var ps document.Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Fatalf("found %v, want three problems", err)
	}
	for i := 1; i < len(ps); i++ {
		if ps[i].Line < ps[i-1].Line {
			t.Errorf("not in file order: %v", err)
		}
	}
}

func TestReadSiteWarnsOfLooseWaivers(t *testing.T) {
	t.Parallel()
	text := strings.Replace(fullSite, `     fingerprint: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",`+"\n", "", 1)
	s := mustSite(t, text)
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Message, "no fingerprint") {
		t.Errorf("warnings %v", s.Warnings)
	}
}

func TestTargetsEach(t *testing.T) {
	t.Parallel()
	prefixes := func(list ...string) (out []netip.Prefix) {
		for _, s := range list {
			out = append(out, netip.MustParsePrefix(s))
		}
		return out
	}
	rows := []struct {
		target SiteTarget
		want   string
	}{
		{SiteTarget{Addresses: prefixes("198.18.1.0/29")}, "198.18.1.1 198.18.1.2 198.18.1.3 198.18.1.4 198.18.1.5 198.18.1.6"},
		{SiteTarget{Addresses: prefixes("198.18.1.0/31", "198.18.1.9/32")}, "198.18.1.0 198.18.1.1 198.18.1.9"},
		{SiteTarget{Addresses: prefixes("198.18.1.0/29"), Exclude: prefixes("198.18.1.0/30")}, "198.18.1.4 198.18.1.5 198.18.1.6"},
		{SiteTarget{Addresses: prefixes("fd00::/126")}, "fd00:: fd00::1 fd00::2 fd00::3"},
		{SiteTarget{Addresses: prefixes("255.255.255.254/31")}, "255.255.255.254 255.255.255.255"},
	}
	for _, row := range rows {
		var got []string
		site := Site{Targets: []SiteTarget{row.target}}
		row.target.each(func(a netip.Addr) bool {
			if !site.Lists(a) {
				t.Errorf("%s is walked, but not listed", a)
			}
			got = append(got, a.String())
			return true
		})
		if strings.Join(got, " ") != row.want {
			t.Errorf("%v: %v, want %s", row.target, got, row.want)
		}
	}
}

func FuzzReadSite(f *testing.F) {
	f.Add([]byte(fullSite))
	f.Add([]byte(siteText))
	f.Add([]byte(`{"schema":"oobscope.site/v1","zones":{"a":["*"]},"targets":[{"role":"bmc","addresses":["::1/128"]}]}`))
	f.Add([]byte("targets:\n- addresses: [10.0.0.0/12, 10.0.0.0/13]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadSite("fuzz.yaml", data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\x7f") {
				t.Fatalf("control characters in %q", err)
			}
			return
		}
		if s.Interzone == "" || s.Intrazone == "" || len(s.Targets) == 0 || len(s.Zones) == 0 {
			t.Fatalf("an incomplete site was read: %+v", s)
		}
		for i := range s.Targets {
			s.Targets[i].each(func(a netip.Addr) bool {
				if notUnicast(netip.PrefixFrom(a, a.BitLen())) != "" || s.ZoneOf(a) == "" {
					t.Fatalf("%s may be sent packets", a)
				}
				return false
			})
		}
	})
}
