package audit

import "oobscope/probes"

// Input is everything that the judge may know about one flow. The zero value of a fact is the cautious
// one: not alive, not enforced, nothing proved.
type Input struct {
	Intent   Intent
	Class    probes.Class // as the prober saw it; the liveness gate is applied here
	Why      probes.Reason
	Attempts int // first packets sent
	Proto    probes.Proto

	HostAlive  bool // the target itself answered something in this run
	UDPControl bool // a closed UDP port of the target answered: ICMP errors come back
	Reticent   bool // the service may ignore who shows no credential: even behind an open filter it may be silent
	SynProxy   bool // the honesty gate failed: an accepted connection proves nothing
	Impostor   bool // an address that nobody has answered the same question as an application does
	Lossy      bool // too many control probes were lost, or the flow was asked too seldom for what this path loses
	Limited    bool // refusals of this kind of flow were hidden by a limit on ICMP errors
	KeptBack   bool // nobody can say that the packets left this machine, and it did drop some in this run
	HostQuiet  bool // the host answered, then stopped, and was left alone
	Unvouched  bool // the run was cut off before the host had shown behind its silence that it was still there
	Enforced   bool // there is an enforcement point on the path

	CutMid         bool // an open_cut that is proved not to be the host's
	AliveElsewhere bool // the host answered another vantage or run
	AnsweredBefore bool // this flow answered another vantage or run
	OffenderBehind bool // the ICMP error came from behind the enforcement point

	AppID          bool // the site's enforcement classifies by application
	HostFirewall   bool // the site counts the targets' own firewall as enforcement
	RejectsUnreach bool // the site says that its firewall rejects with this very unreachable code

	Risk      int  // of the deciding rule, 1 to 5; 0 = no rule
	Danger    int  // of the service, 1 to 5; 0 = unknown
	Secrets   bool // the service is known to hand out secrets without a login
	Untrusted bool // we stand in an untrusted zone or on the internet
}

// Judge says what one flow's observation means against its intent (verdicts.md 1, 3 and 4). It is a pure
// function: the same input gives the same judgement for ever.
func Judge(in Input) Judgement {
	in.Class = liveness(&in)
	if in.Class >= probes.Class(len(truth)) {
		in.Class = probes.Unobserved
	}
	out := truth[in.Class][columnOf(in.Intent)]
	out = footnote(&in, out)
	out = gate(&in, out)
	j := Judgement{
		Verdict: out.verdict, Reason: out.reason, Worst: out.worst, Observed: in.Class,
		Confidence: confidence(in.Class, out.verdict, out.reason),
	}
	j.Severity = severity(&in, out)
	return j
}

// liveness is the gate of that name: silence is only called silence if the target is proved alive, and
// for UDP if it is also proved that an answer or an ICMP error would have come back.
func liveness(in *Input) probes.Class {
	if !in.Class.Silent() {
		return in.Class
	}
	if !in.HostAlive || in.Unvouched {
		return probes.SilenceUnproven
	}
	if in.Proto == probes.UDP && (!in.UDPControl || in.Reticent) && !in.AnsweredBefore {
		return probes.SilenceUnproven
	}
	return probes.Silence
}

// gate lets the gates that concern an observation overrule the table. A probe that failed, or was never
// sent, observed nothing that a gate could speak about, so its word stands: an error must stay visible.
func gate(in *Input, out outcome) outcome {
	switch out.verdict {
	case Pending, Error, NotTested:
		return out
	}
	denied := columnOf(in.Intent) == colDrop || columnOf(in.Intent) == colReject || columnOf(in.Intent) == colDeny
	switch {
	case denied && !in.Enforced:
		return outcome{Unverifiable, NoEnforcementPoint, atWorst(out)}
	case in.SynProxy && (in.Class == probes.OpenMute || in.Class == probes.OpenCut):
		return outcome{Unverifiable, SynProxy, atWorst(out)}
	case in.Impostor && (in.Class == probes.OpenProto || in.Class == probes.OpenOther):
		return outcome{Unverifiable, Impostor, atWorst(out)}
	case in.Class == probes.Silence && in.KeptBack:
		return outcome{Unverifiable, Egress, Pending}
	case in.Class == probes.Silence && in.Lossy:
		return outcome{Unverifiable, Lossy, Pending}
	case in.Class == probes.Silence && in.Limited:
		return outcome{Unverifiable, ICMPLimited, Pending}
	case in.Class == probes.Silence && in.HostQuiet:
		return outcome{Unverifiable, QuietHost, Pending}
	}
	return out
}

// atWorst keeps what the table would have said of an ungated flow visible, if it is a hole in the policy.
func atWorst(out outcome) Verdict {
	switch out.verdict {
	case Exposed, NotEnforced:
		return out.verdict
	}
	return out.worst
}

// severity is verdicts.md 4.
func severity(in *Input, out outcome) uint8 {
	s := 0
	switch out.verdict {
	case Exposed:
		s = max(in.Risk, in.Danger)
		if s == 0 {
			s = unknownDanger
		}
		if in.Untrusted {
			s++
		}
		if out.reason == L4Only {
			s--
		}
		if in.Secrets {
			s = 5
		}
	case NotEnforced:
		s = max(2, in.Risk-1)
	case Undeclared:
		s = in.Danger
		if s == 0 {
			s = unknownDanger
		}
	case WrongMode:
		s = 1
		if out.worst == NotEnforced {
			s = 2
		}
	case Broken:
		s = min(in.Risk, 3)
		if out.reason == ServiceClosed {
			s = 1
		}
	}
	if out.verdict.Deviation() {
		s = max(s, 1)
	}
	return uint8(min(s, 5))
}

// unknownDanger is what an open service counts for if neither rule nor catalogue knows it.
const unknownDanger = 3

// confidence follows what the class can prove: a reset whose hop distance fits the host may still come
// from a firewall that copies the distance, an accept without a protocol answer may come from a proxy,
// and a reset of unknown origin leaves two readings.
func confidence(c probes.Class, v Verdict, why Reason) Confidence {
	switch v {
	case Pending, Error, NotTested:
		return 0
	case Unverifiable:
		return Low
	}
	if why == BehindFirewall {
		return Medium
	}
	switch c {
	case probes.RstUnknown:
		return Low
	case probes.OpenMute, probes.OpenCut, probes.RstHost, probes.Unreach, probes.TTLExceeded:
		return Medium
	}
	return High
}
