package bench

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// six are the TCP ports that peers are asked for as well; two of them are let through.
var six = []string{"tcp/443/knock", "tcp/5989/knock", "tcp/5988/knock", "tcp/22/knock", "tcp/80/knock", "tcp/115/knock"}

// catalogue is everything that a controller is asked.
var catalogue = []string{
	"icmp/0/icmp", "tcp/443/redfish/tls", "tcp/5989/cim/tls", "tcp/5988/cim", "tcp/115/sftp", "tcp/49152/upnp", "tcp/7778/panel",
	"tcp/427/slp", "udp/427/slp", "udp/623/ipmi", "udp/53/dns", "tcp/22/knock",
}

var prefixes = map[string]string{"24": "198.19.0.0/24", "20": "198.19.0.0/20", "16": "198.19.0.0/16"}

// BenchmarkFirstPackets is the stage of the first packets alone, with the gap off: what a port scanner does.
func BenchmarkFirstPackets(b *testing.B) {
	for _, size := range []string{"24", "20", "16"} {
		for _, loss := range []int{0, 5} {
			b.Run(fmt.Sprintf("slash%s/loss%d", size, loss), func(b *testing.B) {
				s := newSegment(b, layout{Prefix: prefixes[size], Allowed: []string{"tcp/443", "tcp/22"}, Loss: loss})
				for b.Loop() {
					r := s.scan(task{Engine: "sweep/first", Targets: prefixes[size], Endpoints: six, ConnectMS: 300, Profile: os.Getenv("BENCH_PROFILE")}, 0)
					show(b, r)
				}
			})
		}
	}
}

func show(b *testing.B, r result) {
	b.ReportMetric(r.Seconds, "s/scan")
	b.ReportMetric(r.CPU, "cpu-s")
	b.ReportMetric(float64(r.PeakRSS)/1e6, "MB")
	b.ReportMetric(float64(r.Packets), "packets")
	b.Logf("%.2f s, cpu %.2f s, %.0f MB, %d packets, %d flows: %v; %+v", r.Seconds, r.CPU, float64(r.PeakRSS)/1e6, r.Packets, r.Flows, r.Classes, r.Gates)
}

// allowed is what the firewall of the polite benchmarks lets through: the rest it drops in silence.
var allowed = []string{"icmp", "tcp/443", "tcp/5989", "udp/427"}

// BenchmarkPolite is a whole run, or its first packets alone, with the gap that every real run has. one is a single
// host: the floor that politeness sets.
func BenchmarkPolite(b *testing.B) {
	for _, engine := range []string{"sweep/first", "sweep", "crowd", "visits"} {
		for _, size := range []string{"one", "24", "20", "16"} {
			b.Run(engine+"/slash"+size, func(b *testing.B) {
				targets := prefixes[size]
				if size == "one" {
					targets = "198.19.0.1/32"
				}
				s := newSegment(b, layout{Prefix: targets, Allowed: allowed})
				user := 0
				if engine == "crowd" || engine == "visits" {
					user = 60001
				}
				for b.Loop() {
					r := s.scan(task{Engine: engine, Targets: targets, Endpoints: catalogue, GapMS: 1100, Profile: os.Getenv("BENCH_PROFILE")}, user)
					show(b, r)
				}
			})
		}
	}
}

// BenchmarkLimiter is a /20 behind a box that passes fewer packets than the gap would allow us: what it costs to
// find that out and to keep below it.
func BenchmarkLimiter(b *testing.B) {
	for _, engine := range []string{"sweep/first", "crowd/first"} {
		b.Run(engine, func(b *testing.B) {
			s := newSegment(b, layout{Prefix: prefixes["20"], Allowed: []string{"tcp/443", "tcp/22", "icmp"}, Limit: 1500})
			for b.Loop() {
				show(b, s.scan(task{Engine: engine, Targets: prefixes["20"], Endpoints: append([]string{"icmp/0/icmp"}, six...), GapMS: 1100}, 0))
			}
		})
	}
}

// BenchmarkUnprivileged is a whole scan of the six ports without rights and with the gap off, as a connect scan is.
func BenchmarkUnprivileged(b *testing.B) {
	for _, size := range []string{"24", "20", "16"} {
		b.Run("slash"+size, func(b *testing.B) {
			s := newSegment(b, layout{Prefix: prefixes[size], Allowed: []string{"tcp/443", "tcp/22"}})
			for b.Loop() {
				r := s.scan(task{Engine: "crowd/first", Targets: prefixes[size], Endpoints: six, ConnectMS: 300, Profile: os.Getenv("BENCH_PROFILE")}, 60001)
				show(b, r)
			}
		})
	}
}

// BenchmarkNmap asks the same of nmap, with its best honest settings.
func BenchmarkNmap(b *testing.B) {
	for _, kind := range []string{"-sS", "-sT"} {
		for _, size := range []string{"24", "20", "16"} {
			b.Run(kind+"/slash"+size, func(b *testing.B) {
				s := newSegment(b, layout{Prefix: prefixes[size], Allowed: []string{"tcp/443", "tcp/22"}})
				for b.Loop() {
					begin, before := time.Now(), children()
					out := s.in("jump", "nmap", kind, "-n", "-Pn", "-T4", "--max-retries", "2", "--min-rate", "30000",
						"-p", "443,5989,5988,22,80,115", "-oG", "-", prefixes[size])
					b.ReportMetric(time.Since(begin).Seconds(), "s/scan")
					b.ReportMetric(children()-before, "cpu-s")
					b.Logf("%s: %.2f s, cpu %.2f s, %d open", kind, time.Since(begin).Seconds(), children()-before, strings.Count(out, "/open/"))
				}
			})
		}
	}
}

// children is the processor time of the commands that have ended.
func children() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u) != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
