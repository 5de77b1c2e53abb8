package report

import (
	"fmt"
	"time"

	"oobscope/probes"
)

// engineWords says how first packets were sent and what has slowed them down; empty for a run that visited host by
// host.
func engineWords(g *probes.Gates) string {
	if g.Engine == "" {
		return ""
	}
	words := clean(g.Engine)
	if g.Rate.Limiter > 0 {
		words += fmt.Sprintf("; a limiter on the path passes about %.0f first packets/s, and keeping below it took %s longer",
			g.Rate.Limiter, g.Rate.Price.Round(100*time.Millisecond))
	}
	if g.Rate.Loss >= 0.01 {
		words += fmt.Sprintf("; the path loses about %.0f %% of the tries", 100*g.Rate.Loss)
	}
	return words
}
