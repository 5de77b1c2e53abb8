package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkProtocol is the stage behind the first packets: one handshake and one GET on 443 with every host of a
// /20, the gap off. The same responder serves everybody in turn. zgrab2 is found in the PATH, or named by ZGRAB2.
func BenchmarkProtocol(b *testing.B) {
	for _, who := range []string{"visits", "sweep", "crowd", "zgrab2"} {
		b.Run(who, func(b *testing.B) {
			tool := ""
			if who == "zgrab2" {
				tool = grabber(b)
			}
			s := newSegment(b, layout{Prefix: prefixes["20"], TLS: true})
			for b.Loop() {
				var r result
				if tool != "" {
					r = s.grab(tool)
				} else {
					r = s.scan(task{Engine: who, Targets: prefixes["20"], Endpoints: []string{"tcp/443/https/tls"}, Profile: os.Getenv("BENCH_PROFILE")}, 0)
				}
				show(b, r)
				spoke := r.Classes["tcp/443"]["open_proto"]
				b.ReportMetric(float64(spoke)/r.Seconds, "hosts/s")
				b.ReportMetric(r.CPU/float64(spoke)*1e3, "cpu-ms/host")
				if spoke != 4096 {
					b.Errorf("%d of 4096 hosts have spoken", spoke)
				}
			}
		})
	}
}

// BenchmarkLadder is a whole run with the gap of every real run, of hosts that all speak TLS and are asked everything
// that Redfish is asked: five conversations with each. What it holds is mostly that of the visits.
func BenchmarkLadder(b *testing.B) {
	for _, engine := range []string{"sweep", "crowd"} {
		for _, size := range []string{"24", "20"} {
			b.Run(engine+"/slash"+size, func(b *testing.B) {
				s := newSegment(b, layout{Prefix: prefixes[size], TLS: true})
				for b.Loop() {
					show(b, s.scan(task{Engine: engine, Targets: prefixes[size], Endpoints: []string{"tcp/443/redfish/tls"}, GapMS: 1100, Profile: os.Getenv("BENCH_PROFILE")}, 0))
				}
			})
		}
	}
}

// grabber is where zgrab2 is, or the end of the benchmark.
func grabber(b *testing.B) string {
	b.Helper()
	path, ok := findGrabber()
	if !ok {
		b.Skip("SKIPPED: zgrab2 is not in the PATH, and ZGRAB2 names none")
	}
	return path
}

func findGrabber() (path string, ok bool) {
	if path = os.Getenv("ZGRAB2"); path != "" {
		return path, true
	}
	path, err := exec.LookPath("zgrab2")
	return path, err == nil
}

// grab has zgrab2 put the same question: one handshake, one GET of the front page over HTTP/1.1.
func (s *segment) grab(tool string) result {
	s.tb.Helper()
	dir := s.tb.TempDir()
	hosts, none := filepath.Join(dir, "hosts"), filepath.Join(dir, "none")
	var list strings.Builder
	for a := s.prefix.Addr(); s.prefix.Contains(a); a = a.Next() {
		fmt.Fprintln(&list, a)
	}
	for name, text := range map[string]string{hosts: list.String(), none: ""} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			s.tb.Fatal(err)
		}
	}
	c := exec.Command("ip", "netns", "exec", s.tag+"jump", tool, "http", "--use-https", "--no-http2", "--port", "443", "--endpoint", "/",
		"--senders", "1000", "--blocklist-file", none, "-f", hosts)
	begin := time.Now()
	out, err := c.Output()
	if err != nil {
		s.tb.Fatalf("zgrab2: %v", err)
	}
	usage := c.ProcessState.SysUsage().(*syscall.Rusage)
	return result{
		Seconds: time.Since(begin).Seconds(), CPU: (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(),
		PeakRSS: usage.Maxrss << 10, Flows: 4096, Asked: 4096,
		Classes: map[string]map[string]int{"tcp/443": {"open_proto": strings.Count(string(out), `"status":"success"`)}},
	}
}
