//go:build !linux

package sweep

import (
	"context"
	"errors"

	"oobscope/probes"
)

var errLater = errors.New("no room for another packet")

// Raw exists on Linux alone; elsewhere a run visits host by host.
type Raw struct{}

// Engine implements probes.Scout.
func (Raw) Engine() probes.Engine { return probes.Sweep }

// Scout implements probes.Scout.
func (Raw) Scout(context.Context, *probes.Search) error {
	return errors.New("open the sockets of a sweep: this system has no packet sockets")
}
