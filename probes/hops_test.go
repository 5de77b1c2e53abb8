package probes

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func TestOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		ttl        uint8
		references []uint8
		want       Class
	}{
		{"a closed port of the host", 63, []uint8{63}, RstHost},
		{"one of several TTLs of one distance", 61, []uint8{252, 61}, RstHost},
		{"a router in between", 64, []uint8{63}, RstMid},
		{"a router whose packets begin with 255", 255, []uint8{61}, RstMid},
		{"a router before a host whose echoes begin with 255", 64, []uint8{252}, RstMid},
		{"closer than answers from two distances", 64, []uint8{61, 62}, RstMid},
		{"on the same link", 64, []uint8{64}, RstHost},
		{"nothing to compare with", 63, nil, RstUnknown},
		{"nothing was captured", 0, []uint8{63}, RstUnknown},
		{"resets begin with 64, echoes with 255", 61, []uint8{252}, RstUnknown},
		{"farther than an answer that was not the host's", 63, []uint8{64}, RstUnknown},
		{"answers from two distances", 64, []uint8{64, 63}, RstUnknown},
		{"between answers from two distances", 63, []uint8{64, 62}, RstUnknown},
		{"one router and one byte apart, seen from 32", 33, []uint8{32}, RstUnknown},
	} {
		if got := Origin(c.ttl, c.references); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Whatever the TTLs are: a box in between is never proved by an answer from the same distance, and the order of
// the references does not matter.
func TestOriginOfEveryPair(t *testing.T) {
	t.Parallel()
	for ttl := range 256 {
		for ref := range 256 {
			one, other := []uint8{uint8(ref), 64}, []uint8{64, uint8(ref)}
			if Origin(uint8(ttl), one) != Origin(uint8(ttl), other) {
				t.Errorf("TTL %d: the order of %v matters", ttl, one)
			}
			got := Origin(uint8(ttl), one[:1])
			if (got == RstHost) != (ttl == ref && ttl != 0) || got == RstMid && distance(uint8(ttl)) >= distance(uint8(ref)) {
				t.Errorf("TTL %d against %d: %s", ttl, ref, got)
			}
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for ttl, want := range map[uint8]uint8{255: 0, 252: 3, 129: 126, 128: 0, 125: 3, 64: 0, 61: 3, 33: 31, 32: 0, 30: 2} {
		if got := distance(ttl); got != want {
			t.Errorf("TTL %d has passed %d routers, want %d", ttl, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ttl        uint8
		references []uint8
		want       uint8
	}{{63, nil, 0}, {63, []uint8{60, 63}, 63}, {64, []uint8{60, 62}, 62}, {64, []uint8{252}, 252}} {
		if got := nearest(c.ttl, c.references); got != c.want {
			t.Errorf("TTL %d, %v: %d", c.ttl, c.references, got)
		}
	}
}

func TestMergeKeepsTheTTL(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	r.Merge(Outcome{TTL: 64, ReferenceTTL: 63})
	r.Merge(Outcome{})
	if o := r.Done(OpenCut, NoReason); o.Evidence.TTL != 64 || o.Evidence.ReferenceTTL != 63 {
		t.Errorf("%+v", o.Evidence)
	}
}

// distances is a fake Hops. Answers of the probers below fill it.
type distances struct {
	*segment
	resets   map[uint16]uint8 // TTL of the resets of a port
	forged   bool             // accepts are a proxy's
	accepts  []uint8
	answers  []uint8
	watched  []netip.Addr
	question int // calls of Reference
}

func (d *distances) Watch(host netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watched = append(d.watched, host)
}

func (d *distances) Reset(remote, _ netip.AddrPort) (uint8, bool) {
	ttl, ok := d.resets[remote.Port()]
	return ttl, ok
}

func (d *distances) Accept(_, _ netip.AddrPort) (uint8, bool) { return 0, false }

func (d *distances) Reference(_ netip.Addr, accepts bool) []uint8 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.question++
	list := slices.Clone(d.answers)
	if accepts {
		list = append(list, d.accepts...)
	}
	return list
}

func (d *distances) Departure(_, _ netip.AddrPort, _ time.Time) Departure { return Untold }

// note is what a real prober and a real capture would have learned from an observation.
func (d *distances) note(t Target, o Observation) Observation {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case o.Class == OpenProto && t.Endpoint.Proto == ICMP:
		d.answers = []uint8{63}
	case o.Class.Open() && d.forged:
		d.accepts = []uint8{64}
	case o.Class.Open():
		d.accepts = []uint8{63}
	case o.Class == RstUnknown && t.Hops != nil:
		o.Evidence.TTL = d.resets[t.Endpoint.Port]
	}
	return o
}
