package lab

import (
	"strings"
	"testing"
)

// impostorSite has a host that does not exist, and a canary that does not either.
const impostorSite = waySite + "probe: {canary: [198.19.1.250]}\n"

// The router drops everything to a segment where nobody is, and answers every echo itself in the name of whom it was meant
// for: a host that is switched off must not pass as one that is protected.
func TestEchoesOfAnImpostor(t *testing.T) {
	required(t)
	t.Parallel()
	n := newWay(t, "route add blackhole 198.19.1.0/24")
	n.set("bmc", "net.ipv4.ip_forward=1")
	n.set("jump", "net.ipv4.ping_group_range=0 2147483647")
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
