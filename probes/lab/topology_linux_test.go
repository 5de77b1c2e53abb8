package lab

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// The segments behind the firewall, one for each intent, each a zone of its own but the last: that one
// lies in the zone that the jump host stands in, for what no rule names inside a zone.
//
//	jump 198.18.0.10 ── fw ══ bmc    198.19.1.0/24 … 198.19.5.0/24, one link each
//	side, self, guest, and those of the worse paths ── fw
//	far ── slow ── fw, whose answers take 300 ms through slow
//	jump 198.18.5.10 ─────── bmc 198.18.5.0/24, past the firewall
const segments = 5

// edges are the machines in front of the firewall, with the third number of their network: the jump host
// and one beside it, one that keeps its own packets back, one in a zone that no rule is about, a router with a slow
// way back, and those that look through a worse path.
var edges = map[string]int{"jump": 0, "side": sideEdge, "self": 20, "guest": 40, "slow": slowEdge,
	"out": 50, "limited": 70, "lossy": 80, "ips": 90, "leaky": 110, "metered": 120, "turning": turningEdge, "again": againEdge}

// The edges that a test speaks of by their number.
const (
	sideEdge    = 30
	outEdge     = 50
	turningEdge = 130
	againEdge   = 140
)

// inside are the edges in the zone that the rules are about, and worse those behind a worse path, in a zone of
// their own that the rules are about as well.
var (
	inside = []int{0, sideEdge, 20, farEdge}
	worse  = []int{50, 70, 80, 90, 110, 120, 130, 140}
)

// networks are the prefixes of some edges.
func networks(numbers []int) (out []string) {
	for _, n := range numbers {
		out = append(out, fmt.Sprintf("198.18.%d.0/24", n), fmt.Sprintf("fd00:20:%d::/64", n))
	}
	return out
}

// onLink is a host of a column on the link of the jump host, past the firewall. The dead ones are nobody's.
func onLink(c column, dead, v6 bool) netip.Addr {
	n := 20 + int(c)
	if dead {
		n += 10
	}
	if v6 {
		return netip.MustParseAddr(fmt.Sprintf("fd00:20:60::%d", n))
	}
	return netip.AddrFrom4([4]byte{198, 18, 5, byte(n)})
}

// canaries are addresses that nobody has.
func canaries() []string {
	return []string{address(int(drop), unanswered, 9, false).String(), address(int(drop), unanswered, 9, true).String()}
}

// place is where an address of a segment leads to.
type place int

const (
	living     place = iota // the namespace bmc answers for it
	refused                 // a router behind the firewall has an unreachable route for it
	prohibited              // that router has a prohibiting route for it
	pathless                // that router has no route for it
	looping                 // that router sends it back
	unanswered              // the firewall finds no station for it on the link
	swallowed               // the firewall has a blackhole for it
)

// address is host number i of a place in a segment, 1 to 14; a living one up to 126.
func address(segment int, p place, i int, v6 bool) netip.Addr {
	if v6 {
		return netip.MustParseAddr(fmt.Sprintf("fd00:20:%d:%d::%x", segment, p, i))
	}
	if p != living {
		i += 112 + 16*int(p)
	}
	return netip.AddrFrom4([4]byte{198, 19, byte(segment), byte(i)})
}

// gateway is the address of the router behind the firewall in a segment.
func gateway(segment int, v6 bool) string {
	if v6 {
		return fmt.Sprintf("fd00:20:%d:ffff::2", segment)
	}
	return fmt.Sprintf("198.19.%d.254", segment)
}

// firewall is the firewall's own address towards an edge.
func firewall(edge int, v6 bool) string {
	if v6 {
		return fmt.Sprintf("fd00:20:%d::1", edge)
	}
	return fmt.Sprintf("198.18.%d.1", edge)
}

// newSegments builds the network. Nothing is filtered yet, and nobody serves. ICMP errors leave as fast as
// they are made: real segments have a machine behind each address, and not one kernel behind all.
func newSegments(t testing.TB) *network {
	t.Helper()
	n := newNetwork(t, append(sorted(edges), "far", "fw", "bmc")...)
	for _, s := range n.spaces {
		n.set(s, "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0", "net.ipv4.conf.all.send_redirects=0",
			"net.ipv4.conf.default.send_redirects=0", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
	}
	for _, s := range []string{"fw", "bmc"} {
		n.set(s, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0",
			"net.ipv4.icmp_msgs_per_sec=100000", "net.ipv4.icmp_msgs_burst=10000")
	}
	// The router answers with the address of the link that a packet came by, as the machine that a
	// traceroute would show.
	n.set("bmc", "net.ipv4.icmp_errors_use_inbound_ifaddr=1")
	for name, net := range edges {
		if name != "guest" { // who may not send echoes
			n.set(name, "net.ipv4.ping_group_range=0 2147483647")
		}
		n.edge(name, fmt.Sprintf("198.18.%d", net), fmt.Sprintf("fd00:20:%d:", net))
	}
	n.ip("bmc", "link add void type veth peer name void2", "link set dev void up", "link set dev void2 up")
	for s := 1; s <= segments; s++ {
		n.segment(s)
	}
	n.filter("bmc", router())
	n.link("jump", "side", "bmc", "side")
	n.set("jump", "net.ipv4.neigh.side.mcast_solicit=1", "net.ipv4.neigh.side.retrans_time_ms=100",
		"net.ipv6.neigh.side.mcast_solicit=1", "net.ipv6.neigh.side.retrans_time_ms=100")
	n.ip("jump", "addr add 198.18.5.10/24 dev side", "addr add fd00:20:60::10/64 nodad dev side")
	for c := allow; c <= nothing; c++ {
		n.ip("bmc", fmt.Sprintf("addr add %s/24 dev side", onLink(c, false, false)), fmt.Sprintf("addr add %s/64 nodad dev side", onLink(c, false, true)))
	}
	return n
}

// edge joins a machine in front of the firewall to it: .10 there, .1 here.
func (n *network) edge(space, v4, v6 string) {
	n.t.Helper()
	n.link(space, "wan", "fw", space)
	n.ip(space, "addr add "+v4+".10/24 dev wan", "addr add "+v6+":10/64 nodad dev wan",
		"route add default via "+v4+".1", "route add default via "+v6+":1")
	n.ip("fw", "addr add "+v4+".1/24 dev "+space, "addr add "+v6+":1/64 nodad dev "+space)
}

// segment joins one segment to the firewall.
func (n *network) segment(s int) {
	n.t.Helper()
	dev := fmt.Sprintf("seg%d", s)
	n.link("fw", dev, "bmc", dev)
	v4, v6 := fmt.Sprintf("198.19.%d", s), fmt.Sprintf("fd00:20:%d", s)
	n.ip("fw",
		"addr add "+v4+".253/30 dev "+dev, "addr add "+v6+":ffff::1/64 nodad dev "+dev,
		"route add "+v4+".0/24 via "+v4+".254", "route add "+v6+"::/48 via "+v6+":ffff::2",
		"route add "+v4+".192/28 dev "+dev, "route add "+v6+":5::/64 dev "+dev,
		"route add blackhole "+v4+".208/28", "route add blackhole "+v6+":6::/64")
	n.set("fw", "net.ipv4.neigh."+dev+".mcast_solicit=1", "net.ipv4.neigh."+dev+".retrans_time_ms=100",
		"net.ipv6.neigh."+dev+".mcast_solicit=1", "net.ipv6.neigh."+dev+".retrans_time_ms=100")
	n.ip("bmc",
		"addr add "+v4+".254/30 dev "+dev, "addr add "+v6+":ffff::2/64 nodad dev "+dev,
		"route add local "+v4+".0/25 dev lo",
		"route add "+v4+".128/26 dev void", "route add "+v6+":1::/64 dev void", "route add "+v6+":2::/64 dev void",
		"route add "+v6+":3::/64 dev void",
		"route add "+v4+".176/28 via "+v4+".253", "route add "+v6+":4::/64 via "+v6+":ffff::1")
	var own []string // IPv6 has no address of its own on a local route, and ICMPv6 errors would come from another
	for i := 1; i < 127; i++ {
		own = append(own, fmt.Sprintf("addr add %s/128 nodad dev lo", address(s, living, i, true)))
	}
	n.ip("bmc", own...)
	if s == int(drop) {
		n.ip("bmc", "route add 198.18.0.0/16 via "+v4+".253", "route add fd00:20::/32 via "+v6+":ffff::1")
	}
}

// router is what the router behind the firewall says of places where nobody is. A filter says it, because
// a route that says so is limited to one ICMP error a second, for all namespaces together.
func router() string {
	var out strings.Builder
	for s := 1; s <= segments; s++ {
		for p, with := range map[place][2]string{
			refused: {"host-unreachable", "addr-unreachable"}, prohibited: {"admin-prohibited", "admin-prohibited"},
			pathless: {"net-unreachable", "no-route"},
		} {
			four, six := netip.PrefixFrom(address(s, p, 0, false), 28), netip.PrefixFrom(address(s, p, 0, true), 64)
			fmt.Fprintf(&out, "\t\tip daddr %s reject with icmp %s\n\t\tip6 daddr %s reject with icmpv6 %s\n", four, with[0], six, with[1])
		}
	}
	return "table inet router {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n" + out.String() + "\t}\n}\n"
}
