package cli

import (
	"fmt"
	"io"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/probes/sweep"
)

const autoEngine = "auto"

// chooseEngine sets the engine of a plan by its name; auto is the fastest that this user may use.
func chooseEngine(s *audit.Scope, name string) error {
	if name == autoEngine || name == "" {
		s.Plan.Engine = probes.ChooseEngine(s.Plan, s.Vantage.Privileged)
		return nil
	}
	e, ok := probes.ParseEngine(name)
	switch {
	case !ok:
		return usage(fmt.Errorf("--engine %s: expected auto, visits, sweep or crowd", name), "")
	case e == probes.Sweep && !s.Vantage.Privileged:
		return usage(fmt.Errorf("--engine sweep: this user may not open raw sockets"), "sudo setcap cap_net_raw+ep on the oobscope program, or --engine crowd")
	case e != probes.Visits && s.Plan.Simulated:
		return usage(fmt.Errorf("--engine %s: the simulated segment can only be visited", e), "")
	}
	s.Plan.Engine = e
	return nil
}

// scoutOf makes the scout of a plan; nil for visits.
func scoutOf(s *audit.Scope) probes.Scout {
	switch s.Plan.Engine {
	case probes.Sweep:
		return sweep.Raw{}
	case probes.Crowd:
		return sweep.Sockets{}
	}
	return nil
}

// printEngine says how first packets would be sent, and what bounds that.
func printEngine(out io.Writer, p *probes.Plan) {
	fmt.Fprintf(out, "engine: %s: %s\n", p.Engine, p.EngineWords())
}
