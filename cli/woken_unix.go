//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// woken tells when this process goes on after it was stopped (signal(7), SIGCONT), until stop is called.
func woken() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGCONT)
	return c, func() { signal.Stop(c) }
}
