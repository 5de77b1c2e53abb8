package views

import (
	"fmt"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// severityHow says how the severity of a line came about (the rules are audit's), and what comes out when one
// reckons along, so that a test can hold the words against the judge.
func severityHow(words *Words, sc *audit.Scope, f *audit.Finding) (uint8, string) {
	w := &words.Evidence
	risk, danger := 0, 0
	if f.Rule >= 0 && f.Rule < len(sc.Rules) {
		risk = sc.Rules[f.Rule].Rule.App.Risk
	}
	secrets := false
	if f.Service != nil {
		danger, secrets = f.Service.Danger, f.Service.Secrets
	}
	switch f.Verdict {
	case audit.Exposed:
		return exposedHow(words, risk, danger, secrets, sc.Site.Untrusted(f.FromZone), f.Reason == audit.L4Only)
	case audit.NotEnforced:
		return uint8(min(max(2, risk-1), 5)), fmt.Sprintf(w.LessOne, risk)
	case audit.Undeclared:
		if danger == 0 {
			return 3, w.Unknown
		}
		return uint8(danger), fmt.Sprintf(w.FromDanger, danger)
	case audit.WrongMode:
		if f.Worst == audit.NotEnforced {
			return 2, w.ModeHole
		}
		return 1, w.ModeOnly
	case audit.Broken:
		if f.Reason == audit.ServiceClosed {
			return 1, w.NoListener
		}
		return uint8(max(1, min(risk, 3))), fmt.Sprintf(w.Available, risk)
	case audit.Unverifiable:
		return 0, w.AgainstCoverage
	case audit.Error:
		return 0, w.Incomplete
	}
	return 0, w.NoDeviation
}

func exposedHow(words *Words, risk, danger int, secrets, untrusted, portOnly bool) (uint8, string) {
	w := &words.Evidence
	n := max(risk, danger)
	parts := []string{fmt.Sprintf(w.Greater, risk, danger)}
	switch {
	case n == 0:
		n, parts = 3, []string{w.Unknown}
	case risk == 0:
		parts = []string{fmt.Sprintf(w.FromDanger, danger)}
	case danger == 0:
		parts = []string{fmt.Sprintf(w.FromRisk, risk)}
	}
	if untrusted {
		n++
		parts = append(parts, w.Untrusted)
	}
	if portOnly {
		n--
		parts = append(parts, w.PortOnly)
	}
	if secrets {
		n, parts = 5, []string{w.Secrets}
	}
	return uint8(max(1, min(n, 5))), strings.Join(parts, words.Host.Also)
}

// gateState is what a gate says of one flow.
type gateState uint8

const (
	gateHolds gateState = iota
	gateFails
	gateOpen // not known
	gateIdle // not needed for this flow
)

// gate is one line of the table of gates.
type gate struct {
	name  string
	state gateState
	text  string
	tells []audit.Reason // reasons that a judgement has if this gate decided it
}

// gatesOf works the gates of a flow out for the reader, in the order in which the judge asks them.
func gatesOf(s *State, f *audit.Finding) []gate {
	g, h := &s.Words.Evidence.Gate, &s.Words.Host
	vantage := gate{g.Vantage, gateHolds, fmt.Sprintf(g.InZone, f.FromZone, f.Source, f.Interface), []audit.Reason{audit.NotFromHere}}
	if f.FromZone == "" {
		vantage.state, vantage.text = gateFails, g.NoZone
	}
	path := gate{g.Path, gateHolds, h.Enforced, []audit.Reason{audit.NoEnforcementPoint}}
	if !f.Enforced {
		path.state, path.text = gateFails, h.NotEnforced
		switch f.Intent {
		case audit.IntentAllow, audit.DefaultAllow, audit.Unstated:
			path.state, path.text = gateIdle, g.OnlyDeny
		}
	}
	live := gate{g.Liveness, gateHolds, aliveOf(h, f.AliveBy), []audit.Reason{audit.Liveness, audit.UDPSilent, audit.QuietHost}}
	switch {
	case f.Host.Flags&probes.HostQuiet != 0:
		live.state, live.text = gateFails, h.Quiet
	case f.AliveBy == "":
		live.state = gateOpen
	case f.Reason == audit.Liveness: // it showed a sign of life, but not behind this silence
		live.state = gateOpen
	case f.Reason == audit.UDPSilent:
		live.state, live.text = gateOpen, h.NoUDPControl
	}
	gates := []gate{vantage, path, honestyGate(s, f), live, lossGate(s, f), taintGate(s)}
	if f.Observed.Silent() {
		gates = append(gates, departureGate(s, f))
	}
	return gates
}

// departureGate says whether the packets of a silent flow have left this machine.
func departureGate(s *State, f *audit.Finding) gate {
	w, refused := &s.Words.Proof, s.Results.Gates.RefusedHere
	out := gate{w.Departure, gateHolds, w.Left, []audit.Reason{audit.Egress}}
	switch {
	case f.Cell.Flags&probes.Left != 0:
	case f.Cell.Flags&probes.Held != 0:
		out.state, out.text = gateFails, w.Missing
	case refused > 0:
		out.state, out.text = gateFails, agreed(w.NobodySaysAfter, Count(int(refused)))
	default:
		out.text = w.NoneRefused // then it does not matter that nobody can say
	}
	return out
}

func honestyGate(s *State, f *audit.Finding) gate {
	g, h := &s.Words.Evidence.Gate, &s.Words.Host
	out := gate{g.Honesty, gateHolds, honestyOf(h, f.Host), []audit.Reason{audit.SynProxy, audit.Impostor}}
	run := &s.Results.Gates
	switch {
	case run.Impostor(probes.Endpoint{Proto: f.Proto, Port: f.Port}):
		out.state, out.text = gateFails, fmt.Sprintf(g.CanaryAnswered, strings.Join(slices.Concat(run.CanarySpoke, run.CanaryAnswered), ", "))
	case len(run.CanaryAnswered) > 0:
		out.state, out.text = gateFails, fmt.Sprintf(g.CanaryAnswered, strings.Join(run.CanaryAnswered, ", "))
	case f.Host.Flags&probes.HostFakesOpen != 0:
		out.state = gateFails
	case f.Host.Flags&probes.HostHonest == 0:
		out.state = gateOpen
	case run.CanarySent > 0 && len(run.CanarySpoke) == 0:
		out.text += h.Also + agreed(g.Canaries, Count(run.CanarySent))
	}
	return out
}

func lossGate(s *State, f *audit.Finding) gate {
	g, h := &s.Words.Evidence.Gate, &s.Words.Host
	run := &s.Results.Gates
	host := probes.Gates{ControlSent: int(f.Host.ControlSent), ControlLost: int(f.Host.ControlLost)}
	out := gate{g.Loss, gateHolds, h.NoControl, []audit.Reason{audit.Lossy}}
	if host.ControlSent > 0 {
		out.text = agreed(h.ControlLost, host.ControlLost, host.ControlSent)
	}
	if run.ControlSent > 0 {
		out.text += h.Also + fmt.Sprintf(g.RunLost, Count(run.ControlLost), Count(run.ControlSent))
	}
	switch {
	case host.Lossy() || run.Lossy() || f.Cell.Reason == probes.Shaken:
		out.state = gateFails
	case host.ControlSent+run.ControlSent == 0:
		out.state = gateOpen
	}
	if needed := run.TriesNeeded(); f.Observed.Silent() && needed > 1 && needed < 100 { // beyond that the gate fails as a whole
		tries := s.Scope.Plan.Pace.Tries(f.Proto, int(f.Cell.Attempts), f.Cell.Flags)
		out.text += h.Also + agreed(s.Words.Proof.Tries, tries, needed)
		if tries < needed {
			out.state = gateFails
		}
	}
	return out
}

func taintGate(s *State) gate {
	g := &s.Words.Evidence.Gate
	run := &s.Results.Gates
	switch {
	case run.Tainted():
		return gate{g.Taint, gateFails, agreed(g.TaintLost, Count(run.TaintLost), Count(run.TaintSent)), nil}
	case run.TaintSent == 0 && !live(s):
		return gate{g.Taint, gateOpen, s.Words.Proof.NotRechecked, nil}
	case run.TaintSent == 0:
		return gate{g.Taint, gateOpen, g.TaintLater, nil}
	}
	return gate{g.Taint, gateHolds, agreed(g.TaintFine, Count(run.TaintSent)), nil}
}

// gateLines set the gates under each other: name, state, what it rests on.
func gateLines(s *State, f *audit.Finding, w int) []string {
	g, t := &s.Words.Evidence.Gate, s.Theme
	looks := [...]Look{
		gateHolds: t.Verdict(audit.Conforms), gateFails: t.Verdict(audit.Exposed),
		gateOpen: t.Verdict(audit.Unverifiable), gateIdle: t.Verdict(audit.NotTested),
	}
	names := [...]string{gateHolds: g.Holds, gateFails: g.Fails, gateOpen: g.Open, gateIdle: g.NotNeeded}
	gates := gatesOf(s, f)
	label, state := 0, 0
	for i := range gates {
		label = max(label, Width(gates[i].name))
		state = max(state, Width(names[gates[i].state])+2)
	}
	var out []string
	for i := range gates {
		text := gates[i].text
		for _, why := range gates[i].tells {
			if f.Reason == why {
				text = fmt.Sprintf(g.Decides, text)
			}
		}
		look := looks[gates[i].state]
		for k, line := range Wrap(text, max(1, w-label-state-4)) {
			head := pad(label + state + 4)
			if k == 0 {
				head = t.Dim.On(Fit(gates[i].name, label)) + "  " + look.Ink.On(Fit(look.Sign+" "+names[gates[i].state], state)) + "  "
			}
			out = append(out, head+line)
		}
	}
	return out
}
