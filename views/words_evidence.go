package views

import "oobscope/audit"

// EvidenceWords belong to the evidence of one flow.
type EvidenceWords struct {
	Usage, NoSteps, Simulated                   string
	Gates, Log, Story, Facts, TLS, Banner, Weak string // sections

	// The judgement.
	Intended, Observed, Verdict, Why, Confidence, WorstCase, Severity, Waiver string // labels
	ByRule, ByDefault                                                         string // decided by a rule (name, kit); by the site's default
	Because, BecauseReason                                                    string // policy, observation, (reason,) verdict, its meaning
	Says                                                                      map[audit.Intent]string
	Saw                                                                       map[string]string // by probes.Class slug
	Sure                                                                      map[audit.Confidence]string
	CouldBe                                                                   string // %s: a verdict and its meaning
	WaivedBy                                                                  string // id, reason, approver, expiry

	// How a severity came about.
	SeverityIs                               string // severity, how
	Greater                                  string // risk, danger
	FromRisk, FromDanger, LessOne, Available string // %d
	Unknown, Untrusted, PortOnly, Secrets    string
	NoListener, ModeOnly, ModeHole           string
	NoDeviation, AgainstCoverage, Incomplete string

	Gate GateWords

	// Where the packets are to be found, and what they were.
	At, Source, Target, Tries, RoundTrip, Packets, SentBy, Error, Hint, Hash, Print string // labels
	ICMPLine, TargetItself, Bytes, NoPort                                           string
	Dir                                                                             map[string]string // by the direction of a step

	// TLS facts.
	Version, Suite, Subject, Issuer, Valid, Key, Signature, Names, Serial, Leaf, Public, Failure string // labels
	SelfSigned, FromTo                                                                           string

	WeakMean map[string]string // by probes.Weakness slug: what it means for the owner
}

// GateWords say what each gate found.
type GateWords struct {
	Holds, Fails, Open, NotNeeded                 string // states
	Decides                                       string // %s: what a gate found, if the verdict rests on it
	Vantage, Path, Honesty, Liveness, Loss, Taint string // names
	InZone                                        string // zone, address, interface
	NoZone, OnlyDeny                              string
	Canaries, CanaryAnswered                      string // %s
	RunLost                                       string // lost, sent, over the run
	TaintFine, TaintLost, TaintLater              string // of; lost, of
}
