package sweep

import (
	"context"
	"errors"

	"oobscope/probes"
)

// Sockets is the scout of a user without rights.
type Sockets struct{}

// Engine implements probes.Scout.
func (Sockets) Engine() probes.Engine { return probes.Crowd }

// Scout implements probes.Scout.
func (Sockets) Scout(context.Context, *probes.Search) error { return errors.New("not yet") }
