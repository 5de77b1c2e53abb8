package views

import (
	"oobscope/audit"
	"oobscope/probes"
)

// FilterKey is what a term of a filter is about.
type FilterKey uint8

// The keys. A screen knows some of them.
const (
	ByText FilterKey = iota // a plain word: no key
	ByVerdict
	BySeverity
	ByHost
	ByRule
	ByService
	ByZone
	ByFrom
	ByTo
	ByRole
	ByIntent
	ByObserved
	ByReason
	ByPort
	ByProto
	ByWaived
	ByWeak
	ByKit
	ByTechnique
	ByControl
	ByAction
	ByDirection
	ByCategory
	ByRisk
	ByTactic
	ByRun
	ByStarted
	BySite
	ByState
	ByVantage
	BySimulated
	ByDeviations
	ByTrust
	ByOrigin
	ByUsed
	ByWarnings
	ByChange
	filterKeys
)

// filterKind says what a value of a key looks like.
type filterKind uint8

const (
	plainKind    filterKind = iota // any text
	textKind                       // any text; a known value means that one alone
	closedKind                     // part of a known value
	yesKind                        // yes or no
	severityKind                   // a severity, with a comparison
	numberKind                     // a number, with a comparison
	portKind
	hostKind
)

var filterKeyTable = [filterKeys]struct {
	name, alias string
	kind        filterKind
}{
	ByText: {"", "", plainKind}, ByVerdict: {"verdict", "", closedKind}, BySeverity: {"sev", "severity", severityKind},
	ByHost: {"host", "", hostKind}, ByRule: {"rule", "", textKind}, ByService: {"service", "", textKind},
	ByZone: {"zone", "", textKind}, ByFrom: {"from", "", textKind}, ByTo: {"to", "", textKind}, ByRole: {"role", "", textKind},
	ByIntent: {"intent", "", closedKind}, ByObserved: {"observed", "class", closedKind}, ByReason: {"reason", "", closedKind},
	ByPort: {"port", "", portKind}, ByProto: {"proto", "", closedKind}, ByWaived: {"waived", "", yesKind},
	ByWeak: {"weak", "", closedKind}, ByKit: {"kit", "", textKind}, ByTechnique: {"technique", "", textKind},
	ByControl: {"control", "", textKind}, ByAction: {"action", "", closedKind}, ByDirection: {"direction", "", textKind},
	ByCategory: {"category", "", textKind}, ByRisk: {"risk", "", numberKind}, ByTactic: {"tactic", "", textKind},
	ByRun: {"run", "", textKind}, ByStarted: {"started", "", textKind}, BySite: {"site", "", textKind},
	ByState: {"state", "", closedKind}, ByVantage: {"vantage", "", textKind}, BySimulated: {"simulated", "", yesKind},
	ByDeviations: {"deviations", "", numberKind}, ByTrust: {"trust", "", textKind}, ByOrigin: {"origin", "", textKind},
	ByUsed: {"used", "", yesKind}, ByWarnings: {"warnings", "", numberKind}, ByChange: {"change", "", closedKind},
}

// String is the key as it is typed, without the colon; empty for a plain word.
func (k FilterKey) String() string { return filterKeyTable[k].name }

// closedValues are all values of a key whose set is closed, by their wire names.
func closedValues(k FilterKey, w *Words) []string {
	var out []string
	switch k {
	case ByVerdict:
		for _, v := range append(audit.Verdicts(), audit.Pending) {
			out = append(out, v.String())
		}
	case BySeverity:
		out = append(out, severityWords...)
	case ByIntent:
		for i := audit.Unstated; i <= audit.DefaultAllow; i++ {
			out = append(out, i.String())
		}
	case ByObserved:
		for _, c := range append(probes.Classes(), probes.Unobserved) {
			out = append(out, c.String())
		}
	case ByReason:
		for r := audit.NoReason + 1; r <= audit.OutOfScope; r++ {
			out = append(out, r.String())
		}
	case ByWeak:
		for _, k := range probes.Weaknesses() {
			out = append(out, k.String())
		}
	case ByProto:
		out = append(out, protoNames...)
	case ByAction:
		out = []string{"allow", "drop", "reject"}
	case ByState:
		out = []string{string(audit.RunRunning), string(audit.RunComplete), string(audit.RunPartial)}
	case ByChange:
		for _, c := range audit.Changes() {
			out = append(out, c.String())
		}
		out = append(out, lostSlug)
	case ByWaived, BySimulated, ByUsed:
		out = []string{"yes", "no"}
	}
	return out
}

// closedWords are the words for the values of a closed set, in the user's language.
func closedWords(k FilterKey, w *Words) []string {
	var out []string
	switch k {
	case ByVerdict:
		for _, v := range w.Verdict {
			out = append(out, v)
		}
	case ByIntent, ByAction:
		for _, v := range w.Intent {
			out = append(out, v)
		}
	case ByObserved:
		for slug, v := range w.Class {
			out = append(out, v, w.Diff.Class[slug])
		}
	case ByReason:
		for _, v := range w.Reason {
			out = append(out, v)
		}
	case ByWeak:
		for _, v := range w.Weakness {
			out = append(out, v)
		}
	case ByState:
		for _, v := range w.RunState {
			out = append(out, v)
		}
	}
	return out
}
