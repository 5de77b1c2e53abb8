package lab

import "strings"

// A column is one kind of intent. The numbers of the first five are those of the segments.
type column int

const (
	allow column = iota + 1
	drop
	reject
	deniedByDefault // no rule, and the default between zones drops
	nothing         // no rule, and the default inside a zone allows
	rejectedByDefault
	columnEnd
)

func (c column) String() string {
	return [...]string{"", "A allow", "D drop", "R reject", "X default drop", "N default allow", "X default reject"}[c]
}

// intents are the wire names of the columns.
var intents = [...]string{"", "allow", "drop", "reject", "default-drop", "default-allow", "default-reject"}

// page is the truth table of the design, typed from its words and not from the program: class by intent,
// with a row of its own for each footnote. A cell reads verdict, then /reason, !worst case and
// ~confidence where the page names one.
//
//	A | D | R | X, default drop | N | X, default reject
var page = map[string]string{
	"open_proto": "conforms | exposed | exposed | exposed | undeclared | exposed",
	"open_other": "undeclared/app_mismatch | exposed | exposed | exposed | undeclared | exposed",
	"open_mute": "unverifiable/l7_mute | exposed/l4_only | exposed/l4_only | exposed/l4_only | undeclared/l4_only" +
		" | exposed/l4_only",
	"open_cut": "broken/l7_cut | exposed/l4_only | exposed/l4_only | exposed/l4_only | undeclared/l4_only" +
		" | exposed/l4_only",
	"rst_host": "broken/service_closed | not_enforced | not_enforced | not_enforced | conforms/nothing_listening" +
		" | not_enforced",
	"rst_mid": "broken/path_rejected | wrong_mode | conforms | wrong_mode | conforms/blocked | conforms",
	"rst_unknown": "broken/closed_or_rejected | wrong_mode!not_enforced~low | unverifiable/rst_origin" +
		" | wrong_mode!not_enforced~low | conforms~low | wrong_mode!not_enforced~low",
	"port_unreach": "broken/host_filter | not_enforced | not_enforced | not_enforced | conforms/nothing_listening" +
		" | not_enforced",
	"prohibited":       "broken/path_prohibited | wrong_mode | conforms | wrong_mode | conforms/blocked | conforms",
	"port_unreach_mid": "broken/path_rejected | wrong_mode | conforms | wrong_mode | conforms/blocked | conforms",
	"unreach":          "unverifiable/host_down | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"ttl_exceeded":     "broken/routing | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"silence": "broken/path_dropped | conforms | wrong_mode/drop_where_reject | conforms | conforms/blocked" +
		" | wrong_mode",
	"silence_unproven": "unverifiable/liveness | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"host_down":        "unverifiable/host_down | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"probe_error":      "error | error | error | error | error | error",

	// The footnotes.
	"open_mute, answered before": "broken/l7 | exposed/l4_only | exposed/l4_only | exposed/l4_only | undeclared/l4_only" +
		" | exposed/l4_only",
	"open_cut, late app id": "broken/l7_cut | conforms/late_app_id | conforms/late_app_id | conforms/late_app_id" +
		" | undeclared/l4_only | conforms/late_app_id",
	"port_unreach, udp": "broken/service_closed | not_enforced | not_enforced | not_enforced | conforms/nothing_listening" +
		" | not_enforced",
	"unreach, alive":         "broken/no_path | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"unreach, alive, listed": "broken/no_path | unverifiable | conforms | unverifiable | unverifiable | unverifiable",
	"unreach, listed":        "unverifiable/host_down | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"unreach, behind": "unverifiable/host_down | not_enforced~medium | unverifiable | not_enforced~medium | unverifiable" +
		" | not_enforced~medium",
	// Section 6.4: what a router behind the firewall says proves that the packet was forwarded.
	"prohibited, behind": "broken/path_prohibited | wrong_mode!not_enforced | not_enforced | wrong_mode!not_enforced" +
		" | conforms/blocked | not_enforced",
	"accepted by a proxy": "unverifiable/syn_proxy | unverifiable/syn_proxy | unverifiable/syn_proxy | unverifiable/syn_proxy" +
		" | unverifiable/syn_proxy | unverifiable/syn_proxy",
	"silence_unproven, udp": "unverifiable/udp_silent | unverifiable | unverifiable | unverifiable | unverifiable | unverifiable",
	"silence, not known to have left": "unverifiable/egress | unverifiable/egress | unverifiable/egress | unverifiable/egress" +
		" | unverifiable/egress | unverifiable/egress",
	"on link": "conforms | unverifiable/no_enforcement_point | unverifiable/no_enforcement_point" +
		" | unverifiable/no_enforcement_point | undeclared | unverifiable/no_enforcement_point",
}

// order is the truth table from top to bottom.
var order = []string{
	"open_proto", "open_other", "open_mute", "open_cut", "rst_host", "rst_mid", "rst_unknown", "port_unreach", "prohibited",
	"port_unreach_mid", "unreach", "ttl_exceeded", "silence", "silence_unproven", "host_down", "probe_error",
}

// cell is what the page says of one flow.
type cell struct{ verdict, reason, worst, confidence string }

// cellOf reads a cell. A row is named as in page.
func cellOf(row string, c column) cell {
	text := strings.TrimSpace(strings.Split(page[row], "|")[c-1])
	var out cell
	text, out.confidence, _ = strings.Cut(text, "~")
	text, out.worst, _ = strings.Cut(text, "!")
	out.verdict, out.reason, _ = strings.Cut(text, "/")
	return out
}

// severity is section 4 of the page for a flow that is not looked at from untrusted ground. risk is that of
// the rule, 0 for none.
func (c cell) severity(risk, danger int) int {
	switch c.verdict {
	case "exposed":
		if c.reason == "l4_only" {
			return max(risk, danger) - 1
		}
		return max(risk, danger)
	case "not_enforced":
		return max(2, risk-1)
	case "undeclared":
		return danger
	case "wrong_mode":
		if c.worst == "not_enforced" {
			return 2
		}
		return 1
	case "broken":
		if c.reason == "service_closed" {
			return 1
		}
		return min(risk, 3)
	}
	return 0
}
