package views

func englishFrame(w *Words) {
	w.Name = ScreenWords{
		Overview: "Overview", Rules: "Rules", Rule: "Rule", Zones: "Zones", Threat: "Threat model",
		Attack: "ATT&CK", Probes: "Probes", Hosts: "Hosts", Host: "Host", Diff: "Diff",
		Evidence: "Evidence", Runs: "Runs", Kits: "Kits", Help: "Help",
	}
	w.Head = HeadWords{
		Number: "#", App: "App", Category: "Category", Risk: "Risk", Action: "Action", Direction: "Direction",
		From: "From", To: "To", Profiles: "Profiles", Decryption: "Decryption", Logging: "Logging",
		Verdict: "Verdict", Severity: "Severity", Reason: "Reason", Confidence: "Confidence",
		Observed: "Observed", Intent: "Intent", Rule: "Rule", Service: "Service", Port: "Port", Flows: "Flows",
		Host: "Host", Role: "Role", Zone: "Zone", State: "State", Worst: "Worst", Attempts: "Tries", RTT: "RTT",
		Weak: "Weak", Tactic: "Tactic", Technique: "Technique", Name: "Name", Kit: "Kit", Version: "Version",
		Title: "Title", Rules: "Rules", Trust: "Trust", Origin: "Origin", Used: "Used", Run: "Run",
		Started: "Started", Duration: "Duration", Settled: "Settled", Site: "Site", Deviations: "Deviations",
		Exposed: "Exposed", Coverage: "Coverage", Change: "Change", Was: "Was", Is: "Is", Key: "Key",
		Value: "Value", Time: "Time", What: "What", Count: "Count", Share: "Share", Test: "Test",
		Mitigates: "Mitigates", Control: "Control", Vantage: "Vantage", Bytes: "Bytes",
	}
	w.Key = KeyWords{
		Move: "move", Page: "page", Ends: "first, last", Open: "open", Back: "back", Filter: "filter",
		Clear: "clear the filter", Sort: "sort", SortDir: "turn the order", Copy: "copy", CopyRow: "copy the line",
		Start: "start a run", Cancel: "stop the run", Resume: "go on with a partial run", Freeze: "freeze the display",
		Thaw: "go on drawing", Export: "export", Help: "help", Quit: "quit", Goto: "go to a screen",
		Toggle: "use in the next run", Delete: "delete", Next: "next", Previous: "previous", Compare: "compare",
		Mark: "mark for comparison", Heat: "heat map", List: "list", Worst: "next deviation", Expand: "expand",
		Collapse: "collapse", Scroll: "scroll", Switch: "switch pane", Palette: "command", OpenHost: "open the host",
		OpenRule: "open the rule", OpenEvidence: "evidence",
	}
	w.Empty = EmptyWords{
		NoRun: "No run yet: press {r} to start one; you are asked first.", NoSite: "No site is loaded: press {o} on the overview to load one, or {d} to see it work.",
		NoKit:  "No kit is in use: choose one on the Kits screen.",
		NoRuns: "No run is stored yet: press {r} to start one; you are asked first.", NoMatch: "Nothing matches the filter: press {esc} to clear it.",
		NoFinding: "No deviation was seen.", NoEvidence: "No evidence is stored for this flow.", NoRule: "No rule of that number.",
		NoHost:      "No host of that address.",
		NoTechnique: "The kit names no technique.", NoThreat: "The kit has no threat model.",
		NoWeakness: "No weakness was seen.", NoReference: "The kit names no reference.",
		NoUntested: "Everything in scope can be tested from here.",
		TooSmall:   "The window is %dx%d; oobscope needs %dx%d.",
	}
	w.Plain = PlainWords{
		Yes: "yes", No: "no", None: "none", Unknown: "unknown", Any: "any", Unset: "not set", NotStated: "not stated",
		Default: "default", All: "all", Of: "of", And: "and", Waived: "waived", NotWaived: "not waived",
		Simulated:      "SIMULATED SEGMENT: nothing here is about a real host",
		SimulatedShort: "simulated", Partial: "partial", Tainted: "tainted: something turned on us during the run",
		Lossy: "lossy: silence proves nothing", Privileged: "with raw sockets", Unprivileged: "without raw sockets",
		BuiltIn: "built in", Claimed: "claimed", Sorted: "sorted by %s", Ascending: "ascending", Descending: "descending",
		Filtered: "filter: %s", Position: "%s/%s", Matching: "%s of %s", HostCount: "%s hosts", FlowCount: "%s flows",
		RuleCount: "%s rules", DeviationCount: "%s deviations", PacketCount: "%s packets", OneHost: "1 host",
		OneFlow: "1 flow", OneDeviation: "1 deviation", WorstCase: "worst case: %s", SeverityAndWord: "%d %s",
		More: "%s more", Counted: "%[1]s %[2]s", Left: "left", Right: "right", Selected: "selected",
	}
}

func englishConsole(w *Words) {
	w.Console = ConsoleWords{
		ReadOnly: "read-only", RunOn: "RUN", Stopping: "STOPPING", Frozen: "FROZEN", ConfirmStart: "Start this run?",
		ConfirmCancel: "Stop the run? What was observed is kept.", ConfirmQuit: "A run is on. Stop it and quit?",
		ConfirmDelete: "Delete run %s?", Sends: "At most %s [packet|packets] in %s [conversation|conversations]", Targets: "%s [host|hosts], %s [flow|flows]",
		PerHost: "At most %s [conversation|conversations] with one host", Takes: "About %s", YesKey: "enter: yes", NoKey: "esc: no",
		Command: "Go to", FilterPrompt: "Filter", Unknown: "No screen is named %s.", Copied: "Copied %s (%s bytes).",
		Exported: "Written to %s.", Ended: "The run ended.", Failed: "Failed: %s", Started: "The run is on.",
		Cancelled: "Stopped; the run is partial and can be resumed.", KitsChanged: "The next run uses %s [kit|kits].",
		NothingToCopy: "There is nothing to copy here.", TooLarge: "Too large for the clipboard (%s bytes): export it.",
		Palette: "Type a screen or a command",
	}
}
