package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// Sixteen bits of hosts with twelve questions each, in the order of a run: hosts permuted, thousands of
// them under way at once.
const (
	benchHosts = 1 << 16
	benchSlots = 12
	underWay   = 4096
)

func benchOrder() []int {
	hosts := rand.New(rand.NewPCG(1, 2)).Perm(benchHosts)
	order := make([]int, 0, benchHosts*benchSlots)
	for from := 0; from < benchHosts; from += underWay {
		for slot := range benchSlots {
			for _, h := range hosts[from : from+underWay] {
				order = append(order, h*benchSlots+slot)
			}
		}
	}
	return order
}

// benchEvidence is what a refused connection leaves behind.
var benchEvidence = probes.Evidence{
	Steps: []probes.Step{
		{AtMS: 0.012, Dir: "sent", What: "SYN", To: "198.18.1.5:5989"},
		{AtMS: 1000.4, Dir: "wait", What: "no answer for 1s; SYN sent again"},
		{AtMS: 1001.7, Dir: "rst", What: "RST", From: "198.18.1.5:5989"},
	},
	Facts: []probes.Fact{{Key: "errno", Value: "ECONNREFUSED"}, {Key: "reply_ttl", Value: "63"}},
}

// fill writes one observation for each flow of order.
func fill(b *testing.B, w *RunWriter, order []int, e probes.Evidence) {
	b.Helper()
	for _, flow := range order {
		o := seen(flow)
		o.Evidence = e
		if err := w.Observe(o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	order := benchOrder()
	for name, e := range map[string]probes.Evidence{"bare": {}, "evidence": benchEvidence} {
		b.Run(name, func(b *testing.B) {
			s := newStore(b)
			for b.Loop() {
				w, err := s.NewRun(audit.Run{Started: began, Flows: len(order)}, nil)
				if err != nil {
					b.Fatal(err)
				}
				fill(b, w, order, e)
				if err := w.Finish(audit.Run{Started: began, State: audit.RunComplete}); err != nil {
					b.Fatal(err)
				}
				info, err := os.Stat(s.runPath(w.Meta().ID))
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Size())/float64(len(order)), "B/flow")
			}
			b.ReportMetric(float64(len(order))*float64(b.N)/b.Elapsed().Seconds(), "flows/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	s := newStore(b)
	w, err := s.NewRun(audit.Run{Started: began}, nil)
	if err != nil {
		b.Fatal(err)
	}
	order := benchOrder()
	fill(b, w, order, benchEvidence)
	if err := w.Finish(audit.Run{Started: began, State: audit.RunPartial}); err != nil {
		b.Fatal(err)
	}
	id, plan := w.Meta().ID, planOf(benchHosts, benchSlots)

	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			openRun(b, s, id).Close()
		}
	})
	b.Run("open and load", func(b *testing.B) {
		for b.Loop() {
			f := openRun(b, s, id)
			if err := f.Load(probes.NewBoard(plan)); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
	})
	b.Run("evidence", func(b *testing.B) {
		f := openRun(b, s, id)
		flow := probes.FlowID(0)
		for b.Loop() {
			if _, ok := f.Evidence(flow); !ok {
				b.Fatal(flow)
			}
			flow = (flow + 7919) % probes.FlowID(len(order))
		}
	})
	b.Run("resume", func(b *testing.B) {
		for b.Loop() {
			w, err := s.ResumeRun(id)
			if err != nil {
				b.Fatal(err)
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkListRuns(b *testing.B) {
	s := newStore(b)
	for range 50 {
		w, err := s.NewRun(audit.Run{Started: began, Site: fmt.Sprint("dc", b.N)}, nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Finish(audit.Run{Started: began, State: audit.RunComplete}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if runs, errs := s.Runs(); len(runs) != 50 || len(errs) != 0 {
			b.Fatal(len(runs), errs)
		}
	}
}
