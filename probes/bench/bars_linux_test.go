package bench

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkBars measures everybody on the same segments, in turn, BARS_ROUNDS times (3 if that is not set), and prints
// a table of the medians. BARS narrows it to the bars that contain that word.
func BenchmarkBars(b *testing.B) {
	rounds, err := strconv.Atoi(os.Getenv("BARS_ROUNDS"))
	if err != nil {
		rounds = 3
	}
	fmt.Print("\n| bar | tool | wall s | CPU s | MB | packets | missed | ratio wall | ratio CPU | load |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, bar := range bars {
		if !strings.Contains(bar.name, os.Getenv("BARS")) {
			continue
		}
		all := make([][]result, len(bar.who))
		for range rounds { // everybody in each round, so that a busy while is a busy while for all
			for i, who := range bar.who {
				s := newSegment(b, bar.layout)
				if r, ok := who.run(s); ok {
					r.Load = load()
					all[i] = append(all[i], r)
				}
				s.remove()
			}
		}
		var first result
		for i, who := range bar.who {
			if len(all[i]) == 0 {
				fmt.Printf("| %s | %s | not found | | | | | | | |\n", bar.name, who.name)
				continue
			}
			m := median(all[i])
			if i == 0 {
				first = m
			}
			fmt.Printf("| %s | %s | %.2f | %.2f | %.0f | %d | %d | %.2f | %.2f | %.1f |\n", bar.name, who.name, m.Seconds, m.CPU, float64(m.PeakRSS)/1e6,
				m.Packets, m.missed(bar.truth), first.Seconds/m.Seconds, first.CPU/m.CPU, m.Load)
		}
	}
}

// bar is one question, and who is asked it. The first one is ours, and ratios are its share of what another one took.
type bar struct {
	name   string
	layout layout
	truth  map[string]int // how many hosts answer at an endpoint
	who    []runner
}

type runner struct {
	name string
	run  func(s *segment) (r result, ok bool)
}

func ours(name string, user int, t task) runner {
	return runner{name, func(s *segment) (result, bool) { return s.scan(t, user), true }}
}

var (
	openSix = []string{"tcp/443", "tcp/22"}
	bars    = makeBars()
)

func makeBars() (out []bar) {
	first := task{Engine: "sweep/first", Targets: prefixes["16"], Endpoints: six, ConnectMS: 300}
	crowd := first
	crowd.Engine = "crowd/first"
	truth := map[string]int{"tcp/443": 65536, "tcp/22": 65536}
	for _, loss := range []int{0, 5} {
		asked := []runner{ours("sweep", 0, first), nmap("-sS", "30000", "2")}
		if loss > 0 {
			asked = append(asked, nmap("-sS", "30000", "5")) // as many tries as ours take before a silence is believed
		}
		out = append(out, bar{fmt.Sprintf("first packets /16, gap off, %d %% loss", loss), layout{Prefix: prefixes["16"], Allowed: openSix, Loss: loss}, truth, asked})
	}
	out = append(out, bar{"unprivileged /16, gap off", layout{Prefix: prefixes["16"], Allowed: openSix}, truth,
		[]runner{ours("crowd", 60001, crowd), nmap("-sT", "5000", "2")}})
	speak := []string{"tcp/443/https/tls"}
	out = append(out, bar{"protocol /20, gap off", layout{Prefix: prefixes["20"], TLS: true}, map[string]int{"tcp/443": 4096}, []runner{
		ours("visits", 0, task{Engine: "visits", Targets: prefixes["20"], Endpoints: speak}),
		ours("sweep", 0, task{Engine: "sweep", Targets: prefixes["20"], Endpoints: speak}),
		ours("crowd", 60001, task{Engine: "crowd", Targets: prefixes["20"], Endpoints: speak}),
		{"zgrab2", func(s *segment) (result, bool) {
			tool, ok := findGrabber()
			if !ok {
				return result{}, false
			}
			return s.grab(tool), true
		}},
	}})
	for _, c := range []struct{ size, engine string }{{"24", "sweep"}, {"20", "sweep"}, {"16", "sweep/first"}} {
		polite := func(targets string) task {
			return task{Engine: c.engine, Targets: targets, Endpoints: catalogue, GapMS: 1100}
		}
		hosts := 1 << (32 - atoi(c.size))
		out = append(out, bar{fmt.Sprintf("polite /%s, %s", c.size, c.engine), layout{Prefix: prefixes[c.size], Allowed: allowed},
			map[string]int{"icmp/0": hosts, "tcp/443": hosts, "tcp/5989": hosts, "udp/427": hosts}, []runner{
				ours("all", 0, polite(prefixes[c.size])),
				ours("one host (the floor)", 0, polite("198.19.0.1/32")),
			}})
	}
	return out
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// missed is how many answers of the truth were not seen; what was not asked cannot be missed.
func (r *result) missed(truth map[string]int) (n int) {
	if r.Flows == 0 || r.Classes == nil {
		return 0
	}
	for endpoint, hosts := range truth {
		open, all := 0, 0
		for class, k := range r.Classes[endpoint] {
			all += k
			if strings.HasPrefix(class, "open_") {
				open += k
			}
		}
		n += max(0, min(hosts, max(all, r.Asked))-open)
	}
	return n
}

// median is the run with the middle wall time, with the middle of the processor times.
func median(of []result) result {
	slices.SortFunc(of, func(x, y result) int { return cmp.Compare(x.CPU, y.CPU) })
	cpu := of[len(of)/2].CPU
	slices.SortFunc(of, func(x, y result) int { return cmp.Compare(x.Seconds, y.Seconds) })
	m := of[len(of)/2]
	m.CPU = cpu
	return m
}

// load is how many processes wanted a processor in the last minute.
func load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	v, _ := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	return v
}
