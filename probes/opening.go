package probes

import "time"

// Opener is a Prober whose first packets can be sent by an engine that keeps no socket for each of them. It
// only serves datagrams and echoes: the first packet of every TCP prober is a SYN.
type Opener interface {
	Prober
	// Openings lists what Probe sends to such a target as long as nothing comes back, in order, and how long
	// each is waited for. nil: the target's transport is not spoken.
	Openings(t Target) []Opening
}

// Opening is one first packet of a prober. Its functions are safe for concurrent use and hold no state: the
// token, drawn by whoever sends, is all that ties an answer to its question.
type Opening struct {
	What string        // for the packet story: "ASF presence ping"
	Wait time.Duration // after it was sent
	// Encode appends the datagram, or the whole ICMP message, with the transaction number that the token gives.
	Encode func(b []byte, token uint64) []byte
	// Answers tells whether a datagram, or a whole ICMP message, of the target is a valid answer to this
	// opening under that token.
	Answers func(b []byte, token uint64) bool
}
