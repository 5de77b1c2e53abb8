package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"oobscope/probes"
	"oobscope/probes/cim"
	"oobscope/probes/dns"
	"oobscope/probes/hops"
	"oobscope/probes/https"
	"oobscope/probes/icmp"
	"oobscope/probes/ipmi"
	"oobscope/probes/panel"
	"oobscope/probes/redfish"
	"oobscope/probes/sftp"
	"oobscope/probes/slp"
	"oobscope/probes/sweep"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
	"oobscope/probes/upnp"
)

var probers = probes.Probers{
	"icmp": icmp.Prober{}, "slp": slp.Prober{}, "dns": dns.Prober{}, "ipmi": ipmi.Prober{}, "redfish": redfish.Prober{},
	"cim": cim.Prober{}, "https": https.Prober{}, "upnp": upnp.Prober{}, "panel": panel.Prober{}, "sftp": sftp.Prober{}, "knock": tcp.Knock{},
	probes.KnockTCP: tcp.Knock{}, probes.KnockUDP: udp.Knock{}, probes.KnockEcho: icmp.Prober{},
}

// scan is the scanner: a whole run of an engine, or its first packets alone if the engine's name has "/first".
func scan(in io.Reader, out io.Writer) int {
	var t task
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	p, err := planOf(t)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer profileTo(t.Profile)()
	r, err := carryOut(p, t)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_ = json.NewEncoder(out).Encode(r)
	return 0
}

func planOf(t task) (*probes.Plan, error) {
	prefix, err := netip.ParsePrefix(t.Targets)
	if err != nil {
		return nil, err
	}
	pace, _ := probes.PaceNamed("fast")
	pace.Gap, pace.Rate = time.Duration(t.GapMS)*time.Millisecond, t.Rate
	if t.ConnectMS > 0 {
		pace.Connect = time.Duration(t.ConnectMS) * time.Millisecond
	}
	if t.Attempts > 0 {
		pace.TCPAttempts = t.Attempts
	}
	g := probes.Group{Role: "bmc"}
	for a := prefix.Addr(); prefix.Contains(a); a = a.Next() {
		g.Addrs = append(g.Addrs, a)
	}
	for _, e := range t.Endpoints { // "tcp/443/redfish/tls"
		f := strings.Split(e, "/")
		proto, _ := probes.ParseProto(f[0])
		port, _ := strconv.Atoi(f[1])
		g.Endpoints = append(g.Endpoints, probes.Endpoint{Service: e, Proto: proto, Port: uint16(port), Prober: f[2], TLS: len(f) > 3})
	}
	p := &probes.Plan{Groups: []probes.Group{g}, Pace: pace, Seed: 11, Simulated: t.GapMS < 1100}
	p.Seal()
	return p, nil
}

// counting is a Sink that counts, by slot of the one group and by class. It costs next to nothing, since it is
// measured with the rest.
type counting struct {
	mu   sync.Mutex
	plan *probes.Plan
	of   [][256]int
}

func newCounting(p *probes.Plan) *counting {
	return &counting{plan: p, of: make([][256]int, len(p.Groups[0].Endpoints))}
}

// classes is what was counted, by endpoint and class.
func (c *counting) classes() map[string]map[string]int {
	out := map[string]map[string]int{}
	for slot, counts := range c.of {
		e := c.plan.Groups[0].Endpoints[slot]
		of := map[string]int{}
		for class, n := range counts {
			if n > 0 {
				of[probes.Class(class).String()] = n
			}
		}
		out[fmt.Sprintf("%s/%d", e.Proto, e.Port)] = of
	}
	return out
}

func (c *counting) Observe(o probes.Observation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of[int(o.Flow)%len(c.of)][o.Class]++
	return nil
}

func (*counting) Host(int, probes.HostState) error { return nil }
func (*counting) Gates(probes.Gates) error         { return nil }

func carryOut(p *probes.Plan, t task) (result, error) {
	engine, first, _ := strings.Cut(t.Engine, "/")
	var scout probes.Scout
	switch engine {
	case "sweep":
		scout = sweep.Raw{}
	case "crowd":
		scout = sweep.Sockets{}
	}
	if scout != nil {
		p.Engine = scout.Engine()
	}
	sink := newCounting(p)
	board := probes.NewBoard(p)
	begin := time.Now()
	var err error
	if first != "" {
		err = firstPackets(p, board, sink, scout)
	} else {
		p.Simulated = false
		if p.Pace.Gap < probes.PoliteGap {
			p.Simulated = true
		}
		r := &probes.Runner{Plan: p, Probers: probers, Board: board, Sink: sink, Scout: scout}
		if c, err := hops.Open(hops.Ports{}); err == nil {
			r.Hops = c
			defer c.Close()
		}
		_, err = r.Run(background())
	}
	c := board.Counters()
	return result{
		Seconds: time.Since(begin).Seconds(), CPU: cpu(), PeakRSS: peak(), Packets: c.Packets, Classes: sink.classes(),
		Gates: board.Gates(), Flows: p.Flows(), FirstOnly: first != "", Believed: believed(p, board),
	}, err
}

// believed counts the silent flows that a judge would take for dropped, by endpoint: those that were asked outside of
// bad whiles and often enough for what the path loses (see the judge's word lossy).
func believed(p *probes.Plan, board *probes.Board) map[string]int {
	g, out := board.Gates(), map[string]int{}
	var row []probes.Cell
	for host := range p.Hosts() {
		var s probes.HostState
		row, s = board.Row(host, row)
		for slot, c := range row {
			e := p.Groups[0].Endpoints[slot]
			if c.Class.Silent() && s.Flags&probes.HostQuiet == 0 && !g.Lossy() && c.At >= g.LossyUntil &&
				p.Pace.Tries(e.Proto, int(c.Attempts), c.Flags) >= g.TriesNeeded() {
				out[fmt.Sprintf("%s/%d", e.Proto, e.Port)]++
			}
		}
	}
	return out
}

// firstPackets runs a scout alone: what answers counts as seen.
func firstPackets(p *probes.Plan, board *probes.Board, sink *counting, scout probes.Scout) error {
	return scout.Scout(background(), &probes.Search{
		Plan: p, Probers: probers, Control: probes.Control{UDPPort: 40001, TCPPort: 20001}, Began: time.Now(),
		Host:   func(i int) ([]probes.Cell, probes.HostState) { return board.Row(i, nil) },
		Settle: func(o probes.Observation, _ probes.References) { board.Set(o); _ = sink.Observe(o) },
		Leave: func(l probes.Parting, all func(int) probes.Swept) {
			if l.Open == 0 {
				return
			}
			for _, o := range all(l.Host).Seen {
				board.Set(o)
				_ = sink.Observe(o)
			}
		},
		Sent: board.AddSent, Controlled: func(bool) {}, Answered: func(int) {}, Rate: func(r probes.RateState) { board.SetGates(probes.Gates{Rate: r}) },
	})
}

func cpu() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

func peak() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n << 10
		}
	}
	return 0
}
