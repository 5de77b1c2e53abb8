package audit

import "oobscope/probes"

// Intent is what the policy wants for a flow.
type Intent uint8

// The intents. The names are wire names.
const (
	Unstated      Intent = iota // no rule, and the site does not state its default
	IntentAllow                 // a rule allows
	IntentDrop                  // a rule drops in silence
	IntentReject                // a rule refuses with an answer
	DefaultDrop                 // no rule; the site's default drops
	DefaultReject               // no rule; the site's default rejects
	DefaultAllow                // no rule; the site's default allows
)

var intentSlugs = [...]string{"unstated", "allow", "drop", "reject", "default-drop", "default-reject", "default-allow"}

// String returns the wire name.
func (i Intent) String() string { return intentSlugs[i] }

// Verdict is the judge's word on one flow. The set is closed.
type Verdict uint8

// The verdicts. Pending is the zero value: not judged yet, never exported.
const (
	Pending Verdict = iota
	Conforms
	Exposed
	NotEnforced
	Broken
	WrongMode
	Undeclared
	Unverifiable
	Error
	NotTested
	verdictCount
)

var verdictSlugs = [verdictCount]string{
	"pending", "conforms", "exposed", "not_enforced", "broken", "wrong_mode", "undeclared",
	"unverifiable", "error", "not_tested",
}

// String returns the wire name.
func (v Verdict) String() string { return verdictSlugs[v] }

// ParseVerdict finds a verdict by its wire name.
func ParseVerdict(slug string) (Verdict, bool) {
	for i, s := range verdictSlugs {
		if s == slug && i > 0 {
			return Verdict(i), true
		}
	}
	return Pending, false
}

// Verdicts lists the closed set.
func Verdicts() []Verdict {
	out := make([]Verdict, 0, verdictCount-1)
	for v := Conforms; v < verdictCount; v++ {
		out = append(out, v)
	}
	return out
}

// Deviation tells whether the verdict says that reality differs from the policy.
func (v Verdict) Deviation() bool {
	switch v {
	case Exposed, NotEnforced, Broken, WrongMode, Undeclared:
		return true
	}
	return false
}

// Confidence is how sure the judge is.
type Confidence uint8

// The three levels.
const (
	Low Confidence = iota + 1
	Medium
	High
)

// String returns the wire name; empty for a flow that was not judged.
func (c Confidence) String() string { return [...]string{"", "low", "medium", "high"}[c] }

// Judgement is the judge's word on one flow, small enough to hold one for each flow of a /16.
type Judgement struct {
	Verdict    Verdict
	Reason     Reason
	Severity   uint8 // 0 to 5
	Confidence Confidence
	Worst      Verdict      // worst case if the evidence leaves a choice; Pending for none
	Observed   probes.Class // the class after the liveness gate: silence or silence_unproven
	Waived     bool
}

// SeverityWord names a severity for people: 5 critical, 4 high, 3 medium, 2 low, 1 info, 0 none.
func SeverityWord(s uint8) string {
	return [...]string{"none", "info", "low", "medium", "high", "critical"}[min(s, 5)]
}

// ParseSeverity finds a severity by its word, info to critical.
func ParseSeverity(word string) (uint8, bool) {
	for s := uint8(1); s <= 5; s++ {
		if SeverityWord(s) == word {
			return s, true
		}
	}
	return 0, false
}
