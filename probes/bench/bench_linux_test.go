package bench

import (
	"fmt"
	"os"
	"os/exec"
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
// find that out and to keep below it. What is missed all the same must not count as dropped in a whole run.
func BenchmarkLimiter(b *testing.B) {
	open := []string{"tcp/443", "tcp/22", "icmp"}
	for _, engine := range []string{"sweep/first", "crowd/first", "sweep", "crowd"} {
		b.Run(engine, func(b *testing.B) {
			s := newSegment(b, layout{Prefix: prefixes["20"], Allowed: open, Limit: 1500})
			for b.Loop() {
				r := s.scan(task{Engine: engine, Targets: prefixes["20"], Endpoints: append([]string{"icmp/0/icmp"}, six...), GapMS: 1100}, 0)
				show(b, r)
				missed := r.missed(map[string]int{"icmp/0": 4096, "tcp/443": 4096, "tcp/22": 4096})
				wrong := r.Believed["icmp/0"] + r.Believed["tcp/443"] + r.Believed["tcp/22"]
				b.ReportMetric(float64(missed), "missed")
				b.ReportMetric(float64(wrong), "believed")
				if wrong > 0 && !r.FirstOnly {
					b.Errorf("%d answers were missed, and their silence is believed", wrong)
				}
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
					r, ok := nmap(kind, "30000", "2").run(s)
					if !ok {
						b.Skip("SKIPPED: nmap is not installed")
					}
					show(b, r)
				}
			})
		}
	}
}

// nmap is asked the six ports of the segment, with its best honest settings; retries is how often it asks again.
func nmap(kind, rate, retries string) runner {
	return runner{"nmap " + kind + ", " + retries + " retries", func(s *segment) (r result, ok bool) {
		if _, err := exec.LookPath("nmap"); err != nil {
			return r, false
		}
		c := exec.Command("ip", "netns", "exec", s.tag+"jump", "nmap", kind, "-n", "-Pn", "-T4", "--max-retries", retries, "--min-rate", rate,
			"--min-hostgroup", "4096", "-p", "443,5989,5988,22,80,115", "-oG", "-", s.prefix.String())
		begin := time.Now()
		out, err := c.Output()
		if err != nil {
			s.tb.Fatalf("nmap: %v", err)
		}
		r.Seconds, r.CPU = time.Since(begin).Seconds(), (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
		r.PeakRSS = c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
		r.Asked = 1 << (32 - s.prefix.Bits())
		r.Flows, r.Classes = 6*r.Asked, map[string]map[string]int{}
		for _, port := range []string{"443", "22"} {
			r.Classes["tcp/"+port] = map[string]int{"open_mute": strings.Count(string(out), " "+port+"/open/")}
		}
		return r, true
	}}
}
