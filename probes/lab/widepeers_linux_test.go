package lab

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// contender is one way to put the same questions to the same segment.
type contender struct {
	name  string
	tool  string // what must be installed; empty for the program itself
	ports []int  // that it is asked about
	udp   bool
	sizes []int // nil: all
	user  int   // who runs it; 0 for root
	args  func(b *testing.B, bits int) []string
	// read takes what it printed to the hosts that it calls open, by port.
	read func(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool
}

func joined(ports []int) string {
	var s []string
	for _, p := range ports {
		s = append(s, strconv.Itoa(p))
	}
	return strings.Join(s, ",")
}

func cidr(bits int) string { return fmt.Sprintf("198.18.0.0/%d", bits) }

// The peers, each with the best honest settings that were found: the rate at which it is fastest without missing
// more.
var peers = []contender{
	{name: "nmap-sS", tool: "nmap", ports: wideTCP, args: func(_ *testing.B, bits int) []string {
		return []string{"-sS", "-n", "-Pn", "-T4", "--max-retries", "2", "--min-rate", "20000", "--min-hostgroup", "4096", "-p", joined(wideTCP), "-oG", "-", cidr(bits)}
	}, read: greppable},
	{name: "nmap-sT", tool: "nmap", ports: wideTCP, args: func(_ *testing.B, bits int) []string {
		return []string{"-sT", "-n", "-Pn", "-T4", "--max-retries", "2", "--min-rate", "5000", "--min-hostgroup", "4096", "-p", joined(wideTCP), "-oG", "-", cidr(bits)}
	}, read: greppable},
	{name: "nmap-sU", tool: "nmap", ports: wideUDP, udp: true, sizes: []int{24}, args: func(_ *testing.B, bits int) []string {
		return []string{"-sU", "-n", "-Pn", "-T4", "--max-retries", "2", "-p", joined(wideUDP), "-oG", "-", cidr(bits)}
	}, read: greppable},
	{name: "masscan", tool: "masscan", ports: wideTCP, args: func(b *testing.B, bits int) []string {
		return []string{cidr(bits), "-p" + joined(wideTCP), "--rate", "30000", "--retries", "2", "--wait", "3", "-oG", "-", "--adapter", "wan",
			"--adapter-ip", "198.19.0.2", "--adapter-port", "61000-61255"}
	}, read: masscanned},
	{name: "zmap-443", tool: "zmap", ports: []int{443}, args: func(b *testing.B, bits int) []string {
		return []string{"-p", "443", "-i", "wan", "-r", "40000", "-c", "3", "-q", "-b", scratch(b, "none", ""), cidr(bits)}
	}, read: listed(443)},
	{name: "zmap-623", tool: "zmap", ports: []int{623}, udp: true, args: func(b *testing.B, bits int) []string {
		probe := scratch(b, "ipmi", "\x06\x00\xff\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5")
		return []string{"-M", "udp", "-p", "623", "--probe-args=file:" + probe, "-i", "wan", "-r", "40000", "-c", "3", "-q", "-b", scratch(b, "none", ""), cidr(bits)}
	}, read: listed(623)},
	{name: "naabu", tool: "naabu", ports: wideTCP, args: func(_ *testing.B, bits int) []string {
		return []string{"-host", cidr(bits), "-p", joined(wideTCP), "-s", "s", "-rate", "30000", "-retries", "2", "-silent", "-Pn", "-duc"}
	}, read: addressPort},
	{name: "zgrab2-443", tool: "zgrab2", ports: []int{443}, args: func(b *testing.B, bits int) []string {
		var list strings.Builder
		for _, a := range hostsOf(bits) {
			fmt.Fprintln(&list, a)
		}
		return []string{"http", "--use-https", "--port", "443", "--endpoint", "/redfish/v1/", "--senders", "1000", "--blocklist-file", scratch(b, "none", ""), "-f", scratch(b, "hosts", list.String())}
	}, read: grabbed},
}

// ourselves are the program's own runs: what it is asked, as whom.
func ourselves(binary string) []contender {
	ours := func(name string, user int, ports []int, services string) contender {
		return contender{name: name, ports: ports, user: user, args: func(b *testing.B, bits int) []string {
			dir := readable(b, user)
			args := []string{"audit", "--yes", "--format", "jsonl", "--pace", "fast", "--store", filepath.Join(dir, "store"), "--site", scratch(b, "site.yaml", wideSite(bits))}
			if services != "" {
				args = append(args, "--services", services)
			}
			return args
		}, tool: binary}
	}
	six := "redfish,cim-https,cim-http,sftp-rfc913,upnp-psblock,control-panel"
	// Nobody answers these but the echo where the firewall drops: it is the first packets of a run, its records and its store.
	silent := "icmp-echo,cim-http,sftp-rfc913,upnp-psblock,control-panel,ipmi"
	every := append(slices.Clone(wideTCP), wideUDP...)
	return []contender{
		ours("oobscope-six", 0, wideTCP, six), ours("oobscope-six-unprivileged", 65534, wideTCP, six),
		ours("oobscope-all", 0, every, ""), ours("oobscope-all-unprivileged", 65534, every, ""), ours("oobscope-443", 0, []int{443}, "redfish"),
		ours("oobscope-silent", 0, nil, silent),
	}
}

// measured is what a run took and what it got right.
type measured struct {
	wall, cpu     time.Duration
	rss           int64 // bytes
	packets       int64
	missed, wrong int
}

// run runs a contender once.
func (n *network) contend(b *testing.B, c contender, s scene, bits int) measured {
	b.Helper()
	path := found(b, c.tool)
	command := []string{"ip", "netns", "exec", n.tag + "jump"}
	if c.user != 0 {
		id := strconv.Itoa(c.user)
		command = append(command, "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
	}
	command = append(append(command, path), c.args(b, bits)...)
	switch c.tool {
	case "masscan":
		command = append(command, "--router-mac", n.router())
	case "zmap":
		command = append(command, "-G", n.router())
	}
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Minute)
	defer cancel()
	x := exec.CommandContext(ctx, command[0], command[1:]...)
	var out, errs bytes.Buffer
	x.Stdout, x.Stderr = &out, &errs
	before := n.sent()
	began := time.Now()
	err := x.Run()
	m := measured{wall: time.Since(began)}
	if code := x.ProcessState.ExitCode(); err != nil && (c.read != nil || code != 1 && code != 3) {
		b.Fatalf("%s: %v: %.600s", c.name, err, errs.String())
	}
	usage := x.ProcessState.SysUsage().(*syscall.Rusage)
	m.cpu, m.rss, m.packets = x.ProcessState.UserTime()+x.ProcessState.SystemTime(), usage.Maxrss<<10, n.sent()-before
	var open map[int]map[netip.Addr]bool
	if c.read == nil {
		var sum summary
		if open, sum = findingsOf(b, &out); !sum.Complete {
			b.Errorf("%s: the run is not complete", c.name)
		}
	} else {
		open = c.read(b, &out)
	}
	for _, port := range c.ports {
		for _, a := range hostsOf(bits) {
			switch said := open[port][a]; {
			case s.open(port) && !said:
				m.missed++
			case !s.open(port) && said:
				m.wrong++
			}
		}
	}
	return m
}

// router is the MAC address of the firewall on the jump host's link.
func (n *network) router() string {
	n.t.Helper()
	return strings.TrimSpace(n.in("fw", "", "cat", "/sys/class/net/jump/address"))
}

// BenchmarkWide lays out each segment and lets everybody at it in turn.
func BenchmarkWide(b *testing.B) {
	if os.Geteuid() != 0 {
		b.Skip("SKIPPED: network namespaces need root")
	}
	binary := program(b)
	for _, bits := range []int{24, 20, 16} {
		for _, s := range scenes {
			for _, c := range append(ourselves(binary), peers...) {
				if c.sizes != nil && !slices.Contains(c.sizes, bits) {
					continue
				}
				b.Run(fmt.Sprintf("size=%d/scene=%s/who=%s", bits, s.name, c.name), func(b *testing.B) {
					for range b.N {
						n := newWide(b) // fresh for each: the table of tracked connections would fill up
						n.filter("fw", s.ruleset())
						m := n.contend(b, c, s, bits)
						b.ReportMetric(m.wall.Seconds(), "s")
						b.ReportMetric(m.cpu.Seconds(), "cpu-s")
						b.ReportMetric(float64(m.rss)/1e6, "MB")
						b.ReportMetric(float64(m.packets), "packets")
						b.ReportMetric(float64(m.missed), "missed")
						b.ReportMetric(float64(m.wrong), "wrong")
						b.ReportMetric(0, "ns/op")
					}
				})
			}
		}
	}
}

var grepPort = regexp.MustCompile(`(\d+)/open/`)

// greppable reads nmap's -oG.
func greppable(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool {
	return byLine(b, out, func(line string, open func(int, string)) {
		if rest, ok := strings.CutPrefix(line, "Host: "); ok {
			for _, p := range grepPort.FindAllStringSubmatch(line, -1) {
				n, _ := strconv.Atoi(p[1])
				open(n, strings.Fields(rest)[0])
			}
		}
	})
}

var masscanLine = regexp.MustCompile(`Host: (\S+) .*Ports: (\d+)/open`)

func masscanned(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool {
	return byLine(b, out, func(line string, open func(int, string)) {
		if p := masscanLine.FindStringSubmatch(line); p != nil {
			n, _ := strconv.Atoi(p[2])
			open(n, p[1])
		}
	})
}

func listed(port int) func(*testing.B, io.Reader) map[int]map[netip.Addr]bool {
	return func(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool {
		return byLine(b, out, func(line string, open func(int, string)) { open(port, line) })
	}
}

func addressPort(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool {
	return byLine(b, out, func(line string, open func(int, string)) {
		if a, p, ok := strings.Cut(line, ":"); ok {
			if n, err := strconv.Atoi(p); err == nil {
				open(n, a)
			}
		}
	})
}

var grabbedLine = regexp.MustCompile(`^{"ip":"([^"]+)".*"status":"success"`)

func grabbed(b *testing.B, out io.Reader) map[int]map[netip.Addr]bool {
	return byLine(b, out, func(line string, open func(int, string)) {
		if p := grabbedLine.FindStringSubmatch(line); p != nil {
			open(443, p[1])
		}
	})
}

func byLine(b *testing.B, out io.Reader, each func(line string, open func(port int, addr string))) map[int]map[netip.Addr]bool {
	b.Helper()
	all := map[int]map[netip.Addr]bool{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		each(lines.Text(), func(port int, addr string) {
			if a, err := netip.ParseAddr(strings.TrimSpace(addr)); err == nil {
				mark(all, port, a)
			}
		})
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return all
}
