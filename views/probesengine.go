package views

import (
	"fmt"

	"oobscope/probes"
)

// EngineLine says how a plan sends first packets, and what bounds that on this machine as far as it is known.
func EngineLine(w *Words, p *probes.Plan, b probes.Bounds) string {
	e := &w.Engine
	bound := ""
	if p.Engine == probes.Crowd && b.Sockets > 0 {
		bound = fmt.Sprintf(e.Sockets, Count(b.Sockets))
	}
	if b.Hosts > 0 {
		bound += fmt.Sprintf(e.AtATime, Count(b.Hosts))
	}
	return fmt.Sprintf(e.With, e.Of(p.Engine), or(e.Mean, p.Engine.String()), bound)
}

// engineOf is the engine of the run on screen: what the run says, else what its plan says.
func engineOf(s *State) probes.Engine {
	if e, ok := probes.ParseEngine(s.Results.Gates.Engine); ok {
		return e
	}
	return s.Results.Scope.Plan.Engine
}

// sending are the figures of the engine: which it is, how fast it sends, and how many tries had no answer.
func sending(s *State) []string {
	w, g := &s.Words.Engine, &s.Results.Gates
	engine := engineOf(s)
	out := []string{fmt.Sprintf(w.Is, w.Of(engine))}
	if live(s) && engine != probes.Visits && g.Rate.PerSecond > 0 {
		now := fmt.Sprintf(w.PerSecond, rateOf(g.Rate.PerSecond))
		if most := s.Results.Scope.Plan.Pace.Rate; most > 0 && g.Rate.PerSecond < 0.95*most {
			now = fmt.Sprintf(w.Slowed, rateOf(g.Rate.PerSecond), rateOf(most))
		}
		out = append(out, now)
	}
	if g.TriesLost > 0 {
		out = append(out, fmt.Sprintf(w.Tries, Count(int(g.TriesLost)), Count(int(g.TriesSent))))
	}
	return out
}

// slowness says what holds first packets back, as the headless command does, and what that costs.
func slowness(s *State, w int) []string {
	words, r := &s.Words.Engine, &s.Results.Gates.Rate
	text := ""
	switch {
	case r.Limiter > 0:
		text = fmt.Sprintf(words.Limiter, rateOf(r.Limiter), s.Words.Time.Span(r.Price))
	case r.Loss >= 0.01:
		text = fmt.Sprintf(words.Losing, fmt.Sprintf("%.0f", 100*r.Loss))
	default:
		return nil
	}
	var out []string
	for _, line := range Wrap("! "+text, w) {
		out = append(out, s.Theme.Warn.On(line))
	}
	return out
}
