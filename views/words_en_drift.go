package views

import "oobscope/audit"

func driftInEnglish() DriftWords {
	return DriftWords{
		Change: map[audit.Change]string{
			audit.Unchanged: "unchanged", audit.New: "new", audit.Updated: "updated", audit.Absent: "absent", audit.Uncovered: "uncovered",
		},
		Lost: "unproved", Short: "C",
		Against: "against run %s of %s", CameFrom: "asked again from run %s: press {diff.d} to hold it against that",
		Reading: "reading it", OnlyChanges: "only what changed", Nothing: "Nothing that deviates has changed.",
		NoneYet: "This run is held against no other yet: press {diff.d} to choose one.",
		NotLive: "Not while a run is on: what it has not asked yet would look uncovered.",
		Choose:  "compare with a run", ChooseThis: "hold the run on screen against it", ChooseTitle: "Compare with an earlier run", ChooseWhich: "Hold the run on screen against which earlier one? Flows are matched by address, service and port.",
		NoOther:    "No earlier run of the site %s is stored.",
		Unfinished: "That run observed nothing to hold this one against.",
		Newer:      "Run %s is the newer one: open it, and hold it against this one.",
		SeeThere:   "Only run %s asked this: open that run to see its evidence.", OnlyThen: "%s (earlier run only)",
		Then: "before: %s, %s", NotPlannedThen: "the earlier run did not ask this", NotPlannedNow: "not asked in this run", AbsentIs: "proved gone", UncoveredIs: "not proved now",
		FirstSeen: "not tested before, so nobody knows since when", ByPolicy: "the policy for it is another one now",
		RunOf:        "run %s of %s",
		SinceUnknown: "seen in the run of %s; held against no earlier one", SinceBefore: "at least %s, where it was the same",
		SinceNew: "new: it did not deviate in %s", SinceUntested: "seen for the first time: %s did not test it",
		SinceUpdated: "it deviated in %s already, but differently", SinceAbsent: "gone: it deviated in %s",
		SinceUncovered: "it deviated in %s, and nothing is proved now",
	}
}

func takeInEnglish() TakeWords {
	return TakeWords{
		Mark: "mark", Range: "mark a range", EndRange: "end the range", DropRange: "drop the range", Invert: "invert marks", Unmark: "unmark all",
		Waive: "waive", Withdraw: "withdraw the waiver", ProbeAgain: "probe again", Copy: "copy", CopyAs: "copy as",
		AsTable: "table", AsTabs: "tab-separated", AsMarkdown: "Markdown", AsFinding: "text for a ticket", NotNow: "not now",
		CopyFinding: "copy it", OneFinding: "1 finding",
		AsWhat: "Copy as", Ranging: "RANGE",
		NoFlow: "No flow of this run is chosen.", Marked: "%s marked", NotListed: "%s of them not listed",
		Others:      "Left out: %s chosen [line that is no flow|lines that are no flows] of this run.",
		WaivedUntil: "waived until %s, agreed by %s: %s",
		Where:       "Where", SeenFrom: "Seen from", Since: "Since", Proof: "Evidence",
	}
}
