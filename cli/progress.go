package cli

import (
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"oobscope/probes"
)

// showProgress keeps one line on standard error while a run is on, if that is a terminal. The returned
// function ends it and clears the line.
func (p *program) showProgress(board probes.BoardReader) (stop func()) {
	if !p.progress {
		return func() {}
	}
	quit := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				c := board.Counters()
				fmt.Fprintf(p.stderr, "\r\x1b[K%d of %d flows settled, %d of %d hosts done, %d packets, %s%s",
					c.Settled, c.Flows, c.Finished, c.Hosts, c.Packets, round(c.Elapsed), slowed(board.Gates().Rate))
			case <-quit:
				fmt.Fprint(p.stderr, "\r\x1b[K")
				return
			}
		}
	})
	return func() { close(quit); done.Wait() }
}

// slowed says what holds the first packets back; nothing if only the pace does.
func slowed(r probes.RateState) string {
	switch {
	case r.Limiter > 0:
		return fmt.Sprintf(", a limiter on the path passes about %.0f/s: slowed down, %s longer", r.Limiter, round(r.Price))
	case r.Loss >= 0.01:
		return fmt.Sprintf(", the path loses %.0f %%", 100*r.Loss)
	}
	return ""
}

func round(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}

func dirOf(name string) string { return filepath.Dir(name) }
