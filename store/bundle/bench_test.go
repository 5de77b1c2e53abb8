package bundle

import (
	"bytes"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// wideContent is a run over a /16 of controllers: one flow in sixteen answered and left evidence, the rest was silent.
func wideContent(b testing.TB) Content {
	b.Helper()
	site, err := audit.ReadSite("wide.yaml", []byte(strings.NewReplacer("198.18.0.0/22", "10.20.0.0/15", "198.18.1.5, 198.18.1.6", "10.20.0.0/16").Replace(benchSite)))
	if err != nil {
		b.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("10.21.0.9"), Interface: "eth0"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c := content(b)
	c.Scope, c.Inputs, c.Run.Flows, c.Run.Settled = scope, audit.InputsOf(scope, "1.2.3"), scope.Plan.Flows(), scope.Plan.Flows()
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		o := &probes.Observation{Flow: id, Class: probes.SilenceUnproven, At: began.Add(time.Duration(id) * time.Millisecond), Attempts: 2, Packets: 2}
		if id%16 == 0 {
			o = observation(id &^ 1)
			o.Flow, o.Class = id, probes.OpenProto
		}
		return o, true
	}
	return c
}

// BenchmarkWrite writes a /16 as a bundle.
func BenchmarkWrite(b *testing.B) {
	c := wideContent(b)
	dir := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		var n counter
		if _, err := Write(&n, manifest(), c, nil, dir); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "file-bytes")
		b.ReportMetric(float64(n)/float64(c.Scope.Plan.Flows()), "file-B/flow")
	}
}

// BenchmarkOpen checks a bundle of a /16 and reads every line of it.
func BenchmarkOpen(b *testing.B) {
	c := wideContent(b)
	var raw bytes.Buffer
	if _, err := Write(&raw, manifest(), c, nil, b.TempDir()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := readAll(raw.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

var _ io.Writer = (*counter)(nil)
