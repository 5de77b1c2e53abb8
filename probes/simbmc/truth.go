package simbmc

import (
	"net/netip"

	"oobscope/probes"
)

// Truth is what an ideal prober without privileges must report for one flow. A reset is RstUnknown, since
// its origin cannot be proved; silence is SilenceUnproven, since liveness is for the judge to weigh.
type Truth struct {
	Class probes.Class
	Weak  probes.WeakSet
}

// Truth returns what is true of a flow. service is an id of the service catalogue. ok is false if the
// segment has no such host or knows no such service over that transport.
func (s *Segment) Truth(addr netip.Addr, service string, proto probes.Proto) (truth Truth, ok bool) {
	h := s.byAddr[addr.Unmap()]
	if h == nil {
		return Truth{}, false
	}
	for _, e := range endpoints {
		if e.service == service && e.proto == proto {
			return h.persona.truth(e), true
		}
	}
	return Truth{}, false
}

// HostAlive tells whether the host answers anything at all. False for an address without a host.
func (s *Segment) HostAlive(addr netip.Addr) bool {
	h := s.byAddr[addr.Unmap()]
	return h != nil && !h.persona.dead
}

func (p *persona) truth(e endpoint) Truth {
	switch e.proto {
	case probes.ICMP:
		if p.echo {
			return Truth{Class: probes.OpenProto}
		}
		return Truth{Class: probes.SilenceUnproven}
	case probes.UDP:
		d := p.datagrams[e.door]
		return stateTruth(d.state, probes.PortUnreach, Truth{d.class, d.weak})
	}
	st := p.streams[e.door]
	open := Truth{st.class, st.weak}
	if st.tls {
		if e.service == "https-mgmt" || e.service == "vendor-https" {
			open = Truth{Class: probes.OpenProto}
		}
		open.Weak |= p.cert.weak()
	}
	return stateTruth(st.state, probes.RstUnknown, open)
}

func stateTruth(s state, refusal probes.Class, open Truth) Truth {
	switch s {
	case closed:
		return Truth{Class: refusal}
	case silent:
		return Truth{Class: probes.SilenceUnproven}
	}
	return open
}
