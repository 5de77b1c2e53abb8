package lab

import (
	"testing"
)

// crowd are the addresses of the hosts that serve everything, in some segments.
func crowd(columns []column) (out []string) {
	for _, c := range columns {
		for i := crowdFirst; i < crowdFirst+crowdSize; i++ {
			out = append(out, address(int(c), living, i, false).String())
		}
	}
	return out
}

// throughLoss: nothing is filtered, but near every third packet is lost on its way, there and back. What
// is silent then must not count for the policy.
func throughLoss(t *testing.T, o *outcome) {
	lossy, exposed := 0, 0
	for i := range o.lines {
		f := &o.lines[i]
		switch {
		case f.Observed == "":
		case f.Verdict == "exposed":
			exposed++
		case f.Verdict == "unverifiable" && f.Reason == "lossy":
			lossy++
		case f.Verdict != "unverifiable" && f.Verdict != "not_tested":
			t.Errorf("the flow is open, and packets are lost: %s", f)
		}
	}
	if lossy == 0 || exposed == 0 {
		t.Errorf("%d flows exposed, %d unverifiable for loss: the gate was not reached\n%v", exposed, lossy, o.Counts)
	}
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

// turnedOn: nothing is filtered until a host was asked twice; then nothing new gets through to it. Silence
// after that is no policy, and the run must say that something has turned on it.
func turnedOn(t *testing.T, o *outcome) {
	for i := range o.lines {
		if f := &o.lines[i]; f.Observed != "" && f.Verdict != "exposed" && f.Verdict != "unverifiable" && f.Verdict != "not_tested" {
			t.Errorf("the flow is open, and the firewall has turned on us: %s", f)
		}
	}
	if !o.Tainted || o.Counts["exposed"] == 0 {
		t.Errorf("tainted %v, %v", o.Tainted, o.Counts)
	}
}
