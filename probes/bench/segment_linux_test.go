package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// prefix begins the name of every namespace of ours; the process id of its maker follows.
const prefix = "oobscope-bench-"

// serveWord and scanWord make this test binary the responder of a segment, or the scanner inside of it.
const (
	serveWord = "bench-serve"
	scanWord  = "bench-scan"
	tlsWord   = "tls"
	readyWord = "ready\n"
)

func TestMain(m *testing.M) {
	switch {
	case slices.Contains(os.Args[1:], serveWord):
		os.Exit(serve(os.Stdin, os.Stdout, slices.Contains(os.Args[1:], tlsWord)))
	case slices.Contains(os.Args[1:], scanWord):
		os.Exit(scan(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// segment is three namespaces in a row: jump, fw, bmc. bmc answers for every address of the prefix.
type segment struct {
	tb     testing.TB
	tag    string
	prefix netip.Prefix
	end    func() // ends the responder
}

// remove ends the responder and takes the namespaces away. A second time does nothing.
func (s *segment) remove() {
	if s.end != nil {
		s.end()
		s.end = nil
	}
	for _, name := range []string{"jump", "fw", "bmc"} {
		_ = exec.Command("ip", "netns", "del", s.tag+name).Run()
	}
}

// layout says how a segment treats what is sent to it.
type layout struct {
	Prefix  string
	Allowed []string // "tcp/443", "udp/623", "icmp": the firewall drops the rest; empty: it lets everything pass
	Loss    int      // percent of packets, half of it each way
	Limit   int      // packets a second that pass towards the segment; 0: all
	TLS     bool     // port 443 speaks TLS; otherwise it only greets
}

func newSegment(tb testing.TB, l layout) *segment {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Skip("SKIPPED: needs root for network namespaces")
	}
	s := &segment{tb: tb, tag: fmt.Sprintf("%s%d-", prefix, os.Getpid()), prefix: netip.MustParsePrefix(l.Prefix)}
	tb.Cleanup(s.remove)
	for _, name := range []string{"jump", "fw", "bmc"} {
		s.run("ip", "netns", "add", s.tag+name)
		s.in(name, "ip", "link", "set", "lo", "up")
	}
	s.link("jump", "up0", "198.18.255.1/30", "fw", "in0", "198.18.255.2/30")
	s.link("fw", "out0", "198.18.255.5/30", "bmc", "dn0", "198.18.255.6/30")
	s.in("jump", "ip", "route", "add", "default", "via", "198.18.255.2")
	s.in("bmc", "ip", "route", "add", "default", "via", "198.18.255.5")
	s.in("fw", "ip", "route", "add", l.Prefix, "via", "198.18.255.6")
	s.in("bmc", "ip", "route", "add", "local", l.Prefix, "dev", "lo")
	s.set("jump", "net/ipv4/ping_group_range", "0 2147483647")
	s.set("fw", "net/ipv4/ip_forward", "1")
	for _, name := range []string{"fw", "bmc"} {
		s.set(name, "net/ipv4/icmp_ratelimit", "0")
		s.set(name, "net/ipv4/icmp_msgs_per_sec", "1000000")
	}
	s.set("bmc", "net/core/somaxconn", "65535")
	s.set("bmc", "net/ipv4/tcp_max_syn_backlog", "65535")
	s.filter(l)
	s.serve(l.TLS)
	return s
}

// filter makes the firewall: it tracks connections, lets what is allowed pass and drops the rest.
func (s *segment) filter(l layout) {
	s.tb.Helper()
	var b strings.Builder
	b.WriteString("table inet bench {\n\tchain forward {\n\t\ttype filter hook forward priority filter;\n")
	if l.Loss > 0 {
		fmt.Fprintf(&b, "\t\tmeta iifname in0 numgen random mod 1000 < %d drop\n\t\tmeta iifname out0 numgen random mod 1000 < %d drop\n", l.Loss*5, l.Loss*5)
	}
	if l.Limit > 0 {
		fmt.Fprintf(&b, "\t\tmeta iifname in0 limit rate over %d/second burst 100 packets drop\n", l.Limit)
	}
	b.WriteString("\t\tct state established,related accept\n")
	for _, a := range l.Allowed {
		proto, port, ok := strings.Cut(a, "/")
		if !ok {
			fmt.Fprintf(&b, "\t\tmeta l4proto %s accept\n", proto)
			continue
		}
		fmt.Fprintf(&b, "\t\t%s dport %s accept\n", proto, port)
	}
	if len(l.Allowed) > 0 {
		b.WriteString("\t\tmeta iifname in0 drop\n")
	}
	b.WriteString("\t}\n}\n")
	c := exec.Command("ip", "netns", "exec", s.tag+"fw", "nft", "-f", "-")
	c.Stdin = strings.NewReader(b.String())
	if out, err := c.CombinedOutput(); err != nil {
		s.tb.Fatalf("nft: %v: %s\n%s", err, out, b.String())
	}
	// The table of connections is shared by the machine: it must hold one for every flow and try.
	_ = os.WriteFile("/proc/sys/net/netfilter/nf_conntrack_max", []byte("4194304"), 0o644)
}

func (s *segment) link(a, nameA, addrA, b, nameB, addrB string) {
	s.tb.Helper()
	s.run("ip", "-n", s.tag+a, "link", "add", nameA, "type", "veth", "peer", "name", nameB, "netns", s.tag+b)
	s.in(a, "ip", "addr", "add", addrA, "dev", nameA)
	s.in(b, "ip", "addr", "add", addrB, "dev", nameB)
	s.in(a, "ip", "link", "set", nameA, "up")
	s.in(b, "ip", "link", "set", nameB, "up")
}

func (s *segment) run(args ...string) string {
	s.tb.Helper()
	var errs bytes.Buffer
	c := exec.Command(args[0], args[1:]...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		s.tb.Fatalf("%s: %v: %s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

func (s *segment) in(space string, args ...string) string {
	s.tb.Helper()
	return s.run(append([]string{"ip", "netns", "exec", s.tag + space}, args...)...)
}

func (s *segment) set(space, name, value string) {
	s.tb.Helper()
	s.in(space, "sh", "-c", fmt.Sprintf("echo '%s' > /proc/sys/%s", value, name))
}

// serve starts the one process that answers for every address.
func (s *segment) serve(speaksTLS bool) {
	s.tb.Helper()
	self, err := os.Executable()
	if err != nil {
		s.tb.Fatal(err)
	}
	args := []string{"netns", "exec", s.tag + "bmc", self, serveWord}
	if speaksTLS {
		args = append(args, tlsWord)
	}
	c := exec.Command("ip", args...)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		s.tb.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		s.tb.Fatal(err)
	}
	if err := c.Start(); err != nil {
		s.tb.Fatal(err)
	}
	s.end = func() { in.Close(); _ = c.Wait() }
	ready := make([]byte, len(readyWord))
	if _, err := io.ReadFull(out, ready); err != nil {
		s.tb.Fatalf("the responder did not come up: %v", err)
	}
}

// The ports that are served. Everything else is closed.
var (
	servedTCP = []uint16{22, 80, 115, 427, 443, 5988, 5989, 7778, 49152}
	servedUDP = []uint16{53, 427, 623}
)

// serve is the responder: it accepts and closes, and answers datagrams with valid answers of few bytes. On 443 it
// speaks TLS if asked to.
func serve(in io.Reader, out io.Writer, speaksTLS bool) int {
	for _, port := range servedTCP {
		if port == 443 && speaksTLS {
			if err := serveTLS(int(port)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
			continue
		}
		l, err := net.ListenTCP("tcp4", &net.TCPAddr{Port: int(port)})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					continue
				}
				go func() {
					_ = c.SetDeadline(time.Now().Add(2 * time.Second))
					var b [64]byte
					_, _ = c.Read(b[:])
					_, _ = c.Write([]byte("220 bench\r\n"))
					c.Close()
				}()
			}
		}()
	}
	for _, port := range servedUDP {
		if err := serveUDP(int(port)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	_, _ = io.WriteString(out, readyWord)
	_, _ = io.Copy(io.Discard, in)
	return 0
}

// serveUDP answers from the address that was asked (IP_PKTINFO).
func serveUDP(port int) error {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{Port: port})
	if err != nil {
		return err
	}
	_ = c.SetReadBuffer(32 << 20)
	return answerFromAsked(c, port)
}

// task is what a scan process is to do, as one JSON value on its standard input.
type task struct {
	Engine    string
	Targets   string // prefix
	Endpoints []string
	GapMS     int
	ConnectMS int // the deadline of a first packet
	Rate      float64
	Attempts  int
	Profile   string
}

// result is what it found out.
type result struct {
	Seconds   float64
	CPU       float64 // seconds of this process, system and user
	PeakRSS   int64   // bytes
	Packets   int64
	Classes   map[string]map[string]int // by endpoint and class
	Gates     any
	Flows     int
	FirstOnly bool
	Believed  map[string]int // silent flows that count as dropped, by endpoint
	Asked     int            // hosts that somebody else was asked about, who does not name the silent
	Load      float64        // of the machine
}

// scan runs a task in the jump namespace.
func (s *segment) scan(t task, user int) result {
	s.tb.Helper()
	self, err := os.Executable()
	if err != nil {
		s.tb.Fatal(err)
	}
	args := []string{"netns", "exec", s.tag + "jump"}
	if user != 0 {
		args = append(args, "setpriv", "--reuid", fmt.Sprint(user), "--clear-groups", "--no-new-privs")
	}
	c := exec.Command("ip", append(args, self, scanWord)...)
	input, err := json.Marshal(t)
	if err != nil {
		s.tb.Fatal(err)
	}
	c.Stdin, c.Stderr = bytes.NewReader(input), os.Stderr
	out, err := c.Output()
	if err != nil {
		s.tb.Fatalf("scan: %v", err)
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		s.tb.Fatalf("scan: %v: %s", err, out)
	}
	return r
}
