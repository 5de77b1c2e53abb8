//go:build !linux

package hops

import (
	"errors"
	"net/netip"
	"time"

	"oobscope/probes"
)

// Capture exists on Linux alone; elsewhere there never is one.
type Capture struct{}

var _ probes.Hops = (*Capture)(nil)

// Open returns an error on this system: a run goes on without, and calls the origin of every reset unknown.
func Open(Ports) (*Capture, error) {
	return nil, errors.New("open a capture socket for hop distances: this system has no packet sockets")
}

// Watch implements probes.Hops.
func (*Capture) Watch(netip.Addr) {}

// Reset implements probes.Hops.
func (*Capture) Reset(_, _ netip.AddrPort) (uint8, bool) { return 0, false }

// Accept implements probes.Hops.
func (*Capture) Accept(_, _ netip.AddrPort) (uint8, bool) { return 0, false }

// Reference implements probes.Hops.
func (*Capture) Reference(netip.Addr, bool) []uint8 { return nil }

// Departure implements probes.Hops.
func (*Capture) Departure(_, _ netip.AddrPort, _ time.Time) probes.Departure { return probes.Untold }

// Close implements io.Closer.
func (*Capture) Close() error { return nil }
