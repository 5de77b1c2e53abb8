package pseudonym

import (
	"net/netip"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/store/bundle"
)

// BenchmarkRename renames a run over a /16 of controllers, with all that the judging of both takes.
func BenchmarkRename(b *testing.B) {
	c := wideRun(b)
	b.ReportAllocs()
	for b.Loop() {
		renamed, _, err := Rename(c, secret)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(renamed.Scope.Plan.Flows()), "flows")
	}
}

// BenchmarkHandOver renames the same run, writes the bundle and reads it from end to end for survivors: all that an
// export does but reading the store.
func BenchmarkHandOver(b *testing.B) {
	c := wideRun(b)
	b.ReportAllocs()
	for b.Loop() {
		renamed, names, err := Rename(c, secret)
		if err != nil {
			b.Fatal(err)
		}
		opened, _ := handedOver(b, renamed)
		if err := names.Check(opened, builtIn); err != nil {
			b.Fatal(err)
		}
	}
}

// wideRun is a run over a /16 in which one flow in 16 gives its machine away.
func wideRun(b *testing.B) bundle.Content {
	b.Helper()
	c := realRun(b)
	site, err := audit.ReadSite("wide.yaml", []byte(strings.NewReplacer("198.18.0.0/22", "10.20.0.0/15", "198.18.1.0/28", "10.20.0.0/16", "198.18.1.9", "10.20.1.9",
		"198.18.0.20", "10.21.0.20", "198.18.3.250", "10.21.3.250", "198.18.1.5", "10.20.1.5", "PRINT", "sha256:"+strings.Repeat("0", 64)).Replace(realSite)))
	if err != nil {
		b.Fatal(err)
	}
	v := audit.Vantage{Name: "jump-fra2", Path: func(to netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("10.21.0.9"), Interface: "vlan4094"}, to.Is4()
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c.Scope, c.Inputs = scope, audit.InputsOf(scope, "1.2.3")
	c.Gates.Limited = nil
	there := map[netip.Addr]probes.Evidence{}
	for id := 0; id < scope.Plan.Flows(); id += 16 {
		a := scope.Plan.Flow(probes.FlowID(id)).Addr
		there[a] = observedThere(a)
	}
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		o := &probes.Observation{Flow: id, Class: probes.SilenceUnproven, At: c.Run.Started}
		if id%16 == 0 {
			o.Class, o.Evidence = probes.OpenProto, there[scope.Plan.Flow(id).Addr]
		}
		return o, true
	}
	return c
}
