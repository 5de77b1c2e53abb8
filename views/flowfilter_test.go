package views

import (
	"os"
	"strings"
	"testing"

	"oobscope/probes"
)

// keyTerms is one term for each key of a list of flows, and the other forms of a term.
var keyTerms = []string{
	"10.0.7", "!slp", "-f clrtxt", "verdict:exposed,broken", "sev:>=4", "host:10.0.7.", "host:10.0.7.0/24", "!host:10.0.0.0/9",
	"rule:slp", "service:cim-http", "port:5988-5989", "proto:udp", "zone:management", "from:trust", "role:bmc", "intent:drop",
	"observed:silence", "reason:l7", "waived:no", "weak:tls", "kit:oob", "technique:t1", "control:a", "-f rule:clr",
	"host:10.0.0.0/16 verdict:exposed sev:>=4 rule:clear,slp !proto:udp",
}

// One letter typed into the filter of the differences of a /16: the query is read, every host, question and
// judgement looked at once, and all 786,432 flows asked.
func BenchmarkFilterKeys65536(b *testing.B) {
	s := largeState(65536)
	r, sc := s.Results, s.Results.Scope
	for _, term := range keyTerms {
		b.Run(strings.ReplaceAll(term, " ", "_"), func(b *testing.B) {
			var f flowFilter
			f.prepare("first", sc, s.Words) // the addresses are written down once for each run on screen
			b.ReportAllocs()
			kept := 0
			for b.Loop() {
				f.prepare(term, sc, s.Words)
				kept = 0
				host, id := 0, 0
				for g := range sc.Plan.Groups {
					slots := len(sc.Plan.Groups[g].Endpoints)
					for range sc.Plan.Groups[g].Addrs {
						for slot := range slots {
							if f.keeps(r, host, g, slot, id+slot) {
								kept++
							}
						}
						host++
						id += slots
					}
				}
				f.set = false
			}
			b.ReportMetric(float64(kept), "kept")
		})
	}
}

// Every key is known to the list of flows, and answered: with a value that all have, and one that none has.
func TestEveryFlowKeyIsAnswered(t *testing.T) {
	t.Parallel()
	s := endedState()
	g := flowGrammar(s.Scope, s.Words)
	values := map[FilterKey]string{BySeverity: ">=0", ByHost: "198.18.0.0/16", ByRule: "0", ByService: "redfish", ByPort: "443", ByProto: "tcp", ByWaived: "no",
		ByVerdict: "conforms", ByIntent: "drop", ByObserved: "silence", ByReason: "l", ByWeak: "tls"}
	for _, k := range flowKeys {
		value := values[k]
		if value == "" {
			if len(g.known[k]) == 0 {
				t.Errorf("%s: no value is known", k)
				continue
			}
			value = g.known[k][0]
		}
		var f flowFilter
		f.prepare(k.String()+":"+value, s.Scope, s.Words)
		kept := 0
		for id := range s.Results.Judged {
			flow := s.Scope.Plan.Flow(probes.FlowID(id))
			if f.keeps(s.Results, flow.Host, flow.Group, flow.Slot, id) {
				kept++
			}
		}
		if kept == 0 {
			t.Errorf("%s:%s keeps nothing", k, value)
		}
		if trouble := g.Trouble(k.String() + ":" + value); trouble != "" {
			t.Errorf("%s:%s: %s", k, value, trouble)
		}
	}
}

// The page that documents the filter lists every key, and no other.
func TestFilterPageListsEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/filter.md")
	if err != nil {
		t.Fatal(err)
	}
	table := string(text)[strings.Index(string(text), "| key | value |"):]
	table = table[:strings.Index(table, "\n\n")]
	listed := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n") {
		cell := strings.Split(row, "|")[1]
		for i, part := range strings.Split(cell, "`") {
			if i%2 == 1 {
				listed[part] = true
			}
		}
	}
	for k := ByText + 1; k < filterKeys; k++ {
		for _, name := range []string{k.String(), filterKeyTable[k].alias} {
			if name != "" && !listed[name] {
				t.Errorf("%s is not documented", name)
			}
			delete(listed, name)
		}
	}
	for name := range listed {
		t.Errorf("%s is documented, but is no key", name)
	}
}
