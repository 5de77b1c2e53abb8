package lab

import (
	"fmt"
	"strings"
)

// The four questions that every host of the laboratory is asked.
const (
	cimHTTP  = "cim-http"    // tcp/5988, the TCP flow of a scenario
	ipmiLAN  = "ipmi"        // udp/623, its UDP flow
	icmpEcho = "icmp-echo"   // its echo
	mate     = "sftp-rfc913" // tcp/115, where the host shows that it is alive
)

// sight is what one question must see.
type sight struct {
	class string // for a user without rights
	raw   string // with CAP_NET_RAW, if that sees more
	row   string // of the page, if not the one of the class
	from  string // who sends the deciding ICMP error: firewall, router, host
	v4    [2]uint8
	v6    [2]uint8

	or   string                                      // another row of the page that is as right
	here func(v6 bool, e engine) (class, row string) // what is seen of packets that do not leave; overrides class and row
}

// engine is how a run sends first packets, and with which rights.
type engine string

// The engines. Left to itself the program sweeps if it may, and asks in a crowd if not.
const (
	visits    engine = "visits"
	rawVisits engine = "visits, with CAP_NET_RAW"
	sweeps    engine = "sweep"
	crowds    engine = "crowd"
)

// as is the sight of an engine in a family.
func (s sight) as(v6 bool, e engine) sight {
	if s.here != nil {
		s.class, s.row = s.here(v6, e)
		s.raw = ""
	}
	return s
}

func see(class string) sight { return sight{class: class} }

// by is a sight that an ICMP error decides.
func by(class, row, from string, v4, v6 [2]uint8) sight {
	return sight{class: class, row: row, from: from, v4: v4, v6: v6}
}

// The ICMP and ICMPv6 errors, type and code (RFC 792, RFC 1812 5.2.7.1, RFC 4443).
var (
	netUnreach4, hostUnreach4, portUnreach4, prohibited4, netProhibited4 = [2]uint8{3, 0}, [2]uint8{3, 1}, [2]uint8{3, 3}, [2]uint8{3, 13}, [2]uint8{3, 9}
	noRoute6, addrUnreach6, portUnreach6, prohibited6, policyFail6       = [2]uint8{1, 0}, [2]uint8{1, 3}, [2]uint8{1, 4}, [2]uint8{1, 1}, [2]uint8{1, 5}
	exceeded4, exceeded6                                                 = [2]uint8{11, 0}, [2]uint8{3, 0}
)

// scenario is one treatment of a host. Every segment has a host for it, in both families.
type scenario struct {
	name  string
	place place
	fw    []string // what the firewall does with packets to the host: match and verdict
	nat   []string // what it does with them before it looks where they go
	back  []string // what it does with packets from the host
	own   []string // what the host's own filter does
	local []string // what the filter of the machine that asks does
	exit  []string // what its interface does with what has passed that filter
	tcp   string   // behind 5988; nobody if empty
	udp   string   // behind 623; nobody if empty
	only6 column   // the one segment where IPv6 can show it; 0 means all, -1 none

	sees map[string]sight
}

// seen makes the map of what a scenario sees.
func seen(tcp, udp, echo, companion sight) map[string]sight {
	return map[string]sight{cimHTTP: tcp, ipmiLAN: udp, icmpEcho: echo, mate: companion}
}

// all is a scenario that sees the same in all four.
func all(s sight) map[string]sight { return seen(s, s, s, s) }

var (
	served   = see("open_proto")
	silent   = see("silence")
	unproven = sight{class: "silence_unproven", row: "silence_unproven, udp"}
	closed   = sight{class: "rst_unknown", raw: "rst_host"}
	forged   = sight{class: "rst_unknown", raw: "rst_mid"}
	faked    = sight{class: "open_mute", row: "accepted by a proxy"}
	error4   = see("probe_error")
	// What a filter of this machine drops. Of an ICMPv6 echo without rights the system says nothing.
	droppedHere = sight{here: func(v6 bool, e engine) (string, string) { return unsent(v6 && (e == visits || e == crowds)) }}
	// What its interface drops: of an IPv4 echo from a raw socket nothing is said either.
	stoppedHere = sight{here: func(v6 bool, e engine) (string, string) {
		return unsent(v6 && (e == visits || e == crowds) || !v6 && e == rawVisits)
	}}
	// What does leave such a machine, of which it may know that or not.
	silentHere = sight{class: "silence", or: "silence, not known to have left"}
)

// unsent is what is made of a packet that did not leave: an error, or a silence that proves nothing.
func unsent(untold bool) (class, row string) {
	if untold {
		return "silence", "silence, not known to have left"
	}
	return "probe_error", ""
}

// rejecting is a firewall that answers TCP, UDP and echoes with one kind of ICMP error.
func rejecting(name, with string, s sight) scenario {
	return scenario{name: name, fw: reject3(with), tcp: "cim", udp: "ipmi", sees: seen(s, s, s, served)}
}

func reject3(with string) []string {
	return []string{"tcp dport 5988 reject with " + with, "udp dport 623 reject with " + with, "ECHO reject with " + with}
}

// scenarios are numbered from 1 in this order; the number is the host's.
var scenarios = []scenario{
	{name: "everything served", tcp: "cim", udp: "ipmi", sees: seen(served, served, served, served)},
	{name: "firewall drops", fw: []string{"tcp dport 5988 drop", "udp dport 623 drop", "ECHO drop"}, tcp: "cim", udp: "ipmi",
		sees: seen(silent, silent, silent, served)},
	{name: "firewall drops, no UDP control", fw: []string{"tcp dport 5988 drop", "meta l4proto udp drop"}, tcp: "cim", udp: "ipmi",
		sees: seen(silent, unproven, served, served)},
	{name: "firewall resets", fw: []string{"tcp dport 5988 reject with tcp reset"}, tcp: "cim", udp: "ipmi",
		sees: seen(forged, served, served, served)},
	rejecting("firewall says port unreachable", "icmpx port-unreachable",
		by("port_unreach_mid", "", "firewall", portUnreach4, portUnreach6)),
	rejecting("firewall says admin prohibited", "icmpx admin-prohibited",
		by("prohibited", "", "firewall", prohibited4, prohibited6)),
	rejecting("firewall says host unreachable", "icmpx host-unreachable",
		by("unreach", "unreach, alive, listed", "firewall", hostUnreach4, addrUnreach6)),
	rejecting("firewall says net unreachable", "icmpx no-route",
		by("unreach", "unreach, alive", "firewall", netUnreach4, noRoute6)),
	rejecting("firewall says net prohibited", "PROHIBITED", // a code that each family has another word for
		by("prohibited", "", "firewall", netProhibited4, policyFail6)),
	{name: "closed on the host", sees: seen(closed, by("port_unreach", "port_unreach, udp", "host", portUnreach4, portUnreach6), served, served)},
	{name: "host filter says port unreachable", own: []string{"tcp dport 5988 reject with icmpx port-unreachable",
		"udp dport 623 reject with icmpx port-unreachable"}, tcp: "cim", udp: "ipmi",
		sees: seen(by("port_unreach", "", "host", portUnreach4, portUnreach6),
			by("port_unreach", "port_unreach, udp", "host", portUnreach4, portUnreach6), served, served)},
	{name: "host mute", tcp: "mute", udp: "mute", sees: seen(see("open_mute"), silent, served, served)},
	{name: "firewall drops behind the handshake", fw: []string{"tcp dport 5988 tcp flags & psh == psh drop"},
		back: []string{"udp sport 623 drop"}, tcp: "cim", udp: "ipmi", sees: seen(see("open_mute"), silent, served, served)},
	{name: "host resets the first bytes", tcp: "reset", udp: "ipmi", sees: seen(see("open_cut"), served, served, served)},
	{name: "host closes at the first bytes", tcp: "close", udp: "ipmi", sees: seen(see("open_cut"), served, served, served)},
	{name: "firewall resets the first bytes", fw: []string{"tcp dport 5988 tcp flags & psh == psh reject with tcp reset"}, tcp: "cim",
		udp: "ipmi", sees: seen(see("open_cut"), served, served, served)},
	{name: "firewall prohibits the first bytes", fw: []string{"tcp dport 5988 tcp flags & psh == psh reject with icmpx admin-prohibited"},
		tcp: "cim", udp: "ipmi", sees: seen(see("open_cut"), served, served, served)},
	{name: "another protocol", tcp: "ssh", udp: "garbage", sees: seen(see("open_other"), see("open_other"), served, served)},
	{name: "another web server", tcp: "http", udp: "ipmi", sees: seen(see("open_other"), served, served, served)},
	{name: "alive by its echo alone", fw: []string{"meta l4proto tcp drop", "udp dport 623 drop"}, tcp: "cim", udp: "ipmi",
		sees: seen(silent, silent, served, silent)},
	{name: "a box accepts for it", nat: []string{"tcp dport != 115 redirect to :9999"}, tcp: "cim", udp: "ipmi",
		sees: seen(faked, served, served, served)},
	{name: "this machine refuses", local: []string{"tcp dport 5988 reject with icmpx admin-prohibited",
		"udp dport 623 reject with icmpx admin-prohibited", "ECHO reject with icmpx admin-prohibited"}, tcp: "cim", udp: "ipmi",
		sees: seen(error4, error4, error4, served)},
	{name: "this machine drops", local: []string{"tcp dport 5988 drop", "udp dport 623 drop", "ECHO drop"}, tcp: "cim", udp: "ipmi",
		sees: seen(error4, error4, droppedHere, served)},
	{name: "the interface of this machine drops", exit: []string{"tcp dport 5988 drop", "udp dport 623 drop", "ECHO drop"}, tcp: "cim",
		udp: "ipmi", sees: seen(error4, error4, stoppedHere, served)},
	{name: "no station on the link", place: unanswered, sees: all(by("unreach", "unreach, listed", "firewall", hostUnreach4, addrUnreach6))},
	{name: "swallowed", place: swallowed, sees: seen(see("silence_unproven"), unproven, see("silence_unproven"), see("silence_unproven"))},
	{name: "router behind says host unreachable", place: refused, only6: drop,
		sees: all(by("unreach", "unreach, behind", "router", hostUnreach4, addrUnreach6))},
	{name: "router behind says net unreachable", place: pathless, only6: drop,
		sees: all(by("unreach", "unreach, behind", "router", netUnreach4, noRoute6))},
	{name: "router behind prohibits", place: prohibited, only6: drop,
		sees: all(by("prohibited", "prohibited, behind", "router", prohibited4, prohibited6))},
	{name: "routing loop", place: looping, sees: all(by("ttl_exceeded", "", "", exceeded4, exceeded6))},
}

// self tells whether the machine that asks is what keeps the packets of a scenario back.
func (s *scenario) self() bool { return len(s.local)+len(s.exit) > 0 }

// number is the host of a scenario in its place: living ones count on, the others are alone in theirs.
func (s *scenario) number() int {
	if s.place != living {
		return 1
	}
	for i := range scenarios {
		if scenarios[i].name == s.name {
			return i + 1
		}
	}
	return 0
}

// inFamily tells whether a segment can show the scenario in a family.
func (s *scenario) inFamily(segment int, v6 bool) bool {
	return !v6 || s.only6 == 0 || s.only6 == column(segment)
}

// rules writes the rules of all scenarios that one kind of filter has, with the hosts that each is about.
// peer is daddr for packets to the hosts, saddr for packets from them.
func rules(of func(*scenario) []string, peer string) string {
	var out strings.Builder
	for i := range scenarios {
		s := &scenarios[i]
		for _, rule := range of(s) {
			for _, v6 := range []bool{false, true} {
				var hosts []string
				for seg := 1; seg <= segments; seg++ {
					hosts = append(hosts, address(seg, s.place, s.number(), v6).String())
				}
				l3, echo, prohibit := "ip", "icmp type echo-request", "icmp net-prohibited"
				if v6 {
					l3, echo, prohibit = "ip6", "icmpv6 type echo-request", "icmpv6 policy-fail"
				}
				words := strings.NewReplacer("ECHO", echo, "PROHIBITED", prohibit).Replace(rule)
				fmt.Fprintf(&out, "\t\t%s %s { %s } %s\n", l3, peer, strings.Join(hosts, ", "), words)
			}
		}
	}
	return out.String()
}
