package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

var (
	netops   = person{uid: 1000, login: "netops", host: "jump1", from: "198.18.90.7"}
	security = person{uid: 1001, login: "security", host: "jump1"}
)

// exposedStore is a store with one run in which clear-text CIM is open on one host.
func exposedStore(t *testing.T) (dir, run string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "store")
	return dir, storeRun(t, dir, benchSite, time.Now().Add(-time.Hour), seenFlow{"198.18.1.5 cim-http": probes.OpenProto})
}

var addArgs = []string{"waiver", "add", "--target", "198.18.1.5", "--service", "cim-http", "--reason", "array is replaced in Q1", "--ticket", "CHG-1", "--expires", "90d"}

// waiverID is the id that waiver add printed.
func waiverID(t *testing.T, out string) string {
	t.Helper()
	id, _, ok := strings.Cut(out, ":")
	if !ok || !strings.HasPrefix(id, "w-") {
		t.Fatalf("no id in %q", out)
	}
	return id
}

// From the request over the approval by somebody else to the withdrawal, with the run judged at each step: a waiver
// never changes a verdict, and only an approved one counts.
func TestWaiverFlow(t *testing.T) {
	t.Parallel()
	dir, run := exposedStore(t)
	step := func(who person, code int, want string, args ...string) string {
		t.Helper()
		got, out, errs := callAs(t, who, dir, "", args...)
		if got != code || !strings.Contains(out+errs, want) {
			t.Fatalf("%s: %v: exit %d, want %d and %q\n%s%s", who.login, args, got, code, want, out, errs)
		}
		return out
	}
	judged := func(code int, want string) {
		t.Helper()
		out := step(netops, code, want, "run", "show", run, "--format", "text")
		if !strings.Contains(out, "1 exposed") {
			t.Errorf("the verdict changed:\n%s", out)
		}
	}
	judged(exitDeviation, "HIGH exposed: cim-http")
	id := waiverID(t, step(netops, exitClean, "it counts once somebody else approves it", addArgs...))
	judged(exitDeviation, id+" requested")
	step(netops, exitUsage, "a waiver needs a second person", "waiver", "approve", id)
	step(person{uid: 0, login: "root", sudo: "netops"}, exitUsage, "a waiver needs a second person", "waiver", "approve", id)
	step(security, exitClean, "approved "+id, "waiver", "approve", id, "--note", "agreed in CAB")
	step(security, exitUsage, "approved already", "waiver", "approve", id)
	judged(exitClean, id+" active")
	judged(exitClean, "Waived deviations")
	if out := step(netops, exitClean, id, "waiver", "list"); !strings.Contains(out, "active") || !strings.Contains(out, "security") {
		t.Errorf("listed:\n%s", out)
	}
	yaml := step(netops, exitClean, `approved_by: "security"`, "waiver", "export")
	if site, err := audit.ReadSite("site.yaml", []byte(benchSite+yaml)); err != nil || len(site.Waivers) != 1 || site.Waivers[0].ID != id {
		t.Errorf("the site file does not take it: %v\n%s", err, yaml)
	}
	step(netops, exitClean, "withdrawn "+id, "waiver", "withdraw", id, "--note", "array is gone")
	judged(exitDeviation, "HIGH exposed: cim-http")
	step(netops, exitUsage, "withdrawn already", "waiver", "withdraw", id)
	if out := step(netops, exitClean, "ID", "waiver", "list"); strings.Contains(out, id) {
		t.Errorf("a withdrawn waiver is listed:\n%s", out)
	}
	step(netops, exitClean, "withdrawn", "waiver", "list", "--all")
	trail := step(netops, exitClean, "waiver.requested", "trail", "show", "--subject", id)
	for _, want := range []string{"netops (1000)    jump1 via 198.18.90.7  waiver.requested", "security (1001)  jump1", "waiver.approved", "waiver.withdrawn", "array is gone"} {
		if !strings.Contains(trail, want) {
			t.Errorf("the trail does not say %q:\n%s", want, trail)
		}
	}
}

// Who cannot log in here is named, and every report says so.
func TestWaiverWithANamedApprover(t *testing.T) {
	t.Parallel()
	dir, run := exposedStore(t)
	_, out, _ := callIn(t, dir, "", append(addArgs, "--approved-by", "ciso")...)
	id := waiverID(t, out)
	code, report, _ := callIn(t, dir, "", "run", "show", run)
	if code != exitClean || !strings.Contains(report, "approved by ciso as whoever entered it says") {
		t.Errorf("exit %d\n%s", code, report)
	}
	if _, list, _ := callIn(t, dir, "", "waiver", "list", "--format", "jsonl"); !strings.Contains(list, `"approver_named":true`) {
		t.Errorf("listed %s", list)
	}
	if _, trail, _ := callIn(t, dir, "", "trail", "show", "--action", "waiver.approved"); !strings.Contains(trail, id) || !strings.Contains(trail, "approver named: ciso") {
		t.Errorf("trail\n%s", trail)
	}
}

func TestWaiverRefusals(t *testing.T) {
	t.Parallel()
	dir, run := exposedStore(t)
	with := func(more ...string) []string { return append(append([]string{}, addArgs...), more...) }
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no target", []string{"waiver", "add", "--service", "cim-http"}, "--target"},
		{"no service", []string{"waiver", "add", "--target", "198.18.1.5"}, "--service"},
		{"no end", []string{"waiver", "add", "--target", "198.18.1.5", "--service", "cim-http"}, "a waiver needs an end"},
		{"too long", with("--expires", "181d"), "at most 180"},
		{"in the past", with("--starts", "2020-01-01", "--expires", "2020-02-01"), "has passed"},
		{"no day", with("--expires", "soon"), "expected a day"},
		{"no reason", with("--reason", ""), "reason"},
		{"approves itself", with("--approved-by", "NetOps"), "somebody else"},
		{"conforms", with("--service", "redfish"), "no deviation of redfish"},
		{"another host", with("--target", "198.18.1.6"), "no deviation of cim-http"},
		{"another rule", with("--rule", "-"), "no deviation of cim-http"},
		{"unknown run", with("--run", "01ZZZ"), "not in the store"},
		{"approve unknown", []string{"waiver", "approve", "w-1"}, "not in the store"},
		{"withdraw unknown", []string{"waiver", "withdraw", "w-1"}, "not in the store"},
		{"export nothing", []string{"waiver", "export"}, "no approved waiver"},
		{"export unknown", []string{"waiver", "export", "w-1"}, "not in the store"},
	} {
		code, out, errs := callIn(t, dir, "", c.args...)
		if code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit %d, %q, want %q", c.name, code, out+errs, c.want)
		}
	}
	if _, list, _ := callIn(t, dir, "", "waiver", "list", "--all", "--format", "jsonl"); list != "" {
		t.Errorf("something was stored: %s", list)
	}
	_ = run
}

// What changes the store is in the trail, and the chain holds; a changed byte is found and named.
func TestTrailOfTheCommands(t *testing.T) {
	t.Parallel()
	dir, run := exposedStore(t)
	kit := write(t, "k.yaml", "schema_version: 1.0.0\nid: extra\nversion: 1.0.0\ntitle: {en: x}\nrules:\n  - {application: {app_id: ipmi_x, category: x, risk: 3}, action: drop, direction: internal, zones: {source: [management], destination: [management]}}\n")
	for _, args := range [][]string{{"kit", "import", kit}, {"run", "baseline", "set", run}, {"run", "baseline", "unset"}, {"run", "delete", run, "--yes"}} {
		if code, _, errs := callIn(t, dir, "", args...); code != exitClean {
			t.Fatalf("%v: %s", args, errs)
		}
	}
	_, out, _ := callIn(t, dir, "", "trail", "show", "--format", "jsonl")
	var did []string
	for l := range strings.Lines(out) {
		var e struct{ Action, Login, Hash, Prev string }
		if err := json.Unmarshal([]byte(l), &e); err != nil || len(e.Hash) != 64 || len(e.Prev) != 64 {
			t.Fatalf("%s: %v", l, err)
		}
		did = append(did, e.Action)
	}
	if got, want := strings.Join(did, " "), "run.ended kit.imported baseline.set baseline.unset run.deleted"; got != want {
		t.Errorf("trail has %s, want %s", got, want)
	}
	if code, out, _ := callIn(t, dir, "", "trail", "verify"); code != exitClean || !strings.Contains(out, "5 entries") {
		t.Errorf("exit %d\n%s", code, out)
	}
	file := filepath.Join(dir, "trail.jsonl")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(raw), "baseline.set", "baseline.sit", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := callIn(t, dir, "", "trail", "verify"); code != exitTrust || !strings.Contains(errs, "line 3") || !strings.Contains(errs, "2 entries before it") {
		t.Errorf("exit %d\n%s", code, errs)
	}
	if code, out, errs := callIn(t, dir, "", "trail", "show", "--last", "3"); code != exitClean || !strings.Contains(out, "line 3") || !strings.Contains(errs, "cannot be believed") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}
