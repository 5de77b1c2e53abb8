package cli

import (
	"os"
	"runtime/debug"
)

// What a run without a console is to hold, in bytes: the records of its flows, and beside them what the hosts under
// way need. Above that the collector works harder; nothing fails.
const (
	leanBase = 100 << 20
	leanFlow = 48
)

// lean keeps the garbage of a run small until restore is called. Who has set GOMEMLIMIT knows better.
func lean(flows int) (restore func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before := debug.SetMemoryLimit(leanBase + leanFlow*int64(flows))
	return func() { debug.SetMemoryLimit(before) }
}
