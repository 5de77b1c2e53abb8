package views

import (
	"cmp"

	"oobscope/audit"
)

// flowIDs are the columns of a list of flows by their IDs, in their order.
var flowIDs = [...]string{flowHost: "host", flowService: "service", flowIntent: "intent", flowSeen: "observed", flowVerdict: "verdict",
	flowSev: "severity", flowRule: "rule", flowPort: "port", flowReason: "reason", flowRTT: "rtt"}

// compareFlows compares two lines about flows by a column. Of verdicts the graver is the greater.
func compareFlows(s *State, column string, a, b *audit.Finding) int {
	switch column {
	case "host":
		return cmp.Or(a.Target.Compare(b.Target), byText(targetOf(a), targetOf(b)))
	case "service":
		return byText(a.ServiceID(), b.ServiceID())
	case "intent":
		return cmp.Compare(a.Intent, b.Intent)
	case "observed":
		return cmp.Compare(a.Observed, b.Observed)
	case "verdict":
		return cmp.Compare(rankOf(&b.Judgement), rankOf(&a.Judgement))
	case "severity":
		return cmp.Compare(deviating(a), deviating(b))
	case "rule":
		return cmp.Compare(a.Rule, b.Rule)
	case "port":
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto))
	case "reason":
		return byText(whyOf(s.Words, a), whyOf(s.Words, b))
	case "rtt":
		return cmp.Compare(a.Cell.RTT, b.Cell.RTT)
	}
	return 0
}

// deviating is the severity of a line that deviates; 0 for one that does not.
func deviating(f *audit.Finding) uint8 {
	if f.Verdict.Deviation() {
		return f.Severity
	}
	return 0
}
