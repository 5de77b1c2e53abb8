package views

// englishPolicy are the words of the screens about the policy, the runs and the kits.
func englishPolicy(w *Words) {
	w.Overview = OverviewWords{
		Clean: "Everything in scope was tested and conforms to the policy.", SoFar: "Nothing deviates so far.",
		NoProof: "Nothing was proved: not one flow could be tested.", NotLoaded: "Nothing was tested yet.",
		Planned:    "Ready. Nothing was sent yet, so nothing is known yet.",
		NotClean:   "%s from the policy; the worst is %s.",
		CleanSoFar: "What was tested conforms, but %s of %s flows are without proof.",
		Failed:     "The run failed: %s", CanaryAnswered: "An address that does not exist answered: accepted connections prove nothing here.",
		Lossy:   "%s of %s control probes were lost: silence proves nothing in this run.",
		Tainted: "%s of %s flows that were open fell silent by the end: something turned on us.",
		Stopped: "Stopped early: %s of %s [flow|flows] settled. It can be resumed on the Runs screen.", Verdicts: "Verdicts",
		Coverage: "Coverage", Tested: "tested", NotTested: "not tested", Unverifiable: "seen, but unverifiable",
		Worst: "Worst findings", Weaknesses: "Weaknesses", Untested: "Not testable from here",
		CoverageLine: "%s of %s tested (%d%%)", VantageIn: "%s in zone %s", ProgressLine: "%s of %s (%d%%)",
		RatePerSecond: "%s flows/s", LeftFor: "about %s left", Elapsed: "%s so far",
		Packets: "Packets", Conversations: "Conversations", Loaded: "Loaded", Site: "Site", Kits: "Kits", Vantage: "Vantage",
		Targets: "Targets", Budget: "Budget", Estimate: "Takes about", Defaults: "Without a rule", NextStep: "Next",
		BudgetLine: "at most %s packets in %s conversations, %s with one host", DefaultsLine: "between zones %s, inside a zone %s",
		OpenLine: "open the line", NextList: "next list",
	}
	w.Rule = RuleWords{
		FirstMatch: "Rules: the first match decides", Rationale: "Why", Application: "Application", DependsOn: "Depends on",
		Profiles: "Inspection profiles", Decryption: "Decryption", Exclusions: "Exclusions", DecryptionLogging: "Decryption and logging",
		LogStart: "start", LogEnd: "end", LogAtStart: "Log at start", LogAtEnd: "Log at end", Forwarding: "Forwarded to", Antivirus: "Antivirus", IPS: "IPS", URLFilter: "URL filter",
		CredentialPhishing: "credential phishing: %s", BlockCategories: "blocked: %s", Uncategorized: "uncategorised: %s", AllowList: "allowed: %s",
		Sandbox: "Sandbox", FileTypes: "file types: %s", DNSSecurity: "DNS security", Sinkhole: "with a sinkhole", MinSeverity: "from severity %s",
		NotAttached: "not attached", On: "on", Off: "off", Services: "On the wire", Mitigates: "Answers", Controls: "Key controls",
		ControlsTechniques: "Controls and techniques", Observed: "What was seen under this rule", WorstDeviations: "Worst deviations",
		NothingAsked: "nothing asked", NothingAskedLong: "No flow of this run was decided by this rule.",
		NoService: "no service of the catalogue: it cannot be probed", OneRule: "1 rule", Untested: "%s not tested: %s",
		ZoneMatrix: "From zone (down) to zone (across)",
		ZoneLegend: "Rules that apply, else the default.",
		KitZones:   "No site is loaded: these are the zones that the kits name.", StandIn: "we stand in %s",
		NotFromZone: "Cannot be tested from here: we do not stand in %s.", ZoneUnknown: "Zones of the rules that the site does not have: %s",
		NoTargetThere: "The site lists no target there.", TestedOf: "%s of %s tested", Elsewhere: "everything else: %s",
		WholeRule: "The rule as a whole", NextRule: "next, previous rule", NextDeviation: "next deviation",
		AllDeviations: "all lines of the rule",
	}
	w.Threat = ThreatWords{
		Summary: "The threat", Goal: "What the attacker wants", Controls: "Key controls", ControlsMean: "what stands in the way",
		Carried: "carried by", NotCarried: "no rule carries it", Proved: "proved on all %s [flow|flows]",
		Disproved: "does not hold: %s [deviation|deviations] in %s [flow|flows]", Partly: "proved on %s of %s [flow|flows]", Open: "not tested",
		NextControl: "next control", OpenCarrier: "open the rule that carries it",
	}
	w.Attack = AttackWords{
		Version:    "ATT&CK %s",
		PolicyOnly: "Network policy only: it says whether the rules hold, not that attacks fail.",
		Says:       "%s (network policy only)",
		RunSays:    "What the run says", NoRule: "no rule answers it",
	}
	w.Runs = RunsWords{
		OnScreen: "on screen", Resumable: "Press {R} to go on where it stopped.", OnlyPartial: "Only a partial run can be resumed.",
		StillRunning: "The run is still under way.", Tool: "Made by", Doubts: "Doubts",
		SettledLine: "%s of %s [flow|flows], %s more [line|lines] not testable from there", CopyID: "copy the id",
	}
	w.Kits = KitsWords{
		Warnings: "Warnings", Digest: "SHA-256", Schema: "Schema", Authors: "Authors", Nobody: "nobody is named", Identity: "Identity",
		References: "References", Endpoints: "endpoints: %s", NoSignature: "no signature vouches for this file", NotBacked: "the file claims \"%s\", but no signature backs it",
		NoKits:    "The library is empty: oobscope kit import FILE adds a kit.",
		Retrieved: "retrieved %s", MoreBelow: "%s more [line|lines]: press {enter}", WholePage: "the whole page", BackToList: "back to the list",
	}
	w.Help = HelpWords{
		Here: "On this screen", Everywhere: "Everywhere", Filter: "Filter", Verdicts: "Verdicts", RestsOn: "What a verdict rests on",
		Signs: "Signs", Severities: "Severity, and the risk of a rule", Intents: "What the policy intends", About: "What you can rely on",
		Rests: []string{
			"On packets that were really exchanged, held against the first rule that matches, else the site's default.",
			"Silence counts as blocked only if the host is proved alive and a firewall stands on the path; else it is unverifiable.",
		},
		Promise: []string{
			"It sends packets only during a run that was confirmed, and only to targets that the site lists.",
			"It never logs in, never writes to a target and never reads a stored secret.",
		},
	}
}
