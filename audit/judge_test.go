package audit

import (
	"testing"

	"oobscope/probes"
)

func TestGates(t *testing.T) {
	t.Parallel()
	with := func(class probes.Class, intent Intent, change func(*Input)) Input {
		in := proved(class, intent)
		change(&in)
		return in
	}
	onLink := func(in *Input) { in.Enforced = false }
	proxy := func(in *Input) { in.SynProxy = true }
	posed := func(in *Input) { in.Impostor = true }
	lossy := func(in *Input) { in.Lossy = true }
	kept := func(in *Input) { in.KeptBack = true }
	limited := func(in *Input) { in.Limited = true }
	quiet := func(in *Input) { in.HostQuiet = true }
	reticent := func(in *Input) { in.Proto, in.Reticent = probes.UDP, true }
	wasOpen := func(in *Input) { reticent(in); in.AnsweredBefore = true }
	rows := []struct {
		name string
		in   Input
		want string
	}{
		{"open on the link, drop", with(probes.OpenProto, IntentDrop, onLink), "unverifiable/no_enforcement_point worst exposed"},
		{"open on the link, reject", with(probes.OpenOther, IntentReject, onLink), "unverifiable/no_enforcement_point worst exposed"},
		{"open on the link, default", with(probes.OpenMute, DefaultDrop, onLink), "unverifiable/no_enforcement_point worst exposed"},
		{"closed on the link, drop", with(probes.RstHost, IntentDrop, onLink), "unverifiable/no_enforcement_point worst not_enforced"},
		{"reset on the link, drop", with(probes.RstUnknown, IntentDrop, onLink), "unverifiable/no_enforcement_point worst not_enforced"},
		{"silent on the link, drop", with(probes.Silence, IntentDrop, onLink), "unverifiable/no_enforcement_point"},
		{"open on the link, allow", with(probes.OpenProto, IntentAllow, onLink), "conforms"},
		{"open on the link, no rule", with(probes.OpenProto, DefaultAllow, onLink), "undeclared"},
		{"failed on the link, drop", with(probes.ProbeError, IntentDrop, onLink), "error/local_error"},
		{"proxy, mute, drop", with(probes.OpenMute, IntentDrop, proxy), "unverifiable/syn_proxy worst exposed"},
		{"proxy, mute, allow", with(probes.OpenMute, IntentAllow, proxy), "unverifiable/syn_proxy"},
		{"proxy, mute, no rule", with(probes.OpenMute, Unstated, proxy), "unverifiable/syn_proxy"},
		{"proxy, cut, drop", with(probes.OpenCut, IntentDrop, proxy), "unverifiable/syn_proxy worst exposed"},
		{"proxy, protocol answer, drop", with(probes.OpenProto, IntentDrop, proxy), "exposed"},
		{"proxy, protocol answer, allow", with(probes.OpenProto, IntentAllow, proxy), "conforms"},
		{"an answer that nobody gives too, drop", with(probes.OpenProto, IntentDrop, posed), "unverifiable/impostor worst exposed"},
		{"another answer that nobody gives too, reject", with(probes.OpenOther, IntentReject, posed), "unverifiable/impostor worst exposed"},
		{"an answer that nobody gives too, allow", with(probes.OpenProto, IntentAllow, posed), "unverifiable/impostor"},
		{"an answer that nobody gives too, no rule", with(probes.OpenProto, Unstated, posed), "unverifiable/impostor"},
		{"silence beside an impostor, drop", with(probes.Silence, IntentDrop, posed), "conforms"},
		{"lossy silence, drop", with(probes.Silence, IntentDrop, lossy), "unverifiable/lossy"},
		{"lossy silence, allow", with(probes.Silence, IntentAllow, lossy), "unverifiable/lossy"},
		{"lossy silence, no rule", with(probes.Silence, DefaultAllow, lossy), "unverifiable/lossy"},
		{"lossy answer, allow", with(probes.OpenProto, IntentAllow, lossy), "conforms"},
		{"silence of what may not have left, drop", with(probes.Silence, IntentDrop, kept), "unverifiable/egress"},
		{"silence of what may not have left, allow", with(probes.Silence, IntentAllow, kept), "unverifiable/egress"},
		{"silence of what may not have left, no rule", with(probes.Silence, DefaultAllow, kept), "unverifiable/egress"},
		{"an answer to what may not have left, drop", with(probes.OpenProto, IntentDrop, kept), "exposed"},
		{"limited silence, drop", with(probes.Silence, IntentDrop, limited), "unverifiable/icmp_limited"},
		{"limited silence, reject", with(probes.Silence, IntentReject, limited), "unverifiable/icmp_limited"},
		{"limited silence, no rule", with(probes.Silence, Unstated, limited), "unverifiable/icmp_limited"},
		{"limited, answered", with(probes.OpenProto, IntentDrop, limited), "exposed"},
		{"quiet host, drop", with(probes.Silence, IntentDrop, quiet), "unverifiable/went_quiet"},
		{"quiet host, reject", with(probes.Silence, IntentReject, quiet), "unverifiable/went_quiet"},
		{"reticent silence, drop", with(probes.Silence, IntentDrop, reticent), "unverifiable/udp_silent"},
		{"reticent silence, allow", with(probes.Silence, IntentAllow, reticent), "unverifiable/udp_silent"},
		{"reticent silence of what answered before, drop", with(probes.Silence, IntentDrop, wasOpen), "conforms"},
		{"reticent, answered, drop", with(probes.OpenProto, IntentDrop, reticent), "exposed"},
		{"quiet host, no rule", with(probes.Silence, Unstated, quiet), "unverifiable/went_quiet"},
	}
	for _, row := range rows {
		if got := said(Judge(row.in)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestProbeErrors(t *testing.T) {
	t.Parallel()
	rows := []struct {
		why      probes.Reason
		attempts int
		want     string
	}{
		{probes.WentQuiet, 0, "not_tested/went_quiet"},
		{probes.HostBudget, 0, "not_tested/host_budget"},
		{probes.Cancelled, 0, "not_tested/interrupted"},
		{probes.WentQuiet, 1, "error/went_quiet"},
		{probes.HostBudget, 2, "error/host_budget"},
		{probes.Cancelled, 1, "error/interrupted"},
		{probes.NoPermission, 0, "error/no_permission"},
		{probes.NoRoute, 0, "error/local_error"},
		{probes.NoFiles, 0, "error/local_error"},
		{probes.NoPorts, 1, "error/local_error"},
		{probes.LocalError, 1, "error/local_error"},
		{probes.NotSent, 2, "error/local_error"},
		{probes.NoReason, 0, "error/local_error"},
	}
	for _, row := range rows {
		in := proved(probes.ProbeError, IntentDrop)
		in.Why, in.Attempts = row.why, row.attempts
		if got := said(Judge(in)); got != row.want {
			t.Errorf("%s after %d attempts: %s, want %s", row.why, row.attempts, got, row.want)
		}
	}
}

func TestSeverity(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name         string
		class        probes.Class
		intent       Intent
		risk, danger int
		change       func(*Input)
		want         uint8
	}{
		{"exposed, the rule is worse", probes.OpenProto, IntentDrop, 4, 3, nil, 4},
		{"exposed, the service is worse", probes.OpenProto, IntentDrop, 2, 3, nil, 3},
		{"exposed by a default", probes.OpenProto, DefaultDrop, 0, 4, nil, 4},
		{"exposed, nothing known", probes.OpenProto, DefaultDrop, 0, 0, nil, 3},
		{"exposed, low risk", probes.OpenProto, IntentDrop, 1, 0, nil, 1},
		{"exposed to the internet", probes.OpenProto, IntentDrop, 3, 3, func(in *Input) { in.Untrusted = true }, 4},
		{"exposed to the internet, capped", probes.OpenProto, IntentDrop, 5, 5, func(in *Input) { in.Untrusted = true }, 5},
		{"l4 only", probes.OpenMute, IntentDrop, 4, 3, nil, 3},
		{"l4 only, untrusted", probes.OpenMute, IntentDrop, 4, 3, func(in *Input) { in.Untrusted = true }, 4},
		{"l4 only, lowest", probes.OpenMute, IntentDrop, 1, 1, nil, 1},
		{"secrets", probes.OpenProto, IntentDrop, 1, 1, func(in *Input) { in.Secrets = true }, 5},
		{"secrets, l4 only", probes.OpenMute, DefaultDrop, 0, 5, func(in *Input) { in.Secrets = true }, 5},
		{"not enforced, r-1", probes.RstHost, IntentDrop, 4, 5, nil, 3},
		{"not enforced, at least 2", probes.RstHost, IntentDrop, 1, 5, nil, 2},
		{"not enforced by a default", probes.RstHost, DefaultDrop, 0, 5, nil, 2},
		{"undeclared", probes.OpenProto, DefaultAllow, 0, 5, nil, 5},
		{"undeclared, unknown", probes.OpenProto, Unstated, 0, 0, nil, 3},
		{"undeclared, l4 only", probes.OpenMute, DefaultAllow, 0, 4, nil, 4},
		{"wrong mode", probes.Silence, IntentReject, 5, 5, nil, 1},
		{"wrong mode, may be open", probes.RstUnknown, IntentDrop, 5, 5, nil, 2},
		{"broken, at most 3", probes.Silence, IntentAllow, 5, 5, nil, 3},
		{"broken, r", probes.Silence, IntentAllow, 2, 5, nil, 2},
		{"broken, closed", probes.RstHost, IntentAllow, 5, 5, nil, 1},
		{"conforms", probes.Silence, IntentDrop, 5, 5, nil, 0},
		{"unverifiable", probes.HostDown, IntentDrop, 5, 5, nil, 0},
		{"error", probes.ProbeError, IntentDrop, 5, 5, nil, 0},
	}
	for _, row := range rows {
		in := proved(row.class, row.intent)
		in.Risk, in.Danger = row.risk, row.danger
		if row.change != nil {
			row.change(&in)
		}
		if got := Judge(in).Severity; got != row.want {
			t.Errorf("%s: severity %d, want %d", row.name, got, row.want)
		}
	}
}

func TestConfidence(t *testing.T) {
	t.Parallel()
	rows := []struct {
		class  probes.Class
		intent Intent
		want   Confidence
	}{
		{probes.OpenProto, IntentDrop, High},
		{probes.Silence, IntentDrop, High},
		{probes.Prohibited, IntentReject, High},
		{probes.OpenMute, IntentDrop, Medium},
		{probes.RstHost, IntentDrop, Medium},
		{probes.RstUnknown, IntentDrop, Low},
		{probes.RstUnknown, Unstated, Low},
		{probes.HostDown, IntentDrop, Low},
		{probes.ProbeError, IntentDrop, 0},
		{probes.Unobserved, IntentDrop, 0},
	}
	for _, row := range rows {
		if got := Judge(proved(row.class, row.intent)).Confidence; got != row.want {
			t.Errorf("%s under %s: confidence %q, want %q", row.class, row.intent, got, row.want)
		}
	}
	in := proved(probes.Unreach, IntentDrop)
	in.OffenderBehind = true
	if got := Judge(in).Confidence; got != Medium {
		t.Errorf("a forwarded packet: confidence %q, want medium", got)
	}
}

// inputFrom makes an input of two words, so that a loop and the fuzzer reach every combination.
func inputFrom(kind uint32, flags uint16) Input {
	bit := func(i int) bool { return flags&(1<<i) != 0 }
	return Input{
		Intent: Intent(kind % 9), Class: probes.Class(kind / 9 % 20), Proto: probes.Proto(kind / 180 % 5),
		Why: probes.Reason(kind / 900 % 14), Attempts: int(kind / 12600 % 3), Risk: int(kind/37800%8) - 1,
		Danger: int(kind/302400%8) - 1, HostAlive: bit(0), UDPControl: bit(1), SynProxy: bit(2), Lossy: bit(3),
		HostQuiet: bit(4), Enforced: bit(5), CutMid: bit(6), AliveElsewhere: bit(7), AnsweredBefore: bit(8),
		OffenderBehind: bit(9), AppID: bit(10), HostFirewall: bit(11), RejectsUnreach: bit(12),
		Secrets: bit(13), Untrusted: bit(14),
	}
}

// checkJudgement holds what must be true of every judgement there can be.
func checkJudgement(t *testing.T, in Input) {
	t.Helper()
	j := Judge(in)
	denied := in.Intent == IntentDrop || in.Intent == IntentReject || in.Intent == DefaultDrop || in.Intent == DefaultReject
	switch {
	case j.Verdict >= verdictCount || j.Reason >= reasonCount || j.Severity > 5 || j.Confidence > High:
		t.Fatalf("%+v: outside the closed sets: %+v", in, j)
	case in.Class.Silent() && !in.HostAlive && j.Verdict == Conforms:
		t.Fatalf("%+v: silence of a host that may be dead conforms", in)
	case in.Class.Silent() && (in.Lossy || in.HostQuiet) && j.Verdict != Unverifiable:
		t.Fatalf("%+v: silence counts on a lossy path or a quiet host: %+v", in, j)
	case in.Class.Silent() && in.Proto == probes.UDP && !in.UDPControl && !in.AnsweredBefore && j.Verdict != Unverifiable:
		t.Fatalf("%+v: udp silence without a control counts: %+v", in, j)
	case j.Verdict == Conforms && denied && !in.Enforced:
		t.Fatalf("%+v: a refusal conforms where nothing enforces", in)
	case j.Verdict == Conforms && denied && (in.Class == probes.OpenProto || in.Class == probes.OpenOther || in.Class == probes.OpenMute):
		t.Fatalf("%+v: an open flow conforms to a refusal", in)
	case j.Verdict == Conforms && in.Intent == IntentAllow && in.Class != probes.OpenProto:
		t.Fatalf("%+v: an allow conforms without a protocol answer", in)
	case j.Verdict.Deviation() != (j.Severity > 0):
		t.Fatalf("%+v: severity %d with verdict %s", in, j.Severity, j.Verdict)
	case j.Observed == probes.Silence && !in.HostAlive:
		t.Fatalf("%+v: reported as silence without a sign of life", in)
	case in.Class != probes.Unobserved && in.Class <= probes.ProbeError && j.Verdict == Pending:
		t.Fatalf("%+v: an observation was left without a verdict", in)
	}
}

func TestJudgeEveryCombination(t *testing.T) {
	t.Parallel()
	for kind := range uint32(9 * 20 * 5) {
		for flags := range uint16(1 << 13) {
			checkJudgement(t, inputFrom(kind, flags))
			if t.Failed() {
				return
			}
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(uint32(0), uint16(0))
	f.Add(uint32(9*13+2), uint16(1<<0|1<<5))
	f.Add(uint32(9*16+1), ^uint16(0))
	f.Fuzz(func(t *testing.T, kind uint32, flags uint16) { checkJudgement(t, inputFrom(kind, flags)) })
}

func BenchmarkJudge(b *testing.B) {
	in := proved(probes.SilenceUnproven, IntentDrop)
	for b.Loop() {
		Judge(in)
	}
}
