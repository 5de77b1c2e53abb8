package views

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
)

var exposedRow = Facts{
	Text: "198.18.1.40 CIM-http exposed Clear_Text 平文", Host: "198.18.1.40", Rule: "clear_text_mgmt",
	Service: "cim-http", Verdict: "exposed", Severity: 4,
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]bool{
		"": true, "  ": true, "cim": true, "CIM-HTTP": true, "slp": false, "!slp": true, "!cim": false, "cim !cim": false,
		"cim clear": true, "cim slp": false, "平文": true, "!平文": false, "!": true,
		"verdict:exposed": true, "verdict:exp": true, "Verdict:EXPOSED": true, "!verdict:conforms": true, "verdict:broken": false,
		"host:198.18.1.": true, "host:198.18.2.": false, "rule:clear": true, "service:slp": false, "service:cim": true,
		"sev:4": true, "sev:=4": true, "sev:>=3": true, "sev:>4": false, "sev:<4": false, "sev:<=4": true, "sev:high": true,
		"sev:>=critical": false, "!sev:>=high": false, "sev:<0": false, "sev:>255": false,
		"sev:": true, "sev:>=": true, "sev:x": true, "sev:99999": true, "verdict:": true, "!host:": true, // still being typed
		"fd00:20::1": false, "color:red": false, // not a key: a plain word
	} {
		if got := ParseQuery(q).Match(&exposedRow); got != want {
			t.Errorf("%q: %t, want %t", q, got, want)
		}
	}
	v6 := Facts{Text: "fd00:20::1 redfish"}
	if !ParseQuery("FD00:20::").Match(&v6) {
		t.Error("an IPv6 address is not found")
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"cim !slp", "sev:>=3", "!sev:<", "verdict:exposed host:", "平文", "sev:\xff"} {
		f.Add(s, "198.18.1.40 CIM 平文")
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		row := Facts{Text: text, Host: text, Rule: text, Service: text, Verdict: text, Severity: uint8(len(text) % 6)}
		q := ParseQuery(query)
		got := q.Match(&row)
		if q.Empty() && !got {
			t.Fatalf("the empty query %q drops a row", query)
		}
		if len(q.terms) == 1 {
			q.terms[0].not = !q.terms[0].not
			if q.Match(&row) == got {
				t.Fatalf("%q and its inverse agree on %q", query, text)
			}
		}
		words := strings.Fields(strings.ToLower(text))
		if len(words) > 0 && !strings.ContainsAny(words[0], "!:") && !ParseQuery(words[0]).Match(&row) {
			t.Fatalf("%q does not match its own first word %q", text, words[0])
		}
	})
}

func TestPicks(t *testing.T) {
	t.Parallel()
	var p Picks
	calls := 0
	even := func(i int, f *Facts) {
		calls++
		f.Text = fmt.Sprint("row ", i%2)
	}
	if !p.Apply("", 10, 1, even) || p.Len() != 10 || p.Row(7) != 7 || calls != 0 {
		t.Errorf("no filter: %d rows, %d looked at", p.Len(), calls)
	}
	if !p.Apply("row 1", 10, 1, even) || p.Len() != 5 || p.Row(2) != 5 {
		t.Errorf("filter: %d rows", p.Len())
	}
	calls = 0
	if p.Apply("row 1", 10, 1, even) || calls != 0 {
		t.Error("the same filter was run again")
	}
	if !p.Apply("row 1", 10, 2, even) || calls != 10 {
		t.Error("a new generation was not filtered anew")
	}
	p.SortBy(func(a, b int) int { return cmp.Compare(b, a) })
	if p.Row(0) != 9 || p.Len() != 5 {
		t.Errorf("sorted: first row %d", p.Row(0))
	}
	p.Apply("", 3, 3, even)
	p.SortBy(func(a, b int) int { return cmp.Compare(b, a) })
	if p.Len() != 3 || p.Row(0) != 2 {
		t.Errorf("sorted without a filter: %d rows, first %d", p.Len(), p.Row(0))
	}
}

func BenchmarkFilter65536(b *testing.B) {
	texts := make([]string, 65536)
	for i := range texts {
		texts[i] = fmt.Sprintf("10.0.%d.%d cim-http Exposed clear_text_mgmt", i>>8, i&255)
	}
	var p Picks
	gen := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		gen++
		p.Apply("10.0.7 !slp sev:>=0", len(texts), gen, func(i int, f *Facts) { f.Text = texts[i] })
	}
	if p.Len() == 0 {
		b.Fatal("nothing was kept")
	}
}
