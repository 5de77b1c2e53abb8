package tui_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/teatest"
)

// BenchmarkKeyToScreen is the way of a key to the terminal's screen, while 20,000 results a second pour into a
// run over a /16; the 99th percentile is reported beside the mean.
func BenchmarkKeyToScreen(b *testing.B) {
	e := teatest.NewEngine(b)
	e.Site = teatest.Site(b, "10.20.0.0/16")
	cfg := e.Config()
	cfg.Pulse = 0 // as in life
	s := teatest.Start(b, cfg, 120, 40)
	s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter")
	r := e.Launched()
	s.Sees("sending packets").Press(":").Type("rules").Press("enter").Sees("#")
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-tick.C:
				for k := range 100 {
					id := probes.FlowID((n*100 + k) * 7 % r.Scope.Plan.Flows())
					r.Board.Set(probes.Observation{Flow: id, Class: probes.Class(1 + (n+k)%15), Attempts: 1})
				}
			}
		}
	}()
	var took []time.Duration
	n := 0
	for b.Loop() {
		n++
		word := "w" + strconv.Itoa(n) + "w"
		s.Press("/").Press("ctrl+u")
		s.Type(word[:len(word)-1]).Sees("Filter: " + word[:len(word)-1])
		began := time.Now()
		s.Press("w").Sees("Filter: " + word)
		took = append(took, time.Since(began))
		s.Press("esc")
	}
	close(stop)
	<-done
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "key-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "key-p99-ms")
	s.Press("q").Press("enter")
}
