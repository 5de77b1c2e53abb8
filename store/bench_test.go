package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// Sixteen bits of hosts with twelve questions each, in the order of a run: hosts permuted, thousands of
// them under way at once.
const (
	benchHosts = 1 << 16
	underWay   = 4096
)

func benchOrder() []int {
	hosts := rand.New(rand.NewPCG(1, 2)).Perm(benchHosts)
	order := make([]int, 0, benchHosts*services)
	for from := 0; from < benchHosts; from += underWay {
		for slot := range services {
			for _, h := range hosts[from : from+underWay] {
				order = append(order, h*services+slot)
			}
		}
	}
	return order
}

// answer is what an open port leaves behind.
func answer(flow int) probes.Observation {
	o := seen(flow)
	o.Evidence = probes.Evidence{
		Steps: []probes.Step{
			{AtMS: 0.012, Dir: "sent", What: "SYN", To: "198.18.1.5:5989"},
			{AtMS: 1.7, Dir: "got", What: "HTTP/1.0 401", From: "198.18.1.5:5989", Bytes: 220},
		},
		Facts: []probes.Fact{{Key: "http.server", Value: "sfcHttpd"}}, Banner: fmt.Sprintf("HTTP/1.0 401 %d", flow),
	}
	return o
}

func bare(flow int) probes.Observation {
	o := seen(flow)
	o.Evidence = probes.Evidence{}
	return o
}

// benchRun writes one observation of each flow of order, each many of them in one commit. It returns the bytes of
// the file and the time that writing took, without that of making the observations up.
func benchRun(b *testing.B, s *Store, order []int, each int, tell func(int) probes.Observation) (id string, bytes int64, took time.Duration) {
	b.Helper()
	w, err := s.NewRun(audit.Run{Started: began, Flows: len(order)}, nil)
	if err != nil {
		b.Fatal(err)
	}
	w.stop() // only full batches
	made := make([]probes.Observation, 0, each)
	for part := range slices.Chunk(order, each) {
		made = made[:0]
		for _, flow := range part {
			made = append(made, tell(flow))
		}
		start := time.Now()
		for i := range made {
			if err := w.Observe(made[i]); err != nil {
				b.Fatal(err)
			}
		}
		for range len(part) / services {
			if err := w.Host(rand.IntN(benchHosts), probes.HostState{Flags: probes.HostDone}); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.commit(); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
	}
	start := time.Now()
	if err := w.Finish(audit.Run{Started: began, State: audit.RunComplete}); err != nil {
		b.Fatal(err)
	}
	took += time.Since(start)
	info, err := os.Stat(s.runPath(w.Meta().ID))
	if err != nil {
		b.Fatal(err)
	}
	return w.Meta().ID, info.Size(), took
}

// Write measures what a run of a /16 costs on disk and how fast it gets there: without any evidence, with the
// stories of a segment that is silent, and of one that answers. In the paced case a commit is as small as a
// quarter of a second makes it.
func BenchmarkWrite(b *testing.B) {
	order := benchOrder()
	for _, c := range []struct {
		name string
		each int
		tell func(int) probes.Observation
	}{
		{"bare", commitEach, bare},
		{"silent", commitEach, newTeller().silence},
		{"silent, paced", 270, newTeller().silence},
		{"answered", commitEach, answer},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := newStore(b)
			total := time.Duration(0)
			for b.Loop() {
				_, bytes, took := benchRun(b, s, order, c.each, c.tell)
				total += took
				b.ReportMetric(float64(bytes)/float64(len(order)), "B/flow")
			}
			b.ReportMetric(float64(len(order))*float64(b.N)/total.Seconds(), "flows/s")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	s := newStore(b)
	order := benchOrder()
	id, _, _ := benchRun(b, s, order, commitEach, newTeller().silence)
	plan := planOf(benchHosts, services)

	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			openRun(b, s, id).Close()
		}
	})
	b.Run("open and load", func(b *testing.B) {
		board := probes.NewBoard(plan)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for b.Loop() {
			f := openRun(b, s, id)
			if err := f.Load(board); err != nil {
				b.Fatal(err)
			}
			f.Close()
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(len(order)), "held-B/flow")
	})
	b.Run("evidence of one flow", func(b *testing.B) {
		f := openRun(b, s, id)
		flow := probes.FlowID(0)
		for b.Loop() {
			if _, ok := f.Evidence(flow); !ok {
				b.Fatal(flow)
			}
			flow = (flow + 7919) % probes.FlowID(len(order))
		}
	})
	b.Run("evidence in order", func(b *testing.B) {
		f := openRun(b, s, id)
		flow := probes.FlowID(0)
		for b.Loop() {
			if _, ok := f.Evidence(flow); !ok {
				b.Fatal(flow)
			}
			flow = (flow + 1) % probes.FlowID(len(order))
		}
	})
	b.Run("resume", func(b *testing.B) {
		id := partial(b, s, order)
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

// partial is a run that stopped before its last flow.
func partial(b *testing.B, s *Store, order []int) string {
	b.Helper()
	w, err := s.NewRun(audit.Run{Started: began, Flows: len(order)}, nil)
	if err != nil {
		b.Fatal(err)
	}
	tell := newTeller()
	for _, flow := range order[1:] {
		if err := w.Observe(tell.silence(flow)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return w.Meta().ID
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
