package probes

import (
	"net/netip"
	"slices"
	"time"
)

// Departure says whether packets of ours left this machine.
type Departure uint8

// What can be known of a departure.
const (
	Untold   Departure = iota // nobody can say
	Departed                  // they were seen leaving, or the system says that it sent them
	Missing                   // nothing was seen of them where other packets to the same host were seen leaving
	Refused                   // the system says that it did not send them
)

// Hops knows how far the answers of hosts have travelled: the TTL, or hop limit in IPv6, with which they came
// in; and which of our openings have left. It needs a privilege, so a run may have to do without. It must be safe for concurrent use.
type Hops interface {
	// Watch asks for the answers of a host to be remembered from now on.
	Watch(host netip.Addr)
	// Reset returns the TTL of the latest reset that came for a connection to a watched host. The zone of an
	// address does not matter.
	Reset(remote, local netip.AddrPort) (ttl uint8, ok bool)
	// Accept returns the TTL of the SYN-ACK of a connection to a watched host.
	Accept(remote, local netip.AddrPort) (ttl uint8, ok bool)
	// Reference lists the distinct TTLs of what a watched host has answered beside resets. SYN-ACKs are among
	// them only if accepts is set: a proxy on the path can make them.
	Reference(host netip.Addr, accepts bool) []uint8
	// Departure tells whether a SYN or an echo request to a watched host was seen leaving since that moment:
	// Departed, Missing or Untold. For an echo, remote has port 0, and local has its identifier for a port and need
	// have no address.
	Departure(remote, local netip.AddrPort, since time.Time) Departure
}

// Origin tells who sent a reset, by its TTL and those of the host's other answers (verdicts.md sections 2
// and 6): RstHost if it has exactly the TTL of one of them and they all come from one distance, RstMid if it
// has come a shorter way than each of them. All else is RstUnknown: no other answer, a stack that begins its
// resets with another TTL than its echoes, answers from several distances, and a reset from farther away
// than the answers, which were then not the host's.
func Origin(ttl uint8, references []uint8) Class {
	if ttl == 0 || len(references) == 0 {
		return RstUnknown
	}
	near, far := distance(references[0]), distance(references[0])
	for _, r := range references[1:] {
		near, far = min(near, distance(r)), max(far, distance(r))
	}
	switch {
	case distance(ttl) < near:
		return RstMid
	case near == far && slices.Contains(references, ttl):
		return RstHost
	}
	return RstUnknown
}

// distance is how many routers a packet has passed, if it began with one of the TTLs that stacks begin with.
func distance(ttl uint8) uint8 {
	for _, first := range []uint8{32, 64, 128} {
		if ttl <= first {
			return first - ttl
		}
	}
	return 255 - ttl
}
