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
				c, g := board.Counters(), board.Gates()
				fmt.Fprintf(p.stderr, "\r\x1b[K%d of %d flows settled, %d of %d hosts done, %d under way, %d packets, %s%s%s",
					c.Settled, c.Flows, c.Finished, c.Hosts, c.Active, c.Packets, round(c.Elapsed), sentBy(&g), slowed(g.Rate))
			case <-quit:
				fmt.Fprint(p.stderr, "\r\x1b[K")
				return
			}
		}
	})
	return func() { close(quit); done.Wait() }
}

// sentBy says which engine sends first packets, and how fast; nothing for a run that visits host by host.
func sentBy(g *probes.Gates) string {
	if g.Engine == "" {
		return ""
	}
	words := ", " + clean(g.Engine)
	if g.Rate.PerSecond > 0 {
		words += fmt.Sprintf(" %.0f/s", g.Rate.PerSecond)
	}
	if g.TriesLost > 0 {
		words += fmt.Sprintf(", %d of %d tries unanswered", g.TriesLost, g.TriesSent)
	}
	return words
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
