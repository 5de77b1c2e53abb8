package lab

import (
	"maps"
	"net/netip"
	"testing"
)

// What the runs must see beside the scenarios as they stand.

// through is the same flows, looked at through another edge.
func through(edge int, flows map[string]want) map[string]want {
	out := map[string]want{}
	for key, w := range flows {
		w.edge = edge
		out[key] = w
	}
	return out
}

// slowly: answers have taken their time, so the way was as long as it should be. A busy machine may note late when a
// packet left, so a few may seem faster.
func slowly(t *testing.T, o *outcome) {
	answers, late := 0, 0
	for _, f := range o.tested() {
		if f.Observed == "open_proto" {
			answers++
			if f.RTT >= float64(longWay.Milliseconds())*2/3 {
				late++
			}
		}
	}
	if answers == 0 || late < answers*9/10 {
		t.Errorf("%d of %d answers have taken their time: they did not come through the slow way", late, answers)
	}
}

// resets are the scenarios in which a reset comes, that only the distance it has travelled tells apart.
func resets(s *scenario) bool { return s.sees[cimHTTP].raw != "" }

// byApplication are the connections that are cut, for an enforcement that classifies by application. Only
// a cut that is proved not to be the host's speaks for it, and without rights there is no such proof.
func byApplication(raw bool) map[string]want {
	flows := wanted(ruled, func(s *scenario) bool { return s.sees[cimHTTP].class == "open_cut" })
	for key, w := range flows {
		if raw && w.service == cimHTTP && w.scenario == "firewall resets the first bytes" {
			w.row = "open_cut, late app id"
			flows[key] = w
		}
	}
	return flows
}

// keptBack are the scenarios in which the machine that asks keeps its own packets back, and one to compare with.
func keptBack(s *scenario) bool { return s.self() || s.name == "firewall drops" }

// besideKeptBack is what such a machine sees with an engine; an empty one is that of the user's rights.
func besideKeptBack(columns []column, e engine) map[string]want {
	flows := wanted(columns, keptBack)
	for key, w := range flows {
		w.engine = e
		if w.class == "silence" && w.service == icmpEcho && w.v6 && (e == visits || e == crowds) {
			w.sight = silentHere
		}
		flows[key] = w
	}
	return flows
}

// linked are the hosts on the link of the jump host, past the firewall.
func linked(columns []column, dead bool) map[string]want {
	out := map[string]want{}
	for _, c := range columns {
		at := c
		if c == rejectedByDefault {
			at = deniedByDefault // the same hosts, under the other default
		}
		for _, v6 := range []bool{false, true} {
			for service, proto := range protos {
				w := want{sight: sight{class: "open_proto", row: "on link"}, scenario: "on the link", service: service, column: c, v6: v6}
				if dead {
					w.sight, w.scenario = see("host_down"), "on the link, nobody there"
				}
				out[onLink(at, dead, v6).String()+" "+service+"/"+proto] = w
			}
		}
	}
	return out
}

// proxied is what the machine behind the SYN proxy sees: every accept is the proxy's, and only a protocol
// proves a service.
func proxied() map[string]want {
	accepted := sight{class: "open_mute", row: "accepted by a proxy"}
	cut := sight{class: "open_cut", row: "accepted by a proxy"}
	flows := wanted(ruled[:nothing-1], func(s *scenario) bool {
		return s.name == "everything served" || s.name == "closed on the host" || s.place == unanswered
	})
	for key, w := range flows {
		w.edge = outEdge
		switch {
		case protos[w.service] != "tcp" || w.class == "open_proto":
		case w.scenario == "closed on the host":
			w.sight = cut
		default:
			w.sight = accepted
		}
		flows[key] = w
	}
	return flows
}

// foreign is what a machine in an untrusted zone sees, that no rule is about, and that may not send echoes.
func foreign() map[string]want {
	flows := map[string]want{}
	for key, w := range wanted(ruled, func(s *scenario) bool { return s.name == "everything served" || s.name == "firewall drops" }) {
		w.column, w.stranger = deniedByDefault, true
		if w.service == icmpEcho {
			w.sight = see("probe_error")
		}
		flows[key] = w
	}
	return flows
}

// untested: a rule that is about another zone than ours is never tested from here, and no line may look as
// if it were. Every flow of every rule has its line all the same.
func untested(t *testing.T, o *outcome) {
	lines := map[string]int{}
	for i := range o.lines {
		f := &o.lines[i]
		if f.Rule == "" {
			continue
		}
		lines[f.Rule]++
		if f.Verdict != "not_tested" || f.Reason != "vantage" || f.Observed != "" || f.Attempts != 0 {
			t.Errorf("a rule for another zone: %s", f)
		}
	}
	const flows = 2 * 2 * 4 // scenarios, families, services
	if want := map[string]int{"lab_allow": flows, "lab_drop": flows, "lab_reject": flows}; !maps.Equal(lines, want) {
		t.Errorf("lines of rules %v, want %v", lines, want)
	}
}

// versatile is a host that serves everything of the catalogue that controllers are asked for.
func versatile(c column, v6 bool) netip.Addr { return address(int(c), living, crowdFirst-2, v6) }

// moreServices are those beside the four that the kit rules: seat, port and service.
var moreServices = []struct {
	seat
	port    uint16
	service string
}{
	{seat{Proto: "tcp", Do: "redfish"}, 443, "redfish"}, {seat{Proto: "tcp", Do: "cim-tls"}, 5989, "cim-https"},
	{seat{Proto: "udp", Do: "slp"}, 427, "slp"}, {seat{Proto: "tcp", Do: "slp"}, 427, "slp"},
	{seat{Proto: "tcp", Do: "upnp"}, 49152, "upnp-psblock"}, {seat{Proto: "tcp", Do: "http"}, 7778, "control-panel"},
}

func versatileFlows() map[string]want {
	out := map[string]want{}
	for _, c := range ruled {
		for _, v6 := range []bool{false, true} {
			w := want{sight: served, scenario: "everything of the catalogue", column: c, v6: v6}
			host := versatile(c, v6).String()
			for service, proto := range protos {
				w.service = service
				out[host+" "+service+"/"+proto] = w
			}
			w.column = max(c, deniedByDefault) // no rule names them
			for _, s := range moreServices {
				w.service = s.service
				out[host+" "+s.service+"/"+s.Proto] = w
			}
		}
	}
	return out
}
