package simbmc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Site is the segment's site file (oobscope.site/v1, YAML). The vantage 127.0.0.1 counts as part of the
// management network, and on-link traffic as enforced: there is no gateway on loopback.
func (s *Segment) Site() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `schema: oobscope.site/v1
name: simulated-segment
zones:
  management: [%v, 127.0.0.1/32]
  internal: [%v]
  trust: [%v]
  internet: ["*"]
vantage: {name: loopback, zone: management}
targets:
`, s.block.management(), s.block.internal(), s.block.trust())
	for _, role := range []string{"bmc", "appliance", "resolver"} {
		fmt.Fprintf(&b, "  - {role: %s, addresses: [%s]}\n", role, strings.Join(s.addresses(role), ", "))
	}
	fmt.Fprintf(&b, `defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
probe: {canary: [%v]}
services:
`, s.block.canary())
	ports := s.Ports()
	for _, service := range slices.Sorted(maps.Keys(ports)) {
		list := make([]string, len(ports[service]))
		for i, p := range ports[service] {
			list[i] = strconv.Itoa(int(p))
		}
		fmt.Fprintf(&b, "  %s: {ports: [%s]}\n", service, strings.Join(list, ", "))
	}
	return []byte(b.String())
}

func (s *Segment) addresses(role string) []string {
	var out []string
	for _, h := range s.hosts {
		if h.Role == role {
			out = append(out, h.Addr.String())
		}
	}
	return out
}
