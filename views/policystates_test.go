package views

import (
	"time"

	"oobscope/audit"
	"oobscope/kits"
)

// builtinState holds the fixture's site against the kits that the program brings along. Nothing is planned
// and nothing was run: it shows what a reader of the policy sees.
func builtinState() *State {
	s := emptyState()
	for _, k := range kits.BuiltIn() {
		s.Kits = append(s.Kits, KitEntry{Kit: k, Active: true})
	}
	s.Site = fixtureScope().Site
	return s
}

// strangersState has nothing but the kit of a stranger in use, with a name longer than any window.
func strangersState() *State {
	s := emptyState()
	k := strangersKit()
	long := ""
	for range 60 {
		long += "verylongname全角"
	}
	k.Threat = kits.ThreatModel{Summary: kits.Text{"": "\x1b[31mred\x1b]52;c;AAAA\a"}, KeyControls: []string{"\x1b[2J", long, ""}}
	k.Authors = []kits.Author{{Name: "\u202eeve\x07", Email: "a@b\n", Org: long}}
	k.References = []kits.Reference{{Title: long, URL: "\x1b]8;;http://evil/\x1b\\", Retrieved: "\r", Endpoints: []string{long, "\x00"}}}
	k.Rules[0].Controls, k.Rules[0].Mitigates = []string{"\x1b[2J"}, []string{"T\x00", long}
	k.Rules[0].App.Category, k.Rules[0].Direction, k.Rules[0].Rationale = long, "\x1b[H", kits.Text{"": long + "\x1b[2J"}
	k.Rules = append(k.Rules, kits.Rule{App: kits.Application{ID: long, Risk: -9, DependsOn: []string{"\t"}}, From: []string{long, "*"}, To: []string{"全角\x1b[A"}})
	s.Kits = []KitEntry{{Kit: k, Active: true}}
	s.Runs = []audit.Run{{ID: "\x1b[2J" + long, Site: long, Kits: []string{"\x07"}, Vantage: "\x1b[1m", Zone: long, Tool: "\n", Why: "\x1b[5m",
		State: "\x1b[0m", Settled: -1}}
	return s
}

// doubtfulState is the ended run with every gate broken, and stopped early.
func doubtfulState() *State {
	s := endedState()
	g := s.Results.Gates
	g.CanarySpoke = []string{"icmp 198.18.3.250"}
	g.CanaryAnswered, g.ControlLost, g.TaintLost = []string{"198.18.3.250:443"}, 30, 3
	s.Results.SetGates(g)
	s.Run.State, s.Run.Why, s.Run.Settled = audit.RunPartial, "interrupted", 171
	s.Run.Total, s.Run.Gates = s.Results.Total, s.Results.Gates
	s.Runs[0] = s.Run.Run
	return s
}

// firstState is the console on an empty machine: the kits that it brings along, and nothing else.
func firstState() *State {
	s := builtinState()
	s.Site = nil
	return s
}

// zonesState is the ended run of a site with more zones than a window is wide.
func zonesState() *State {
	s := endedState()
	for _, name := range []string{"server_lan", "storage", "office"} {
		s.Site.Zones = append(s.Site.Zones, audit.Zone{Name: name})
	}
	return s
}

// policyScreens opens each screen about the policy, the runs and the kits.
func policyScreens() []func() Screen {
	return []func() Screen{
		func() Screen { return NewOverview() }, func() Screen { return NewRules() }, func() Screen { return NewRule() },
		func() Screen { return NewZones() }, func() Screen { return NewThreat() }, func() Screen { return NewAttack() },
		func() Screen { return NewRuns() }, func() Screen { return NewKits() }, func() Screen { return helpScreen(English()) },
	}
}

// helpScreen is the help page as it is reached from the rules.
func helpScreen(w *Words) *Help {
	v := NewHelp()
	global := []Key{{":", w.Key.Palette}, {"/", w.Key.Filter}, {"?", w.Key.Help}, {"r", w.Key.Start}, {"esc", w.Key.Back}, {"q", w.Key.Quit}}
	s := endedState()
	s.Words = w
	rules := NewRules()
	rules.Render(s, 80, 24)
	v.SetKeys(global, rules.Keys(s))
	v.SetGrammar(rules.Grammar(s))
	return v
}

// policyStates are the states of the program that these screens are drawn in.
func policyStates() map[string]func() *State {
	return map[string]func() *State{
		"empty": emptyState, "planned": plannedState, "live": liveState, "ended": endedState, "doubtful": doubtfulState,
		"builtin": builtinState, "hostile": strangersState, "zones": zonesState, "imported": importedState,
		"first": firstState, "reading": func() *State { s := firstState(); s.Reading = true; return s },
		"unread": func() *State {
			s := firstState()
			s.Unread = []string{"/s/runs/01JD.db: damaged: a tail\x1b[2J", "/s/runs/01JE.db: damaged"}
			s.Runs = endedState().Runs
			return s
		},
	}
}

// importedState has runs that somebody else handed over: one that an auditor signed, and one that nobody did, under other
// names.
func importedState() *State {
	s := endedState()
	at := s.Run.Started.Add(48 * time.Hour)
	s.Runs[0].Imported = &audit.Import{At: at, By: "office", From: "netops@jump1", Signer: "SHA256:6R0gkuyLzP2Ts9ZlGqJvGDJ0mPGvU7N8kFuxQmQ9uFc", Principal: "auditor@example.com"}
	s.Runs[1].Imported = &audit.Import{At: at, By: "office", Pseudonymised: true}
	s.Runs[1].Site, s.Runs[1].Vantage = "site-863dcf", "vantage-68ed8e"
	s.Run.Run = s.Runs[1]
	return s
}
