//go:build !linux

package sweep

import (
	"context"
	"errors"

	"oobscope/probes"
)

// Raw exists on Linux alone; elsewhere a run visits host by host.
type Raw struct{}

// Engine implements probes.Scout.
func (Raw) Engine() probes.Engine { return probes.Sweep }

// Scout implements probes.Scout.
func (Raw) Scout(context.Context, *probes.Search) error {
	return errors.New("open the sockets of a sweep: this system has no packet sockets")
}

// Sockets exists on Linux alone as well: without an error queue it could not tell whom an error was for.
type Sockets struct{}

// Engine implements probes.Scout.
func (Sockets) Engine() probes.Engine { return probes.Crowd }

// Scout implements probes.Scout.
func (Sockets) Scout(context.Context, *probes.Search) error {
	return errors.New("open the sockets of a crowd: this system has no error queues")
}

// TCPPorts are none here.
func TCPPorts() (first, last uint16) { return 0, 0 }
