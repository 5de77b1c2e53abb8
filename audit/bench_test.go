package audit

import (
	"math/rand/v2"
	"testing"

	"oobscope/probes"
)

// The largest segment that the design promises: a /16 of controllers.
const wideSite = `schema: oobscope.site/v1
name: wide
zones: {management: [10.20.0.0/15], internet: ["*"]}
targets: [{role: bmc, addresses: [10.20.0.0/16]}]
defaults: {interzone: drop, intrazone: drop}
`

func wideScope(b testing.TB) *Scope {
	return mustScope(b, labKit(), mustSite(b, wideSite), from("10.21.0.9"), Options{})
}

func BenchmarkNewScope(b *testing.B) {
	site := mustSite(b, wideSite)
	b.ReportAllocs()
	for b.Loop() {
		mustScope(b, labKit(), site, from("10.21.0.9"), Options{})
	}
}

// BenchmarkUpdate judges one host of a /16, the way a pulse does for each that changed.
func BenchmarkUpdate(b *testing.B) {
	r := NewResults(wideScope(b))
	rows := wideRows(r)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r.Update(i%len(r.Hosts), rows[i%len(rows)], probes.HostState{})
		i++
	}
}

// BenchmarkWorst asks for the top list in the middle of a run over a /16.
func BenchmarkWorst(b *testing.B) {
	r := NewResults(wideScope(b))
	rows := wideRows(r)
	for i := range r.Hosts {
		r.Update(i, rows[i%len(rows)], probes.HostState{})
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Worst(50)
	}
}

// BenchmarkSetGates judges all 65,534 hosts again, as when the path turns lossy.
func BenchmarkSetGates(b *testing.B) {
	r := NewResults(wideScope(b))
	rows := wideRows(r)
	for i := range r.Hosts {
		r.Update(i, rows[i%len(rows)], probes.HostState{})
	}
	lossy := 0
	for b.Loop() {
		lossy = 10 - lossy
		r.SetGates(probes.Gates{ControlSent: 10, ControlLost: lossy})
	}
}

func wideRows(r *Results) [][]probes.Cell {
	rnd := rand.New(rand.NewPCG(3, 4))
	rows := make([][]probes.Cell, 251)
	for i := range rows {
		rows[i] = make([]probes.Cell, r.Scope.Plan.Host(0).Count)
		for k := range rows[i] {
			rows[i][k].Class = probes.Class(1 + rnd.IntN(16))
		}
	}
	return rows
}

// BenchmarkCompare holds two runs over a /16 against each other, in which one host in a hundred changed.
func BenchmarkCompare(b *testing.B) {
	before, after := NewResults(wideScope(b)), NewResults(wideScope(b))
	rows := wideRows(before)
	for i := range before.Hosts {
		before.Update(i, rows[i%len(rows)], probes.HostState{})
		after.Update(i, rows[(i+i%100/99)%len(rows)], probes.HostState{})
	}
	b.ReportAllocs()
	for b.Loop() {
		d := Compare(before, after, Seen{})
		b.ReportMetric(float64(len(d.notes)), "flows")
		b.ReportMetric(float64(cap(d.notes)+4*cap(d.earlier.byAddr)+4*cap(d.late.byAddr))/float64(len(d.notes)), "kept-B/flow")
	}
}
