package audit

import "oobscope/probes"

// column is one of the five columns of the truth table.
type column uint8

const (
	colAllow   column = iota // A
	colDrop                  // D
	colReject                // R
	colDeny                  // X: no rule, the site's default denies
	colNothing               // N: no rule, the site's default allows or is unstated
	columns
)

// columnOf finds the column of an intent. An intent that does not exist is unstated.
func columnOf(i Intent) column {
	switch i {
	case IntentAllow:
		return colAllow
	case IntentDrop:
		return colDrop
	case IntentReject:
		return colReject
	case DefaultDrop, DefaultReject:
		return colDeny
	}
	return colNothing
}

// outcome is one cell of the table.
type outcome struct {
	verdict Verdict
	reason  Reason
	worst   Verdict
}

// truth is the table of verdicts.md 3, a row for each class and a column for each kind of intent, as it
// reads without its footnotes: footnote adds those.
var truth = [...][columns]outcome{
	probes.Unobserved: {},
	probes.OpenProto: {{verdict: Conforms}, {verdict: Exposed}, {verdict: Exposed}, {verdict: Exposed},
		{verdict: Undeclared}},
	probes.OpenOther: {{verdict: Undeclared, reason: AppMismatch}, {verdict: Exposed}, {verdict: Exposed},
		{verdict: Exposed}, {verdict: Undeclared}},
	probes.OpenMute: {{verdict: Unverifiable, reason: L7Mute}, {verdict: Exposed, reason: L4Only},
		{verdict: Exposed, reason: L4Only}, {verdict: Exposed, reason: L4Only}, {verdict: Undeclared, reason: L4Only}},
	probes.OpenCut: {{verdict: Broken, reason: L7Cut}, {verdict: Exposed, reason: L4Only},
		{verdict: Exposed, reason: L4Only}, {verdict: Exposed, reason: L4Only}, {verdict: Undeclared, reason: L4Only}},
	probes.RstHost: {{verdict: Broken, reason: ServiceClosed}, {verdict: NotEnforced}, {verdict: NotEnforced},
		{verdict: NotEnforced}, {verdict: Conforms, reason: NothingListening}},
	probes.RstMid: {{verdict: Broken, reason: PathRejected}, {verdict: WrongMode, reason: RejectWhereDrop},
		{verdict: Conforms}, {verdict: WrongMode, reason: RejectWhereDrop}, {verdict: Conforms, reason: Blocked}},
	probes.RstUnknown: {{verdict: Broken, reason: ClosedOrRejected},
		{verdict: WrongMode, reason: RejectWhereDrop, worst: NotEnforced},
		{verdict: Unverifiable, reason: RstOrigin, worst: NotEnforced},
		{verdict: WrongMode, reason: RejectWhereDrop, worst: NotEnforced}, {verdict: Conforms}},
	probes.PortUnreach: {{verdict: Broken, reason: HostFilter}, {verdict: NotEnforced}, {verdict: NotEnforced},
		{verdict: NotEnforced}, {verdict: Conforms, reason: NothingListening}},
	probes.Prohibited: {{verdict: Broken, reason: PathProhibited}, {verdict: WrongMode, reason: RejectWhereDrop},
		{verdict: Conforms}, {verdict: WrongMode, reason: RejectWhereDrop}, {verdict: Conforms, reason: Blocked}},
	probes.PortUnreachMid: {{verdict: Broken, reason: PathRejected}, {verdict: WrongMode, reason: RejectWhereDrop},
		{verdict: Conforms}, {verdict: WrongMode, reason: RejectWhereDrop}, {verdict: Conforms, reason: Blocked}},
	probes.Unreach: {{verdict: Unverifiable, reason: HostIsDown}, {verdict: Unverifiable, reason: UnreachOrigin},
		{verdict: Unverifiable, reason: UnreachOrigin}, {verdict: Unverifiable, reason: UnreachOrigin},
		{verdict: Unverifiable, reason: UnreachOrigin}},
	probes.TTLExceeded: {{verdict: Broken, reason: Routing}, {verdict: Unverifiable, reason: Routing},
		{verdict: Unverifiable, reason: Routing}, {verdict: Unverifiable, reason: Routing},
		{verdict: Unverifiable, reason: Routing}},
	probes.Silence: {{verdict: Broken, reason: PathDropped}, {verdict: Conforms},
		{verdict: WrongMode, reason: DropWhereReject}, {verdict: Conforms}, {verdict: Conforms, reason: Blocked}},
	probes.SilenceUnproven: all(Unverifiable, Liveness),
	probes.HostDown:        all(Unverifiable, HostIsDown),
	probes.ProbeError:      all(Error, LocalFailure),
}

// all fills a row whose five cells are the same.
func all(v Verdict, why Reason) (row [columns]outcome) {
	for i := range row {
		row[i] = outcome{verdict: v, reason: why}
	}
	return row
}

// footnote applies what the table says below or inside a cell.
func footnote(in *Input, out outcome) outcome {
	col := columnOf(in.Intent)
	switch in.Class {
	case probes.OpenMute:
		if col == colAllow && in.AnsweredBefore {
			return outcome{verdict: Broken, reason: L7}
		}
	case probes.OpenCut:
		if col != colAllow && col != colNothing && in.AppID && in.CutMid {
			return outcome{verdict: Conforms, reason: LateAppID}
		}
	case probes.RstMid:
		if in.Intent == DefaultReject {
			return outcome{verdict: Conforms}
		}
	case probes.RstUnknown:
		if in.Intent == DefaultReject {
			// The verdict is the page's; "an answer where silence was intended" would not be true here.
			out.reason = RstOrigin
		}
	case probes.PortUnreach:
		return portUnreach(in, col, out)
	case probes.Prohibited, probes.PortUnreachMid:
		return refusedOnPath(in, col, out)
	case probes.Unreach:
		return unreachable(in, col, out)
	case probes.Silence:
		if in.Intent == DefaultReject {
			return outcome{verdict: WrongMode, reason: DropWhereReject}
		}
	case probes.SilenceUnproven:
		if in.Proto == probes.UDP {
			out.reason = UDPSilent
		}
	case probes.ProbeError:
		return failed(in)
	}
	return out
}

// portUnreach: for UDP it is simply what a closed port says; for anything else a filter on the host.
func portUnreach(in *Input, col column, out outcome) outcome {
	switch {
	case in.Proto == probes.UDP && col == colAllow:
		out.reason = ServiceClosed
	case in.Proto != probes.UDP && col == colReject && in.HostFirewall:
		return outcome{verdict: Conforms}
	}
	return out
}

// refusedOnPath judges a refusal by ICMP. If its sender stands behind the enforcement point, the packet
// was forwarded (verdicts.md 6.4): then it is no proof of a reject, unless the site counts the targets'
// own firewall as enforcement.
func refusedOnPath(in *Input, col column, out outcome) outcome {
	forwarded := in.OffenderBehind && !in.HostFirewall
	switch {
	case (col == colReject || in.Intent == DefaultReject) && forwarded:
		return outcome{verdict: NotEnforced, reason: BehindFirewall}
	case in.Intent == DefaultReject:
		return outcome{verdict: Conforms}
	case (col == colDrop || col == colDeny) && forwarded:
		out.worst = NotEnforced
	}
	return out
}

// unreachable judges a routing error by where it came from.
func unreachable(in *Input, col column, out outcome) outcome {
	switch col {
	case colAllow:
		if in.AliveElsewhere || in.HostAlive {
			return outcome{verdict: Broken, reason: NoPath}
		}
	case colDrop, colDeny:
		if in.OffenderBehind {
			return outcome{verdict: NotEnforced, reason: BehindFirewall}
		}
	case colReject:
		// A dead host draws the same error from its last router: only a living one shows that it is a reject.
		if in.RejectsUnreach && !in.OffenderBehind && in.HostAlive {
			return outcome{verdict: Conforms}
		}
	}
	return out
}

// failed tells a flow that was never sent from one whose probe failed.
func failed(in *Input) outcome {
	out := outcome{verdict: Error, reason: LocalFailure}
	switch in.Why {
	case probes.WentQuiet:
		out.reason = QuietHost
	case probes.HostBudget:
		out.reason = BudgetSpent
	case probes.Cancelled:
		out.reason = Interrupted
	case probes.NoPermission:
		out.reason = NoICMP
		return out
	default:
		return out
	}
	if in.Attempts == 0 {
		out.verdict = NotTested
	}
	return out
}
