package tui_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"oobscope/teatest"
	"oobscope/tui/settings"
	"oobscope/views"
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
	f := r.Pour()
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
	f.Stop()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "key-p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "key-p99-ms")
	s.Press("q").Press("enter")
}

// BenchmarkLiveBytes is what a live run over a /16 sends to the terminal in a second, at 20,000 results a second,
// on the screens that show it: as usual, and on a slow line.
func BenchmarkLiveBytes(b *testing.B) {
	for _, slow := range []bool{false, true} {
		for _, screen := range []string{"probes", "overview", "diff", "zones", "rules"} {
			b.Run(fmt.Sprintf("%s/slow=%t", screen, slow), func(b *testing.B) {
				e := teatest.NewEngine(b)
				e.Site = teatest.Site(b, "10.20.0.0/16")
				cfg := e.Config()
				cfg.Pulse, cfg.Settings = 0, settings.Default()
				cfg.Settings.LowBandwidth = slow
				s := teatest.Start(b, cfg, 120, 40)
				s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter")
				r := e.Launched()
				s.Sees("sending packets").Press(":").Type(screen).Press("enter").Sees("sending packets")
				f := r.Pour()
				time.Sleep(time.Second) // the first pulses draw the most
				before, began := s.Written(), time.Now()
				for b.Loop() {
					time.Sleep(time.Second)
				}
				b.ReportMetric(float64(s.Written()-before)/time.Since(began).Seconds()/1000, "KB/s")
				f.Stop()
				s.Press("q").Press("enter")
			})
		}
	}
}

// BenchmarkScrollBytes is what one step at the edge of the window sends, where every line moves.
func BenchmarkScrollBytes(b *testing.B) {
	e := teatest.NewEngine(b)
	e.Site = teatest.Site(b, "10.20.0.0/16")
	s := teatest.Start(b, e.Config(), 120, 40)
	s.Sees("Overview").Press("r").Sees("enter: yes").Press("enter")
	e.Launched().Finish()
	s.Sees("complete").Press("7").Sees("worst first")
	for range 40 {
		s.Press("j")
	}
	s.Sees("41/")
	n := 41
	total := 0
	for b.Loop() {
		before := s.Written()
		n++
		s.Press("j").Sees(views.Count(n) + "/")
		total += s.Written() - before
	}
	b.ReportMetric(float64(total)/float64(n-41), "B/key")
}
