// Package tcp makes one paced TCP conversation with a target and tells how it began and ended, with the
// ICMP error queue where the system has one.
//
// It never sends a byte of payload by itself, never keeps a connection, and never connects without the
// host's line.
package tcp

import (
	"context"
	"net"

	"oobscope/probes"
)

// Limits of one conversation; what goes beyond fails with ErrTooMuch. They also bound what a Script may
// promise for one accepted conversation.
const (
	MaxPackets = 40         // packets out
	MaxBytes   = 256 * 1024 // payload bytes in
)

// SilentPackets is what one attempt costs at most that nobody accepts: the SYN and the one copy of it that
// the system sends a second later.
const SilentPackets = 2

// KnockPackets is what connecting and closing at once costs at most: the SYN and its copy, the ACK of the
// accept, the FIN and the ACK of the other side's FIN.
const KnockPackets = 5

// Conn is an accepted connection. It holds the host's line until Close, which also counts the packets
// that the system says have left. Reads and writes are recorded in the packet story. It is closed when
// the context of Dial ends.
type Conn struct {
	net.Conn
	conn
}

// Dial connects, with the attempts and deadlines of the target's pace. conn is nil unless the
// connection was accepted and lives; then the outcome's class is Unobserved, and its reason is LateAnswer
// if the line had to be taken back for it. OpenCut without a conn means accepted and reset at once.
func Dial(ctx context.Context, t probes.Target, rec *probes.Recorder) (*Conn, probes.Outcome) {
	return dial(ctx, t, rec)
}
