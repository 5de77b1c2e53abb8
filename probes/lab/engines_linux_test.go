package lab

import (
	"maps"
	"testing"
)

// TestEngines holds the engines that ask all hosts in turn to the same page as the visits: each in a laboratory of
// its own, because some filters remember who has asked.
func TestEngines(t *testing.T) {
	required(t)
	t.Parallel()
	for _, e := range []struct {
		name string
		user int // the first one; 0 is root for all
	}{
		{"sweep", 0}, {"crowd", 60101}, {"visits", 0},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			engineHolds(t, e.name, e.user)
		})
	}
}

func engineHolds(t *testing.T, engine string, user int) {
	n := newLaboratory(t)
	table := &reached{}
	as := func(space string) stand {
		s := stand{space: space, user: user}
		if user != 0 {
			user++
		}
		return s
	}
	held := func(name string, at stand, o siteOptions, flows map[string]want, args ...string) func() {
		o.targets = hosts(flows)
		wait := n.start(t, at, siteText(o), kitText(), append(args, "--engine="+engine)...)
		return func() {
			t.Run(name, func(t *testing.T) { hold(t, wait(t), flows, at.privileged(), table) })
		}
	}
	crowded := func(name string, at stand, columns []column, right func(*testing.T, *outcome)) func() {
		wait := n.start(t, at, siteText(siteOptions{targets: crowd(columns)}), kitText(), asked, "--engine="+engine)
		return func() { t.Run(name, func(t *testing.T) { right(t, wait(t)) }) }
	}
	for _, check := range []func(){
		held("everything", as("jump"), siteOptions{canaries: canaries()}, everythingFor(engine), asked),
		held("behind a SYN proxy", as("out"), siteOptions{canaries: canaries()}, proxiedFor(engine), asked),
		held("nobody on the link", as("jump"), siteOptions{onLink: true}, linked(ruled, true), asked),
		held("every service", as("side"), siteOptions{everyService: true}, versatileFlows()),
		crowded("through a lossy path", as("lossy"), []column{drop, reject, deniedByDefault}, throughLoss),
		crowded("ICMP errors limited", as("limited"), []column{drop, reject}, limitedErrors),
		crowded("an IPS turns on us", as("ips"), []column{drop, reject}, turnedOn),
	} {
		check()
	}
	n.guarded(t, "jump")
}

// proxiedFor leaves IPv6 out where first packets are raw: this kernel's SYN proxy checks the sums of IPv6 segments
// with the pseudo header of IPv4, so it drops every one whose sum no interface has vouched for, ours between two
// namespaces among them (nft_synproxy_do_eval calls nf_ip_checksum for both families).
func proxiedFor(engine string) map[string]want {
	flows := proxied()
	maps.DeleteFunc(flows, func(_ string, w want) bool { return engine == "sweep" && w.v6 && protos[w.service] == "tcp" })
	return flows
}

// everythingFor leaves out the silent ICMPv6 echoes of a crowd: of those the system does not say whether they left,
// so that nothing is claimed of them as soon as it counts any packet of this machine as refused.
func everythingFor(engine string) map[string]want {
	flows := wanted(ruled, outside)
	maps.DeleteFunc(flows, func(_ string, w want) bool {
		return engine == "crowd" && w.v6 && w.service == icmpEcho && w.class == "silence"
	})
	return flows
}
