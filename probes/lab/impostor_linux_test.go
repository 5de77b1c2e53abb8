package lab

import (
	"strings"
	"testing"
)

// impostorSite lists a host that does not exist, and a canary that does not either.
const impostorSite = `schema: oobscope.site/v1
name: impostor
zones:
  management: [198.18.0.0/24, 198.19.1.0/24]
  outside: ["*"]
targets:
  - {role: bmc, addresses: [198.19.1.1]}
defaults: {interzone: drop, intrazone: drop}
enforcement: {style: port, on_link: false}
probe: {canary: [198.19.1.250]}
`

// The router drops everything to a segment where nobody is, and answers every echo itself in the name of whom it was meant
// for: a host that is switched off must not pass as one that is protected.
func TestEchoesOfAnImpostor(t *testing.T) {
	required(t)
	t.Parallel()
	n := newNetwork(t, "jump", "bmc")
	n.link("jump", "wan", "bmc", "wan")
	n.set("bmc", "net.ipv4.ip_forward=1")
	n.set("jump", "net.ipv4.ping_group_range=0 2147483647")
	n.ip("bmc", "addr add 198.18.0.1/24 dev wan", "link set dev lo up", "route add blackhole 198.19.1.0/24")
	n.ip("jump", "addr add 198.18.0.10/24 dev wan", "route add default via 198.18.0.1")
	n.filter("bmc", "table ip impostor {\n\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat;\n\t\tip daddr 198.19.1.0/24 icmp type echo-request dnat to 198.18.0.1\n\t}\n}\n")
	for _, at := range []stand{{space: "jump"}, {space: "jump", user: 60301}} {
		o := n.start(t, at, impostorSite, kitText(), "--services", "icmp-echo,control-panel,cim-http")(t)
		if spoke := strings.Join(o.Gates.Spoke, ", "); spoke != "icmp 198.19.1.250" {
			t.Errorf("user %d: canaries spoke: %q", at.user, spoke)
		}
		for _, f := range o.tested() {
			want := "unverifiable/liveness"
			if f.Service == "icmp-echo" {
				want = "unverifiable/impostor"
			}
			if got := f.Verdict + "/" + f.Reason; got != want {
				t.Errorf("user %d: %s, want %s", at.user, f, want)
			}
		}
	}
}
