package probes

import (
	"context"
	"net/netip"
)

// Prober speaks one protocol. It must be safe for concurrent use by many hosts, hold no state between
// calls, send only what Script lists, and take every packet's turn from the target's Line.
type Prober interface {
	// Probe asks one flow its question. It always returns an observation, also when ctx ends
	// (ProbeError with Cancelled). Flow and At are filled in by the runner.
	Probe(ctx context.Context, t Target) Observation
	// Script lists everything that Probe may send to such a target, in order.
	Script(t Target) []Request
}

// Target is one flow as a prober sees it.
type Target struct {
	Addr     netip.Addr
	Endpoint Endpoint
	Pace     Pace
	Line     *Line
	Hops     Hops // nil: nobody knows how far answers travel
}

// AddrPort is the address and port to speak to.
func (t Target) AddrPort() netip.AddrPort { return netip.AddrPortFrom(t.Addr, t.Endpoint.Port) }

// Probers maps the names in Endpoint.Prober to what speaks them.
type Probers map[string]Prober

// Sink takes what a run learns. A call may block (a slow disk holds back the run); an error ends the run.
type Sink interface {
	Observe(Observation) error
	Host(index int, s HostState) error
	Gates(Gates) error
}
