package simbmc

import (
	"crypto/tls"
	"fmt"
	"net/netip"
	"time"
)

// The sizes a segment can have, appliance and resolver included.
const (
	DefaultHosts = 64
	MinHosts     = 3
	MaxHosts     = 1024
)

// DefaultSlow is how long the slow personality thinks before it answers.
const DefaultSlow = 250 * time.Millisecond

// Options say what to simulate.
type Options struct {
	// Hosts is the number of hosts in all: one appliance, one resolver, the rest BMCs. 0 means DefaultHosts.
	// From 15 on every personality is there; 64 have each of them at least twice.
	Hosts int
	// Seed decides which host gets which personality. Addresses and ports differ from run to run, so that
	// several segments can live side by side.
	Seed uint64
	// Slow is the delay of the slow personality's answers. 0 means DefaultSlow.
	Slow time.Duration
}

func (o Options) filled() (Options, error) {
	if o.Hosts == 0 {
		o.Hosts = DefaultHosts
	}
	if o.Slow == 0 {
		o.Slow = DefaultSlow
	}
	if o.Hosts < MinHosts || o.Hosts > MaxHosts {
		return o, fmt.Errorf("simulate a segment of %d hosts: the number must lie between %d and %d",
			o.Hosts, MinHosts, MaxHosts)
	}
	if o.Slow < 0 {
		return o, fmt.Errorf("simulate a segment: a negative delay of %v for the slow hosts makes no sense", o.Slow)
	}
	return o, nil
}

// Host is one simulated host.
type Host struct {
	Addr        netip.Addr
	Role        string // bmc, appliance, resolver
	Personality string // hardened, legacy_clear_text, …; for the other roles the role itself
	Title       string // product words for a person; every product is invented
}

// host is a Host with what its servers need.
type host struct {
	Host
	seg     *Segment
	persona *persona
	uuid    string
	tls     *tls.Config
}
