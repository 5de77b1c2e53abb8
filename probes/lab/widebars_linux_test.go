package lab

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkBars prints a table of medians of the whole program on segments behind a firewall that drops: everything
// that a controller is asked, what nobody answers, and the peers that ask some of it. BARS_ROUNDS is how often each
// is run (3 if that is not set), BARS narrows it to the rows that contain that word.
func BenchmarkBars(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("SKIPPED: network namespaces need root")
	}
	rounds, err := strconv.Atoi(os.Getenv("BARS_ROUNDS"))
	if err != nil {
		rounds = 3
	}
	binary := program(b)
	fmt.Print("\n| size | scene | tool | wall s | CPU s | CPU µs a host | MB | packets | missed | wrong | load |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, bits := range []int{24, 20, 16} {
		for _, s := range scenes[1:] {
			for _, c := range append(ourselves(binary), peers...) {
				row := fmt.Sprintf("/%d | %s | %s", bits, s.name, c.name)
				if c.sizes != nil && !slices.Contains(c.sizes, bits) || !strings.Contains(row, os.Getenv("BARS")) {
					continue
				}
				if !installed(c.tool) {
					fmt.Printf("| %s | not found | | | | | | | |\n", row)
					continue
				}
				var all []measured
				for range rounds {
					n := newWide(b)
					n.filter("fw", s.ruleset())
					all = append(all, n.contend(b, c, s, bits))
				}
				m := middle(all)
				fmt.Printf("| %s | %.1f | %.2f | %.0f | %.0f | %d | %d | %d | %s |\n", row, m.wall.Seconds(), m.cpu.Seconds(),
					float64(m.cpu.Microseconds())/float64(len(hostsOf(bits))), float64(m.rss)/1e6, m.packets, m.missed, m.wrong, load())
			}
		}
	}
}

// middle is the run with the middle wall time, with the most that any of them missed or got wrong.
func middle(of []measured) measured {
	slices.SortFunc(of, func(x, y measured) int { return cmp.Compare(x.wall, y.wall) })
	m := of[len(of)/2]
	for _, other := range of {
		m.missed, m.wrong, m.rss = max(m.missed, other.missed), max(m.wrong, other.wrong), max(m.rss, other.rss)
	}
	return m
}

// load is how many processes wanted a processor in the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
