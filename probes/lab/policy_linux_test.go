package lab

import (
	"cmp"
	"fmt"
	"strings"
)

// risk is that of every rule of the laboratory's kit.
const risk = 3

// asked names the four services of the laboratory to the program.
const asked = "--services=" + cimHTTP + "," + ipmiLAN + "," + icmpEcho + "," + mate

// kitText has one rule for each kind of intent: the same four services, allowed, dropped and rejected.
func kitText() string {
	var rules strings.Builder
	for _, r := range []struct{ action, zone string }{{"allow", "allowed"}, {"drop", "dropped"}, {"reject", "rejected"}} {
		fmt.Fprintf(&rules, "  - {app_id: lab_%s, risk: %d, action: %s, direction: internal, from: [ops, beyond], to: [%s],\n"+
			"     x-oobscope: {services: [cim-http, ipmi, icmp-echo, sftp-rfc913]}}\n", r.action, risk, r.action, r.zone)
	}
	return "schema_version: \"1.0.0\"\nid: lab\nversion: \"1.0.0\"\ntitle: The laboratory's kit\nrules:\n" + rules.String()
}

// siteOptions are what differs between the sites of the laboratory.
type siteOptions struct {
	interzone string   // empty: drop
	style     string   // empty: port
	onLink    bool     // on-link traffic is enforced as well
	targets   []string // addresses
	canaries  []string

	engine       string // empty: auto
	services     string // empty: the four of the laboratory
	everyService bool   // of the catalogue, and not the four of the laboratory
}

// siteText is the laboratory as a site file. Segment 5 lies in the zone of the jump host.
func siteText(o siteOptions) string {
	zones := [columnEnd][]string{
		allow: {"198.19.1.0/24", "fd00:20:1::/48"}, drop: {"198.19.2.0/24", "fd00:20:2::/48"},
		reject: {"198.19.3.0/24", "fd00:20:3::/48"}, deniedByDefault: {"198.19.4.0/24", "fd00:20:4::/48"},
		nothing: append(networks(inside), "198.19.5.0/24", "fd00:20:5::/48", "198.18.5.0/24", "fd00:20:60::/64"),
	}
	for c := allow; c < nothing; c++ {
		for _, dead := range []bool{false, true} {
			zones[c] = append(zones[c], onLink(c, dead, false).String(), onLink(c, dead, true).String())
		}
	}
	return fmt.Sprintf(`schema: oobscope.site/v1
name: laboratory
zones:
  allowed: [%s]
  dropped: [%s]
  rejected: [%s]
  unnamed: [%s]
  ops: [%s]
  beyond: [%s]
  outside: ["*"]
targets:
  - {role: bmc, addresses: [%s]}
defaults: {interzone: %s, intrazone: allow}
enforcement: {style: %s, on_link: %v, reject: [tcp-reset, admin-prohibited, host-unreachable]}
probe: {per_host_gap: 1.1s, attempts: 2, timeout: 1500ms, canary: [%s]}
`, quoted(zones[allow]), quoted(zones[drop]), quoted(zones[reject]), quoted(zones[deniedByDefault]), quoted(zones[nothing]), quoted(networks(worse)),
		quoted(o.targets), cmp.Or(o.interzone, "drop"), cmp.Or(o.style, "port"), o.onLink, quoted(o.canaries))
}

func quoted(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, `"`+s+`"`)
	}
	return strings.Join(out, ", ")
}
