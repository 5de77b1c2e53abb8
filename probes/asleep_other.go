//go:build !linux

package probes

import "time"

// asleep is for how long this machine has slept since some moment in the past: the clock on the wall goes on meanwhile, and
// the monotonic one, which all waits go by, stands still. A clock that is set forward looks the same.
func asleep() time.Duration {
	now := time.Now()
	return now.Round(0).Sub(firstSeen.Round(0)) - now.Sub(firstSeen)
}

var firstSeen = time.Now()
