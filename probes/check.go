package probes

import (
	"fmt"
	"math"
	"net/netip"
	"time"
)

// PoliteGap is the least gap between two conversations with one host that a plan may ask for
// (bmc-services.md section 12); only the built-in simulation may go below.
const PoliteGap = 1100 * time.Millisecond

// Check tells whether the plan may be run at all: it is sealed, every address is one station's, no host
// is listed twice (it would get two lines), no canary is a target, every endpoint can be spoken to and
// the pace is a polite one. The error names what is wrong.
func (p *Plan) Check() error {
	if len(p.firstHost) != len(p.Groups)+1 {
		return fmt.Errorf("the plan is not sealed")
	}
	if err := p.checkPace(); err != nil {
		return err
	}
	flows := 0
	seen := make(map[netip.Addr]struct{}, p.Hosts())
	for _, g := range p.Groups {
		for _, a := range g.Addrs {
			if err := checkAddr(a); err != nil {
				return fmt.Errorf("target %s of role %s: %w", a, g.Role, err)
			}
			if _, twice := seen[a]; twice {
				return fmt.Errorf("target %s of role %s: listed twice", a, g.Role)
			}
			seen[a] = struct{}{}
		}
		for _, e := range g.Endpoints {
			if err := checkEndpoint(e); err != nil {
				return fmt.Errorf("service %s of role %s: %w", e.Service, g.Role, err)
			}
		}
		flows += len(g.Addrs) * len(g.Endpoints)
	}
	if flows > math.MaxUint32 {
		return fmt.Errorf("%d flows are more than a run can number", flows)
	}
	for _, a := range p.Canaries {
		if err := checkAddr(a); err != nil {
			return fmt.Errorf("canary %s: %w", a, err)
		}
		if _, target := seen[a]; target {
			return fmt.Errorf("canary %s: it is a target as well", a)
		}
	}
	return nil
}

func (p *Plan) checkPace() error {
	pace := p.Pace
	switch {
	case pace.Gap < PoliteGap && !p.Simulated:
		return fmt.Errorf("pace %s: a gap of %s is below %s", pace.Name, pace.Gap, PoliteGap)
	case pace.Gap < 0 || pace.Rate < 0:
		return fmt.Errorf("pace %s: a negative gap or rate", pace.Name)
	case pace.TCPAttempts < 1 || pace.UDPAttempts < 1:
		return fmt.Errorf("pace %s: needs one attempt at least", pace.Name)
	case pace.Connect <= 0 || pace.FirstByte <= 0 || pace.TLS <= 0 || pace.Host <= 0:
		return fmt.Errorf("pace %s: every deadline must be above zero", pace.Name)
	case pace.Hosts < 1:
		return fmt.Errorf("pace %s: needs one host under way at least", pace.Name)
	}
	return nil
}

// checkAddr refuses what is not the address of one station (RFC 1122 3.2.1.3, RFC 4291 2.4 and 2.7).
func checkAddr(a netip.Addr) error {
	switch {
	case !a.IsValid():
		return fmt.Errorf("not an address")
	case a.Is4In6():
		return fmt.Errorf("write the IPv4 address itself")
	case a.IsUnspecified():
		return fmt.Errorf("the unspecified address is nobody's")
	case a.IsMulticast():
		return fmt.Errorf("multicast is never probed")
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return fmt.Errorf("broadcast is never probed")
	}
	return nil
}

func checkEndpoint(e Endpoint) error {
	switch {
	case e.Proto < TCP || e.Proto > ICMP:
		return fmt.Errorf("no transport is named")
	case (e.Port == 0) != (e.Proto == ICMP):
		return fmt.Errorf("port %d does not fit %s", e.Port, e.Proto)
	case e.Prober == "":
		return fmt.Errorf("no prober is named")
	}
	return nil
}
