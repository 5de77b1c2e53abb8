package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// call runs the command line as a user without a terminal would, on a store of its own.
func call(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return callIn(t, filepath.Join(t.TempDir(), "store"), stdin, args...)
}

func callIn(t *testing.T, dir, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return callAs(t, person{uid: 1000, login: "netops", host: "jump1", from: "198.18.90.7"}, dir, stdin, args...)
}

// callAs is callIn by somebody.
func callAs(t *testing.T, who person, dir, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return callWith(t, who, map[string]string{"OOBSCOPE_STORE": dir}, stdin, args...)
}

// callWith is callAs in an environment.
func callWith(t *testing.T, who person, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{
		version: "1.2.3", stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs, now: time.Now,
		who:    func() person { return who },
		getenv: func(k string) string { return env[k] },
	}
	code = p.run(context.Background(), args)
	return code, out.String(), errs.String()
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const goodSite = `schema: oobscope.site/v1
name: bench
zones:
  management: [127.0.0.0/8]
  internet: ["*"]
vantage: {name: bench}
targets:
  - {role: bmc, addresses: [127.0.0.9]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
`

// Bad input gets one clear line with file, line and column, a hint, and the documented code.
func TestBadInput(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"
	for _, c := range []struct {
		name, file, text string
		args             []string
		want             string
	}{
		{"wrong type", "k.yaml", "schema_version: 1.0.0\nid: [x]\n", []string{"kit", "import"}, "k.yaml:2:5: id: "},
		{"duplicate key", "k.yaml", "id: a\nid: b\n", []string{"kit", "import"}, "k.yaml:2:1: "},
		{"too large", "k.yaml", strings.Repeat("a", 2<<20), []string{"kit", "import"}, "found 2097152 bytes, expected at most 1048576"},
		{"alias bomb", "k.yaml", bomb, []string{"kit", "import"}, "k.yaml:1:4: found an anchor or alias"},
		{"binary", "k.json", "{\"id\": \"\x1b[2J\"", []string{"kit", "import"}, "k.json:1:"},
		{"site wrong zone", "s.yaml", strings.Replace(goodSite, "127.0.0.0/8", "127.0.0.0/40", 1), []string{"site", "check"}, "s.yaml:4:16: "},
		{"site without defaults", "s.yaml", strings.Replace(goodSite, "defaults:", "# defaults:", 1), []string{"site", "check"}, "defaults"},
		{"site too hasty", "s.yaml", goodSite + "probe: {per_host_gap: 100ms}\n", []string{"site", "check"}, "s.yaml:11:"},
		{"site multicast", "s.yaml", strings.Replace(goodSite, "[127.0.0.9]", "[224.0.0.1]", 1), []string{"site", "check"}, "s.yaml:8:"},
		{"audit with it", "s.yaml", "schema: nonsense\n", []string{"audit", "--site"}, "s.yaml:1:9: schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := write(t, c.file, c.text)
			code, stdout, stderr := call(t, "", append(c.args, file)...)
			if code != exitUsage {
				t.Errorf("exit code %d, expected %d", code, exitUsage)
			}
			if stdout != "" {
				t.Errorf("standard output has %q", stdout)
			}
			if !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "hint: ") {
				t.Errorf("got %q, expected %q and a hint", stderr, c.want)
			}
			if strings.ContainsAny(stderr, "\x1b") || len(stderr) > 2000 {
				t.Errorf("not fit for a terminal: %q", stderr)
			}
		})
	}
}

// Wrong calls are told apart from failures, and every message names what to do.
func TestWrongCalls(t *testing.T) {
	t.Parallel()
	notDir := write(t, "file", "x")
	site := write(t, "site.yaml", goodSite)
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no site", []string{"audit"}, exitUsage, "no site file"},
		{"no such site", []string{"audit", "--site", "/nonexistent.yaml"}, exitUsage, "no such file"},
		{"unknown flag", []string{"audit", "--sight", "x"}, exitUsage, "unknown flag: --sight"},
		{"unknown command", []string{"audits"}, exitUsage, "unknown command"},
		{"group alone", []string{"kit"}, exitUsage, "expected one of export, import, list, show"},
		{"unknown kit", []string{"kit", "show", "nope"}, exitUsage, "no kit of that id"},
		{"unknown format", []string{"audit", "--site", site, "--format", "xml"}, exitUsage, "xml"},
		{"unknown severity", []string{"audit", "--site", site, "--fail-on", "bad"}, exitUsage, "--fail-on bad"},
		{"unknown service", []string{"audit", "--site", site, "--services", "gopher", "--dry-run"}, exitUsage, "gopher"},
		{"unknown pace", []string{"audit", "--site", site, "--pace", "ludicrous", "--dry-run"}, exitUsage, "ludicrous"},
		{"target outside", []string{"audit", "--site", site, "--targets", "127.0.0.10", "--dry-run"}, exitUsage, "127.0.0.10"},
		{"target nonsense", []string{"audit", "--site", site, "--targets", "x", "--dry-run"}, exitUsage, "--targets x"},
		{"unknown run", []string{"run", "show", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, exitUsage, "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		{"resume unknown run", []string{"audit", "--resume", "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, exitUsage, "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		{"store below a file", []string{"kit", "list", "--store", filepath.Join(notDir, "x")}, exitIncomplete, "a part of the path is a file"},
		{"console without terminal", nil, exitUsage, "needs a terminal"},
		{"language", []string{"demo", "--lang", "xx", "--headless", "--format", "nope"}, exitUsage, "nope"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := call(t, "", c.args...)
			if code != c.code || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, %q; expected %d and %q", code, stderr, c.code, c.want)
			}
		})
	}
}

// A dry run prints the plan, the budget and the very bytes, and stores nothing.
func TestDryRunSendsNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	site := write(t, "site.yaml", goodSite)
	code, stdout, stderr := callIn(t, dir, "", "audit", "--site", site, "--dry-run")
	if code != exitClean {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{
		"nothing is sent", "ipmi udp/623: intended drop by rule clear_text_mgmt",
		"0600ff06000011be80",                     // ASF presence ping
		"0600ff07000000000000000000092018c8",     // Get Channel Authentication Capabilities
		"02090000" + "1d",                        // SLP service type request of 29 bytes
		"48454144202f20485454502f312e300d0a0d0a", // HEAD / HTTP/1.0
		"upnp-psblock tcp/49152: intended drop by rule bmc_config_disclosure", // the second kit speaks
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the dry run does not show %q", want)
		}
	}
	if strings.Contains(stdout, "474554202f5053426c6f636b") {
		t.Error("the dry run shows a GET of the password file")
	}
	if _, runs, _ := callIn(t, dir, "", "run", "list"); strings.Count(runs, "\n") != 1 {
		t.Errorf("a dry run left a run behind: %q", runs)
	}
}

// A kit goes in from a file or a pipe, shows up in the list, and is refused when the same version says
// something else.
func TestKitImport(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	_, raw, _ := callIn(t, dir, "", "kit", "show", "--raw", "bmc_exposure_watch")
	mine := strings.Replace(raw, "id: bmc_exposure_watch", "id: my_watch", 1)
	if code, out, errs := callIn(t, dir, mine, "kit", "import", "-"); code != 0 || !strings.Contains(out, "imported my_watch@1.0.0: 2 rules") {
		t.Fatalf("import: %d %q %q", code, out, errs)
	}
	if _, out, _ := callIn(t, dir, mine, "kit", "import", "-"); !strings.Contains(out, "already there") {
		t.Errorf("second import: %q", out)
	}
	if code, _, errs := callIn(t, dir, mine+"# changed\n", "kit", "import", "-"); code != exitUsage || !strings.Contains(errs, "my_watch@1.0.0") {
		t.Errorf("a changed kit of the same version: %d %q", code, errs)
	}
	if _, out, _ := callIn(t, dir, "", "kit", "list"); !strings.Contains(out, "my_watch@1.0.0") {
		t.Errorf("list: %q", out)
	}
}
