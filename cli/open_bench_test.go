package cli

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/store"
)

// wideSite has a /16 of controllers.
var wideSite = strings.NewReplacer("[198.18.0.0/22]", "[198.18.0.0/15]", "addresses: [198.18.1.5, 198.18.1.6]", "addresses: [198.18.0.0/16], exclude: [198.18.0.9]").Replace(benchSite)

// OpenLargeRun measures what a person waits for who opens a run of a /16: the file is read, the plan is made again and
// every flow is judged.
func BenchmarkOpenLargeRun(b *testing.B) {
	dir := b.TempDir()
	id := storeRun(b, dir, wideSite, time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC), seenFlow{})
	st, err := store.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	eng := newEngine(st, "1.2.3", time.Now, nil)
	flows := 0
	b.Run("all of it", func(b *testing.B) {
		for b.Loop() {
			stored, err := eng.open(id)
			if err != nil {
				b.Fatal(err)
			}
			flows = len(stored.Results.Cells)
			stored.Close()
		}
		b.ReportMetric(float64(flows), "flows")
	})
	b.Run("the file", func(b *testing.B) {
		f, err := st.OpenRun(id)
		if err != nil {
			b.Fatal(err)
		}
		scope, _, err := rebuild(f)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
		board := probes.NewBoard(scope.Plan)
		b.ResetTimer()
		for b.Loop() {
			f, err := st.OpenRun(id)
			if err != nil {
				b.Fatal(err)
			}
			if err := f.Load(board); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
	})
	b.Run("the first evidence", func(b *testing.B) {
		for b.Loop() {
			f, err := st.OpenRun(id)
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := f.Evidence(probes.FlowID(flows / 2)); !ok {
				b.Fatal("it is lost")
			}
			f.Close()
		}
	})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-left")
}
