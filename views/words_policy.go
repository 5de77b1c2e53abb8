package views

// OverviewWords belong to the first screen.
type OverviewWords struct {
	Clean, SoFar, NoProof, NotLoaded, Planned    string // the answer on top
	NotClean                                     string // how many deviations, the worst severity
	CleanSoFar                                   string // without proof, of
	Failed                                       string // %s
	CanaryAnswered                               string
	Lossy, Tainted                               string // lost, sent
	Stopped                                      string // settled, all
	Verdicts, Coverage, Tested, NotTested        string
	Unverifiable, Worst, Weaknesses, Untested    string
	CoverageLine                                 string // tested, of, percent
	VantageIn                                    string // name, zone
	ProgressLine                                 string // settled, total, percent
	RatePerSecond, LeftFor, Elapsed              string // %s
	Packets, Conversations                       string
	Loaded, Site, Kits, Vantage, Targets, Budget string
	Estimate, Defaults, NextStep                 string
	BudgetLine                                   string // packets, conversations, with one host
	DefaultsLine                                 string // between zones, inside a zone
	OpenLine, NextList                           string // keys
}

// RuleWords belong to the rule list, the rule page and the zone matrix.
type RuleWords struct {
	FirstMatch, Rationale, Application, DependsOn, Profiles, Decryption, Exclusions                  string
	DecryptionLogging, LogStart, LogEnd, LogAtStart, LogAtEnd, Forwarding, Antivirus, IPS, URLFilter string
	CredentialPhishing, BlockCategories, Uncategorized, AllowList, FileTypes, MinSeverity            string // %s: a setting
	Sandbox, DNSSecurity, Sinkhole, NotAttached, On, Off, Services, Mitigates                        string
	Controls, ControlsTechniques, Observed, WorstDeviations                                          string
	NothingAsked, NothingAskedLong, NoService, OneRule                                               string
	Untested                                                                                         string // lines, why
	ZoneMatrix, ZoneLegend, KitZones                                                                 string
	StandIn, NotFromZone, ZoneUnknown                                                                string // %s: zones
	NoTargetThere                                                                                    string
	TestedOf                                                                                         string // tested, all
	Elsewhere                                                                                        string // %s: the default
	WholeRule                                                                                        string // column head
	NextRule, NextDeviation, AllDeviations                                                           string // keys
}

// ThreatWords belong to the threat model, and to the state of what rules answer.
type ThreatWords struct {
	Summary, Goal, Controls, ControlsMean, Carried, NotCarried string
	Proved                                                     string // flows
	Disproved                                                  string // deviations, flows
	Partly                                                     string // conforming, flows
	Open                                                       string
	NextControl, OpenCarrier                                   string // keys
}

// AttackWords belong to the ATT&CK table.
type AttackWords struct {
	Version                     string // %s
	Says                        string // %s: what came of the rules
	PolicyOnly, RunSays, NoRule string
}

// RunsWords belong to the list of runs.
type RunsWords struct {
	OnScreen, Resumable, OnlyPartial, StillRunning, Tool, Doubts string
	SettledLine                                                  string // settled, all, not tested from here
	CopyID                                                       string // key
}

// KitsWords belong to the library of kits.
type KitsWords struct {
	Warnings, Digest, Schema, Authors, Nobody, Identity, References, NoKits, NoSignature string
	NotBacked                                                                            string // %s: the claim
	Endpoints                                                                            string // %s: hosts
	Retrieved                                                                            string // %s: a date
	MoreBelow                                                                            string // %s: lines
	WholePage, BackToList                                                                string // keys
}

// HelpWords belong to the help page.
type HelpWords struct {
	Here, Everywhere, Filter, Verdicts, RestsOn, Signs, Severities, Intents, About string
	Rests                                                                          []string // what a verdict rests on
	Promise                                                                        []string // what the program never does
}
