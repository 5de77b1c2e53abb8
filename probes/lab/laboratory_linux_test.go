package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// A crowd of hosts that serve everything stands in each segment, for runs in which numbers matter.
const (
	crowdFirst = 60
	crowdSize  = 20
)

// unkind is how the firewall treats the machines that look through a worse path: a SYN proxy for everything
// that out sends; loss on both ways for lossy and, less of it, for leaky; for limited a refusal of 5988 whose ICMP errors
// are limited to one a second, as the kernel does by itself with those to one machine; for ips no more than two openings
// towards each host; for metered no more than some openings a second towards all of them. What turning opens is
// counted.
const unkind = `
table inet unkind {
	set busy4 { typeof ip daddr; flags dynamic; size 65536; }
	set busy6 { typeof ip6 daddr; flags dynamic; size 65536; }
	counter turning { }
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
		BOTH 80 numgen random mod 100 < 30 drop
		BOTH 110 numgen random mod 1000 < 25 drop
		FROM 70 tcp dport 5988 limit rate 1/second burst 6 packets reject with icmpx admin-prohibited
		FROM 70 tcp dport 5988 drop
		ip saddr 198.18.90.10 ct state new update @busy4 { ip daddr limit rate over 1/hour burst 2 packets } drop
		ip6 saddr fd00:20:90::10 ct state new update @busy6 { ip6 daddr limit rate over 1/hour burst 2 packets } drop
		FROM 120 ct state new limit rate over 20/second burst 20 packets drop
		FROM 130 ct state new counter name turning
	}
}
`

// unkindly writes each rule about an edge for both families: FROM its machine, or BOTH from and to it.
func unkindly() string {
	var out strings.Builder
	for line := range strings.Lines(unkind) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		edge, rest, _ := strings.Cut(rest, " ")
		if word != "FROM" && word != "BOTH" {
			out.WriteString(line)
			continue
		}
		fmt.Fprintf(&out, "\t\tip saddr 198.18.%[1]s.10 %[2]s\n\t\tip6 saddr fd00:20:%[1]s::10 %[2]s\n", edge, rest)
		if word == "BOTH" {
			fmt.Fprintf(&out, "\t\tip daddr 198.18.%[1]s.10 %[2]s\n\t\tip6 daddr fd00:20:%[1]s::10 %[2]s\n", edge, rest)
		}
	}
	return out.String()
}

// newLaboratory builds the segments, the filters and the servers of all scenarios.
func newLaboratory(t *testing.T) *network {
	t.Helper()
	n := newSegments(t)
	n.slowDown()
	targets := slices.Concat(hosts(wanted(ruled, outside)), canaries(), []string{simulatorAt()}, agents())
	targets = append(targets, nginxHosts()...)
	for _, flows := range []map[string]want{linked(ruled, false), linked(ruled, true), versatileFlows()} {
		targets = append(targets, hosts(flows)...)
	}
	n.filter("jump", guard(strings.Join(targets, " "), ""))
	n.filter("far", guard(strings.Join(targets, " "), ""))
	n.filter("self", guard(strings.Join(hosts(wanted(ruled, keptBack)), " "), rules(func(s *scenario) []string { return s.local }, "daddr"))+
		"table netdev lab {\n\tchain exit {\n\t\ttype filter hook egress device \"wan\" priority filter;\n"+
		rules(func(s *scenario) []string { return s.exit }, "daddr")+"\t}\n}\n")
	n.filter("fw", "table inet lab {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n"+
		rules(func(s *scenario) []string { return s.fw }, "daddr")+rules(func(s *scenario) []string { return s.back }, "saddr")+
		"\t}\n\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat;\n"+
		rules(func(s *scenario) []string { return s.nat }, "daddr")+"\t}\n}\n"+unkindly())
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
		at("udp", address(int(drop), living, mumHost, v6), 161, "mute")
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
