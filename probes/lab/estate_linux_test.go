package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/audit/nftables"
	"oobscope/kits"
	"oobscope/probes"
)

// An estate is a small site with a firewall that enforces a policy, and everybody at work: whatever is
// closed is closed by the firewall.

// law is one rule of an estate's kit.
type law struct {
	app, action, from, to string
	services              string
	roles                 string // of the destination; empty for all
}

// policy is what an estate intends: the rules, the defaults, and the hosts that are left out.
type policy struct {
	laws                 []law
	interzone, intrazone string
	exempt               []string
}

// intended is the policy that every run is held against.
var intended = policy{
	laws: []law{
		{"lab_cim", "allow", "ops", "management", "cim-https", ""},
		{"lab_echo", "allow", "ops", "any", "icmp-echo", ""},
		{"lab_quiet", "drop", "ops", "management", "slp", "appliance"},
		{"lab_discovery", "allow", "ops", "management", "slp", ""},
		{"lab_files", "reject", "any", "management", "sftp-rfc913", ""},
		{"lab_clear_text", "drop", "ops", "management", "cim-http, ipmi", ""},
		{"lab_names", "allow", "ops", "internal", "dns", ""},
		{"lab_updates", "allow", "ops", "internet", "vendor-https", ""},
	},
	interzone: "drop", intrazone: "allow",
}

// questioned are the services that an estate is asked for.
const questioned = "--services=cim-https,icmp-echo,slp,sftp-rfc913,cim-http,ipmi,dns,vendor-https,control-panel"

// members are the hosts of an estate by role. The last controller stands in the zone of the jump host.
var members = []struct{ role, host string }{
	{"bmc", "198.19.1.1"}, {"bmc", "198.19.1.2"}, {"bmc", "fd00:20:1::1"}, {"appliance", "198.19.1.20"},
	{"resolver", "198.19.2.53"}, {"vendor", "198.19.3.80"}, {"bmc", "198.18.6.9"},
}

// stations are who stands behind the ports of every member.
var stations = []seat{
	{"tcp", "5989", "cim-tls"}, {"tcp", "5988", "cim"}, {"tcp", "115", "greeting"}, {"tcp", "427", "slp"}, {"udp", "427", "slp"},
	{"udp", "623", "ipmi"}, {"udp", "53", "dns"}, {"tcp", "53", "dns"}, {"tcp", "443", "https"}, {"tcp", "7778", "http"},
}

// kit is the policy's rules as a kit file.
func (p *policy) kit() string {
	var out strings.Builder
	out.WriteString("schema_version: \"1.0.0\"\nid: estate\nversion: \"1.0.0\"\ntitle: Estate\nrules:\n")
	for _, l := range p.laws {
		roles := ""
		if l.roles != "" {
			roles = ", roles: {destination: [" + l.roles + "]}"
		}
		fmt.Fprintf(&out, "  - {app_id: %s, risk: %d, action: %s, direction: internal, from: [%s], to: [%s],\n     x-oobscope: {services: [%s]%s}}\n",
			l.app, risk, l.action, l.from, l.to, l.services, roles)
	}
	return out.String()
}

// site is the policy's defaults and hosts as a site file.
func (p *policy) site() string {
	var targets strings.Builder
	for _, m := range members {
		if !slices.Contains(p.exempt, m.host) {
			fmt.Fprintf(&targets, "  - {role: %s, addresses: [%q]}\n", m.role, m.host)
		}
	}
	return fmt.Sprintf(`schema: oobscope.site/v1
name: estate
zones:
  ops: [198.18.0.0/16, "fd00:20::/64"]
  management: [198.19.1.0/24, "fd00:20:1::/48"]
  internal: [198.19.2.0/24]
  internet: ["*"]
targets:
%sdefaults: {interzone: %s, intrazone: %s}
enforcement: {reject: [tcp-reset, admin-prohibited]}
probe: {per_host_gap: 1.1s, attempts: 2, timeout: 1s}
`, targets.String(), p.interzone, p.intrazone)
}

// scope plans the policy as the jump host sees it.
func (p *policy) scope(t testing.TB) *audit.Scope {
	t.Helper()
	kit, err := kits.Read("kit.yaml", []byte(p.kit()))
	if err != nil {
		t.Fatal(err)
	}
	site, err := audit.ReadSite("site.yaml", []byte(p.site()))
	if err != nil {
		t.Fatal(err)
	}
	from := audit.Vantage{Path: func(to netip.Addr) (audit.Path, bool) {
		source := netip.MustParseAddr("198.18.0.10")
		if to.Is6() {
			source = netip.MustParseAddr("fd00:20::10")
		}
		return audit.Path{Source: source, Interface: "wan"}, true
	}}
	services := strings.Split(strings.TrimPrefix(questioned, "--services="), ",")
	s, err := audit.NewScope([]*kits.Kit{kit}, site, from, audit.Options{Services: services})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// decisions are what a policy wants for each flow, by target, service and transport.
func decisions(s *audit.Scope) map[string]audit.Intent {
	out := map[string]audit.Intent{}
	for id := range s.Plan.Flows() {
		f := s.Plan.Flow(probes.FlowID(id))
		out[f.Addr.String()+" "+f.Endpoint.Service+"/"+f.Endpoint.Proto.String()] = s.Decision(f).Intent
	}
	return out
}

// newEstate builds the network of an estate, with a firewall that enforces p.
func newEstate(t *testing.T, p *policy) *network {
	t.Helper()
	n := newNetwork(t, "jump", "fw", "bmc")
	n.set("fw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
	n.set("bmc", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
	n.link("jump", "wan", "fw", "jump")
	n.ip("jump", "addr add 198.18.0.10/24 dev wan", "addr add fd00:20::10/64 nodad dev wan",
		"route add default via 198.18.0.1", "route add default via fd00:20::1")
	n.link("fw", "lan", "bmc", "lan")
	n.ip("fw", "addr add 198.18.0.1/24 dev jump", "addr add fd00:20::1/64 nodad dev jump",
		"addr add 198.19.255.1/30 dev lan", "addr add fd00:20:1:ffff::1/64 nodad dev lan",
		"route add 198.19.0.0/16 via 198.19.255.2", "route add 198.18.6.0/24 via 198.19.255.2", "route add fd00:20:1::/64 via fd00:20:1:ffff::2")
	lines := []string{"addr add 198.19.255.2/30 dev lan", "addr add fd00:20:1:ffff::2/64 nodad dev lan",
		"route add default via 198.19.255.1", "route add default via fd00:20:1:ffff::1"}
	var seats []seat
	for _, m := range members {
		a := netip.MustParseAddr(m.host)
		lines = append(lines, fmt.Sprintf("addr add %s/%d nodad dev lo", a, a.BitLen()))
		for _, s := range stations {
			seats = append(seats, seat{s.Proto, "[" + m.host + "]:" + s.At, s.Do})
		}
	}
	n.ip("bmc", lines...)
	n.serve("bmc", seats)
	var rules strings.Builder
	if err := nftables.Write(&rules, p.scope(t)); err != nil {
		t.Fatal(err)
	}
	n.filter("fw", rules.String())
	return n
}
