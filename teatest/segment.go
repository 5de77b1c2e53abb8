package teatest

import (
	"fmt"
	"net/netip"
	"testing"

	"oobscope/audit"
	"oobscope/kits"
)

// siteText is a segment of controllers behind a firewall, seen from a jump host in trust.
const siteText = `schema: oobscope.site/v1
name: dc1
zones:
  management: [10.20.0.0/15]
  trust: [198.18.90.0/24]
  internet: ["*"]
vantage: {name: jump1, zone: trust}
targets:
  - {role: bmc, addresses: [%s]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port}
`

// Site is a site whose targets are the addresses of a prefix in 10.20.0.0/15.
func Site(tb testing.TB, targets string) *audit.Site {
	tb.Helper()
	site, err := audit.ReadSite("dc1.yaml", fmt.Appendf(nil, siteText, targets))
	if err != nil {
		tb.Fatal(err)
	}
	return site
}

// scopeOf plans a run over a site, as seen from the jump host.
func scopeOf(site *audit.Site, ks []*kits.Kit, o audit.Options) (*audit.Scope, error) {
	o.Seed = 7
	path := audit.Path{Source: netip.MustParseAddr("198.18.90.10"), Interface: "eth1"}
	v := audit.Vantage{Name: site.Vantage.Name, Path: func(netip.Addr) (audit.Path, bool) { return path, true }}
	return audit.NewScope(ks, site, v, o)
}
