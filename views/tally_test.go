package views

import (
	"strings"
	"testing"

	"oobscope/audit"
)

// tallyWith counts made-up judgements: severity stands beside those that deviate.
func tallyWith(counts map[audit.Verdict]int, severity uint8) *audit.Tally {
	y := &audit.Tally{}
	for v, n := range counts {
		for range n {
			y.Add(audit.Judgement{Verdict: v, Severity: severity}, 1)
		}
	}
	return y
}

func TestLeadingVerdict(t *testing.T) {
	t.Parallel()
	waived := tallyWith(map[audit.Verdict]int{audit.Conforms: 3}, 0)
	waived.Add(audit.Judgement{Verdict: audit.Exposed, Severity: 5, Waived: true}, 1)
	for name, c := range map[string]struct {
		tally *audit.Tally
		want  audit.Verdict
	}{
		"nothing":                             {&audit.Tally{}, audit.NotTested},
		"all conform":                         {tallyWith(map[audit.Verdict]int{audit.Conforms: 9}, 0), audit.Conforms},
		"one deviation beats many that hold":  {tallyWith(map[audit.Verdict]int{audit.Conforms: 99, audit.Broken: 1}, 1), audit.Broken},
		"exposed beats broken":                {tallyWith(map[audit.Verdict]int{audit.Broken: 9, audit.Exposed: 1}, 3), audit.Exposed},
		"an error beats what holds":           {tallyWith(map[audit.Verdict]int{audit.Conforms: 99, audit.Error: 1}, 0), audit.Error},
		"a few proofs do not cover the rest":  {tallyWith(map[audit.Verdict]int{audit.Conforms: 1, audit.Unverifiable: 9}, 0), audit.Unverifiable},
		"in doubt the less pleasant":          {tallyWith(map[audit.Verdict]int{audit.Conforms: 4, audit.Unverifiable: 4}, 0), audit.Unverifiable},
		"most conform":                        {tallyWith(map[audit.Verdict]int{audit.Conforms: 9, audit.Unverifiable: 4}, 0), audit.Conforms},
		"what is waived does not lead":        {waived, audit.Conforms},
		"only what cannot be tested":          {tallyWith(map[audit.Verdict]int{audit.NotTested: 2}, 0), audit.NotTested},
		"a run that has just begun is waited": {tallyWith(map[audit.Verdict]int{audit.Pending: 9, audit.Conforms: 2}, 0), audit.Pending},
	} {
		if got := leading(c.tally); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestSummaryNeverCutsANumber(t *testing.T) {
	t.Parallel()
	s := endedState()
	y := tallyWith(map[audit.Verdict]int{audit.Unverifiable: 1234, audit.Conforms: 20, audit.Error: 0, audit.NotTested: 7}, 0)
	for w, want := range map[int]string{
		60: "? unverifiable 1,234  –7 ✓20", 28: "? unverifiable 1,234  –7 ✓20", 27: "? unverifiable 1,234  –7 …",
		24: "? unverifiable 1,234 …", 20: "? unverifiable 1,234 …", 19: "?1,234 –7 ✓20", 12: "?1,234 –7 …", 6: "?1,234 …",
	} {
		if got := summary(s, y, w).Text; got != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
	if got := summary(s, nil, 20).Text; got != "no run" {
		t.Errorf("without a run: %q", got)
	}
	if got := summary(s, &audit.Tally{}, 20).Text; !strings.Contains(got, s.Words.Rule.NothingAsked) {
		t.Errorf("without a flow: %q", got)
	}
}

func TestGravityCoversEveryVerdict(t *testing.T) {
	t.Parallel()
	seen := map[audit.Verdict]int{}
	for _, v := range gravity {
		seen[v]++
	}
	for _, v := range append(audit.Verdicts(), audit.Pending) {
		if seen[v] != 1 {
			t.Errorf("%s stands %d times in the order", v, seen[v])
		}
	}
}

func TestProofNeedsEveryFlow(t *testing.T) {
	t.Parallel()
	s := endedState()
	waived := tallyWith(map[audit.Verdict]int{audit.Conforms: 3}, 0)
	waived.Add(audit.Judgement{Verdict: audit.Exposed, Severity: 5, Waived: true}, 1)
	for _, c := range []struct {
		tally *audit.Tally
		want  string
	}{
		{tallyWith(map[audit.Verdict]int{audit.Conforms: 4}, 0), "proved on all 4 flows"},
		{tallyWith(map[audit.Verdict]int{audit.Conforms: 4, audit.NotTested: 1}, 0), "proved on 4 of 5 flows"},
		{tallyWith(map[audit.Verdict]int{audit.Conforms: 4, audit.Unverifiable: 1}, 0), "proved on 4 of 5 flows"},
		{tallyWith(map[audit.Verdict]int{audit.Conforms: 4, audit.Exposed: 1}, 4), "does not hold: 1 deviation in 5 flows"},
		{tallyWith(map[audit.Verdict]int{audit.Unverifiable: 4}, 0), "proved on 0 of 4 flows"},
		{tallyWith(map[audit.Verdict]int{audit.Unverifiable: 3, audit.Pending: 1}, 0), "proved on 0 of 4 flows"},
		{tallyWith(map[audit.Verdict]int{audit.NotTested: 4}, 0), "not tested"},
		{tallyWith(map[audit.Verdict]int{audit.NotTested: 1, audit.Pending: 3}, 0), "not judged yet"},
		{&audit.Tally{}, "nothing asked"},
		{waived, "proved on 3 of 4 flows"},
	} {
		if look, got := proof(s, c.tally); got != c.want || (look.Sign == "✓") != (c.want == "proved on all 4 flows") {
			t.Errorf("%s %q, want %q", look.Sign, got, c.want)
		}
	}
}
