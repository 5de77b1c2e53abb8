package views

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// exposedRow is a row with facts for every kind of key.
func exposedRow() *Facts {
	f := &Facts{Text: "198.18.1.40 CIM-http exposed Clear_Text 平文", Host: netip.MustParseAddr("198.18.1.40"), Severity: 4}
	f.Of[ByRule], f.Of[ByService], f.Of[ByVerdict] = lines("6", "clear_text_mgmt"), lines("cim-http", "CIM over HTTP"), lines("exposed", "露出")
	f.Of[ByZone], f.Of[ByProto], f.Number[ByPort], f.Of[ByWaived] = "management", "tcp", 5988, "no"
	f.Of[ByControl] = lines("no clear text, anywhere", `say "no"`)
	return f
}

// testGrammar knows the keys of a list of flows, and some values.
func testGrammar() *Grammar {
	g := NewGrammar(English(), flowKeys...)
	g.Know(ByRule, "clear_text_mgmt", "clear_text", "slp")
	g.Know(ByService, "cim-http", "cim", "slp")
	g.Know(ByZone, "management", "trust")
	return g
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]bool{
		"": true, "  ": true, "cim": true, "CIM-HTTP": true, "slp": false, "!slp": true, "!cim": false, "cim !cim": false,
		"cim clear": true, "cim slp": false, "平文": true, "!平文": false, "!": true,
		"verdict:exposed": true, "verdict:exp": true, "Verdict:EXPOSED": true, "!verdict:conforms": true, "verdict:broken": false,
		"verdict:露出": true, "verdict:不通": false, "verdict:exposed,broken": true, "verdict:broken,conforms": false, "!verdict:broken,exposed": false,
		"verdict:,exposed": true, "verdict:broken,": false,
		"host:198.18.1.": true, "host:198.18.2.": false, "host:198.18.1.40": true, "host:198.18.1.4": false, "host:198.18.1.0/24": true,
		"host:198.18.1.0/": false, "host:198.18.2.0/24,198.18.1.32/27": true, "!host:198.18.0.0/16": false, "host:18.1.40": false,
		"host:::ffff:198.18.1.40": true, "host:198.18.1.0/99": true, "host:fd00::/8": false, "host:x": true,
		"rule:clear": true, "rule:clear_text": false, "rule:clear_text_mgmt": true, "rule:6": true, "rule:66": false, "rule:text_m": true,
		"service:slp": false, "service:cim": false, "service:cim-h": true, `service:"cim over"`: true, `service:"over cim"`: false,
		"sev:4": true, "sev:=4": true, "sev:>=3": true, "sev:>4": false, "sev:<4": false, "sev:<=4": true, "sev:high": true, "severity:4": true,
		"sev:>=critical": false, "!sev:>=high": false, "sev:<0": false, "sev:>5": false, "sev:2-4": true, "sev:low-medium": false, "sev:1,4": true,
		"sev:": true, "sev:>=": true, "sev:x": true, "sev:99999": true, "verdict:": true, "!host:": true, // still being typed, or left out
		"port:5988": true, "port:598": false, "port:5000-6000": true, "port:tcp/5988": true, "port:udp/5988": false, "port:tcp/": true, "port:>=6000": false,
		"proto:tcp": true, "proto:udp,icmp": false, "waived:no": true, "waived:yes": false, "waived:n": true, "!waived:yes": true, "waived:maybe": true,
		"zone:management": true, "zone:trust": false, `control:"no clear text, anywhere"`: true, `control:"say ""no"""`: true, `control:"say yes"`: false,
		"-f clrtxt": true, "-f rule:clrtxt": true, "-f !rule:clrtxt": false, "-f rule:xcim": false, "-f": true, "-f cmhttp": true, "-f zzz": false,
		"-f exposed -f cmhttp !slp": true, "fd00:20::1": false, "color:red": false, "10:05": false, // not a key: a plain word
		`"cim-http exposed"`: true, `"exposed cim-http"`: false, `"verdict:exposed"`: false, `!"clear_text 平文"`: false, `"cim-http exp`: true,
	} {
		if got := testGrammar().Parse(q).Match(exposedRow()); got != want {
			t.Errorf("%q: %t, want %t", q, got, want)
		}
	}
	v6 := Facts{Text: "fd00:20::1 redfish", Host: netip.MustParseAddr("fd00:20::1")}
	for q, want := range map[string]bool{
		"FD00:20::": true, "host:fd00:20:0::1": true, "host:fd00:20::": true, "host:FD00:20::1": true, "host:fd00:20::/64": true,
		"host:fd00:21::/64": false, "host:fd00:20::2": false, "host:198.18.0.0/16": false, "host:fd": true,
	} {
		if got := testGrammar().Parse(q).Match(&v6); got != want {
			t.Errorf("%q on %s: %t, want %t", q, v6.Host, got, want)
		}
	}
}

func TestQueryWithoutKeysIsWords(t *testing.T) {
	t.Parallel()
	var none *Grammar
	if q := none.Parse("verdict:exposed"); q.Match(exposedRow()) || len(q.terms) != 1 || q.terms[0].key != ByText {
		t.Errorf("a screen without keys reads %+v", q)
	}
}

// What is wrong is said: which keys there are, and what a value must look like.
func TestTrouble(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		"": "", "cim": "", "fd00:20::1": "", "10:05": "", "http://x": "", "verdict:": "", "sev:>=": "", "host:198.18.1.0/": "", "-f x": "", "!": "",
		"verdict:exp": "", "rule:9": "", "-f rule:zzz": "", "port:tcp/": "", `"color:red"`: "",
		"color:red": "color: is no key here", "action:drop": "action: is no key here", "verdict:fine": "verdict: nothing here is like fine; there is conforms",
		"sev:x": "sev: x left out; it takes 0-5", "sev:6": "sev: 6 left out", "host:zone1": "host: zone1 left out", "host:198.18.1.0/99": "198.18.1.0/99 left out",
		"port:http": "port: http left out", "port:sctp/9": "port: sctp/9 left out", "waived:maybe": "waived: maybe left out",
		"rule:ftp": "rule: nothing here is like ftp; there is clear_text_mgmt", "verdict:exposed,fine": "verdict: nothing here is like fine",
		"cim verdict:fine sev:x": "verdict:", "!sev:x": "sev: x left out",
	} {
		got := testGrammar().Trouble(q)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"slp", "clear text", `say "no"`, "a,b", "", "!x", "平文", `"`, "-f"} {
		f := &Facts{}
		f.Of[ByControl] = value
		g := NewGrammar(English(), ByControl)
		g.Know(ByControl, value, value+"x")
		q := g.Parse(Ask(ByControl, value))
		if value != "" && (len(q.terms) != 1 || len(q.terms[0].alts) != 1 || !q.terms[0].alts[0].exact || !q.Match(f)) {
			t.Errorf("%q comes back as %+v", Ask(ByControl, value), q)
		}
		f.Of[ByControl] += "x"
		if value != "" && q.Match(f) {
			t.Errorf("%q finds %q too", Ask(ByControl, value), f.Of[ByControl])
		}
	}
}

// A term that can still become something is not wrong while it is typed; behind it, or when typing ends, it is.
func TestTyping(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]bool{"sev:>=h": false, "sev:>=h ": true, "sev:>=x": true, "verdict:expo": false, "sev:x verdict:e": true, "": false,
		"waived:": false, "color:": true, "zone:man": false, "rule:nothing": true} {
		if _, trouble := testGrammar().Typing(q); (trouble != "") != want {
			t.Errorf("%q: trouble %q", q, trouble)
		}
	}
	if trouble := testGrammar().Trouble("sev:>=h"); trouble == "" {
		t.Error("what was left out is not said any more when typing ends")
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		"ver": "verdict:", "!ver": "verdict:", "cim ver": "verdict:", "verdict:exp": "verdict:exposed", "verdict:exposed,bro": "verdict:exposed,broken",
		"rule:": "rule:clear_text_mgmt", "rule:slp": "", "slp": "rule:slp", "sev:>=hi": "sev:>=high", "-f rule:cl": "rule:clear_text_mgmt",
		"color:": "", "zzz": "", "waived:": "waived:yes", "proto:t": "proto:tcp", "": "verdict:", "cim ": "verdict:",
	} {
		got := ""
		if list := testGrammar().Suggest(q); len(list) > 0 {
			got = list[0]
		}
		if got != want {
			t.Errorf("%q suggests %q, want %q", q, got, want)
		}
	}
	for q, want := range map[string]string{
		"ver": "X", "!ver": "!X", "cim ver": "cim X", "cim !verdict:a,b": "cim !X", "-f rule:cl": "-f X", "cim ": "cim X", "": "X", `rule:"clear te`: "X",
	} {
		if got := testGrammar().Complete(q, "X"); got != want {
			t.Errorf("%q completes to %q, want %q", q, got, want)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"cim !slp", "sev:>=3", "!sev:<", "verdict:exposed host:", "平文", "sev:\xff", "-f rule:clr", `"a b" !"c`, "host:fd00::/8,198.18.1.",
		"port:tcp/1-2", `control:"say ""no"""`, "-f -f !", "host:::ffff:1.2.3.4/120", "waived:はい"} {
		f.Add(s, "198.18.1.40 CIM 平文")
	}
	g := testGrammar()
	f.Fuzz(func(t *testing.T, query, text string) {
		row := exposedRow()
		row.Text, row.Of[ByRule], row.Of[ByVerdict], row.Severity = text, text, text, uint8(len(text)%6)
		q := g.Parse(query)
		got := q.Match(row)
		if q.Empty() && !got {
			t.Fatalf("the empty query %q drops a row", query)
		}
		if len(q.terms) == 1 {
			q.terms[0].not = !q.terms[0].not
			if q.Match(row) == got {
				t.Fatalf("%q and its inverse agree on %q", query, text)
			}
		}
		if trouble := g.Trouble(query); Safe(trouble) != trouble {
			t.Fatalf("%q: unsafe words %q", query, trouble)
		}
		for _, s := range g.Suggest(query) {
			if next := g.Complete(query, s); len(tokens(next)) > len(tokens(query))+1 {
				t.Fatalf("%q completed by %q is %q: more terms", query, s, next)
			}
		}
		words := strings.Fields(strings.ToLower(text))
		if len(words) > 0 && !strings.ContainsAny(words[0], "!:\"") && words[0] != "-f" && !g.Parse(words[0]).Match(row) {
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
	none := func() *Grammar { return nil }
	apply := func(text string, n int, gen uint64) bool {
		return p.Apply(none, picksKey{text: text, n: n, gen: gen}, even)
	}
	if !apply("", 10, 1) || p.Len() != 10 || p.Row(7) != 7 || calls != 0 {
		t.Errorf("no filter: %d rows, %d looked at", p.Len(), calls)
	}
	if !apply("row 1", 10, 1) || p.Len() != 5 || p.Row(2) != 5 {
		t.Errorf("filter: %d rows", p.Len())
	}
	calls = 0
	if apply("row 1", 10, 1) || calls != 0 {
		t.Error("the same filter was run again")
	}
	if !apply("row 1", 10, 2) || calls != 10 {
		t.Error("a new generation was not filtered anew")
	}
	p.SortBy(func(a, b int) int { return cmp.Compare(b, a) })
	if p.Row(0) != 9 || p.Len() != 5 {
		t.Errorf("sorted: first row %d", p.Row(0))
	}
	apply("", 3, 3)
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
		p.Apply(testGrammar, picksKey{text: "10.0.7 !slp sev:>=0", n: len(texts), gen: gen}, func(i int, f *Facts) { f.Text = texts[i] })
	}
	if p.Len() == 0 {
		b.Fatal("nothing was kept")
	}
}
