package sweep

import (
	"math"
	"time"

	"oobscope/probes"
)

// maxTries is how many first packets a flow may get. The longest list of openings, IPMI's, has six.
const maxTries = probes.FirstPackets

// tick is the unit of the times in the records: 32 bits of it last for almost five days.
const tick = 100 * time.Microsecond

// state is how far a flow has come.
type state uint8

const (
	idle     state = iota // not asked yet
	asked                 // waiting
	accepted              // a SYN-ACK came
	answered              // a valid answer came
	strange               // a datagram came that is no answer to the question
	reset                 // settled by a reset whose origin may be named later
	settled               // its observation was handed over, or was there before
	unasked               // its prober has no first packet
)

// open tells whether the flow has answered in a way that its prober has to look into.
func (s state) open() bool { return s == accepted || s == answered || s == strange }

// flow is all that is kept for one flow: 28 bytes.
type flow struct {
	first uint32               // ticks since the beginning until the first try
	rtt   uint32               // microseconds from the deciding try to its answer
	later [maxTries - 1]uint16 // milliseconds from each try to the next one
	tries uint8
	state state
	ttl   uint8 // of the deciding answer; of a silent flow: copyLeft, copyRefused or 0
	by    uint8 // the try that was answered, from 0
}

// What the system says of the copy of a silent flow's SYN: it has left this machine, or was refused by it.
const (
	copyLeft    = 1
	copyRefused = 2
)

// sent is when a try left, in ticks since the beginning.
func (f *flow) sent(try int) uint32 {
	at := f.first
	for _, ms := range f.later[:try] {
		at += uint32(ms) * uint32(time.Millisecond/tick)
	}
	return at
}

// last is when the latest try left.
func (f *flow) last() uint32 { return f.sent(int(f.tries) - 1) }

// mark notes another try at that moment.
func (f *flow) mark(at uint32) {
	if f.tries == 0 {
		f.first = at
	} else {
		f.later[f.tries-1] = uint16(min((at-f.last())/uint32(time.Millisecond/tick), math.MaxUint16))
	}
	f.tries++
	f.state = asked
}

// inFlight is how many flows of a host may be waiting: enough for one of them to be due at each turn.
const inFlight = 8

// check is a question that a host is asked beside its flows.
type check uint8

const (
	noCheck check = iota
	isAlive       // a flow that answered is asked again
	isEcho        // an echo, to a host whose flows were all silent
	isUDP         // a datagram to a closed port, to a host with silent UDP flows
)

// Facts of one host.
const (
	proven    uint8 = 1 << iota // it answered a control after its last silent flow
	left                        // it was handed over
	silentTCP                   // it has a silent flow of TCP or ICMP
	silentUDP                   // it has a silent flow of UDP
	echoed                      // the echo was asked
	knocked                     // the closed UDP port was asked
	sampled                     // it has served as a control for the path
	final                       // its last check for being alive was made
)

// host is all that is kept for one host.
type host struct {
	last     uint32           // ticks + 1 when the last packet left; 0: none did
	checkAt  uint32           // ticks when the last packet of the check left
	next     uint16           // how many of its flows were begun
	flight   [inFlight]uint16 // slot + 1 of the flows that wait
	known    uint16           // slot + 1 of the best flow to ask again
	source   uint16           // index + 1 of the source address
	serial   uint8            // of the check, so that each has tokens of its own
	rank     uint8            // how good known is
	check    check
	tries    uint8 // of the check
	silent   uint8 // flows since the last answer
	patience uint8 // how many of them call for a check
	facts    uint8
	busy     uint8 // a conversation with it is under way
	missed   bool  // the last packet of the check was counted as lost
	held     bool  // last lies ahead: a copy of the last packet may leave until then
	state    probes.HostState
	accepts  ttls
	answers  ttls
}

func (h *host) has(fact uint8) bool { return h.facts&fact != 0 }

func (h *host) quiet() bool { return h.state.Flags&probes.HostQuiet != 0 }

// alive tells whether the host has answered anything.
func (h *host) alive() bool { return h.known != 0 || h.state.Flags&probes.HostEcho != 0 }

// ttls is a small set of TTLs; 0 is a free place.
type ttls [4]uint8

func (s *ttls) add(ttl uint8) {
	for i, have := range s {
		if have == ttl || ttl == 0 {
			return
		}
		if have == 0 {
			s[i] = ttl
			return
		}
	}
}

func (s ttls) list() []uint8 {
	n := 0
	for n < len(s) && s[n] != 0 {
		n++
	}
	return append([]uint8(nil), s[:n]...)
}
