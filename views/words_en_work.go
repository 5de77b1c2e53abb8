package views

func waiveInEnglish() WaiveWords {
	return WaiveWords{
		Title: "Accept %s deviations for a while", TitleOne: "Accept this deviation for a while",
		Reason: "Reason", Ticket: "Ticket", RequestedBy: "Requested by", ApprovedBy: "Approved by", Starts: "Starts", Expires: "Expires",
		Needed: "needed", NotADay: "no day: write it as 2026-11-22", SamePerson: "must be somebody else than who asks",
		BeforeStart: "is before the start", Passed: "has passed already", Optional: "may stay empty",
		TooLong: "at most %s days after the start", NobodyYet: "nobody yet, so it will not count", NamedBy: "recorded as named by %s",
		Keys:    "tab: next   enter on the last: store   ctrl+y: copy as YAML   esc: drop",
		Storing: "Storing.", Dropped: "Nothing was waived.",
		Refused: "Left out: %s.", OnlyDeviations: "Only what was proved to deviate can be waived.",
		AlreadyWaived: "waived already", Unproved: "without readable evidence", Double: "the same as another",
		None: "Nothing of this can be waived", TooMany: "At most %s lines can be waived at once: choose fewer.",
		Stored: "Waived: %s", Asked: "Asked for: %s; it counts once somebody else has approved it", SomeStored: "%s [was|were] stored before that.",
		YAML: "%s waivers as YAML", YAMLNeeds: "A site file takes no waiver without who approved it.",
		InSite: "This waiver stands in the site file: take it out there.", NoWaiver: "No waiver is about this.",
		WithdrawMeans: "What it covers counts as a deviation again. That is recorded.",
		WithdrawOne:   "Withdraw this waiver?", WithdrawTitle: "Withdraw %s waivers?", SomeInSite: "%s more [stands|stand] in the site file and [stays|stay].", Withdrawn: "Withdrawn: %s",
		Pending: "waiver %s is asked for (until %s), but not approved", Expired: "waiver %s expired on %s",
		Voided: "waiver %s (until %s) is void: something else answers now", Early: "waiver %s has not begun (until %s)",
	}
}

func workInEnglish() WorkWords {
	return WorkWords{
		StillReading: "Not while another run is being read.", StillStoring: "Not while something is being stored.",
		NotHere: "That cannot be done here.", Itself: "That is the run on screen.",
		OtherSite: "Run %s is about another site, %s.", LoadSite: "Only a loaded site is ever probed: start with --site and the file of %s.",
		NothingLeft: "The site %s, as it is now, has none of these flows.",
		AgainOne:    "Probe this flow again?", AgainTitle: "Probe %s [flow|flows] on %s [host|hosts] again?", AgainFrom: "As a run of its own; the flows come from run %s.",
		ThenCompare: "{diff.d} holds it against the run that it came from", AgainLeft: "Left out: %s [flow|flows] that the site %s has no more.",
		ExportTitle: "Write a report of run %s", ExportKeys: "enter or its number: write it   esc: not now",
		Format: map[string]string{
			"text": "plain text, for reading", "jsonl": "one JSON object a line, for programs", "json": "one JSON document",
			"csv": "a table for a spreadsheet", "markdown": "for a wiki or a ticket", "junit": "for a build server",
			"sarif": "for a code-scanning service", "navigator": "a layer for ATT&CK Navigator", "html": "one page for a browser",
		},
	}
}
