package probes

import (
	"math"
	"net/netip"
	"time"
)

// Observation is what one prober saw on one flow, with the evidence for it.
type Observation struct {
	Flow     FlowID
	Class    Class
	Reason   Reason
	Flags    Flags
	Offender netip.Addr // who sent the deciding ICMP error; invalid if none
	ICMPType uint8
	ICMPCode uint8
	At       time.Time     // when the probe of this flow began
	RTT      time.Duration // request to deciding answer; 0 if nothing came
	Attempts int           // first packets sent (SYNs we asked for, datagrams, echoes)
	Packets  int           // packets that left for this flow, measured where the system tells
	Weak     WeakSet
	Evidence Evidence
}

// Flags are facts about an observation that the judge needs and the class does not hold.
type Flags uint8

// The flags of an observation.
const (
	// CutMid: the cut of an open_cut is proved to come from a box in between, not from the host.
	CutMid Flags = 1 << iota
	// Spoke: bytes of an application came back, whichever protocol.
	Spoke
	// Alone: the flow was asked when nothing else was, so that no limit on ICMP errors hid a refusal.
	Alone
	// Left: a packet of the flow is proved to have left this machine, as far as this machine can tell. It is set
	// of silent flows alone: an answer needs no such proof.
	Left
	// AnsweredBefore: an application answered on this silent or mute flow in another run.
	AnsweredBefore
	// AliveBefore: the host that cannot be reached now showed a sign of life in another run.
	AliveBefore
	// Held: a capture that sees our packets to the host leave saw none of this flow.
	Held
	// Single: each attempt of a silent flow was one packet, which the system has not repeated.
	Single
)

// Evidence is kept with the observation so that a person can check the verdict and find the packets
// in a firewall's log. Every text in it is cleaned and capped; no secret is ever in it.
type Evidence struct {
	Steps  []Step    `json:"steps,omitempty"`  // the packet story, in order
	Facts  []Fact    `json:"facts,omitempty"`  // what the protocol said, in order
	Banner string    `json:"banner,omitempty"` // first bytes of the answer, cleaned, 128 at most
	SHA256 string    `json:"sha256,omitempty"` // of the whole banner or answer, hex
	TLS    *TLSFacts `json:"tls,omitempty"`
	Error  string    `json:"error,omitempty"` // local failure in words
	Hint   string    `json:"hint,omitempty"`  // what the person at the keyboard can do about it
	// TTL is the received TTL, or hop limit, of the reset of this flow; 0 if there was none, or nothing to learn
	// it with. ReferenceTTL is that of the answer that it was compared with.
	TTL          uint8 `json:"ttl,omitempty"`
	ReferenceTTL uint8 `json:"reference_ttl,omitempty"`
	Simulated    bool  `json:"simulated,omitempty"`
}

// Step is one line of the packet story.
type Step struct {
	AtMS  float64 `json:"at_ms"`           // since the probe of this flow began
	Dir   string  `json:"dir"`             // "sent", "got", "icmp", "rst", "fin", "wait", "local"
	What  string  `json:"what"`            // "SYN", "ASF presence ping", "HTTP/1.0 401"
	From  string  `json:"from,omitempty"`  // source address:port of the packet
	To    string  `json:"to,omitempty"`    // destination address:port
	Bytes int     `json:"bytes,omitempty"` // payload bytes
	Hex   string  `json:"hex,omitempty"`   // first 64 payload bytes in hex
}

// Fact is one thing that a protocol said.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// TLSFacts describes one handshake. SHA-256 values are hex.
type TLSFacts struct {
	Version    string   `json:"version,omitempty"`
	Suite      string   `json:"suite,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Issuer     string   `json:"issuer,omitempty"`
	SelfSigned bool     `json:"self_signed,omitempty"`
	NotBefore  string   `json:"not_before,omitempty"` // RFC 3339
	NotAfter   string   `json:"not_after,omitempty"`
	Key        string   `json:"key,omitempty"` // "RSA 2048", "ECDSA P-256"
	Signature  string   `json:"signature,omitempty"`
	Names      []string `json:"names,omitempty"` // at most 16
	Serial     string   `json:"serial,omitempty"`
	LeafSHA256 string   `json:"leaf_sha256,omitempty"`
	KeySHA256  string   `json:"key_sha256,omitempty"`
	Failure    string   `json:"failure,omitempty"` // why the handshake failed, if it did
}

// Add appends a fact.
func (e *Evidence) Add(key, value string) { e.Facts = append(e.Facts, Fact{key, Clean(value, 256)}) }

// Request is one thing that a prober may send, for the dry run and the budget.
type Request struct {
	What          string // "ASF presence ping"
	When          string // the condition, empty for always: "only if connected"
	InsideTLS     bool
	Bytes         []byte // the payload; fields drawn at run time (ids, tokens) are shown as zero
	Conversations int    // at most, retries included
	Packets       int    // at most, retries included
}

// HostState is what the run learned about one host beside its flows.
type HostState struct {
	Flags       HostFlags
	ControlSent uint8 // control probes to a flow of this host that is known to answer
	ControlLost uint8
}

// HostFlags are facts about one host.
type HostFlags uint8

// The facts about a host.
const (
	HostDone       HostFlags = 1 << iota // every flow of the host was settled
	HostQuiet                            // it answered, then stopped; it was left alone
	HostUDPControl                       // a closed UDP port answered port-unreachable: ICMP errors come back
	HostFakesOpen                        // an unlikely TCP port accepted: accepts prove nothing here
	HostHonest                           // the unlikely TCP port did not accept
	HostEcho                             // it answered the echo that was sent because its flows did not say enough of it
)

// Gates is what the run learned about the path, beside hosts and flows.
type Gates struct {
	CanarySent     int      `json:"canary_sent"`
	CanaryAnswered []string `json:"canary_answered,omitempty"` // address:port of canaries that accepted
	CanarySpoke    []string `json:"canary_spoke,omitempty"`    // "udp address:port", "icmp address": canaries that answered as an application does
	ControlSent    int      `json:"control_sent"`
	ControlLost    int      `json:"control_lost"`
	TriesSent      int64    `json:"tries_sent"` // packets of openings that were answered in the end
	TriesLost      int64    `json:"tries_lost"` // those of them that stayed unanswered
	// LossyUntil is the end of the last short while in which the path lost too much, in milliseconds since the run
	// began; 0 if there was none. The tries of such times are not counted above.
	LossyUntil    uint32 `json:"lossy_until_ms,omitempty"`
	TaintSent     int    `json:"taint_sent"` // early open flows probed again at the end
	TaintLost     int    `json:"taint_lost"`
	RefusedHere   int64  `json:"refused_here,omitempty"` // packets that this machine refused to send meanwhile, whosever they were
	Limited       []Slot `json:"limited,omitempty"`      // kinds of flow whose refusals a limit on ICMP errors has hidden
	LimitOpen     bool   `json:"limit_open,omitempty"`   // somebody refused by ICMP; whether a limit hid other refusals is asked at the end only
	PacketsSent   int64  `json:"packets_sent"`
	Conversations int64  `json:"conversations"`

	Engine string    `json:"engine,omitempty"` // how first packets were sent; empty: by visits
	Rate   RateState `json:"rate,omitzero"`    // of first packets, as far as a scout has steered it
}

// LossLimit is the share of lost control probes above which silence proves nothing (verdicts.md 1).
const LossLimit = 0.20

// Lossy tells whether so many control probes were lost that silence means nothing: too large a share of
// them, or, once three are lost, a share that may be chance while the path loses more than the limit.
func (g *Gates) Lossy() bool {
	if g.ControlSent < 5 {
		return false
	}
	share := float64(g.ControlLost) / float64(g.ControlSent)
	if g.ControlLost >= 3 {
		share = wilsonUpper(share, float64(g.ControlSent))
	}
	return share > LossLimit
}

// SilenceDoubt is the chance that is left to an open flow of having stayed silent by loss alone, for its silence to
// count.
const SilenceDoubt = 1e-3

// Loss estimates the share of tries that are lost on the way there or back, by the control probes and by all
// openings that were answered in the end; the upper end of what it may be, once three were lost.
func (g *Gates) Loss() float64 {
	sent, lost := float64(g.ControlSent)+float64(g.TriesSent), float64(g.ControlLost)+float64(g.TriesLost)
	switch {
	case lost <= 0 || sent <= 0:
		return 0
	case lost < 3:
		return min(1, lost/sent)
	}
	return wilsonUpper(min(1, lost/sent), sent)
}

// TriesNeeded is how often a flow must have been asked in vain for its silence to count on this path; 1 if nothing
// was lost.
func (g *Gates) TriesNeeded() int {
	loss := g.Loss()
	switch {
	case loss <= 0:
		return 1
	case loss > 0.9:
		return math.MaxInt32
	}
	return max(1, int(math.Ceil(math.Log(SilenceDoubt)/math.Log(loss)-1e-9)))
}

// wilsonUpper is the upper end of the Wilson score interval for a share seen in n trials: the true share is
// above it once in a hundred times (z = 2.33, one-sided).
func wilsonUpper(share, n float64) float64 {
	const z = 2.33
	return (share + z*z/(2*n) + z*math.Sqrt(share*(1-share)/n+z*z/(4*n*n))) / (1 + z*z/n)
}

// Tainted tells whether a flow that was open early was silent at the end.
func (g *Gates) Tainted() bool { return g.TaintLost > 0 }
