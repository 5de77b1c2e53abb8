package lab

import (
	"encoding/json"
	"strings"
	"testing"
)

// The guard stands on the jump host and counts what must not happen, whoever runs the program: a packet to
// an address that no site lists, and two openings towards one host too close together. A second copy of a
// SYN comes from the same port and is no opening. The limit is 0.8 s, below the 1.1 s of the design, because the
// clock here is the kernel's and not the program's.
func guard(targets, local string) string {
	four, six := families(targets)
	return `
table inet guard {
	counter stray { }
	counter hasty { }
	counter opened { }
	set syns4 { typeof meta skuid . ip daddr . tcp sport; flags dynamic,timeout; timeout 5s; size 65536; }
	set syns6 { typeof meta skuid . ip6 daddr . tcp sport; flags dynamic,timeout; timeout 5s; size 65536; }
	set last4 { typeof meta skuid . ip daddr; flags dynamic,timeout; timeout 800ms; size 65536; }
	set last6 { typeof meta skuid . ip6 daddr; flags dynamic,timeout; timeout 800ms; size 65536; }
	set hastily4 { typeof ip daddr . meta skuid . meta l4proto . th dport; flags dynamic; size 1024; }
	set hastily6 { typeof ip6 daddr . meta skuid . meta l4proto . th dport; flags dynamic; size 1024; }
	chain output {
		type filter hook output priority filter;
		oifname lo accept
		icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept
		ip daddr != { ` + four + ` } counter name stray drop
		ip6 daddr != { ` + six + ` } counter name stray drop
` + local + `		meta l4proto { udp, icmp, icmpv6 } jump opening
		tcp flags & (syn | ack) == syn jump opening
	}
	chain opening {
		meta l4proto tcp meta skuid . ip daddr . tcp sport @syns4 return
		meta l4proto tcp meta skuid . ip6 daddr . tcp sport @syns6 return
		meta l4proto tcp add @syns4 { meta skuid . ip daddr . tcp sport }
		meta l4proto tcp add @syns6 { meta skuid . ip6 daddr . tcp sport }
		counter name opened
		meta skuid . ip daddr @last4 counter name hasty add @hastily4 { ip daddr . meta skuid . meta l4proto . th dport }
		meta skuid . ip6 daddr @last6 counter name hasty add @hastily6 { ip6 daddr . meta skuid . meta l4proto . th dport }
		update @last4 { meta skuid . ip daddr }
		update @last6 { meta skuid . ip6 daddr }
	}
}
`
}

// families sorts a list of addresses into nft elements of IPv4 and IPv6.
func families(list string) (four, six string) {
	var a [2][]string
	for _, s := range strings.Fields(list) {
		i := 0
		if strings.Contains(s, ":") {
			i = 1
		}
		a[i] = append(a[i], s)
	}
	return strings.Join(a[0], ", "), strings.Join(a[1], ", ")
}

// guarded reads the guard's counters and fails if anything happened that must not.
func (n *network) guarded(t *testing.T, space string) {
	t.Helper()
	counted := n.counted(space, "guard")
	if counted["opened"] == 0 {
		t.Error("the guard saw no conversation: it guards nothing")
	}
	if counted["stray"] != 0 || counted["hasty"] != 0 {
		t.Errorf("of %d openings, %d came too soon after the one before to the same host; %d packets went to addresses that no site lists\n%s%s",
			counted["opened"], counted["hasty"], counted["stray"],
			n.in(space, "", "nft", "list", "set", "inet", "guard", "hastily4"), n.in(space, "", "nft", "list", "set", "inet", "guard", "hastily6"))
	}
}

// counted reads the named counters of a table.
func (n *network) counted(space, table string) map[string]int {
	n.t.Helper()
	var list struct {
		Entries []struct {
			Counter *struct {
				Name    string
				Packets int
			}
		} `json:"nftables"`
	}
	if err := json.Unmarshal([]byte(n.in(space, "", "nft", "--json", "list", "counters", "table", "inet", table)), &list); err != nil {
		n.t.Fatal(err)
	}
	counted := map[string]int{}
	for _, e := range list.Entries {
		if e.Counter != nil {
			counted[e.Counter.Name] = e.Counter.Packets
		}
	}
	return counted
}
