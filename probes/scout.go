package probes

import (
	"context"
	"fmt"
	"time"
)

// Engine names the way in which a run sends the first packets of its flows. What they prove, and how gently
// a host is treated, does not depend on it.
type Engine uint8

// The engines.
const (
	// Visits goes to a bounded number of hosts at a time and sends a first packet from a socket of its own.
	Visits Engine = iota
	// Sweep sends raw first packets to all hosts in turn and keeps no socket for any of them. It needs CAP_NET_RAW.
	Sweep
	// Crowd does the same with non-blocking sockets, as many at a time as this machine allows. It needs no right.
	Crowd
	// Engines is how many there are.
	Engines
)

var engineNames = [...]string{"visits", "sweep", "crowd"}

// String returns the wire name of the engine.
func (e Engine) String() string {
	if int(e) >= len(engineNames) {
		return "invalid"
	}
	return engineNames[e]
}

// ParseEngine finds an engine by its wire name.
func ParseEngine(s string) (Engine, bool) {
	for i, name := range engineNames {
		if s == name {
			return Engine(i), true
		}
	}
	return Visits, false
}

// sweepFrom is how many hosts make a sweep worth its second packet to whatever answers.
const sweepFrom = 8

// ChooseEngine picks the engine of a plan for a user who may, or may not, open raw sockets.
func ChooseEngine(p *Plan, raw bool) Engine {
	switch {
	case p.Simulated, p.Hosts() < sweepFrom:
		return Visits // the simulated segment has a packet connection of its own for echoes
	case raw:
		return Sweep
	case p.Hosts() > p.parallel():
		return Crowd
	}
	return Visits // all hosts at once anyway
}

// Scout sends the first packets of a plan's flows and finds out which of them are answered.
type Scout interface {
	// Engine names the scout.
	Engine() Engine
	// Scout returns when every host of the search was left, or ctx has ended. The error is that of a socket
	// that the system refused, before anything was sent.
	Scout(ctx context.Context, s *Search) error
}

// Search is what a Scout is asked to find out. It calls the functions from one goroutine at a time, but Sent, Answered
// and Adopt beside the others; they may block, which holds the search back.
type Search struct {
	Plan    *Plan
	Probers Probers
	Control Control // with its ports filled in
	Began   time.Time
	// Done tells which flows are not to be asked. It is called before the first packet only.
	Done func(FlowID) bool
	// Host returns what is known of a host from before.
	Host func(host int) ([]Cell, HostState)
	// Settle takes the observation of a flow that its first packets have decided. references are the TTLs of
	// what the host has answered so far.
	Settle func(o Observation, references References)
	// Adopt takes an accepted connection, with what is known of it, and has its conversation at once; back gets
	// the class of the flow at its end. It returns false, and takes nothing, if too many are under way. nil: never.
	Adopt func(seen Observation, a Accepted, back func(Class)) bool
	// Leave takes a host whose flows were all decided or answered. all says the rest of it, at any later time.
	Leave func(l Parting, all func(host int) Swept)
	// Sent adds openings and packets that have left.
	Sent func(openings, packets int64)
	// Controlled adds a control that was answered, or was not.
	Controlled func(lost bool)
	// Answered adds an answer, and how many packets had asked for it.
	Answered func(tries int)
	// Rate takes the state of the rate when it has changed.
	Rate func(RateState)
}

// References are the distinct TTLs of a host's answers; accepts count only where nobody makes them in its name.
type References struct{ Answers, Accepts []uint8 }

// Parting is what a Scout says of a host when it leaves it.
type Parting struct {
	Host       int
	State      HostState
	References References
	Open       int // flows that answered, and that their probers have to look into
	Unasked    int // flows whose prober has no first packet to send
	Resets     int // flows that were settled by a reset
}

// Swept is all that a Scout knows of a host that it has left.
type Swept struct {
	Parting
	Last time.Time // when the last packet to it left; zero if none did
	// Seen holds the flows that answered, as the first packets saw them: a class that stands if nothing more
	// can be learned, the attempts and the packet story.
	Seen    []Observation
	Unasked []FlowID
	Resets  []Observation // those whose TTL is known
	Proven  bool          // it answered after its last silent flow
	Knocked bool          // its closed UDP port was asked
}

// RateState is how fast a run may send, and why not faster.
type RateState struct {
	PerSecond float64       `json:"per_second"`        // first packets, now
	Limiter   float64       `json:"limiter,omitempty"` // the rate above which something on the path loses packets; 0: none was found
	Price     time.Duration `json:"price,omitempty"`   // time that slowing down has cost, in nanoseconds
	Loss      float64       `json:"loss,omitempty"`    // share of first packets, or answers, that is lost whatever the rate
}

// Bounds is what this machine allows a plan.
type Bounds struct {
	Hosts   int // that may be visited at a time
	Sockets int // of a crowd, that may wait for an answer at a time; 0 for another engine
}

// Bounds are those of the plan now.
func (p *Plan) Bounds() Bounds {
	b := Bounds{Hosts: p.parallel()}
	if p.Engine == Crowd {
		b.Sockets = CrowdSockets()
	}
	return b
}

// EngineWords says what the engine of the plan does, and what bounds it on this machine.
func (p *Plan) EngineWords() string {
	switch p.Engine {
	case Sweep:
		return "raw first packets to all hosts in turn, no socket for any of them (CAP_NET_RAW); " +
			fmt.Sprintf("what answers is visited, %d hosts at a time", p.parallel())
	case Crowd:
		return fmt.Sprintf("non-blocking sockets, %d at a time (limit of open files); what answers is visited, %d hosts at a time",
			CrowdSockets(), p.parallel())
	}
	return fmt.Sprintf("host by host, %d at a time", p.parallel())
}

// CrowdSockets is how many sockets may wait for an answer at once: what the limit of open files leaves when the
// visits have theirs.
func CrowdSockets() int { return max(64, (openFiles()-reservedFiles)*crowdShare/4) }

// crowdShare is the crowd's part of the file handles, in quarters.
const crowdShare = 3
