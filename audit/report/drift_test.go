package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
	"oobscope/probes"
)

// driftSource is the run of source, and the same segment a day later, in which something of every kind changed.
func driftSource(t testing.TB) DriftSource {
	t.Helper()
	before, after := source(t), source(t)
	after.Run.ID, after.Run.Started = "01JDBBBBBBBBBBBBBBBBBBBBBB", before.Run.Started.Add(24*time.Hour)
	after.Run.State, after.Run.Kits = audit.RunPartial, []string{"lab_kit@1.1.0"}
	cells := map[string]probes.Cell{
		"198.18.1.5 redfish":       {Class: probes.RstHost},                                     // conformed, broken now
		"198.18.1.5 cim-https":     {Class: probes.OpenProto},                                   // broken, conforms now
		"198.18.1.5 cim-http":      {Class: probes.RstHost},                                     // exposed, not enforced now
		"198.18.1.5 ipmi":          {Class: probes.OpenProto},                                   // unverifiable, exposed now
		"198.18.1.5 upnp-psblock":  {},                                                          // deviated, not reached now
		"198.18.1.5 control-panel": {Class: probes.SilenceUnproven},                             // conforms in both
		"198.18.1.6 redfish":       {Class: probes.ProbeError},                                  // conformed, failed now
		"198.18.1.6 cim-http":      {Class: probes.OpenProto, Weak: probes.WeakSet(0).With(12)}, // waived in both, another weakness
		"198.18.1.6 ipmi":          {Class: probes.SilenceUnproven},
	}
	r := after.Results
	for i := range r.Hosts {
		h := r.Scope.Plan.Host(i)
		row := append([]probes.Cell(nil), r.Cells[h.First:int(h.First)+h.Count]...)
		for slot, e := range r.Scope.Plan.Groups[h.Group].Endpoints {
			if c, ok := cells[h.Addr.String()+" "+e.Service]; ok {
				row[slot] = c
			}
		}
		r.Update(i, row, probes.HostState{})
	}
	d := audit.Compare(before.Results, r, audit.Seen{})
	return DriftSource{Before: before.Run, After: after.Run, Drift: d, Exit: d.Exit(audit.Selection{}, 2, audit.UncoveredBudget)}
}

func driftWritten(t testing.TB, format string, s DriftSource) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteDrift(&b, format, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDriftText(t *testing.T) {
	t.Parallel()
	golden.RequireEqual(t, driftWritten(t, "text", driftSource(t)))
}

func TestDriftMarkdown(t *testing.T) {
	t.Parallel()
	golden.RequireEqual(t, driftWritten(t, "markdown", driftSource(t)))
}

func TestDriftJSONL(t *testing.T) {
	t.Parallel()
	golden.RequireEqual(t, driftWritten(t, "jsonl", driftSource(t)))
}

func TestDriftCSV(t *testing.T) {
	t.Parallel()
	golden.RequireEqual(t, driftWritten(t, "csv", driftSource(t)))
}

// What did not change is shown to who asks for it, and the tallies stay those of everything.
func TestDriftTextUnchanged(t *testing.T) {
	t.Parallel()
	s := driftSource(t)
	s.Selection.Changes = []audit.Change{audit.Unchanged}
	golden.RequireEqual(t, driftWritten(t, "text", s))
}

// JSON, JSONL and CSV carry the same lines, and the counts are those of the lines.
func TestDriftFormatsAgree(t *testing.T) {
	t.Parallel()
	s := driftSource(t)
	var doc struct {
		Summary driftSummary
		Flows   []driftLine
	}
	if err := json.Unmarshal(driftWritten(t, "json", s), &doc); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for l := range strings.Lines(string(driftWritten(t, "jsonl", s))) {
		lines = append(lines, strings.TrimSpace(l))
	}
	if len(lines) != len(doc.Flows)+1 {
		t.Fatalf("%d lines, %d flows", len(lines), len(doc.Flows))
	}
	count := map[string]int{}
	for i, f := range doc.Flows {
		again, err := marshal(f)
		if err != nil || string(again) != lines[i] {
			t.Errorf("line %d: %s, in the document %s", i, lines[i], again)
		}
		count[f.Change]++
	}
	c := doc.Summary.Counts
	if c.New != count["new"] || c.Updated != count["updated"] || c.Uncovered != count["uncovered"] || c.Absent != count["absent"] ||
		c.Standing+c.Lost+c.Gained != count["unchanged"] {
		t.Errorf("counts %+v, lines %v", c, count)
	}
	for change, n := range count {
		if n == 0 || len(count) != 5 {
			t.Errorf("the fixture has no line that is %s", change)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(driftWritten(t, "csv", s))).ReadAll()
	if err != nil || len(rows) != len(doc.Flows)+1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestDriftNothingReachesTheTerminalUnescaped(t *testing.T) {
	t.Parallel()
	s := driftSource(t)
	for _, r := range []*audit.Run{&s.Before, &s.After} {
		r.Site, r.Vantage, r.Zone, r.Kits = hostile, hostile, hostile+r.ID, []string{hostile}
	}
	for _, f := range DriftNames() {
		for _, c := range string(driftWritten(t, f, s)) {
			if c != '\n' && c != '\r' && !unicode.IsPrint(c) {
				t.Errorf("%s: wrote %U", f, c)
			}
		}
	}
}

func TestWriteDriftReportsTheDisk(t *testing.T) {
	t.Parallel()
	s := driftSource(t)
	for _, f := range DriftNames() {
		if err := WriteDrift(&full{}, f, s); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f, err)
		}
	}
	if err := WriteDrift(&full{}, "xml", s); err == nil || !strings.Contains(err.Error(), "markdown") {
		t.Errorf("unknown format: %v", err)
	}
}
