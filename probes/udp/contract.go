// Package udp makes one paced datagram exchange with a target and tells answers, ICMP errors and
// silence apart.
//
// It never sends to anything but the target, and never takes an answer from anyone else.
package udp

import (
	"context"
	"time"

	"oobscope/probes"
)

// Question is one datagram and how to know its answer.
type Question struct {
	What     string                   // for the packet story: "ASF presence ping"
	Payload  []byte                   // sent as it is, at each attempt
	Accept   func(answer []byte) bool // is this an answer to the question? nil takes anything
	Linger   time.Duration            // go on collecting answers that long after the first
	MaxSize  int                      // stop at that many payload bytes; 0 = 64 KiB
	Attempts int                      // 0 = the pace's
}

// Exchange asks and waits. On success the outcome's class is Unobserved and answers holds every
// accepted datagram (other datagrams of the target are only recorded). If nothing but other datagrams
// came, the class is OpenOther with the flag Spoke.
func Exchange(ctx context.Context, t probes.Target, rec *probes.Recorder, q Question) (answers [][]byte, out probes.Outcome) {
	return exchange(ctx, t, rec, q)
}
