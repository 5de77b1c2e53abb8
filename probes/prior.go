package probes

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Sighting is an answer that another run has seen.
type Sighting struct {
	Run     string
	Vantage string
	At      time.Time // when that run began
}

// String says where an answer was seen: "run 01JD..., 2026-11-20 10:00 UTC, from jump1".
func (s Sighting) String() string {
	return fmt.Sprintf("run %s, %s, from %s", Clean(s.Run, 32), s.At.UTC().Format("2006-01-02 15:04 MST"), Clean(s.Vantage, 64))
}

// Prior is what other runs have seen of the flows of a plan, from here or from another vantage. It must be safe
// for concurrent use.
type Prior interface {
	// Answered tells whether an application answered on this flow then.
	Answered(FlowID) (Sighting, bool)
	// Alive tells whether the host showed a sign of life then.
	Alive(host netip.Addr) (Sighting, bool)
}

// remember marks an observation to which it matters that another run saw more, and says which.
func (x *run) remember(o Observation) Observation {
	if x.Prior == nil {
		return o
	}
	note := func(flag Flags, key string, s Sighting) {
		o.Flags |= flag
		o.Evidence.Facts = slices.Clone(o.Evidence.Facts) // they may be in the hands of the sink
		o.Evidence.Add(key, s.String())
	}
	switch {
	case o.Class.Silent() || o.Class == OpenMute:
		if s, ok := x.Prior.Answered(o.Flow); ok {
			note(AnsweredBefore, "prior.answered", s)
		}
	case o.Class == Unreach:
		if s, ok := x.Prior.Alive(x.plan.Flow(o.Flow).Addr); ok {
			note(AliveBefore, "prior.alive", s)
		}
	}
	return o
}
