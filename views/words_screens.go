package views

// ScreenWords are the names of the screens.
type ScreenWords struct {
	Overview, Rules, Rule, Zones, Threat, Attack, Probes, Hosts, Host string
	Diff, Evidence, Runs, Kits, Help                                  string
}

// HeadWords are column heads; short, because columns are.
type HeadWords struct {
	Number, App, Category, Risk, Action, Direction, From, To, Profiles, Decryption, Logging string
	Verdict, Severity, Reason, Confidence, Observed, Intent, Rule, Service, Port, Flows     string
	Host, Role, Zone, State, Worst, Attempts, RTT, Weak, Tactic, Technique, Name, Kit       string
	Version, Title, Rules, Trust, Origin, Used, Run, Started, Duration, Settled, Site       string
	Deviations, Exposed, Coverage, Change, Was, Is, Key, Value, Time, What, Count, Share    string
	Test, Mitigates, Control, Vantage, Bytes                                                string
}

// KeyWords say what a key does.
type KeyWords struct {
	Move, Page, Ends, Open, Back, Filter, Clear, Sort, SortDir, Copy, CopyRow, Start, Cancel, Resume string
	Freeze, Thaw, Export, Help, Quit, Goto, Toggle, Delete, Next, Previous, Compare, Mark, Heat      string
	List, Worst, Expand, Collapse, Scroll, Switch, Palette, OpenHost, OpenRule, OpenEvidence         string
}

// EmptyWords stand where there is nothing to show, and say what to do about it.
type EmptyWords struct {
	NoRun, NoSite, NoKit, NoRuns, NoMatch, NoFinding, NoEvidence, NoRule, NoHost string
	NoTechnique, NoThreat, NoWeakness, NoReference, NoUntested                   string
	TooSmall                                                                     string // have w x h, need w x h
}

// PlainWords are used on many screens.
type PlainWords struct {
	Yes, No, None, Unknown, Any, Unset, NotStated, Default, All, Of, And, Waived, NotWaived string
	Simulated                                                                               string // the banner over a simulated segment
	SimulatedShort                                                                          string
	Partial, Tainted, Lossy, Privileged, Unprivileged, BuiltIn, Claimed                     string
	Sorted, Ascending, Descending, Filtered                                                 string
	Position                                                                                string // cursor and total
	Matching                                                                                string // shown of total
	HostCount, FlowCount, RuleCount, DeviationCount, PacketCount                            string // %s: a number
	OneHost, OneFlow, OneDeviation                                                          string
	WorstCase                                                                               string // %s: a verdict
	SeverityAndWord                                                                         string // %d and word
	More                                                                                    string // %s more lines
	Left, Right, Selected                                                                   string
	Counted                                                                                 string // number, of what
}

// ConsoleWords belong to the frame around the screens: status bar, questions, notices.
type ConsoleWords struct {
	ReadOnly, RunOn, Stopping, Frozen, ConfirmStart, ConfirmCancel, ConfirmQuit, ConfirmDelete string
	Sends                                                                                      string // packets, conversations
	Targets                                                                                    string // hosts, flows
	PerHost                                                                                    string // %s
	Takes                                                                                      string // about %s
	YesKey, NoKey, Command, FilterPrompt, Unknown, Copied, Exported, Ended, Failed             string
	Started, Cancelled, KitsChanged, NothingToCopy, TooLarge, Palette                          string
}
