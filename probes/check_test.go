package probes

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestPlanCheck(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddr
	for name, c := range map[string]struct {
		change func(p *Plan)
		want   string // part of the error; empty: the plan is fine
	}{
		"fine":            {func(p *Plan) {}, ""},
		"IPv6":            {func(p *Plan) { p.Groups[0].Addrs[0] = addr("fd00:20::7") }, ""},
		"loopback":        {func(p *Plan) { p.Groups[0].Addrs[0] = addr("127.0.0.1") }, ""},
		"fast simulation": {func(p *Plan) { p.Simulated = true; p.Pace.Gap = time.Millisecond }, ""},
		"not sealed":      {func(p *Plan) { p.Groups = append(p.Groups, Group{}) }, "not sealed"},
		"no address":      {func(p *Plan) { p.Groups[0].Addrs[0] = netip.Addr{} }, "not an address"},
		"multicast":       {func(p *Plan) { p.Groups[0].Addrs[0] = addr("239.1.1.1") }, "multicast"},
		"multicast 6":     {func(p *Plan) { p.Groups[0].Addrs[0] = addr("ff02::1") }, "multicast"},
		"broadcast":       {func(p *Plan) { p.Groups[0].Addrs[0] = addr("255.255.255.255") }, "broadcast"},
		"unspecified":     {func(p *Plan) { p.Groups[0].Addrs[0] = addr("0.0.0.0") }, "unspecified"},
		"unspecified 6":   {func(p *Plan) { p.Groups[0].Addrs[0] = addr("::") }, "unspecified"},
		"mapped":          {func(p *Plan) { p.Groups[0].Addrs[0] = addr("::ffff:198.18.0.1") }, "IPv4"},
		"twice":           {func(p *Plan) { p.Groups[0].Addrs[1] = p.Groups[0].Addrs[0] }, "twice"},
		"canary target":   {func(p *Plan) { p.Canaries = p.Groups[0].Addrs[:1] }, "target as well"},
		"canary group":    {func(p *Plan) { p.Canaries = []netip.Addr{addr("ff02::1")} }, "canary ff02::1: multicast"},
		"no transport":    {func(p *Plan) { p.Groups[0].Endpoints[0].Proto = 0 }, "transport"},
		"tcp without":     {func(p *Plan) { p.Groups[0].Endpoints[0].Port = 0 }, "port 0"},
		"icmp with":       {func(p *Plan) { p.Groups[0].Endpoints[0].Proto = ICMP }, "port 443"},
		"no prober":       {func(p *Plan) { p.Groups[0].Endpoints[0].Prober = "" }, "prober"},
		"impolite":        {func(p *Plan) { p.Pace.Gap = time.Second }, "below 1.1s"},
		"no attempts":     {func(p *Plan) { p.Pace.TCPAttempts = 0 }, "attempt"},
		"no deadline":     {func(p *Plan) { p.Pace.Connect = 0 }, "deadline"},
		"no host":         {func(p *Plan) { p.Pace.Hosts = 0 }, "host under way"},
		"negative rate":   {func(p *Plan) { p.Pace.Rate = -1 }, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := testPlan(3, tcpPort(443))
			c.change(p)
			err := p.Check()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check = %v, want %q", err, c.want)
			}
		})
	}
}

func TestEveryPaceIsPolite(t *testing.T) {
	t.Parallel()
	for _, pace := range Paces() {
		p := testPlan(1, tcpPort(443))
		p.Pace = pace
		if err := p.Check(); err != nil {
			t.Errorf("pace %s: %v", pace.Name, err)
		}
		if got, ok := PaceNamed(pace.Name); !ok || got != pace {
			t.Errorf("PaceNamed(%q) = %+v", pace.Name, got)
		}
	}
	if _, ok := PaceNamed("reckless"); ok {
		t.Error("an unknown pace was found")
	}
}
