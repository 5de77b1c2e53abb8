//go:build unix

package tui_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"oobscope/teatest"
	"oobscope/tui"
)

// blackHole is a terminal that costs nothing, so that what is measured is the console's own. It counts.
type blackHole struct{ bytes atomic.Int64 }

// Write implements io.Writer.
func (h *blackHole) Write(p []byte) (int, error) {
	h.bytes.Add(int64(len(p)))
	return len(p), nil
}

// alone is a console at 120x40 with nothing around it, over a /16 of which a run is on.
func alone(b *testing.B) (*tui.Console, *teatest.Run, *blackHole) {
	b.Helper()
	e := teatest.NewEngine(b)
	e.Site = teatest.Site(b, "10.20.0.0/16")
	cfg := e.Config()
	cfg.Pulse, cfg.Env, cfg.StartNow = 0, []string{"TERM=xterm-256color"}, true
	hole := &blackHole{}
	ctx, cancel := context.WithCancel(context.Background())
	c := tui.New(ctx, cfg, hole, tea.WithInput(nil), tea.WithWindowSize(120, 40), tea.WithColorProfile(colorprofile.ANSI256))
	over := make(chan error, 1)
	go func() { over <- c.Run() }()
	r := e.Launched()
	b.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			b.Error(err)
		}
	})
	return c, r, hole
}

// used is the processor time of this process so far.
func used(b *testing.B) time.Duration {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// over measures the processor time and the bytes of a while.
func over(b *testing.B, hole *blackHole, while time.Duration) (core, bytesPerSecond float64) {
	b.Helper()
	runtime.GC()
	cpu, sent, began := used(b), hole.bytes.Load(), time.Now()
	time.Sleep(while)
	took := time.Since(began).Seconds()
	return (used(b) - cpu).Seconds() / took * 100, float64(hole.bytes.Load()-sent) / took
}

// BenchmarkRunOverhead is what the console costs while 20,000 results a second pour into a run over 65,536 hosts, in
// percent of a core, the pouring counted; and what of it remains when the console is frozen, takes nothing over and
// draws nothing.
func BenchmarkRunOverhead(b *testing.B) {
	for _, screen := range []string{"overview", "probes", "diff", "map", "zones"} {
		b.Run(screen, func(b *testing.B) {
			var with, without, sent float64
			n := 0
			for b.Loop() {
				n++
				c, r, hole := alone(b)
				c.Send(teatest.Key(":"))
				for _, k := range screen {
					c.Send(teatest.Key(string(k)))
				}
				c.Send(teatest.Key("enter"))
				f := r.Pour()
				over(b, hole, time.Second) // the first pulses draw the most
				cpu, bytes := over(b, hole, 3*time.Second)
				with, sent = with+cpu, sent+bytes
				f.Stop()
				// Frozen, the console takes nothing over and draws nothing.
				c.Send(teatest.Key("f"))
				f = r.Pour()
				cpu, _ = over(b, hole, 3*time.Second)
				without += cpu
				f.Stop()
			}
			b.ReportMetric(with/float64(n), "%core")
			b.ReportMetric(without/float64(n), "%core-frozen")
			b.ReportMetric(sent/float64(n), "B/s")
		})
	}
}

// BenchmarkIdle is what a console over a complete run of 65,536 hosts costs while nobody does anything.
func BenchmarkIdle(b *testing.B) {
	c, r, hole := alone(b)
	r.Finish()
	c.Send(teatest.Key("7"))
	over(b, hole, time.Second)
	var cpu, sent float64
	n := 0
	for b.Loop() {
		n++
		core, bytes := over(b, hole, 3*time.Second)
		cpu, sent = cpu+core, sent+bytes
	}
	b.ReportMetric(cpu/float64(n), "%core")
	b.ReportMetric(sent/float64(n), "B/s")
}

// BenchmarkHeap is the memory of a console with a live run over 65,536 hosts x 12 services of which every flow is
// settled, after every screen has been drawn: what is in use once the garbage is gone.
func BenchmarkHeap(b *testing.B) {
	for b.Loop() {
		c, r, _ := alone(b)
		r.Settle(0, r.Scope.Plan.Hosts())
		for _, k := range "1234567890" {
			c.Send(teatest.Key(string(k)))
		}
		for range 12 {
			c.Send(teatest.Key("1"))
			time.Sleep(100 * time.Millisecond)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-heap")
		b.ReportMetric(float64(m.Sys-m.HeapReleased)/1e6, "MB-from-system")
		b.ReportMetric(float64(r.Scope.Plan.Flows()), "flows")
	}
}
