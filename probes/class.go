package probes

// Class says what was seen on one flow. The slugs are wire names: stores, exports and golden files
// hold them, so they never change. A class is an observation, not an opinion.
type Class uint8

// The observation classes. Unobserved is the zero value: nothing is known yet.
const (
	Unobserved      Class = iota
	OpenProto             // handshake (TCP) and the declared protocol answered
	OpenOther             // another protocol answered
	OpenMute              // accepted, nothing after our first bytes
	OpenCut               // accepted, then reset or closed on the first payload
	RstHost               // reset, from the host's own hop distance
	RstMid                // reset, from another hop distance: a box in between forged it
	RstUnknown            // reset, origin not provable without a raw socket
	PortUnreach           // ICMP port unreachable from the target itself
	Prohibited            // ICMP administratively prohibited
	PortUnreachMid        // ICMP port unreachable from someone else
	Unreach               // ICMP net or host unreachable
	TTLExceeded           // ICMP time exceeded
	Silence               // nothing came, and the target is proved alive (set by the judge)
	SilenceUnproven       // nothing came, liveness unknown (what a prober reports)
	HostDown              // proved down
	ProbeError            // local failure: no route, no permission, no file handle, cancelled
	classCount
)

// ClassCount is how many classes there are.
const ClassCount = int(classCount)

var classSlugs = [classCount]string{
	"unobserved", "open_proto", "open_other", "open_mute", "open_cut", "rst_host", "rst_mid",
	"rst_unknown", "port_unreach", "prohibited", "port_unreach_mid", "unreach", "ttl_exceeded",
	"silence", "silence_unproven", "host_down", "probe_error",
}

// String returns the wire name of the class.
func (c Class) String() string {
	if c >= classCount {
		return "invalid"
	}
	return classSlugs[c]
}

// ParseClass finds a class by its wire name.
func ParseClass(slug string) (Class, bool) {
	for i, s := range classSlugs {
		if s == slug {
			return Class(i), true
		}
	}
	return Unobserved, false
}

// Classes lists every class that a prober or the judge can name, in the order of the truth table.
func Classes() []Class {
	out := make([]Class, 0, classCount-1)
	for c := OpenProto; c < classCount; c++ {
		out = append(out, c)
	}
	return out
}

// Open tells whether a connection was accepted or an answer of an application came.
func (c Class) Open() bool { return c >= OpenProto && c <= OpenCut }

// Silent tells whether nothing at all came back.
func (c Class) Silent() bool { return c == Silence || c == SilenceUnproven }

// Proto is the transport of a flow.
type Proto uint8

// The transports that a plan can name. ICMP covers ICMPv6 as well.
const (
	TCP Proto = iota + 1
	UDP
	ICMP
)

// String returns "tcp", "udp" or "icmp".
func (p Proto) String() string {
	switch p {
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case ICMP:
		return "icmp"
	}
	return "invalid"
}

// ParseProto finds a transport by its name.
func ParseProto(s string) (Proto, bool) {
	for p := TCP; p <= ICMP; p++ {
		if p.String() == s {
			return p, true
		}
	}
	return 0, false
}

// Reason refines a class where the class alone would not tell a person what to do.
type Reason uint8

// The reasons an observation can carry.
const (
	NoReason     Reason = iota
	NoPermission        // the system refused the socket (ping sockets, raw sockets)
	NoRoute             // the local routing table has no way there
	NoFiles             // out of file handles
	NoPorts             // out of source ports
	Cancelled           // the run was stopped while the probe waited
	WentQuiet           // the host stopped answering in mid-run and was left alone
	HostBudget          // the time or conversation budget of the host was used up
	Busy                // the target said that it is busy; the protocol was stopped
	LocalError          // any other local failure; the evidence has the words
	Neighbour           // ARP or neighbour discovery failed: no such station on the link
	LateAnswer          // the answer came only after the line had been given to another flow
	NotSent             // the packets of the flow did not leave this machine
	Shaken              // silent, and a control behind it was lost: the path or the host was away for a while
	Unvouched           // silent, and the run was cut off before the host had shown that it still answered
	reasonCount
)

var reasonSlugs = [reasonCount]string{
	"", "no_permission", "no_route", "no_files", "no_ports", "cancelled", "went_quiet",
	"host_budget", "busy", "local_error", "neighbour_failed", "late_answer", "not_sent", "shaken", "unvouched",
}

// String returns the wire name of the reason; empty for none.
func (r Reason) String() string {
	if r >= reasonCount {
		return "invalid"
	}
	return reasonSlugs[r]
}

// ParseReason finds a reason by its wire name.
func ParseReason(slug string) (Reason, bool) {
	for i, s := range reasonSlugs {
		if s == slug {
			return Reason(i), true
		}
	}
	return NoReason, false
}
