package lab

import (
	"fmt"
	"testing"
	"time"
)

// TestTruthTable reaches the cells of the truth table with packets. All runs are under way at once, each as
// a user of its own.
func TestTruthTable(t *testing.T) {
	required(t)
	t.Parallel()
	x := &tour{T: t, n: newLaboratory(t), table: &reached{}}
	x.turning()
	x.n.again(t, stand{space: "again", user: 60018}, x)
	x.everywhere()
	x.otherSites()
	x.keptBack()
	x.otherPlaces()
	x.worsePaths()
	x.foreignServers()
	for _, check := range x.checks {
		check()
	}
	for _, space := range []string{"jump", "self", "far"} {
		x.n.guarded(t, space)
	}
	t.Run("a second opinion", func(t *testing.T) { x.n.secondOpinion(t, x.privileged) })
	x.table.report(t)
}

// tour is the set of runs of one laboratory.
type tour struct {
	*testing.T
	n          *network
	table      *reached
	privileged *outcome // of all scenarios, with CAP_NET_RAW
	checks     []func() // what waits for a run to end and looks at it
}

// held starts a run of the hosts of some flows, each of which must be as the page has it.
func (x *tour) held(name string, at stand, o siteOptions, flows map[string]want, more ...func(*testing.T, *outcome)) {
	x.Helper()
	o.targets = hosts(flows)
	args := []string{asked}
	if o.everyService {
		args = nil
	}
	if o.services != "" {
		args = []string{"--services=" + o.services}
	}
	if o.engine != "" {
		args = append(args, "--engine="+o.engine)
	}
	wait := x.n.start(x.T, at, siteText(o), kitText(), args...)
	x.later(name, func(t *testing.T) {
		o := wait(t)
		hold(t, o, flows, at.privileged(), x.table)
		for _, check := range more {
			check(t, o)
		}
	})
}

// crowded starts a run of the crowd of some segments.
func (x *tour) crowded(name string, at stand, columns []column, right func(*testing.T, *outcome), args ...string) {
	x.Helper()
	wait := x.n.start(x.T, at, siteText(siteOptions{targets: crowd(columns)}), kitText(), append(args, asked)...)
	x.later(name, func(t *testing.T) { right(t, wait(t)) })
}

// later adds a check.
func (x *tour) later(name string, check func(*testing.T)) {
	x.checks = append(x.checks, func() { x.Run(name, check) })
}

// turning is a run that the firewall turns on as soon as it is well under way.
func (x *tour) turning() {
	x.crowded("turns on us in mid-run", stand{space: "turning", user: 60017}, []column{drop, reject}, turnedOn)
	const underWay = 120 // openings: every host was asked, and most have more to come
	for began := time.Now(); x.n.counted("fw", "unkind")["turning"] < underWay; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			x.Fatalf("the run never got under way: %v", x.n.counted("fw", "unkind"))
		}
	}
	x.n.in("fw", fmt.Sprintf("add rule inet unkind forward ip saddr 198.18.%[1]d.10 ct state new drop\n"+
		"add rule inet unkind forward ip6 saddr fd00:20:%[1]d::10 ct state new drop\n", turningEdge), "nft", "-f", "-")
}

// everywhere looks at all scenarios, with every engine and from afar.
func (x *tour) everywhere() {
	all := wanted(ruled, outside)
	here := siteOptions{canaries: canaries()}
	visiting := here
	visiting.engine = "visits"
	x.held("without rights", stand{space: "jump", user: 60001}, here, all)
	x.held("without rights, visits", stand{space: "side", user: 60025}, visiting, through(sideEdge, all))
	x.held("with CAP_NET_RAW", stand{space: "jump"}, here, all, func(_ *testing.T, o *outcome) { x.privileged = o })
	x.held("300 ms away", stand{space: "far", user: 60019}, here, through(slowEdge, all), slowly)
	x.held("300 ms away, with CAP_NET_RAW", stand{space: "far"}, here, through(slowEdge, all), slowly)
}

// otherSites looks with other defaults and another style of enforcement.
func (x *tour) otherSites() {
	rejects := siteOptions{interzone: "reject"}
	x.held("default reject", stand{space: "jump", user: 60002}, rejects, wanted([]column{rejectedByDefault}, outside))
	x.held("default reject, with CAP_NET_RAW", stand{space: "side"}, rejects, wanted([]column{rejectedByDefault}, resets))
	x.held("by application", stand{space: "jump", user: 60003}, siteOptions{style: "app_id"}, byApplication(false))
	x.held("by application, with CAP_NET_RAW", stand{space: "side"}, siteOptions{style: "app_id"}, byApplication(true))
	x.held("every service", stand{space: "jump", user: 60011}, siteOptions{everyService: true}, versatileFlows())
}

// keptBack looks from a machine that keeps its own packets back.
func (x *tour) keptBack() {
	visiting := siteOptions{engine: "visits"}
	x.held("packets kept back", stand{space: "self", user: 60023}, siteOptions{}, besideKeptBack(ruled, crowds))
	x.held("packets kept back, with CAP_NET_RAW", stand{space: "self"}, siteOptions{}, besideKeptBack(ruled, sweeps))
	x.held("packets kept back, visits", stand{space: "self", user: 60015}, visiting, besideKeptBack(ruled, visits))
	x.held("packets kept back, visits with CAP_NET_RAW", stand{space: "self", user: 60024, raw: true}, visiting, besideKeptBack(ruled, rawVisits))
	visiting.interzone = "reject"
	x.held("packets kept back, default reject", stand{space: "self", user: 60016}, visiting, besideKeptBack([]column{rejectedByDefault}, visits))
}

// otherPlaces looks past the firewall, through a proxy, and from a zone that no rule is about.
func (x *tour) otherPlaces() {
	x.held("on the link", stand{space: "jump", user: 60004}, siteOptions{}, linked(ruled, false))
	x.held("on the link, dead", stand{space: "jump", user: 60005}, siteOptions{onLink: true}, linked(ruled, true))
	x.held("on the link, dead, default reject", stand{space: "jump", user: 60013}, siteOptions{onLink: true, interzone: "reject"},
		linked([]column{rejectedByDefault}, true))
	x.held("behind a SYN proxy", stand{space: "out", user: 60006}, siteOptions{canaries: canaries()}, proxied())
	x.held("from the wrong zone", stand{space: "guest", user: 60007}, siteOptions{}, foreign(), untested)
}

// worsePaths looks through paths that lose packets, by chance or on purpose.
func (x *tour) worsePaths() {
	two := []column{drop, reject}
	x.crowded("one packet in twenty lost", stand{space: "leaky", user: 60020}, two, throughLeak)
	x.crowded("one packet in twenty lost, with CAP_NET_RAW", stand{space: "leaky"}, two, throughLeak)
	x.crowded("through a lossy path", stand{space: "lossy", user: 60008}, []column{drop, reject, deniedByDefault}, gateOfLoss, "--engine=visits")
	x.crowded("ICMP errors limited", stand{space: "limited", user: 60009}, two, limitedErrors)
	x.crowded("an IPS turns on us", stand{space: "ips", user: 60012}, two, turnedOn)
	x.crowded("no more than 20 openings a second", stand{space: "metered", user: 60021}, two, metered)
	x.crowded("no more than 20 openings a second, visits", stand{space: "metered", user: 60027}, two, metered, "--engine=visits")
}

// foreignServers looks at servers that we did not write, where they are installed.
func (x *tour) foreignServers() {
	if x.n.agent() {
		snmp := siteOptions{services: "snmp", engine: "crowd"}
		x.held("an SNMP agent that we did not write", stand{space: "jump", user: 60022}, snmp, agentFlows(), named)
		snmp.engine = "sweep"
		x.held("an SNMP agent that we did not write, with CAP_NET_RAW", stand{space: "side", user: 60026, raw: true}, snmp, agentFlows(), named)
	}
	if x.n.simulator() {
		x.held("a controller that we did not write", stand{space: "jump", user: 60010}, siteOptions{}, simulated())
	}
	if x.n.nginx() {
		wait := x.n.start(x.T, stand{space: "jump", user: 60014}, siteText(siteOptions{targets: nginxHosts()}), kitText(), "--services=redfish")
		x.later("TLS that we did not write", func(t *testing.T) { foreignTLS(t, wait(t)) })
	}
}
