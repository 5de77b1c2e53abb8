package probes

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Cell is the small fixed record of one flow on the Board: what the judge and the screens need.
type Cell struct {
	Class    Class
	Reason   Reason
	Flags    Flags
	Attempts uint8
	Offender uint16 // 0 none, OffenderTarget, OffenderOther, else an index for Board.Offender
	ICMPType uint8
	ICMPCode uint8
	RTT      uint32 // microseconds
	At       uint32 // milliseconds since the run began, at most 49.7 days: see LongestRun
	Weak     WeakSet
}

// LongestRun is how long after it began a run may still be gone on with. Cell.At holds 49.7 days; what is left of them is
// for the run to end in. What was observed before says little of the segment by then anyway.
const LongestRun = 45 * 24 * time.Hour

// Values of Cell.Offender that are not an index. OffenderOther stands for every sender that came after
// the table of senders was full; it is not the target.
const (
	OffenderTarget = ^uint16(0)
	OffenderOther  = OffenderTarget - 1
)

// Counters are the running totals of a run.
type Counters struct {
	Flows, Settled          int
	Hosts, Active, Finished int
	ByClass                 [classCount]int
	Packets, Conversations  int64
	Elapsed                 time.Duration
}

// Of returns how many flows have that class.
func (c *Counters) Of(k Class) int { return c.ByClass[k] }

// Board is where a run writes and a screen reads: one lock, one Cell per flow, a dirty mark per host.
// Nothing in it waits for a reader. A Board is made by NewBoard and is safe for concurrent use.
type Board struct {
	plan *Plan

	mu        sync.Mutex
	cells     []Cell
	hosts     []HostState
	dirty     bitSet // hosts changed since the last Drain
	active    bitSet
	offenders []netip.Addr // index + 1 is Cell.Offender
	known     map[netip.Addr]uint16
	counters  Counters // without Packets, Conversations and Elapsed
	gates     Gates
	origin    time.Time // what Cell.At counts from
	began     time.Time // what Counters.Elapsed counts from
	ended     time.Time

	packets       atomic.Int64
	conversations atomic.Int64

	drain  sync.Mutex // one Drain at a time; guards the copies
	cursor int        // the host at which the next DrainSome begins
	copies []Cell
	states []changed
}

// BoardReader is what the judge and the screens may do with a Board.
type BoardReader interface {
	// Drain calls fn for each host that changed since the last Drain, with a copy of its cells that is
	// valid only inside the call, and returns the counters of the moment when the last of them was copied.
	Drain(fn func(host int, cells []Cell, s HostState)) Counters
	// DrainSome is Drain for most hosts, or some more. It goes on where the last one stopped, so that no host has to
	// wait for others twice; more tells whether some are left.
	DrainSome(most int, fn func(host int, cells []Cell, s HostState)) (c Counters, more bool)
	// Row copies the cells of one host into buf (grown if needed).
	Row(host int, buf []Cell) ([]Cell, HostState)
	Counters() Counters
	Gates() Gates
	// Offender names the sender of an ICMP error; invalid for 0 and OffenderTarget.
	Offender(i uint16) netip.Addr
	// Active tells whether the host is being probed right now.
	Active(host int) bool
}

var _ BoardReader = (*Board)(nil)
