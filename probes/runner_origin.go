package probes

import (
	"fmt"
	"slices"
	"strings"
)

// origin names the sender of a flow's reset as far as it is known now, and keeps what was seen for settleResets.
func (v *visit) origin(o Observation) Observation {
	if o.Class != RstUnknown || o.Evidence.TTL == 0 {
		return o
	}
	v.mu.Lock()
	v.resets = append(v.resets, o)
	v.mu.Unlock()
	return v.compared(o)
}

// settleResets names the senders again when all that the host will answer is known. A flow whose class changes
// is kept once more: its first reset may have come before the first answer, and an accept that was taken for
// the host's may have turned out to be forged.
func (v *visit) settleResets() {
	for i, o := range v.resets {
		o = v.compared(o)
		slot := o.Flow - v.host.First
		if i < v.recalled && o.Class != RstHost {
			continue // the way to the host may have become a longer or a shorter one since
		}
		if o.Class != v.classes[slot] {
			v.classes[slot] = o.Class
			v.keep(o)
		}
	}
}

// originKey is the fact that says why a reset has its class.
const originKey = "tcp.reset_origin"

// recall takes the resets of the host whose senders were unknown when the run was cut off: an answer that comes now may
// tell.
func (v *visit) recall() {
	if v.Before == nil || v.hops == nil {
		return
	}
	for slot, c := range v.classes {
		id := v.host.First + FlowID(slot)
		if c != RstUnknown || v.Done == nil || !v.Done(id) {
			continue
		}
		if o, ok := v.Before(id); ok && o.Class == RstUnknown && o.Evidence.TTL != 0 {
			seen := *o
			seen.Evidence.Facts = slices.DeleteFunc(slices.Clone(o.Evidence.Facts), func(f Fact) bool { return f.Key == originKey })
			v.resets = append(v.resets, seen) // as it was seen: its origin is said anew
		}
	}
	v.recalled = len(v.resets)
}

// compared is the observation of a reset with what the host's other answers say of its sender.
func (v *visit) compared(o Observation) Observation {
	return compare(o, v.answersOf(v.trustsAccepts()))
}

// answersOf lists the TTLs of the host's answers, from the capture and from the first packets.
func (v *visit) answersOf(accepts bool) []uint8 {
	var all []uint8
	if v.hops != nil {
		all = v.hops.Reference(v.host.Addr, accepts)
	}
	more := v.references.Answers
	if accepts {
		more = slices.Concat(more, v.references.Accepts)
	}
	for _, ttl := range more {
		if !slices.Contains(all, ttl) {
			all = append(all, ttl)
		}
	}
	return all
}

// compare names the sender of a reset by the TTLs of the host's other answers. The facts of o may be in the hands
// of the sink, so they are not appended to in place.
func compare(o Observation, references []uint8) Observation {
	o.Class = Origin(o.Evidence.TTL, references)
	o.Evidence.ReferenceTTL = nearest(o.Evidence.TTL, references)
	o.Evidence.Facts = slices.Clone(o.Evidence.Facts)
	o.Evidence.Add(originKey, originWords(o.Class, o.Evidence.TTL, references))
	return o
}

// trustsAccepts tells whether the SYN-ACKs of the host are its own, as far as the honesty gate knows.
func (v *visit) trustsAccepts() bool {
	v.run.mu.Lock()
	proxied := len(v.gates.CanaryAnswered) > 0
	v.run.mu.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	return !proxied && v.state.Flags&HostFakesOpen == 0
}

// comparable says what the kept resets can be compared with: nothing, or accepts alone.
func (v *visit) comparable() (none, acceptsAlone bool) {
	if len(v.resets) == 0 || len(v.answersOf(false)) > 0 {
		return false, false
	}
	accepts := v.trustsAccepts() && len(v.answersOf(true)) > 0
	return !accepts, accepts
}

// nearest picks the reference that is shown beside a reset: the same TTL, else that of the shortest way; 0 if
// there is none.
func nearest(ttl uint8, references []uint8) (best uint8) {
	for i, r := range references {
		if r == ttl {
			return r
		}
		if i == 0 || distance(r) < distance(best) {
			best = r
		}
	}
	return best
}

func originWords(c Class, ttl uint8, references []uint8) string {
	var list []string
	for _, r := range references {
		list = append(list, fmt.Sprint(r))
	}
	answers := "the host's answers have TTL " + strings.Join(list, ", ")
	switch {
	case len(references) == 0:
		answers = "no answer of the host to compare it with"
	case c == RstMid:
		answers += ", from farther away"
	case c == RstUnknown:
		answers += ", which proves nothing"
	}
	return fmt.Sprintf("reset, TTL %d; %s", ttl, answers)
}
