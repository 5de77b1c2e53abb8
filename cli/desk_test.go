package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/store"
)

func newDesk(t *testing.T) (*desk, *store.Store) {
	t.Helper()
	st, err := store.Open(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return &desk{real: newEngine(st, "1.2.3", time.Now, nil), adjust: func(*audit.Scope) {}}, st
}

// The simulated segment that the console starts has a store of its own: its runs stand in the list, can be opened, and
// are gone with it; the user's own store never hears of them.
func TestDemoFromInsideKeepsItsOwnStore(t *testing.T) {
	if testing.Short() {
		t.Skip("it opens some hundred sockets and takes seconds")
	}
	t.Parallel()
	d, st := newDesk(t)
	site, err := d.start()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := d.start(); again != site || err != nil || !site.Simulated {
		t.Fatalf("started again: %v, %v", again, err)
	}
	dir := d.dir
	scope, _, err := d.plan(kits.BuiltIn(), site)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	live, err := d.launch(ctx, scope)
	if err != nil {
		t.Fatal(err)
	}
	stop() // a part of it is enough here
	end, err := live.Wait()
	if err != nil || end.State != audit.RunPartial || !end.Simulated {
		t.Fatalf("ended as %+v, %v", end, err)
	}
	runs, errs := d.runs()
	if own, _ := st.Runs(); len(errs) != 0 || len(runs) != 1 || runs[0].ID != end.ID || len(own) != 0 {
		t.Errorf("lists %v (%v); the user's own store %v", runs, errs, own)
	}
	opened, err := d.open(end.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Error(err)
	}
	if _, err := d.real.open(end.ID); err == nil {
		t.Error("the user's own store has the run")
	}
	if err := d.remove(end.ID); err != nil {
		t.Error(err)
	}
	if runs, _ := d.runs(); len(runs) != 0 {
		t.Errorf("after its deletion: %v", runs)
	}
	if err := d.close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the temporary store is left: %v", err)
	}
	if err := d.close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}

// Within a demo there is nothing to start, and what it was started with is what it audits.
func TestDemoWithinADemo(t *testing.T) {
	t.Parallel()
	d, _ := newDesk(t)
	d.given = &audit.Site{Name: "simulated", Simulated: true}
	if site, err := d.start(); site != d.given || err != nil || d.demo != nil {
		t.Errorf("%v, %v", site, err)
	}
	if eng, seg := d.on(d.given); eng != d.real || seg != nil {
		t.Error("another engine audits it")
	}
}

const deskSite = `schema: oobscope.site/v1
name: lab
zones: {management: [198.18.4.0/24], trust: ["*"]}
vantage: {name: jump1, zone: trust}
targets: [{role: bmc, addresses: [198.18.4.0/28]}]
defaults: {interzone: drop, intrazone: allow}
`

// A site file is written once and never over another, private; a loaded one is what the console opens with next.
func TestSiteFilesFromTheConsole(t *testing.T) {
	t.Parallel()
	d, st := newDesk(t)
	home := t.TempDir()
	p := &program{getenv: func(k string) string { return map[string]string{"HOME": home}[k] }, now: time.Now}
	if err := p.writeSite("~/lab.yaml", []byte(deskSite)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(home, "lab.yaml"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := p.writeSite("~/lab.yaml", []byte("x")); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "write ") {
		t.Errorf("written over: %v", err)
	}
	if err := p.writeSite(filepath.Join(home, "no", "lab.yaml"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
	if data, _ := os.ReadFile(filepath.Join(home, "lab.yaml")); string(data) != deskSite {
		t.Errorf("holds %q", data)
	}
	site, err := p.loadSite(d.real, "~/lab.yaml")
	if err != nil || site.Name != "lab" {
		t.Fatal(site, err)
	}
	if next, err := p.chooseSite(st, ""); err != nil || next == nil || next.Name != "lab" {
		t.Errorf("the next console opens with %v, %v", next, err)
	}
	if _, err := p.loadSite(d.real, "~/nowhere.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("read nothing: %v", err)
	}
	broken := filepath.Join(home, "broken.yaml")
	if err := os.WriteFile(broken, []byte(strings.Replace(deskSite, "drop", "deny", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.loadSite(d.real, broken); err == nil || !strings.Contains(err.Error(), broken+":6:23: ") {
		t.Errorf("a broken one: %v", err)
	}
}

func TestPathsOfTheConsole(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	for _, name := range []string{"lab.yaml", "lab2.yml", "notes.txt", ".hidden.yaml", "sites/dc1.json", "other/readme"} {
		full := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(home, "sites"), filepath.Join(home, "link")); err != nil {
		t.Fatal(err)
	}
	p := &program{getenv: func(k string) string { return map[string]string{"HOME": home}[k] }}
	for begun, want := range map[string][]string{
		"~/":         {"~/lab.yaml", "~/lab2.yml", "~/link/", "~/other/", "~/sites/"},
		"~/la":       {"~/lab.yaml", "~/lab2.yml"},
		"~/.h":       {"~/.hidden.yaml"},
		"~/sites/":   {"~/sites/dc1.json"},
		"~/n":        {"~/notes.txt"}, // nothing that looks like a site: every file
		"~/other/":   {"~/other/readme"},
		"~/zzz":      nil,
		"~/nowhere/": nil,
		home + "/s":  {home + "/sites/"},
	} {
		if got := p.paths(begun); !slices.Equal(got, want) {
			t.Errorf("%q becomes %q, want %q", begun, got, want)
		}
	}
}
