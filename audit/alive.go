package audit

import "oobscope/probes"

// aliveBy says what proves that a host is alive: the service of a flow that the host itself answered,
// or "control" for a closed UDP port or an echo asked for that purpose. It is empty if nothing in this run proves it.
//
// Only what cannot be forged on the path counts: a reset of unknown origin, a refusal by a box in
// between, an accept that a SYN proxy may have made, or an answer that an address gives as well that nobody has, are no sign of life.
func (r *Results) aliveBy(h probes.Host) string {
	s := r.Hosts[h.Index]
	proxied := len(r.Gates.CanaryAnswered) > 0 || s.Flags&probes.HostFakesOpen != 0
	eps := r.Scope.Plan.Groups[h.Group].Endpoints
	for slot := range h.Count {
		c := &r.Cells[int(h.First)+slot]
		if (c.Class == probes.OpenProto || c.Class == probes.OpenOther) && r.posed(&eps[slot]) {
			continue
		}
		switch c.Class {
		case probes.OpenProto, probes.OpenOther, probes.RstHost, probes.PortUnreach:
			return eps[slot].Service
		case probes.OpenMute, probes.OpenCut:
			if !proxied && c.Flags&probes.CutMid == 0 {
				return eps[slot].Service
			}
		case probes.Prohibited, probes.Unreach:
			if c.Offender == probes.OffenderTarget {
				return eps[slot].Service
			}
		}
	}
	echoed := s.Flags&probes.HostEcho != 0 && !r.posed(&probes.Endpoint{Proto: probes.ICMP})
	if echoed || s.Flags&probes.HostUDPControl != 0 {
		return "control"
	}
	return ""
}

// posed tells whether somebody on the path answers in the name of others as this endpoint would.
func (r *Results) posed(e *probes.Endpoint) bool {
	return len(r.Gates.CanarySpoke) > 0 && r.Gates.Impostor(*e)
}
