package probes

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"time"
)

// Outcome is how one transport-level exchange ended. Class is Unobserved when it succeeded (a connection
// was accepted, a datagram was answered): what that means is for the prober to say.
type Outcome struct {
	Class    Class
	Reason   Reason
	Flags    Flags
	Offender netip.Addr
	ICMPType uint8
	ICMPCode uint8
	RTT      time.Duration
	Attempts int
	Packets  int
	// TTL is that of the reset which ended the exchange, ReferenceTTL what it was compared with; 0 if not known.
	TTL          uint8
	ReferenceTTL uint8
	Err          error  // the local error behind ProbeError
	Hint         string // what a person can do about it
}

// Recorder collects the packet story and the facts of one probe. It is safe for concurrent use.
type Recorder struct {
	mu    sync.Mutex
	start time.Time
	obs   Observation
}

// MaxSteps caps the packet story of one flow; what comes after is not recorded.
const MaxSteps = 64

// NewRecorder starts the clock of a probe.
func NewRecorder() *Recorder {
	now := time.Now()
	return &Recorder{start: now, obs: Observation{At: now}}
}

// Step adds a line to the packet story. from and to may be empty; payload may be nil.
func (r *Recorder) Step(dir, what, from, to string, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.obs.Evidence.Steps) >= MaxSteps {
		return
	}
	r.obs.Evidence.Steps = append(r.obs.Evidence.Steps, Step{
		AtMS: float64(time.Since(r.start).Microseconds()) / 1000, Dir: dir, What: Clean(what, 160),
		From: from, To: to, Bytes: len(payload), Hex: hex.EncodeToString(payload[:min(len(payload), 64)]),
	})
}

// Fact adds something that the protocol said; the value is cleaned and capped.
func (r *Recorder) Fact(key, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.obs.Evidence.Facts) < MaxSteps {
		r.obs.Evidence.Add(key, value)
	}
}

// Weak adds a weakness.
func (r *Recorder) Weak(w Weakness) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.obs.Weak = r.obs.Weak.With(w)
}

// Edit gives access to the observation under the lock, for what has no method of its own.
func (r *Recorder) Edit(fn func(o *Observation)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn(&r.obs)
}

// Said records that something spoke: its first words, which are cleaned and cut, and the SHA-256 of all its bytes.
func (r *Recorder) Said(words string, all []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := sha256.Sum256(all)
	r.obs.Flags |= Spoke
	r.obs.Evidence.Banner = Clean(words, 128)
	r.obs.Evidence.SHA256 = hex.EncodeToString(sum[:])
}

// Merge adds what an exchange cost, and takes over its ICMP facts. The first round-trip time stays.
func (r *Recorder) Merge(o Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.obs.Attempts += o.Attempts
	r.obs.Packets += o.Packets
	r.obs.Flags |= o.Flags
	if r.obs.RTT == 0 {
		r.obs.RTT = o.RTT
	}
	if o.Offender.IsValid() {
		r.obs.Offender, r.obs.ICMPType, r.obs.ICMPCode = o.Offender, o.ICMPType, o.ICMPCode
	}
	if o.TTL != 0 {
		r.obs.Evidence.TTL, r.obs.Evidence.ReferenceTTL = o.TTL, o.ReferenceTTL
	}
	if o.Err != nil {
		r.obs.Evidence.Error = Clean(o.Err.Error(), 256)
	}
	if o.Hint != "" {
		r.obs.Evidence.Hint = Clean(o.Hint, 256)
	}
}

// Done closes the record with its class and reason.
func (r *Recorder) Done(c Class, why Reason) Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.obs.Class, r.obs.Reason = c, why
	return r.obs
}
