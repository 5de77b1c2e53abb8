package kits

import "oobscope/kits/document"

// Kit is one intended policy. Its rules are ordered; the first match decides.
type Kit struct {
	SchemaVersion string
	ID            string
	Version       string
	TrustClaim    string // trust_tier as the file claims it; what we show is Trust()
	Title         Text
	Description   Text
	Authors       []Author
	Techniques    []Technique
	Threat        ThreatModel
	References    []Reference
	Rules         []Rule
	AttackVersion string // x-oobscope.attack_version
	BuiltIn       bool
	Origin        string    // file name as given, or "built-in"
	Digest        string    // SHA-256 of the file as read, hex
	Raw           []byte    // the file as read
	Warnings      []Problem // unknown fields and the like, never fatal
}

// Text is prose by language ("en", "ja", "fr"). A plain string in a file stands under "".
type Text map[string]string

// In returns the prose in lang, else in English, else the plain string, else whatever there is.
func (t Text) In(lang string) string { return t.in(lang) }

// Author is who claims to have written the kit.
type Author struct{ Name, Email, Org string }

// Technique is one row of the ATT&CK table.
type Technique struct{ ID, Name, Tactic string }

// ThreatModel says what the policy is for.
type ThreatModel struct {
	Summary      Text
	AttackerGoal Text
	KeyControls  []string
}

// Reference is a source of the kit.
type Reference struct {
	Title     string
	URL       string
	Retrieved string
	Endpoints []string
}

// Action is what a rule does with a flow.
type Action uint8

// The actions. The zero value is invalid, so that a forgotten one is noticed.
const (
	Allow Action = iota + 1
	Drop
	Reject
)

// String returns the wire name of the action.
func (a Action) String() string {
	return [...]string{"invalid", "allow", "drop", "reject"}[a]
}

// AnyZone is the zone that stands for every zone. A file may also write "*".
const AnyZone = "any"

// Rule is one line of the matrix.
type Rule struct {
	App        Application
	Action     Action
	Direction  string // inbound, outbound, internal
	From, To   []string
	Profiles   Profiles
	Decryption Decryption
	Logging    Logging
	Rationale  Text
	Services   []string // x-oobscope.services: catalogue ids; empty = what the catalogue has for the app
	FromRoles  []string // x-oobscope.roles.source
	ToRoles    []string // x-oobscope.roles.destination
	Mitigates  []string // x-oobscope.mitigates: technique ids
	Controls   []string // x-oobscope.controls: key controls this rule carries
	Line       int      // where the rule begins in the file
}

// Application is what the rule is about.
type Application struct {
	ID        string
	Category  string
	Risk      int // 1 to 5
	DependsOn []string
}

// Profiles are the inspection settings; a nil pointer means that the profile is not attached.
type Profiles struct {
	Antivirus    *Antivirus
	IPS          *IPS
	URLFiltering *URLFiltering
	Sandboxing   *Sandboxing
	DNSSecurity  *DNSSecurity
}

// Antivirus is the profile of that name.
type Antivirus struct{ Action string }

// IPS is the intrusion prevention profile.
type IPS struct{ Action, MinSeverity string }

// URLFiltering is the profile of that name.
type URLFiltering struct {
	CredentialPhishing  string
	BlockCategories     []string
	UncategorizedAction string
	AllowList           []string
}

// Sandboxing is the profile of that name.
type Sandboxing struct {
	Enabled   bool
	FileTypes []string
}

// DNSSecurity is the profile of that name.
type DNSSecurity struct {
	Action   string
	Sinkhole bool
}

// Decryption is how the firewall looks inside TLS.
type Decryption struct {
	Mode       string // none, ssl_inbound_inspection, ssl_forward_proxy; empty if the kit says nothing
	Exclusions []string
}

// Logging is what the firewall writes down. A nil pointer means that the kit does not say.
type Logging struct {
	Start, End *bool
	Forwarding string
}

// Problem is one thing wrong with a file, or noteworthy. It reads as file:line:column: path: message.
type Problem = document.Problem

// Problems is the error of a file that was refused: all that is wrong with it, in file order.
type Problems = document.Problems
