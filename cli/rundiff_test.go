package cli

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

var firstRun = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// threeRuns is a store in which clear-text CIM opened on one host and closed again.
func threeRuns(t *testing.T) (dir string, ids [3]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	open := seenFlow{"198.18.1.5 cim-http": probes.OpenProto}
	for i, seen := range []seenFlow{allFine(), open, {"198.18.1.5 cim-http": probes.Unobserved}} {
		ids[i] = storeRun(t, dir, benchSite, firstRun.Add(time.Duration(i)*24*time.Hour), seen)
	}
	return dir, ids
}

func TestRunDiff(t *testing.T) {
	t.Parallel()
	dir, ids := threeRuns(t)
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"opened", []string{ids[0], ids[1]}, exitDeviation, "1 new, 0 updated, 0 uncovered, 0 absent"},
		{"closed again", []string{ids[1], ids[0]}, exitClean, "0 new, 0 updated, 0 uncovered, 1 absent"},
		{"the wrong way round is said", []string{ids[1], ids[0]}, exitClean, "was that meant?"},
		{"a smaller run is no fix", []string{ids[1], ids[2]}, exitClean, "0 new, 0 updated, 1 uncovered, 0 absent"},
		{"not even within the budget", []string{ids[1], ids[2], "--max-uncovered", "0"}, exitIncomplete, "too little"},
		{"not for its rule", []string{ids[1], ids[2], "--rule", "clear_text_mgmt"}, exitIncomplete, "rule clear_text_mgmt"},
		{"last two", nil, exitClean, ids[2]},
		{"previous of another", []string{"previous", ids[1]}, exitDeviation, ids[0]},
		{"by prefix, in small letters", []string{strings.ToLower(ids[0][:20]), ids[1]}, exitDeviation, ids[0]},
		{"below the limit", []string{ids[0], ids[1], "--fail-on", "critical"}, exitClean, "1 new"},
		{"another service", []string{ids[0], ids[1], "--service", "redfish"}, exitClean, "0 new"},
		{"another host", []string{ids[0], ids[1], "--host", "198.18.1.6"}, exitClean, "0 new"},
		{"its network", []string{ids[0], ids[1], "--host", "198.18.1.0/24"}, exitDeviation, "1 new"},
		{"listing less does not change the answer", []string{ids[0], ids[1], "--only", "absent"}, exitDeviation, "Absent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := callIn(t, dir, "", append([]string{"run", "diff"}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("exit %d, want %d and %q\n%s%s", code, c.code, c.want, out, errs)
			}
		})
	}
}

func TestRunDiffRefuses(t *testing.T) {
	t.Parallel()
	dir, ids := threeRuns(t)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"itself", []string{ids[0], ids[0]}, "nothing to compare"},
		{"unknown run", []string{"01ZZZZ", "last"}, "01ZZZZ: not in the store"},
		{"ambiguous", []string{"01", "last"}, "3 runs begin so"},
		{"nothing before the first", []string{"previous", ids[0]}, "is the first"},
		{"no baseline", []string{"baseline"}, "has no baseline"},
		{"unknown site", []string{"--site", "nope"}, "no run of site nope"},
		{"unknown rule", []string{ids[0], ids[1], "--rule", "clear_text"}, "no flow of either run"},
		{"no flow without a rule", []string{"--rule", "-"}, "--rule -: no flow"},
		{"unknown service", []string{"--service", "gopher"}, "not a service of the catalogue"},
		{"unknown change", []string{"--only", "fixed"}, "expected new, updated"},
		{"unknown format", []string{"--format", "xml"}, "expected text, jsonl"},
		{"wrong host", []string{"--host", "x"}, "expected an address"},
		{"wrong budget", []string{"--max-uncovered", "101"}, "expected 0 to 100"},
		{"wrong severity", []string{"--fail-on", "bad"}, "--fail-on bad"},
	} {
		code, out, errs := callIn(t, dir, "", append([]string{"run", "diff"}, c.args...)...)
		if code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit %d, %q, want %q", c.name, code, out+errs, c.want)
		}
	}
}

// Every format says the same.
func TestRunDiffFormats(t *testing.T) {
	t.Parallel()
	dir, ids := threeRuns(t)
	diff := func(format string) string {
		code, out, errs := callIn(t, dir, "", "run", "diff", ids[0], ids[1], "--format", format)
		if code != exitDeviation {
			t.Fatalf("%s: exit %d\n%s", format, code, errs)
		}
		return out
	}
	type flow struct{ Type, Change, Target, Service, Before, After string }
	var lines []flow
	for l := range strings.Lines(diff("jsonl")) {
		var f flow
		if err := json.Unmarshal([]byte(l), &f); err != nil && f.Type != "summary" {
			t.Fatal(err)
		}
		lines = append(lines, f)
	}
	want := flow{"drift", "new", "198.18.1.5", "cim-http", ids[0], ids[1]}
	if len(lines) != 2 || lines[0] != want || lines[1].Type != "summary" {
		t.Errorf("jsonl: %+v", lines)
	}
	var doc struct {
		Summary struct {
			Counts map[string]int
			Exit   int
		}
		Flows []flow
	}
	if err := json.Unmarshal([]byte(diff("json")), &doc); err != nil || len(doc.Flows) != 1 || doc.Flows[0] != want || doc.Summary.Counts["new"] != 1 || doc.Summary.Exit != 1 {
		t.Errorf("json: %+v, %v", doc, err)
	}
	rows, err := csv.NewReader(strings.NewReader(diff("csv"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][2] != "new" || rows[1][7] != "198.18.1.5" {
		t.Errorf("csv: %v, %v", rows, err)
	}
	if md := diff("markdown"); !strings.Contains(md, "| HIGH exposed | cim-http tcp/5988 |") {
		t.Errorf("markdown:\n%s", md)
	}
}

func TestRunBaseline(t *testing.T) {
	t.Parallel()
	dir, ids := threeRuns(t)
	must := func(code int, want string, args ...string) {
		t.Helper()
		got, out, errs := callIn(t, dir, "", args...)
		if got != code || !strings.Contains(out+errs, want) {
			t.Errorf("%v: exit %d, want %d and %q\n%s%s", args, got, code, want, out, errs)
		}
	}
	must(exitUsage, "only a complete run", "run", "baseline", "set", "last")
	must(exitUsage, "--name a/b", "run", "baseline", "set", ids[0], "--name", "a/b")
	must(exitClean, "baseline baseline of site bench is run "+ids[1], "run", "baseline", "set", ids[1])
	must(exitClean, "(was "+ids[1]+")", "run", "baseline", "set", ids[0])
	must(exitClean, ids[0], "run", "baseline", "list")
	must(exitClean, "netops", "run", "baseline", "list")
	must(exitDeviation, ids[0], "run", "diff", "baseline", ids[1])
	must(exitClean, ids[0], "run", "diff") // without names: the baseline and the last run
	must(exitClean, "is unset", "run", "baseline", "unset")
	must(exitUsage, "not in the store", "run", "baseline", "unset")
	must(exitClean, "q4", "run", "baseline", "set", ids[0], "--name", "q4")
	must(exitDeviation, ids[0], "run", "diff", "baseline:q4", ids[1])
}

func TestRunTrend(t *testing.T) {
	t.Parallel()
	dir, _ := threeRuns(t)
	code, out, errs := callIn(t, dir, "", "run", "list", "--trend")
	if code != exitClean || !strings.Contains(out, "site bench: 3 runs from 2026-11-20 to 2026-11-22") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if !strings.Contains(out, "clear_text_mgmt") || !strings.Contains(out, "_9_") {
		t.Errorf("no line of the rule that opened and closed:\n%s", out)
	}
	for _, args := range [][]string{{"--last", "0"}, {"--site", "nope"}} {
		if code, _, errs := callIn(t, dir, "", append([]string{"run", "list", "--trend"}, args...)...); code != exitUsage || errs == "" {
			t.Errorf("%v: exit %d %s", args, code, errs)
		}
	}
}
