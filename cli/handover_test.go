package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/store"
)

// fieldStore is the store of an auditor: a run with a waived and a bare deviation.
func fieldStore(t *testing.T) (dir, run string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "field")
	run = storeRun(t, dir, benchSite, time.Now().Add(-time.Hour), seenFlow{"198.18.1.5 cim-http": probes.OpenProto, "198.18.1.6 ipmi": probes.OpenProto})
	if code, _, errs := callIn(t, dir, "", append(addArgs, "--approved-by", "ciso")...); code != exitClean {
		t.Fatal(errs)
	}
	return dir, run
}

func office(t *testing.T) string { return filepath.Join(t.TempDir(), "office") }

// An auditor signs a run; the office checks it, sees who signed, and reads the same report.
func TestHandOver(t *testing.T) {
	t.Parallel()
	key, pub := sshKey(t)
	field, run := fieldStore(t)
	file := filepath.Join(t.TempDir(), "run.tar")
	code, out, errs := callIn(t, field, "", "run", "export", "last", "--output", file, "--sign", key)
	if code != exitClean || !strings.Contains(out, "signed by SHA256:") {
		t.Fatalf("export: exit %d\n%s%s", code, out, errs)
	}
	allowed := write(t, "allowed", "# our auditors\nauditor@example.com namespaces=\"oobscope-run@v1\" "+pub+"\n")
	dir := office(t)
	code, out, errs = callIn(t, dir, "", "run", "import", file, "--allowed-signers", allowed)
	for _, want := range []string{"run      " + run, "signed   by auditor@example.com, key SHA256:", "exported", "by netops@jump1", "trail    entry", "imported"} {
		if code != exitClean || !strings.Contains(out, want) {
			t.Fatalf("import: exit %d, want %q\n%s%s", code, want, out, errs)
		}
	}
	here := reportOf(t, field, run)
	there := reportOf(t, dir, run)
	if !strings.Contains(there, "Handed over") || !strings.Contains(there, "signed by auditor@example.com") {
		t.Errorf("the report does not say where it came from:\n%s", there)
	}
	if there = regexp.MustCompile(`(?m)^Handed over.*\n`).ReplaceAllString(there, ""); !sameWords(here, there) {
		t.Errorf("the office sees another report:\n%s\nthe field:\n%s", there, here)
	}
	_, list, _ := callIn(t, dir, "", "run", "list")
	if !strings.Contains(list, "bench (imported)") {
		t.Errorf("not marked:\n%s", list)
	}
	if code, out, _ := callIn(t, dir, "", "run", "import", file); code != exitClean || !strings.Contains(out, "already in the store") {
		t.Errorf("a second time: exit %d\n%s", code, out)
	}
	if _, trail, _ := callIn(t, dir, "", "trail", "show"); !strings.Contains(trail, "run.imported") || !strings.Contains(trail, "auditor@example.com") {
		t.Errorf("trail:\n%s", trail)
	}
	if code, out, errs := callIn(t, field, "", "trail", "verify", "--bundle", file); code != exitClean || !strings.Contains(out, "the bundle carries") {
		t.Errorf("the field's own bundle: exit %d\n%s%s", code, out, errs)
	}
	if code, _, errs := callIn(t, dir, "", "trail", "verify", "--bundle", file); code != exitTrust || !strings.Contains(errs, "of another store") {
		t.Errorf("the bundle of another store: exit %d\n%s", code, errs)
	}
	if _, trail, _ := callIn(t, field, "", "trail", "show"); !strings.Contains(trail, "run.exported") {
		t.Errorf("trail:\n%s", trail)
	}
}

// reportOf is the text report of a run.
func reportOf(t *testing.T, dir, run string) string {
	t.Helper()
	code, out, errs := callIn(t, dir, "", "run", "show", run)
	if code != exitDeviation {
		t.Fatalf("show: exit %d\n%s%s", code, out, errs)
	}
	return out
}

// sameWords compares without the widths of columns.
func sameWords(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// What is wrong with a bundle is said in one line, with the exit code of a trust failure, and nothing is stored.
func TestImportRefuses(t *testing.T) {
	t.Parallel()
	key, pub := sshKey(t)
	_, foreign := sshKey(t)
	field, _ := fieldStore(t)
	dir := t.TempDir()
	signed, unsigned := filepath.Join(dir, "signed.tar"), filepath.Join(dir, "unsigned.tar")
	for file, more := range map[string][]string{signed: {"--sign", key}, unsigned: nil} {
		if code, _, errs := callIn(t, field, "", append([]string{"run", "export", "last", "--output", file}, more...)...); code != exitClean {
			t.Fatal(errs)
		}
	}
	altered := func(old, new string) string {
		raw, err := os.ReadFile(signed)
		if err != nil || !bytes.Contains(raw, []byte(old)) {
			t.Fatalf("%v, or no %q in it", err, old)
		}
		return write(t, "altered.tar", string(bytes.Replace(raw, []byte(old), []byte(new), 1)))
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unsigned", []string{unsigned}, exitTrust, "nobody signed it"},
		{"unsigned, though a list is given", []string{unsigned, "--unsigned", "--allowed-signers", write(t, "a", "x "+pub)}, exitTrust, "nobody signed it"},
		{"another signer", []string{signed, "--allowed-signers", write(t, "a", "x "+foreign)}, exitTrust, "not in the list"},
		{"another namespace", []string{signed, "--allowed-signers", write(t, "a", "x namespaces=\"file\" "+pub)}, exitTrust, "does not accept it for"},
		{"a list that does not read", []string{signed, "--allowed-signers", write(t, "a", "x")}, exitUsage, ":1: found one word"},
		{"a changed run", []string{altered(`"ID": "0`, `"ID": "1`)}, exitTrust, "not as it was written"},
		{"a changed manifest", []string{altered(`"site": "bench"`, `"site": "banch"`)}, exitTrust, "not as it was written"},
		{"another site", []string{altered("198.18.1.5", "198.18.1.7")}, exitTrust, "not as it was written"},
		{"not a bundle", []string{write(t, "x", strings.Repeat("x", 4096))}, exitTrust, "manifest.json is missing"},
		{"empty", []string{write(t, "x", "")}, exitTrust, "it ends after 0 bytes"},
		{"a folder", []string{dir}, exitUsage, "not a regular file"},
		{"no file", []string{filepath.Join(dir, "none")}, exitUsage, "no such file"},
	} {
		office := office(t)
		code, out, errs := callIn(t, office, "", append([]string{"run", "import"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || !strings.Contains(errs, "hint: ") && c.code == exitTrust {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", c.name, code, c.code, c.want, out, errs)
		}
		if _, list, _ := callIn(t, office, "", "run", "list"); strings.Count(list, "\n") != 1 {
			t.Errorf("%s: something was stored\n%s", c.name, list)
		}
	}
	if code, out, _ := callIn(t, office(t), "", "run", "import", unsigned, "--unsigned"); code != exitClean || !strings.Contains(out, "signed   by nobody") {
		t.Errorf("unsigned, on purpose: exit %d\n%s", code, out)
	}
	if code, out, _ := callIn(t, office(t), "", "run", "import", signed, "--check"); code != exitClean || !strings.Contains(out, "nothing was stored") {
		t.Errorf("check: exit %d\n%s", code, out)
	}
}

// An imported run is read-only, and the waivers that came with it count for it alone.
func TestImportedRunIsReadOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "field")
	run := storeRun(t, dir, benchSite, time.Now().Add(-time.Hour), seenFlow{"198.18.1.5 cim-http": probes.OpenProto, "198.18.1.6 redfish": probes.Unobserved})
	if code, _, errs := callIn(t, dir, "", append(addArgs, "--approved-by", "ciso")...); code != exitClean {
		t.Fatal(errs)
	}
	file := filepath.Join(t.TempDir(), "run.tar")
	if code, _, errs := callIn(t, dir, "", "run", "export", run, "--output", file); code != exitClean {
		t.Fatal(errs)
	}
	office := office(t)
	own := storeRun(t, office, benchSite, time.Now().Add(-2*time.Hour), seenFlow{"198.18.1.5 cim-http": probes.OpenProto})
	if code, _, errs := callIn(t, office, "", "run", "import", file, "--unsigned"); code != exitClean {
		t.Fatal(errs)
	}
	if code, _, errs := callIn(t, office, "", "audit", "--resume", run); code != exitUsage || !strings.Contains(errs, "it is read-only") {
		t.Errorf("resume: exit %d\n%s", code, errs)
	}
	if _, out, _ := callIn(t, office, "", "run", "show", run); !strings.Contains(out, "Waived deviations") {
		t.Errorf("the imported run lost its waiver:\n%s", out)
	}
	if code, out, _ := callIn(t, office, "", "run", "show", own); code != exitDeviation || strings.Contains(out, "Waived deviations") {
		t.Errorf("a waiver from outside counts for our own run: exit %d\n%s", code, out)
	}
	if code, out, _ := callIn(t, office, "", "run", "diff", own, run); code != exitClean && code != exitIncomplete {
		t.Errorf("compared with our own run: exit %d\n%s", code, out)
	}
	st, err := store.Open(office)
	if err != nil {
		t.Fatal(err)
	}
	eng := newEngine(st, "1.2.3", time.Now, nil)
	scope := benchScope(t, false)
	prior := eng.prior(scope, own)
	for id := range probes.FlowID(scope.Plan.Flows()) {
		if _, ok := prior.Answered(id); ok {
			t.Fatalf("a new run believes what a stranger's run saw of flow %d", id)
		}
	}
	if code, _, errs := callIn(t, office, "", "run", "delete", run, "--yes"); code != exitClean {
		t.Errorf("delete: %s", errs)
	}
}

// A pseudonymised bundle reads like the run, under other names.
func TestPseudonymisedHandOver(t *testing.T) {
	t.Parallel()
	field, run := fieldStore(t)
	file := filepath.Join(t.TempDir(), "run.tar")
	code, out, errs := callIn(t, field, "", "run", "export", run, "--output", file, "--pseudonymise")
	if code != exitClean || strings.Contains(out, run) || strings.Contains(out, "bench") {
		t.Fatalf("export: exit %d\n%s%s", code, out, errs)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"198.18.1.5", "jump1", "netops", "bench", run, "CHG-1"} {
		if bytes.Contains(raw, []byte(gone)) {
			t.Errorf("%q survives", gone)
		}
	}
	dir := office(t)
	if code, out, errs := callIn(t, dir, "", "run", "import", file, "--unsigned"); code != exitClean || !strings.Contains(out, "pseudonymised") {
		t.Fatalf("import: exit %d\n%s%s", code, out, errs)
	}
	there := reportOf(t, dir, "last")
	for _, want := range []string{"PSEUDONYMISED", "HIGH exposed: ipmi udp/623", "Waived deviations"} {
		if !strings.Contains(there, want) {
			t.Errorf("no %q in\n%s", want, there)
		}
	}
}

// Stopped in the middle, an export leaves no file and an import no run.
func TestHandOverStopped(t *testing.T) {
	t.Parallel()
	field, _ := fieldStore(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "run.tar")
	if code, _, errs := callIn(t, field, "", "run", "export", "last", "--output", file); code != exitClean {
		t.Fatal(errs)
	}
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	call := func(store string, args ...string) (int, string) {
		var errs bytes.Buffer
		p := &program{version: "1.2.3", stdin: strings.NewReader(""), stdout: io.Discard, stderr: &errs, now: time.Now,
			who: func() person { return netops }, getenv: func(k string) string { return map[string]string{"OOBSCOPE_STORE": store}[k] }}
		return p.run(stopped, args), errs.String()
	}
	second := filepath.Join(dir, "second.tar")
	if code, errs := call(field, "run", "export", "last", "--output", second); code != exitIncomplete || !strings.Contains(errs, "stopped") {
		t.Errorf("export: exit %d\n%s", code, errs)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	office := office(t)
	if code, errs := call(office, "run", "import", file, "--unsigned"); code != exitIncomplete || !strings.Contains(errs, "stopped") {
		t.Errorf("import: exit %d\n%s", code, errs)
	}
	if _, list, _ := callIn(t, office, "", "run", "list"); strings.Count(list, "\n") != 1 {
		t.Errorf("a run is left:\n%s", list)
	}
}
