package lab

import (
	"net/netip"
	"strings"
	"testing"
)

// A crowd of hosts that serve everything stands in each segment, for runs in which numbers matter.
const (
	crowdFirst = 60
	crowdSize  = 20
)

// unkind is how the firewall treats the machines that look through a worse path: a SYN proxy for everything
// that out sends, loss on both ways for lossy, for limited a refusal of 5988 whose ICMP errors are limited to one
// a second, as the kernel does by itself with those to one machine, and for ips no more than two openings
// towards each host.
const unkind = `
table inet unkind {
	set busy { typeof ip daddr; flags dynamic; size 65536; }
	chain raw {
		type filter hook prerouting priority raw;
		ip saddr 198.18.50.10 tcp flags & (fin | syn | rst | ack) == syn notrack
		ip6 saddr fd00:20:50::10 tcp flags & (fin | syn | rst | ack) == syn notrack
	}
	chain forward {
		type filter hook forward priority filter - 5;
		ip saddr 198.18.50.10 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
		ip6 saddr fd00:20:50::10 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
		ip saddr 198.18.50.10 ct state invalid drop
		ip saddr 198.18.80.10 numgen random mod 100 < 30 drop
		ip daddr 198.18.80.10 numgen random mod 100 < 30 drop
		ip saddr 198.18.70.10 tcp dport 5988 limit rate 1/second burst 6 packets reject with icmp admin-prohibited
		ip saddr 198.18.70.10 tcp dport 5988 drop
		ip saddr 198.18.90.10 ct state new update @busy { ip daddr limit rate over 1/hour burst 2 packets } drop
	}
}
`

// newLaboratory builds the segments, the filters and the servers of all scenarios.
func newLaboratory(t *testing.T) *network {
	t.Helper()
	n := newSegments(t)
	targets := append(hosts(wanted(ruled, outside)), canary(), simulatorAt())
	targets = append(targets, nginxHosts()...)
	for _, flows := range []map[string]want{linked(ruled, false), linked(ruled, true), versatileFlows()} {
		targets = append(targets, hosts(flows)...)
	}
	n.filter("jump", guard(strings.Join(targets, " "), ""))
	n.filter("self", guard(strings.Join(hosts(wanted(ruled, keptBack)), " "), rules(func(s *scenario) []string { return s.local }, "daddr"))+
		"table netdev lab {\n\tchain exit {\n\t\ttype filter hook egress device \"wan\" priority filter;\n"+
		rules(func(s *scenario) []string { return s.exit }, "daddr")+"\t}\n}\n")
	n.filter("fw", "table inet lab {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n"+
		rules(func(s *scenario) []string { return s.fw }, "daddr")+rules(func(s *scenario) []string { return s.back }, "saddr")+
		"\t}\n\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat;\n"+
		rules(func(s *scenario) []string { return s.nat }, "daddr")+"\t}\n}\n"+unkind)
	n.filter("bmc", "table inet lab {\n\tchain input {\n\t\ttype filter hook input priority filter;\n"+
		rules(func(s *scenario) []string { return s.own }, "daddr")+"\t}\n}\n")
	n.set("fw", "net.netfilter.nf_conntrack_tcp_loose=0")
	n.serve("fw", []seat{{"tcp", "[::]:9999", "mute"}})
	n.serve("bmc", manned())
	return n
}

// manned are the seats of the living hosts.
func manned() []seat {
	var seats []seat
	at := func(proto string, a netip.Addr, port uint16, do string) {
		if do != "" {
			seats = append(seats, seat{proto, netip.AddrPortFrom(a, port).String(), do})
		}
	}
	full := func(a netip.Addr, tcp, udp string) {
		at("tcp", a, 5988, tcp)
		at("udp", a, 623, udp)
		at("tcp", a, 115, "greeting")
	}
	for _, v6 := range []bool{false, true} {
		for _, c := range ruled {
			full(versatile(c, v6), "cim", "ipmi")
			for _, s := range moreServices {
				at(s.Proto, versatile(c, v6), s.port, s.Do)
			}
			full(onLink(c, false, v6), "cim", "ipmi")
			for i := crowdFirst; i < crowdFirst+crowdSize; i++ {
				full(address(int(c), living, i, v6), "cim", "ipmi")
			}
		}
	}
	for i := range scenarios {
		s := &scenarios[i]
		for seg := 1; seg <= segments && s.place == living; seg++ {
			for _, v6 := range []bool{false, true} {
				full(address(seg, living, s.number(), v6), s.tcp, s.udp)
			}
		}
	}
	return seats
}
