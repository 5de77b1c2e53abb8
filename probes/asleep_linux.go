package probes

import (
	"time"

	"golang.org/x/sys/unix"
)

// asleep is for how long this machine has slept since it started: CLOCK_BOOTTIME goes on meanwhile, and
// CLOCK_MONOTONIC, which all waits go by, stands still (clock_gettime(2)).
func asleep() time.Duration {
	var boot, awake unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &boot) != nil || unix.ClockGettime(unix.CLOCK_MONOTONIC, &awake) != nil {
		return 0
	}
	return time.Duration(boot.Nano() - awake.Nano())
}
