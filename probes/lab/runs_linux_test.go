package lab

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestTruthTable reaches the cells of the truth table with packets. All runs are under way at once, each as
// a user of its own.
func TestTruthTable(t *testing.T) {
	required(t)
	t.Parallel()
	n := newLaboratory(t)
	table := &reached{}
	held := func(name string, at stand, o siteOptions, flows map[string]want, more ...func(*testing.T, *outcome)) func() {
		o.targets = hosts(flows)
		args := []string{asked}
		if o.everyService {
			args = nil
		}
		if o.engine != "" {
			args = append(args, "--engine="+o.engine)
		}
		wait := n.start(t, at, siteText(o), kitText(), args...)
		return func() {
			t.Run(name, func(t *testing.T) {
				o := wait(t)
				hold(t, o, flows, at.privileged(), table)
				for _, check := range more {
					check(t, o)
				}
			})
		}
	}
	crowded := func(name string, at stand, columns []column, right func(*testing.T, *outcome), args ...string) func() {
		wait := n.start(t, at, siteText(siteOptions{targets: crowd(columns)}), kitText(), append(args, asked)...)
		return func() { t.Run(name, func(t *testing.T) { right(t, wait(t)) }) }
	}
	everything := wanted(ruled, outside)
	var privileged *outcome
	checks := []func(){
		n.turn(t, crowded("turns on us in mid-run", stand{space: "turning", user: 60017}, []column{drop, reject}, turnedOn)),
		n.again(t, stand{space: "again", user: 60018}, table),
		held("without rights", stand{space: "jump", user: 60001}, siteOptions{canaries: canaries()}, everything),
		held("without rights, visits", stand{space: "side", user: 60025}, siteOptions{canaries: canaries(), engine: "visits"}, through(30, everything)),
		held("with CAP_NET_RAW", stand{space: "jump", user: 0}, siteOptions{canaries: canaries()}, everything,
			func(_ *testing.T, o *outcome) { privileged = o }),
		held("300 ms away", stand{space: "far", user: 60019}, siteOptions{canaries: canaries()}, through(slowEdge, everything), slowly),
		held("300 ms away, with CAP_NET_RAW", stand{space: "far", user: 0}, siteOptions{canaries: canaries()}, through(slowEdge, everything), slowly),
		held("default reject", stand{space: "jump", user: 60002}, siteOptions{interzone: "reject"}, wanted([]column{rejectedByDefault}, outside)),
		held("default reject, with CAP_NET_RAW", stand{space: "side", user: 0}, siteOptions{interzone: "reject"}, wanted([]column{rejectedByDefault}, resets)),
		held("by application", stand{space: "jump", user: 60003}, siteOptions{style: "app_id"}, byApplication(false)),
		held("by application, with CAP_NET_RAW", stand{space: "side", user: 0}, siteOptions{style: "app_id"}, byApplication(true)),
		held("packets kept back, visits", stand{space: "self", user: 60015}, siteOptions{engine: "visits"}, besideKeptBack(ruled, visits)),
		held("packets kept back, with CAP_NET_RAW", stand{space: "self", user: 0}, siteOptions{}, besideKeptBack(ruled, sweeps)),
		held("packets kept back, visits with CAP_NET_RAW", stand{space: "self", user: 60024, raw: true}, siteOptions{engine: "visits"}, besideKeptBack(ruled, rawVisits)),
		held("packets kept back", stand{space: "self", user: 60023}, siteOptions{}, besideKeptBack(ruled, crowds)),
		held("packets kept back, default reject", stand{space: "self", user: 60016}, siteOptions{interzone: "reject", engine: "visits"},
			besideKeptBack([]column{rejectedByDefault}, visits)),
		held("on the link", stand{space: "jump", user: 60004}, siteOptions{}, linked(ruled, false)),
		held("on the link, dead", stand{space: "jump", user: 60005}, siteOptions{onLink: true}, linked(ruled, true)),
		held("on the link, dead, default reject", stand{space: "jump", user: 60013}, siteOptions{onLink: true, interzone: "reject"},
			linked([]column{rejectedByDefault}, true)),
		held("behind a SYN proxy", stand{space: "out", user: 60006}, siteOptions{canaries: canaries()}, proxied()),
		held("from the wrong zone", stand{space: "guest", user: 60007}, siteOptions{}, foreign(), untested),
		held("every service", stand{space: "jump", user: 60011}, siteOptions{everyService: true}, versatileFlows()),
		crowded("one packet in twenty lost", stand{space: "leaky", user: 60020}, []column{drop, reject}, throughLeak),
		crowded("one packet in twenty lost, with CAP_NET_RAW", stand{space: "leaky", user: 0}, []column{drop, reject}, throughLeak),
		crowded("through a lossy path", stand{space: "lossy", user: 60008}, []column{drop, reject, deniedByDefault}, gateOfLoss, "--engine=visits"),
		crowded("ICMP errors limited", stand{space: "limited", user: 60009}, []column{drop, reject}, limitedErrors),
		crowded("an IPS turns on us", stand{space: "ips", user: 60012}, []column{drop, reject}, turnedOn),
		crowded("no more than 20 openings a second", stand{space: "metered", user: 60021}, []column{drop, reject}, metered),
	}
	if n.agent() {
		for _, at := range []stand{{space: "jump", user: 60022}, {space: "side", user: 60026, raw: true}} {
			engine := map[bool]string{false: "crowd", true: "sweep"}[at.raw]
			wait := n.start(t, at, siteText(siteOptions{targets: agents()}), kitText(), "--services=snmp", "--engine="+engine)
			checks = append(checks, func() {
				t.Run("an SNMP agent that we did not write, "+engine, func(t *testing.T) {
					o := wait(t)
					hold(t, o, agentFlows(), at.raw, table)
					named(t, o)
				})
			})
		}
	}
	if n.simulator() {
		checks = append(checks, held("a controller that we did not write", stand{space: "jump", user: 60010}, siteOptions{}, simulated()))
	}
	if n.nginx() {
		wait := n.start(t, stand{space: "jump", user: 60014}, siteText(siteOptions{targets: nginxHosts()}), kitText(), "--services=redfish")
		checks = append(checks, func() { t.Run("TLS that we did not write", func(t *testing.T) { foreignTLS(t, wait(t)) }) })
	}
	for _, check := range checks {
		check()
	}
	n.guarded(t, "jump")
	n.guarded(t, "self")
	n.guarded(t, "far")
	t.Run("a second opinion", func(t *testing.T) { n.secondOpinion(t, privileged) })
	table.report(t)
}

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

// turn makes the firewall turn on a run as soon as that is well under way, and returns check.
func (n *network) turn(t *testing.T, check func()) func() {
	t.Helper()
	const underWay = 120 // openings: every host was asked, and most have more to come
	for began := time.Now(); n.counted("fw", "unkind")["turning"] < underWay; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("the run never got under way: %v", n.counted("fw", "unkind"))
		}
	}
	n.in("fw", fmt.Sprintf("add rule inet unkind forward ip saddr 198.18.%[1]d.10 ct state new drop\n"+
		"add rule inet unkind forward ip6 saddr fd00:20:%[1]d::10 ct state new drop\n", turningEdge), "nft", "-f", "-")
	return check
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

// simulatorAt is where OpenIPMI's simulator answers.
func simulatorAt() string { return address(int(drop), living, crowdFirst-1, false).String() }

func simulated() map[string]want {
	out := map[string]want{}
	for service, see := range map[string]sight{ipmiLAN: served, icmpEcho: served} {
		out[simulatorAt()+" "+service+"/"+protos[service]] = want{sight: see, scenario: "OpenIPMI's simulator", service: service, column: drop}
	}
	return out
}

// simulator starts OpenIPMI's simulator of a controller, if it is installed.
func (n *network) simulator() bool {
	n.t.Helper()
	program, err := exec.LookPath("ipmi_sim")
	if err != nil {
		if os.Getenv("CI") != "" {
			n.t.Fatalf("the laboratory lacks a controller that we did not write: %v (package openipmi)", err)
		}
		n.t.Log("SKIPPED: ipmi_sim (package openipmi) is not installed, so only our own IPMI server was asked")
		return false
	}
	dir := n.t.TempDir()
	for name, text := range map[string]string{
		"lan.conf": fmt.Sprintf("name \"lab\"\nset_working_mc 0x20\nstartlan 1\n  addr %s 623\n  priv_limit admin\n"+
			"  allowed_auths_admin md5\n  guid 0123456789abcdef0123456789abcdef\nendlan\nuser 2 true \"lab\" \"lab\" admin 10 md5\n", simulatorAt()),
		"bmc.emu": "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			n.t.Fatal(err)
		}
	}
	c := exec.Command("ip", "netns", "exec", n.tag+"bmc", program, "-n", "-c", filepath.Join(dir, "lan.conf"), "-f", filepath.Join(dir, "bmc.emu"), "-s", dir)
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // killed: its error says no more than that
	})
	return true
}
