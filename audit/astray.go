package audit

import (
	"fmt"
	"net/netip"
)

// Astray says why a packet to a host of a group of the plan would not do any more what it was planned for: nothing
// leads there now, or it would leave from another zone, or meet another enforcement point. now and ok are what
// Vantage.Path says at this moment. It is nil if all is as planned; an address of ours may change within its zone.
func (s *Scope) Astray(group int, to netip.Addr, now Path, ok bool) error {
	pc := &s.Places[group]
	if !ok {
		return fmt.Errorf("no route leads to %s now; it was planned from %s in %s", to, pc.Source, zoneWords(pc.FromZone))
	}
	if from := s.Site.ZoneOf(now.Source); from != pc.FromZone {
		return fmt.Errorf("packets to %s would leave from %s in %s now; it was planned from %s in %s",
			to, now.Source, zoneWords(from), pc.Source, zoneWords(pc.FromZone))
	}
	if now.OnLink != pc.OnLink {
		return fmt.Errorf("%s is reached %s now; it was planned %s", to, linkWords(now.OnLink), linkWords(pc.OnLink))
	}
	return nil
}

func linkWords(onLink bool) string {
	if onLink {
		return "on the link"
	}
	return "through a gateway"
}
