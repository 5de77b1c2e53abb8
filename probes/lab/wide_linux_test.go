package lab

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/ipv4"
)

// The wide segment is for speed: one machine that answers for every address of a /24, /20 or /16, behind a router
// that tracks connections. Nothing is needed but the kernel's AnyIP and one process of responders.
//
//	jump 198.19.0.2 ── 198.19.0.1 fw 198.19.1.1 ── 198.19.1.2 wide, which is all of 198.18.0.0/16
//
// Run it with
//
//	sudo go test ./probes/lab -run '^$' -bench Wide -benchtime 1x -count 3 -timeout 3h
//
// and narrow it with -bench 'Wide/size=20/scene=drop'.

// wideTCP are the ports that every tool is asked about, wideUDP those of datagrams. What the firewall lets
// through in the scenes that drop is in passed.
var (
	wideTCP = []int{115, 443, 5988, 5989, 7778, 49152}
	wideUDP = []int{427, 623}
	passed  = []int{443, 5989, 427}
)

// scene is what lies between the scanner and the segment.
type scene struct {
	name string
	drop bool // everything but passed and echoes is dropped in silence
	loss int  // in thousandths, each way
}

var scenes = []scene{{name: "open"}, {name: "drop", drop: true}, {name: "loss", drop: true, loss: 25}}

func (s scene) open(port int) bool {
	if !s.drop {
		return true
	}
	for _, p := range passed {
		if p == port {
			return true
		}
	}
	return false
}

// ruleset is the scene as the firewall's rules.
func (s scene) ruleset() string {
	var b strings.Builder
	b.WriteString("flush ruleset\ntable inet wide {\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy accept;\n")
	if s.loss > 0 {
		fmt.Fprintf(&b, "\t\tnumgen random mod 1000 < %d drop\n", s.loss)
	}
	b.WriteString("\t\tct state established,related accept\n")
	if s.drop {
		b.WriteString("\t\tip daddr 198.18.0.0/16 tcp dport { 443, 5989, 427 } accept\n\t\tip daddr 198.18.0.0/16 udp dport 427 accept\n" +
			"\t\tip daddr 198.18.0.0/16 icmp type echo-request accept\n\t\tip daddr 198.18.0.0/16 drop\n")
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

// newWide builds the segment and starts its responders.
func newWide(b *testing.B) *network {
	b.Helper()
	n := newNetwork(b, "jump", "fw", "wide")
	n.set("fw", "net.ipv4.ip_forward=1", "net.ipv4.icmp_ratelimit=0")
	for _, s := range []string{"fw", "wide"} {
		n.set(s, "net.ipv4.conf.all.rp_filter=0", "net.ipv4.icmp_ratelimit=0")
	}
	n.link("jump", "wan", "fw", "jump")
	n.link("fw", "seg", "wide", "fw")
	n.ip("jump", "addr add 198.19.0.2/24 dev wan", "route add default via 198.19.0.1")
	n.ip("fw", "addr add 198.19.0.1/24 dev jump", "addr add 198.19.1.1/24 dev seg", "route add 198.18.0.0/16 via 198.19.1.2",
		"route add blackhole 198.19.2.0/24")
	n.ip("wide", "addr add 198.19.1.2/24 dev fw", "route add default via 198.19.1.1", "route add local 198.18.0.0/16 dev lo")
	n.set("jump", "net.ipv4.ping_group_range=0 2147483647", "net.ipv4.ip_local_port_range=20000 60999")
	n.set("wide", "net.ipv4.tcp_max_syn_backlog=65536", "net.core.somaxconn=65536", "net.ipv4.tcp_syncookies=1")
	var seats []seat
	for port, do := range map[int]string{115: "greeting", 443: "redfish", 427: "slp", 5988: "cim", 5989: "cim-tls", 7778: "http", 49152: "upnp"} {
		seats = append(seats, seat{"tcp", fmt.Sprintf("0.0.0.0:%d", port), do})
	}
	seats = append(seats, seat{"anyip", "0.0.0.0:427", "slp"}, seat{"anyip", "0.0.0.0:623", "ipmi"})
	n.serve("wide", seats)
	return n
}

// openAny answers datagrams for every address of this machine, from the address that was asked: the
// kernel would take that of the route.
func openAny(at string, do func([]byte) []byte) error {
	c, err := net.ListenPacket("udp4", at)
	if err != nil {
		return err
	}
	p := ipv4.NewPacketConn(c)
	if err := p.SetControlMessage(ipv4.FlagDst, true); err != nil {
		return err
	}
	_ = c.(*net.UDPConn).SetReadBuffer(8 << 20)
	go func() {
		buf := make([]byte, 2048)
		for {
			n, cm, from, err := p.ReadFrom(buf)
			if err != nil || cm == nil {
				continue // an ICMP error for an answer that nobody took
			}
			if b := do(buf[:n]); b != nil {
				_, _ = p.WriteTo(b, &ipv4.ControlMessage{Src: cm.Dst}, from)
			}
		}
	}()
	return nil
}

// sent is how many packets have left the jump host so far.
func (n *network) sent() int64 {
	n.t.Helper()
	text := n.in("jump", "", "cat", "/sys/class/net/wan/statistics/tx_packets")
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		n.t.Fatal(err)
	}
	return v
}

// hostsOf are the hosts of the segment: its network and broadcast addresses are nobody's.
func hostsOf(bits int) []netip.Addr {
	p := netip.PrefixFrom(netip.MustParseAddr("198.18.0.0"), bits)
	var out []netip.Addr
	for a := p.Addr().Next(); p.Contains(a.Next()); a = a.Next() {
		out = append(out, a)
	}
	return out
}

// wideSite is the site file of the segment.
func wideSite(bits int) string {
	return fmt.Sprintf(`schema: oobscope.site/v1
name: wide
zones:
  management: [198.18.0.0/15]
  internet: ["*"]
vantage: {name: jump}
targets:
  - {role: bmc, addresses: [198.18.0.0/%d]}
defaults: {interzone: drop, intrazone: drop}
enforcement: {style: port, on_link: false}
probe: {canary: [198.19.2.9]}
`, bits)
}

// findingsOf reads the flows of a jsonl report that the program calls open, by port.
func findingsOf(b *testing.B, r io.Reader) (open map[int]map[netip.Addr]bool, sum summary) {
	b.Helper()
	open = map[int]map[netip.Addr]bool{}
	d := json.NewDecoder(r)
	for {
		var f struct {
			finding
			summary
		}
		if err := d.Decode(&f); err == io.EOF {
			return open, sum
		} else if err != nil {
			b.Fatal(err)
		}
		if f.Type == "summary" {
			sum = f.summary
			continue
		}
		if strings.HasPrefix(f.Observed, "open_") {
			mark(open, f.Port, netip.MustParseAddr(f.Target))
		}
	}
}

func mark(open map[int]map[netip.Addr]bool, port int, a netip.Addr) {
	if open[port] == nil {
		open[port] = map[netip.Addr]bool{}
	}
	open[port][a] = true
}

// scratch is a file of a benchmark.
func scratch(b *testing.B, name, text string) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
	return file
}

// installed tells whether this machine has a tool. zgrab2 may be named by ZGRAB2, since nobody packages it.
func installed(tool string) bool {
	_, err := exec.LookPath(whereIs(tool))
	return err == nil
}

func whereIs(tool string) string {
	if named := os.Getenv("ZGRAB2"); tool == "zgrab2" && named != "" {
		return named
	}
	return tool
}

// found skips a peer that this machine does not have.
func found(b *testing.B, tool string) string {
	b.Helper()
	path, err := exec.LookPath(whereIs(tool))
	if err != nil {
		b.Skipf("SKIPPED: %s is not installed", tool)
	}
	return path
}
