package audit

import (
	"net/netip"
	"strings"
)

// ZoneOf returns the zone that an address lies in: the longest prefix decides, then the zone of "*".
// It is empty if the site has no zone for it.
func (s *Site) ZoneOf(a netip.Addr) string {
	best, bits := "", -1
	for i := range s.Zones {
		z := &s.Zones[i]
		if z.Rest && bits < 0 {
			best = z.Name
		}
		for _, p := range z.Prefixes {
			if p.Bits() > bits && p.Contains(a) {
				best, bits = z.Name, p.Bits()
			}
		}
	}
	return best
}

// Untrusted tells whether a zone counts as untrusted ground for the severity of an exposure: the
// internet, the zone of "*", or one that is named so.
func (s *Site) Untrusted(zone string) bool {
	name := strings.ToLower(zone)
	if name == "internet" || strings.HasPrefix(name, "untrust") {
		return true
	}
	for i := range s.Zones {
		if s.Zones[i].Rest && s.Zones[i].Name == zone {
			return true
		}
	}
	return false
}

// Default is what the site intends between two zones where no rule speaks.
func (s *Site) Default(from, to string) Intent {
	word := s.Interzone
	if from == to && from != "" {
		word = s.Intrazone
	}
	switch word {
	case "drop":
		return DefaultDrop
	case "reject":
		return DefaultReject
	case "allow":
		return DefaultAllow
	}
	return Unstated
}

// rejects tells whether the site lists a way of rejecting.
func (s *Site) rejects(kind string) bool {
	for _, k := range s.RejectWith {
		if k == kind {
			return true
		}
	}
	return false
}

// zoneListed tells whether a rule's zone list names a zone. "any" and "*" name every zone, also the
// nameless rest.
func zoneListed(list []string, zone string) bool {
	for _, z := range list {
		if z == "any" || z == "*" || (z == zone && zone != "") {
			return true
		}
	}
	return false
}

// roleListed tells whether a role fits a list; an empty list fits every role.
func roleListed(list []string, role string) bool {
	if len(list) == 0 {
		return true
	}
	for _, r := range list {
		if r == "any" || r == "*" || r == role {
			return true
		}
	}
	return false
}
