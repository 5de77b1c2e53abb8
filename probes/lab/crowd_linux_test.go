package lab

import (
	"testing"
)

// crowd are the addresses of the hosts that serve everything, in some segments.
func crowd(columns []column) (out []string) {
	for _, c := range columns {
		for i := crowdFirst; i < crowdFirst+crowdSize; i++ {
			out = append(out, address(int(c), living, i, false).String(), address(int(c), living, i, true).String())
		}
	}
	return out
}

// throughLoss: nothing is filtered, but near every third packet is lost on its way, there and back. What
// is silent then must not count for the policy; who asks often enough finds everything all the same. What is not
// found is so for the loss, or for what the loss has done: three controls of a host were lost and it was left alone, or
// the refusal of its closed port was, without which silent datagrams prove nothing.
func throughLoss(t *testing.T, o *outcome) {
	neverFine(t, o)
	exposed, lossy := o.lossy()
	for i := range o.lines {
		switch f := &o.lines[i]; {
		case f.Observed == "", f.Verdict == "exposed", f.Reason == "lossy", f.Reason == "went_quiet", f.Proto == "udp" && f.Reason == "udp_silent":
		default:
			t.Errorf("not found, and not for loss: %s", f)
		}
	}
	if exposed == 0 || o.Gates.Lost == 0 && o.Gates.Until == 0 {
		t.Errorf("%d of %d flows exposed, %d unverifiable for loss, gates %+v, %v", exposed, len(o.tested()), lossy, o.Gates, o.Counts)
	}
}

// gateOfLoss: who asks but twice reaches the gate of that name.
func gateOfLoss(t *testing.T, o *outcome) {
	throughLoss(t, o)
	if exposed, lossy := o.lossy(); lossy == 0 {
		t.Errorf("%d flows exposed, none unverifiable for loss: the gate was not reached\n%v", exposed, o.Counts)
	}
}

// lossy counts the flows that were found, and those that the loss of the path keeps from being judged.
func (o *outcome) lossy() (exposed, lossy int) {
	for i := range o.lines {
		switch f := &o.lines[i]; {
		case f.Observed != "" && f.Verdict == "exposed":
			exposed++
		case f.Observed != "" && f.Verdict == "unverifiable" && f.Reason == "lossy":
			lossy++
		}
	}
	return exposed, lossy
}

// limitedErrors: the firewall refuses 5988 of every host, but its ICMP errors to one machine are limited to
// one a second, as those of every Linux router are. Whatever the program makes of the silence of the
// others, a refusal is no silent drop and no missing refusal.
func limitedErrors(t *testing.T, o *outcome) {
	refused := 0
	for i := range o.lines {
		f := &o.lines[i]
		if f.Service != cimHTTP || f.Observed == "" {
			continue
		}
		if f.Observed == "prohibited" {
			refused++
		}
		wrong := map[string]string{"drop": "conforms", "reject": "wrong_mode"}[f.Intent]
		if f.Verdict == wrong {
			t.Errorf("the firewall rejects this flow, and its ICMP errors are limited: %s", f)
		}
	}
	if refused == 0 {
		t.Error("no refusal got through: the limit was not what kept the others back")
	}
}

// neverFine: every flow is open, whatever becomes of its packets, and must not be called fine, closed or refused.
func neverFine(t *testing.T, o *outcome) {
	t.Helper()
	bad := 0
	for i := range o.lines {
		f := &o.lines[i]
		if f.Observed == "" || f.Verdict == "exposed" || f.Verdict == "unverifiable" || f.Verdict == "not_tested" || f.Verdict == "error" && f.Reason == "went_quiet" {
			continue
		}
		if bad++; bad <= 10 {
			t.Errorf("the flow is open: %s", f)
		}
	}
	if bad > 10 {
		t.Errorf("%d flows are called what they are not; 10 were shown", bad)
	}
}

// turnedOn: nothing is filtered until a host was asked twice, or until a moment in the middle of the run; then nothing
// new gets through. Silence after that is no policy, and the run must say that something has turned on it.
func turnedOn(t *testing.T, o *outcome) {
	neverFine(t, o)
	if !o.Tainted || o.Counts["exposed"] == 0 {
		t.Errorf("tainted %v, %v", o.Tainted, o.Counts)
	}
}

// throughLeak: one packet in twenty is lost, there or back. That keeps nothing from being seen, and makes nothing
// look filtered.
func throughLeak(t *testing.T, o *outcome) {
	neverFine(t, o)
	flows := len(o.tested())
	if o.Gates.Lost == 0 || o.Counts["exposed"] < flows*9/10 || !o.Complete || o.Tainted {
		t.Errorf("%d of %d flows exposed, gates %+v, complete %v, tainted %v", o.Counts["exposed"], flows, o.Gates, o.Complete, o.Tainted)
	}
}

// metered: the firewall lets no more than some openings a second through, over all hosts. What it swallows looks dropped.
func metered(t *testing.T, o *outcome) {
	neverFine(t, o)
	if o.Counts["exposed"] == 0 || o.Counts["unverifiable"]+o.Counts["not_tested"]+o.Counts["error"] == 0 {
		t.Errorf("the limit was not reached, or nothing got through: %v", o.Counts)
	}
}
