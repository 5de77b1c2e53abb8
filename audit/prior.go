package audit

import (
	"net/netip"

	"oobscope/probes"
)

// Prior is what earlier runs of a site have seen of the flows of a new plan: a note of one byte for each flow and
// each host. It implements probes.Prior; it is safe for concurrent use once nothing more is learned.
type Prior struct {
	plan      *probes.Plan
	hosts     map[netip.Addr]int
	sightings []probes.Sighting
	answered  []uint8 // by flow: index in sightings + 1
	alive     []uint8 // by host
}

var _ probes.Prior = (*Prior)(nil)

// maxSightings is how many runs a note of one byte can tell apart.
const maxSightings = 255

// NewPrior makes the empty memory of a scope's plan.
func NewPrior(s *Scope) *Prior {
	p := &Prior{
		plan: s.Plan, hosts: make(map[netip.Addr]int, s.Plan.Hosts()),
		answered: make([]uint8, s.Plan.Flows()), alive: make([]uint8, s.Plan.Hosts()),
	}
	for i := range s.Plan.Hosts() {
		p.hosts[s.Plan.Host(i).Addr] = i
	}
	return p
}

// Learn takes over what a run has seen. What an earlier call taught stays, so the newest run comes first. Only a
// protocol's answer counts as one: an accept, or another protocol, is none of the flow's own service.
func (p *Prior) Learn(run Run, r *Results) {
	if len(p.sightings) == maxSightings {
		return
	}
	p.sightings = append(p.sightings, probes.Sighting{Run: run.ID, Vantage: run.Vantage, At: run.Started})
	mark := uint8(len(p.sightings))
	then := r.Scope.Plan
	for i := range then.Hosts() {
		old := then.Host(i)
		at, known := p.hosts[old.Addr]
		if !known {
			continue
		}
		if p.alive[at] == 0 && r.aliveBy(old) != "" {
			p.alive[at] = mark
		}
		h := p.plan.Host(at)
		now := p.plan.Groups[h.Group].Endpoints
		for slot, e := range then.Groups[old.Group].Endpoints {
			if r.Cells[int(old.First)+slot].Class != probes.OpenProto {
				continue
			}
			for k := range now {
				if id := int(h.First) + k; now[k] == e && p.answered[id] == 0 {
					p.answered[id] = mark
				}
			}
		}
	}
}

// Answered implements probes.Prior.
func (p *Prior) Answered(id probes.FlowID) (probes.Sighting, bool) {
	if int(id) >= len(p.answered) {
		return probes.Sighting{}, false
	}
	return p.sighting(p.answered[id])
}

// Alive implements probes.Prior.
func (p *Prior) Alive(host netip.Addr) (probes.Sighting, bool) {
	i, ok := p.hosts[host]
	if !ok {
		return probes.Sighting{}, false
	}
	return p.sighting(p.alive[i])
}

func (p *Prior) sighting(mark uint8) (probes.Sighting, bool) {
	if mark == 0 {
		return probes.Sighting{}, false
	}
	return p.sightings[mark-1], true
}
