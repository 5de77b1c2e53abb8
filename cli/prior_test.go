package cli

import (
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
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

// A run that the console would start learns from the run before it: a service that answered then, and is silent now, is
// filtered, and not merely shy.
func TestLaunchLearnsFromTheRunBefore(t *testing.T) {
	t.Parallel()
	agent, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Close() })
	var mute atomic.Bool
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := agent.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			if !mute.Load() {
				_, _ = agent.WriteToUDPAddrPort(reportTo(buf[:n]), from)
			}
		}
	}()
	text := fmt.Sprintf("schema: oobscope.site/v1\nname: loop\nzones: {management: [127.0.0.0/8], internet: [\"*\"]}\n"+
		"targets: [{role: bmc, addresses: [127.0.0.1]}]\ndefaults: {interzone: drop, intrazone: drop}\nenforcement: {on_link: true}\n"+
		"probe: {attempts: 2, timeout: 500ms}\nservices: {snmp: {ports: [%d]}}\n", agent.LocalAddr().(*net.UDPAddr).Port)
	site, err := audit.ReadSite("loop.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	eng := newEngine(st, "1.2.3", time.Now, nil)
	run := func() (audit.Finding, *probes.Observation, string) {
		t.Helper()
		v, err := standpoint("here")
		if err != nil {
			t.Fatal(err)
		}
		scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{Services: []string{"snmp", "icmp-echo"}})
		if err != nil {
			t.Fatal(err)
		}
		live, err := eng.launch(t.Context(), scope)
		if err != nil {
			t.Fatal(err)
		}
		meta, err := live.Wait()
		if err != nil || meta.State != audit.RunComplete {
			t.Fatalf("%s: %v", meta.State, err)
		}
		stored, err := eng.open(meta.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer stored.Close()
		for id := range probes.FlowID(scope.Plan.Flows()) {
			if scope.Plan.Flow(id).Endpoint.Service == "snmp" {
				o, _ := stored.Evidence(id)
				return stored.Results.Finding(id), o, meta.ID
			}
		}
		t.Fatal("snmp is not asked for")
		return audit.Finding{}, nil, ""
	}
	f, _, first := run()
	if f.Verdict != audit.Exposed || f.Observed != probes.OpenProto {
		t.Fatalf("the first run: %s, %s/%s", f.Observed, f.Verdict, f.Reason)
	}
	mute.Store(true)
	f, o, _ := run()
	if f.Verdict != audit.Conforms || f.Observed != probes.Silence {
		t.Fatalf("the second run: %s, %s/%s", f.Observed, f.Verdict, f.Reason)
	}
	if o == nil || !slices.ContainsFunc(o.Evidence.Facts, func(x probes.Fact) bool {
		return x.Key == "prior.answered" && strings.Contains(x.Value, first)
	}) {
		t.Errorf("the run before is not named: %+v", o)
	}
	if err := st.DeleteRun(first); err != nil {
		t.Fatal(err)
	}
	if f, _, _ = run(); f.Verdict != audit.Unverifiable || f.Reason != audit.UDPSilent {
		t.Errorf("with no run left that saw it answer: %s, %s/%s", f.Observed, f.Verdict, f.Reason)
	}
}

// reportTo is what Net-SNMP's agent says to an engine discovery, under the id of the request.
func reportTo(request []byte) []byte {
	report, _ := hex.DecodeString("3071020103301102044a69e1d2020300ffe30401000201030421301f041180001f8880d9b66f353ad1096b00000000" +
		"0201010201020400040004003036041180001f8880d9b66f353ad1096b000000000400a81f020437f07fb10201000201003011300f060a2b060106030f01010400410101")
	if len(request) < 13 || request[7] != 2 {
		return nil
	}
	size := int(request[8]) // of the id, which may have fewer than four bytes
	out := append(slices.Clone(report[:7]), request[7:9+size]...)
	out = append(out, report[13:]...)
	out[1] -= byte(4 - size)
	out[6] -= byte(4 - size)
	return out
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
