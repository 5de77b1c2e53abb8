package probes

import (
	"math"
	"math/bits"
	"net/netip"
	"time"
)

// maxOffenders bounds the table of ICMP senders: a handful on a real path, and no forger of source
// addresses may make it grow.
const maxOffenders = 4096

// NewBoard makes the empty board of a sealed plan.
func NewBoard(p *Plan) *Board {
	hosts := p.Hosts()
	return &Board{
		plan: p, cells: make([]Cell, p.Flows()), hosts: make([]HostState, hosts),
		dirty: newBits(hosts), active: newBits(hosts), known: make(map[netip.Addr]uint16),
		counters: Counters{Flows: p.Flows(), Hosts: hosts},
	}
}

// Begin starts the clock. Only the first call moves the moment that Cell.At counts from, so whoever
// resumes a run calls it first with the time when that run began; every call restarts Counters.Elapsed.
func (b *Board) Begin(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.origin.IsZero() {
		b.origin = at
	} else {
		b.origin = at.Add(b.origin.Sub(at)) // by the clock of at, which nobody sets: a stored moment has none
	}
	b.began, b.ended = at, time.Time{}
}

// End stops the clock of Counters.Elapsed.
func (b *Board) End(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = at
}

// Set writes what was seen on a flow, in place of what was there. It returns false if the plan has no
// such flow.
func (b *Board) Set(o Observation) bool {
	if int64(o.Flow) >= int64(len(b.cells)) || o.Class >= classCount {
		return false
	}
	flow := b.plan.Flow(o.Flow)
	b.mu.Lock()
	defer b.mu.Unlock()
	cell := &b.cells[o.Flow]
	if cell.Class != Unobserved {
		b.counters.Settled--
		b.counters.ByClass[cell.Class]--
	}
	*cell = Cell{
		Class: o.Class, Reason: o.Reason, Flags: o.Flags, Attempts: uint8(min(max(o.Attempts, 0), math.MaxUint8)),
		Offender: b.offender(o.Offender, flow.Addr), ICMPType: o.ICMPType, ICMPCode: o.ICMPCode,
		RTT: clamp(o.RTT.Microseconds()), Weak: o.Weak,
	}
	if !b.origin.IsZero() {
		cell.At = clamp(o.At.Sub(b.origin).Milliseconds())
	}
	if o.Class != Unobserved {
		b.counters.Settled++
		b.counters.ByClass[o.Class]++
	}
	b.dirty.set(flow.Host)
	return true
}

// second is a moment in milliseconds since the run began, as Cell.At is, rounded up to a second.
func (b *Board) second(at time.Time) uint32 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.origin.IsZero() {
		return 0
	}
	return clamp((at.Sub(b.origin).Milliseconds()/1000 + 1) * 1000)
}

// until is how long it is to a moment that second has made.
func (b *Board) until(ms uint32) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Until(b.origin.Add(time.Duration(ms) * time.Millisecond))
}

// SetHost writes what is known of a host beside its flows; 0 <= host < Plan.Hosts().
func (b *Board) SetHost(host int, s HostState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := &b.hosts[host]
	b.counters.Finished += int(s.Flags&HostDone) - int(old.Flags&HostDone)
	*old = s
	b.dirty.set(host)
}

// SetActive marks a host as being probed right now, or no longer.
func (b *Board) SetActive(host int, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.active.has(host) == on {
		return
	}
	if on {
		b.active.set(host)
		b.counters.Active++
	} else {
		b.active.clear(host)
		b.counters.Active--
	}
	b.dirty.set(host)
}

// SetGates replaces what is known of the path.
func (b *Board) SetGates(g Gates) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gates = g
}

// AddSent adds conversations that were begun and packets that were measured to have left.
func (b *Board) AddSent(conversations, packets int64) {
	b.conversations.Add(conversations)
	b.packets.Add(packets)
}

// offender numbers the sender of an ICMP error. The lock is held.
func (b *Board) offender(from, target netip.Addr) uint16 {
	from = from.Unmap()
	switch {
	case !from.IsValid():
		return 0
	case from == target.Unmap():
		return OffenderTarget
	}
	if i, ok := b.known[from]; ok {
		return i
	}
	if len(b.offenders) >= maxOffenders {
		return OffenderOther
	}
	b.offenders = append(b.offenders, from)
	i := uint16(len(b.offenders))
	b.known[from] = i
	return i
}

func clamp(v int64) uint32 { return uint32(min(max(v, 0), math.MaxUint32)) }

// bitSet is a set of small numbers.
type bitSet []uint64

func newBits(n int) bitSet { return make(bitSet, (n+63)/64) }

func (s bitSet) set(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s bitSet) clear(i int)    { s[i>>6] &^= 1 << (i & 63) }
func (s bitSet) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

// next returns the least member at or above i, or -1.
func (s bitSet) next(i int) int {
	for w := i >> 6; w < len(s); w++ {
		word := s[w]
		if w == i>>6 {
			word &= ^uint64(0) << (i & 63)
		}
		if word != 0 {
			return w<<6 + bits.TrailingZeros64(word)
		}
	}
	return -1
}
