package cli

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store"
)

// benchSite is what the stored runs of these tests are about: two controllers behind a gateway.
const benchSite = `schema: oobscope.site/v1
name: bench
zones:
  management: [198.18.0.0/22]
  internet: ["*"]
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.5, 198.18.1.6]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
`

// seenFlow is one observation of a stored run: "198.18.1.5 cim-http" -> its class.
type seenFlow map[string]probes.Class

// allFine is what every flow of benchSite shows in a run that conforms.
func allFine() seenFlow { return seenFlow{} }

// storeRun puts a run of a site into the store at dir as if it had been made: what conforms everywhere, with the
// exceptions of seen. An Unobserved class leaves a flow out, and the run is partial then.
func storeRun(t testing.TB, dir, site string, at time.Time, seen seenFlow) string {
	t.Helper()
	st, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	eng := newEngine(st, "1.2.3", func() time.Time { return at }, nil)
	s, err := audit.ReadSite("bench.yaml", []byte(site))
	if err != nil {
		t.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.0.9"), Interface: "eth0"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), s, v, audit.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	inputs, err := json.Marshal(audit.InputsOf(scope, eng.version))
	if err != nil {
		t.Fatal(err)
	}
	w, err := st.NewRun(eng.meta(scope), inputs)
	if err != nil {
		t.Fatal(err)
	}
	board := probes.NewBoard(scope.Plan)
	board.Begin(at)
	sum := probes.Summary{Complete: true}
	for id := range scope.Plan.Flows() {
		o, ok := observed(scope, probes.FlowID(id), seen)
		if !ok {
			sum.Complete = false
			continue
		}
		o.At = at.Add(time.Duration(id) * time.Millisecond)
		if err := w.Observe(o); err != nil || !board.Set(o) {
			t.Fatal(err)
		}
		sum.Settled++
	}
	for i := range scope.Plan.Hosts() { // its checks were made
		s := probes.HostState{Flags: probes.HostDone}
		if err := w.Host(i, s); err != nil {
			t.Fatal(err)
		}
		board.SetHost(i, s)
	}
	if _, err := eng.finish(w.Meta(), scope, board, w, sum, nil); err != nil {
		t.Fatal(err)
	}
	return w.Meta().ID
}

// observed is what one flow shows.
func observed(scope *audit.Scope, id probes.FlowID, seen seenFlow) (probes.Observation, bool) {
	f := scope.Plan.Flow(id)
	o := probes.Observation{Flow: id, Class: probes.SilenceUnproven, Attempts: 2}
	if scope.Decision(f).Intent == audit.IntentAllow {
		o.Class = probes.OpenProto
	}
	if c, ok := seen[f.Addr.String()+" "+f.Endpoint.Service]; ok {
		o.Class = c
	}
	if o.Class == probes.OpenProto {
		o.Evidence.Banner, o.Evidence.SHA256 = "HTTP/1.1 200 OK", strings.Repeat("ab", 32)
	}
	return o, o.Class != probes.Unobserved
}
