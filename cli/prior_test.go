package cli

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store"
)

// benchScope plans benchSite as storeRun does.
func benchScope(t *testing.T, simulated bool) *audit.Scope {
	t.Helper()
	site, err := audit.ReadSite("bench.yaml", []byte(benchSite))
	if err != nil {
		t.Fatal(err)
	}
	site.Simulated = simulated
	v := audit.Vantage{Name: "jump2", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.0.8"), Interface: "eth1"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// A new run learns from the last runs of its site, the newest first, and from nothing else.
func TestPriorOfAStore(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "store")
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration, site string, open ...string) string {
		seen := allFine()
		for _, f := range open {
			seen[f] = probes.OpenProto
		}
		return storeRun(t, dir, site, now.Add(-d), seen)
	}
	const day = 24 * time.Hour
	ago(priorAge+time.Hour, benchSite, "198.18.1.5 sftp-rfc913")                                   // too old
	fifth := ago(5*day, benchSite, "198.18.1.5 control-panel")                                     // one too many
	fourth := ago(4*day, benchSite, "198.18.1.5 ipmi")                                             //
	third := ago(3*day, benchSite, "198.18.1.6 ipmi")                                              //
	ago(2*day, strings.Replace(benchSite, "name: bench", "name: other", 1), "198.18.1.5 cim-http") // another site
	second := ago(day, benchSite, "198.18.1.5 slp")
	newest := ago(time.Hour, benchSite, "198.18.1.5 slp")
	self := ago(0, benchSite, "198.18.1.6 cim-http")
	ago(-day, benchSite, "198.18.1.6 sftp-rfc913") // by a clock that runs ahead

	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	eng := newEngine(st, "1.2.3", func() time.Time { return now }, nil)
	var warned []error
	eng.warn = func(err error) { warned = append(warned, err) }
	scope := benchScope(t, false)
	check := func(want map[string]string) {
		t.Helper()
		p := eng.prior(scope, self)
		for id := range probes.FlowID(scope.Plan.Flows()) {
			f := scope.Plan.Flow(id)
			key := f.Addr.String() + " " + f.Endpoint.Service
			if scope.Decision(f).Intent == audit.IntentAllow && want[key] == "" {
				continue // it answered in all of them
			}
			if got, ok := p.Answered(id); got.Run != want[key] || ok != (want[key] != "") || ok && got.Vantage != "jump1" {
				t.Errorf("%s: %+v, want %q", key, got, want[key])
			}
		}
	}
	check(map[string]string{"198.18.1.5 ipmi": fourth, "198.18.1.6 ipmi": third, "198.18.1.5 slp": newest})
	if len(warned) != 0 {
		t.Errorf("warned of %v", warned)
	}

	// A run that is damaged is not even listed, and the next one takes its place.
	damage(t, dir, newest)
	check(map[string]string{"198.18.1.6 ipmi": third, "198.18.1.5 ipmi": fourth, "198.18.1.5 slp": second, "198.18.1.5 control-panel": fifth})
	if eng.prior(benchScope(t, true), "") != nil {
		t.Error("a simulated segment has a past")
	}
}

// damage cuts the file of a run short.
func damage(t *testing.T, dir, id string) {
	t.Helper()
	found := ""
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && filepath.Base(path) == id+".db" {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("no file of run %s: %v", id, err)
	}
	if err := os.Truncate(found, 4096); err != nil {
		t.Fatal(err)
	}
}
