package audit

import (
	"testing"

	"oobscope/probes"
)

// proved is a flow for which every gate holds: what stands in the table is what must come out.
func proved(class probes.Class, intent Intent) Input {
	return Input{
		Class: class, Intent: intent, Proto: probes.TCP, Attempts: 2,
		HostAlive: true, Enforced: true, Risk: 4, Danger: 4,
	}
}

// said is a judgement as the page writes it: verdict, verdict/reason, and what is behind a worst case.
func said(j Judgement) string {
	s := j.Verdict.String()
	if j.Reason != NoReason {
		s += "/" + j.Reason.String()
	}
	if j.Worst != Pending {
		s += " worst " + j.Worst.String()
	}
	return s
}

// The rows of verdicts.md 3 as they are printed there, typed by hand. The page leaves the reason of some
// cells open; there the words of reason.go stand.
func TestTruthTable(t *testing.T) {
	t.Parallel()
	const (
		a = IntentAllow
		d = IntentDrop
		r = IntentReject
		x = DefaultDrop
		y = DefaultReject
		n = DefaultAllow
		u = Unstated
	)
	rows := []struct {
		class  probes.Class
		intent Intent
		want   string
	}{
		{probes.OpenProto, a, "conforms"},
		{probes.OpenProto, d, "exposed"},
		{probes.OpenProto, r, "exposed"},
		{probes.OpenProto, x, "exposed"},
		{probes.OpenProto, y, "exposed"},
		{probes.OpenProto, n, "undeclared"},
		{probes.OpenProto, u, "undeclared"},

		{probes.OpenOther, a, "undeclared/app_mismatch"},
		{probes.OpenOther, d, "exposed"},
		{probes.OpenOther, r, "exposed"},
		{probes.OpenOther, x, "exposed"},
		{probes.OpenOther, y, "exposed"},
		{probes.OpenOther, n, "undeclared"},
		{probes.OpenOther, u, "undeclared"},

		{probes.OpenMute, a, "unverifiable/l7_mute"},
		{probes.OpenMute, d, "exposed/l4_only"},
		{probes.OpenMute, r, "exposed/l4_only"},
		{probes.OpenMute, x, "exposed/l4_only"},
		{probes.OpenMute, y, "exposed/l4_only"},
		{probes.OpenMute, n, "undeclared/l4_only"},
		{probes.OpenMute, u, "undeclared/l4_only"},

		{probes.OpenCut, a, "broken/l7_cut"},
		{probes.OpenCut, d, "exposed/l4_only"},
		{probes.OpenCut, r, "exposed/l4_only"},
		{probes.OpenCut, x, "exposed/l4_only"},
		{probes.OpenCut, y, "exposed/l4_only"},
		{probes.OpenCut, n, "undeclared/l4_only"},
		{probes.OpenCut, u, "undeclared/l4_only"},

		{probes.RstHost, a, "broken/service_closed"},
		{probes.RstHost, d, "not_enforced"},
		{probes.RstHost, r, "not_enforced"},
		{probes.RstHost, x, "not_enforced"},
		{probes.RstHost, y, "not_enforced"},
		{probes.RstHost, n, "conforms/nothing_listening"},
		{probes.RstHost, u, "conforms/nothing_listening"},

		{probes.RstMid, a, "broken/path_rejected"},
		{probes.RstMid, d, "wrong_mode/reject_where_drop"},
		{probes.RstMid, r, "conforms"},
		{probes.RstMid, x, "wrong_mode/reject_where_drop"},
		{probes.RstMid, y, "conforms"},
		{probes.RstMid, n, "conforms/blocked"},
		{probes.RstMid, u, "conforms/blocked"},

		{probes.RstUnknown, a, "broken/closed_or_rejected"},
		{probes.RstUnknown, d, "wrong_mode/reject_where_drop worst not_enforced"},
		{probes.RstUnknown, r, "unverifiable/rst_origin worst not_enforced"},
		{probes.RstUnknown, x, "wrong_mode/reject_where_drop worst not_enforced"},
		{probes.RstUnknown, y, "wrong_mode/rst_origin worst not_enforced"},
		{probes.RstUnknown, n, "conforms"},
		{probes.RstUnknown, u, "conforms"},

		{probes.PortUnreach, a, "broken/host_filter"},
		{probes.PortUnreach, d, "not_enforced"},
		{probes.PortUnreach, r, "not_enforced"},
		{probes.PortUnreach, x, "not_enforced"},
		{probes.PortUnreach, y, "not_enforced"},
		{probes.PortUnreach, n, "conforms/nothing_listening"},
		{probes.PortUnreach, u, "conforms/nothing_listening"},

		{probes.Prohibited, a, "broken/path_prohibited"},
		{probes.Prohibited, d, "wrong_mode/reject_where_drop"},
		{probes.Prohibited, r, "conforms"},
		{probes.Prohibited, x, "wrong_mode/reject_where_drop"},
		{probes.Prohibited, y, "conforms"},
		{probes.Prohibited, n, "conforms/blocked"},
		{probes.Prohibited, u, "conforms/blocked"},

		{probes.PortUnreachMid, a, "broken/path_rejected"},
		{probes.PortUnreachMid, d, "wrong_mode/reject_where_drop"},
		{probes.PortUnreachMid, r, "conforms"},
		{probes.PortUnreachMid, x, "wrong_mode/reject_where_drop"},
		{probes.PortUnreachMid, y, "conforms"},
		{probes.PortUnreachMid, n, "conforms/blocked"},
		{probes.PortUnreachMid, u, "conforms/blocked"},

		{probes.Unreach, a, "broken/no_path"},
		{probes.Unreach, d, "unverifiable/unreach_origin"},
		{probes.Unreach, r, "unverifiable/unreach_origin"},
		{probes.Unreach, x, "unverifiable/unreach_origin"},
		{probes.Unreach, y, "unverifiable/unreach_origin"},
		{probes.Unreach, n, "unverifiable/unreach_origin"},
		{probes.Unreach, u, "unverifiable/unreach_origin"},

		{probes.TTLExceeded, a, "broken/routing"},
		{probes.TTLExceeded, d, "unverifiable/routing"},
		{probes.TTLExceeded, r, "unverifiable/routing"},
		{probes.TTLExceeded, x, "unverifiable/routing"},
		{probes.TTLExceeded, y, "unverifiable/routing"},
		{probes.TTLExceeded, n, "unverifiable/routing"},
		{probes.TTLExceeded, u, "unverifiable/routing"},

		{probes.Silence, a, "broken/path_dropped"},
		{probes.Silence, d, "conforms"},
		{probes.Silence, r, "wrong_mode/drop_where_reject"},
		{probes.Silence, x, "conforms"},
		{probes.Silence, y, "wrong_mode/drop_where_reject"},
		{probes.Silence, n, "conforms/blocked"},
		{probes.Silence, u, "conforms/blocked"},

		{probes.HostDown, a, "unverifiable/host_down"},
		{probes.HostDown, d, "unverifiable/host_down"},
		{probes.HostDown, r, "unverifiable/host_down"},
		{probes.HostDown, x, "unverifiable/host_down"},
		{probes.HostDown, y, "unverifiable/host_down"},
		{probes.HostDown, n, "unverifiable/host_down"},
		{probes.HostDown, u, "unverifiable/host_down"},

		{probes.ProbeError, a, "error/local_error"},
		{probes.ProbeError, d, "error/local_error"},
		{probes.ProbeError, r, "error/local_error"},
		{probes.ProbeError, x, "error/local_error"},
		{probes.ProbeError, y, "error/local_error"},
		{probes.ProbeError, n, "error/local_error"},
		{probes.ProbeError, u, "error/local_error"},

		{probes.Unobserved, a, "pending"},
		{probes.Unobserved, d, "pending"},
	}
	for _, row := range rows {
		if got := said(Judge(proved(row.class, row.intent))); got != row.want {
			t.Errorf("%s under %s: %s, want %s", row.class, row.intent, got, row.want)
		}
	}
}

// silence_unproven has its row in the table too: the same silence without a sign of life.
func TestTruthTableWithoutLife(t *testing.T) {
	t.Parallel()
	for _, class := range []probes.Class{probes.Silence, probes.SilenceUnproven} {
		for intent := Unstated; intent <= DefaultAllow; intent++ {
			in := proved(class, intent)
			in.HostAlive = false
			if got := said(Judge(in)); got != "unverifiable/liveness" {
				t.Errorf("tcp %s under %s: %s", class, intent, got)
			}
			in.Proto = probes.UDP
			if got := said(Judge(in)); got != "unverifiable/udp_silent" {
				t.Errorf("udp %s under %s: %s", class, intent, got)
			}
			in.HostAlive = true // alive, but nothing says that an ICMP error would come back
			if got := said(Judge(in)); got != "unverifiable/udp_silent" {
				t.Errorf("udp %s of a live host under %s: %s", class, intent, got)
			}
		}
	}
}

func TestTruthTableFootnotes(t *testing.T) {
	t.Parallel()
	with := func(class probes.Class, intent Intent, change func(*Input)) Input {
		in := proved(class, intent)
		change(&in)
		return in
	}
	before := func(in *Input) { in.AnsweredBefore = true }
	late := func(in *Input) { in.AppID, in.CutMid = true, true }
	appOnly := func(in *Input) { in.AppID = true }
	cutOnly := func(in *Input) { in.CutMid = true }
	udp := func(in *Input) { in.Proto, in.UDPControl = probes.UDP, true }
	udpHost := func(in *Input) { in.Proto, in.HostFirewall = probes.UDP, true }
	hostFW := func(in *Input) { in.HostFirewall = true }
	behind := func(in *Input) { in.OffenderBehind = true }
	behindFW := func(in *Input) { in.OffenderBehind, in.HostFirewall = true, true }
	elsewhere := func(in *Input) { in.AliveElsewhere = true }
	rejects := func(in *Input) { in.RejectsUnreach = true }
	dead := func(in *Input) { in.HostAlive = false }
	deadHere := func(in *Input) { in.HostAlive, in.AliveElsewhere = false, true }
	rejectsDead := func(in *Input) { in.RejectsUnreach, in.HostAlive = true, false }
	rejectsBehind := func(in *Input) { in.RejectsUnreach, in.OffenderBehind = true, true }
	rows := []struct {
		name string
		in   Input
		want string
	}{
		{"mute, answered before", with(probes.OpenMute, IntentAllow, before), "broken/l7"},
		{"mute, answered before, drop", with(probes.OpenMute, IntentDrop, before), "exposed/l4_only"},
		{"late app id, drop", with(probes.OpenCut, IntentDrop, late), "conforms/late_app_id"},
		{"late app id, reject", with(probes.OpenCut, IntentReject, late), "conforms/late_app_id"},
		{"late app id, default", with(probes.OpenCut, DefaultDrop, late), "conforms/late_app_id"},
		{"late app id, allow", with(probes.OpenCut, IntentAllow, late), "broken/l7_cut"},
		{"late app id, no rule", with(probes.OpenCut, DefaultAllow, late), "undeclared/l4_only"},
		{"app id site, the host's cut", with(probes.OpenCut, IntentDrop, appOnly), "exposed/l4_only"},
		{"port site, cut in between", with(probes.OpenCut, IntentDrop, cutOnly), "exposed/l4_only"},
		{"host firewall, reject", with(probes.PortUnreach, IntentReject, hostFW), "conforms"},
		{"host firewall, drop", with(probes.PortUnreach, IntentDrop, hostFW), "not_enforced"},
		{"host firewall, default reject", with(probes.PortUnreach, DefaultReject, hostFW), "not_enforced"},
		{"udp closed, allow", with(probes.PortUnreach, IntentAllow, udp), "broken/service_closed"},
		{"udp closed, drop", with(probes.PortUnreach, IntentDrop, udp), "not_enforced"},
		{"udp closed, reject", with(probes.PortUnreach, IntentReject, udpHost), "not_enforced"},
		{"udp closed, default", with(probes.PortUnreach, DefaultDrop, udp), "not_enforced"},
		{"udp closed, no rule", with(probes.PortUnreach, Unstated, udp), "conforms/nothing_listening"},
		{"udp silence with a control, drop", with(probes.SilenceUnproven, IntentDrop, udp), "conforms"},
		{"udp silence with a control, allow", with(probes.SilenceUnproven, IntentAllow, udp), "broken/path_dropped"},
		{"no path, alive elsewhere", with(probes.Unreach, IntentAllow, elsewhere), "broken/no_path"},
		{"forwarded, drop", with(probes.Unreach, IntentDrop, behind), "not_enforced/forwarded"},
		{"forwarded, default", with(probes.Unreach, DefaultDrop, behind), "not_enforced/forwarded"},
		{"forwarded, reject", with(probes.Unreach, IntentReject, behind), "unverifiable/unreach_origin"},
		{"forwarded, no rule", with(probes.Unreach, Unstated, behind), "unverifiable/unreach_origin"},
		{"no path, alive nowhere", with(probes.Unreach, IntentAllow, dead), "unverifiable/host_down"},
		{"no path, dead here, alive elsewhere", with(probes.Unreach, IntentAllow, deadHere), "broken/no_path"},
		{"site rejects so", with(probes.Unreach, IntentReject, rejects), "conforms"},
		{"site rejects so, dead host", with(probes.Unreach, IntentReject, rejectsDead), "unverifiable/unreach_origin"},
		{"site rejects so, drop", with(probes.Unreach, IntentDrop, rejects), "unverifiable/unreach_origin"},
		{"site rejects so, but from behind", with(probes.Unreach, IntentReject, rejectsBehind), "unverifiable/unreach_origin"},
		{"prohibited by the target", with(probes.Prohibited, IntentReject, behind), "not_enforced/forwarded"},
		{"prohibited by the target, default", with(probes.Prohibited, DefaultReject, behind), "not_enforced/forwarded"},
		{"prohibited by the target, drop", with(probes.Prohibited, IntentDrop, behind), "wrong_mode/reject_where_drop worst not_enforced"},
		{"prohibited by a listed host firewall", with(probes.Prohibited, IntentReject, behindFW), "conforms"},
	}
	for _, row := range rows {
		if got := said(Judge(row.in)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}
