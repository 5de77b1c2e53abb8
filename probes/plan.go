package probes

import (
	"net/netip"
	"sort"
	"time"
)

// FlowID numbers the flows of a plan: stable for the same plan, dense from 0.
type FlowID uint32

// Endpoint is one question that can be put to a host.
type Endpoint struct {
	Service string // id in the service catalogue: "redfish", "slp"
	Proto   Proto
	Port    uint16 // 0 for ICMP
	Prober  string // which prober speaks to it: "redfish", "cim", "ipmi"
	TLS     bool   // the service is meant to speak TLS on this port (CIM on 5989)
}

// Group is a set of hosts that are all asked the same questions.
type Group struct {
	Role      string
	Addrs     []netip.Addr
	Endpoints []Endpoint
}

// Plan is all that a run may do. Flows are enumerated from it lazily, group by group, host by host,
// endpoint by endpoint; nothing is built for each flow beforehand. Call Seal once it is filled.
type Plan struct {
	Groups   []Group
	Pace     Pace
	Canaries []netip.Addr // addresses that are never assigned; an answer from one means a SYN proxy
	Control  Control
	Seed     uint64 // decides the order of hosts and of the flows of a host

	Engine    Engine // how first packets are sent; see ChooseEngine
	Simulated bool   // the segment is the built-in simulation; only then may the gap be shorter

	firstHost []int    // index of the first host of each group, and the total behind
	firstFlow []FlowID // likewise for flows
}

// Control fixes what the honesty and liveness checks knock on. Zero means: chosen at random for each run.
type Control struct {
	UDPPort uint16 // a UDP port where nothing listens: proves that ICMP errors come back
	TCPPort uint16 // a TCP port where nothing listens: an accept there means that accepts prove nothing
}

// Pace holds the limits of bmc-services.md section 12. Times are per step.
type Pace struct {
	Name        string        // gentle, normal, fast
	Rate        float64       // new conversations a second over the whole segment; 0 = no limit
	Gap         time.Duration // least time between two conversations with one host
	TCPAttempts int
	UDPAttempts int
	Connect     time.Duration // connect deadline, and the wait after the last datagram
	FirstByte   time.Duration
	TLS         time.Duration
	Host        time.Duration // budget for one host, waiting for turns included: a host that accepts and stays mute needs two minutes
	Hosts       int           // hosts under way at once
}

// synCopy is when the system repeats a SYN that nobody answered (RFC 6298 section 2).
const synCopy = time.Second

// Tries is how many packets have asked a silent flow that many first packets were sent for: a SYN that is waited for
// long enough is repeated once by the system, unless the flags say that each was single.
func (p Pace) Tries(proto Proto, attempts int, flags Flags) int {
	if proto == TCP && p.Connect > synCopy && flags&Single == 0 {
		return 2 * attempts
	}
	return attempts
}

// Paces are the three named settings. None loosens the limits per host.
func Paces() []Pace {
	base := Pace{
		Gap: 1100 * time.Millisecond, TCPAttempts: 2, UDPAttempts: 3, Connect: 3 * time.Second,
		FirstByte: 4 * time.Second, TLS: 8 * time.Second, Host: 180 * time.Second,
	}
	gentle, normal, fast := base, base, base
	gentle.Name, gentle.Rate, gentle.Hosts = "gentle", 20, 64
	normal.Name, normal.Rate, normal.Hosts = "normal", 1000, 1024
	fast.Name, fast.Rate, fast.Hosts = "fast", 0, 4096
	return []Pace{gentle, normal, fast}
}

// PaceNamed returns the named pace.
func PaceNamed(name string) (Pace, bool) {
	for _, p := range Paces() {
		if p.Name == name {
			return p, true
		}
	}
	return Pace{}, false
}

// Host is one target of a plan.
type Host struct {
	Index int
	Addr  netip.Addr
	Group int
	First FlowID // its flows are First .. First+Count-1, in the order of the group's endpoints
	Count int
}

// Flow is one question to one host.
type Flow struct {
	ID       FlowID
	Host     int
	Addr     netip.Addr
	Group    int
	Slot     int // index in the group's endpoints
	Endpoint Endpoint
}

// Seal computes the numbering. Call it after the groups were filled and before any look-up.
func (p *Plan) Seal() {
	p.firstHost = make([]int, len(p.Groups)+1)
	p.firstFlow = make([]FlowID, len(p.Groups)+1)
	for i, g := range p.Groups {
		p.firstHost[i+1] = p.firstHost[i] + len(g.Addrs)
		p.firstFlow[i+1] = p.firstFlow[i] + FlowID(len(g.Addrs)*len(g.Endpoints))
	}
}

// Hosts returns how many hosts the plan has.
func (p *Plan) Hosts() int { return p.firstHost[len(p.Groups)] }

// Flows returns how many flows the plan has.
func (p *Plan) Flows() int { return int(p.firstFlow[len(p.Groups)]) }

// Host returns host i of the plan, 0 <= i < Hosts().
func (p *Plan) Host(i int) Host {
	g := sort.Search(len(p.Groups), func(k int) bool { return p.firstHost[k+1] > i })
	grp := &p.Groups[g]
	k := i - p.firstHost[g]
	n := len(grp.Endpoints)
	return Host{Index: i, Addr: grp.Addrs[k], Group: g, First: p.firstFlow[g] + FlowID(k*n), Count: n}
}

// Flow returns the flow with that number, 0 <= id < Flows().
func (p *Plan) Flow(id FlowID) Flow {
	g := sort.Search(len(p.Groups), func(k int) bool { return p.firstFlow[k+1] > id })
	grp := &p.Groups[g]
	off := int(id - p.firstFlow[g])
	n := len(grp.Endpoints)
	k, slot := off/n, off%n
	return Flow{
		ID: id, Host: p.firstHost[g] + k, Addr: grp.Addrs[k],
		Group: g, Slot: slot, Endpoint: grp.Endpoints[slot],
	}
}
