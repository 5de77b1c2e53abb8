package icmp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"oobscope/probes"
)

// Echoes are sent until one is answered, this many at most, a host's gap apart.
const (
	maxEchoes = 2
	answerIn  = 1500 * time.Millisecond
)

// Prober sends echo requests over the system's sockets, or over Wire if it is set, which the evidence
// then says.
type Prober struct {
	Wire Wire
}

var _ probes.Prober = Prober{}

// Probe observes one flow: a reply is OpenProto, an ICMP error that quotes the echo is its class, and
// nothing is SilenceUnproven. Without the right to open a socket it is ProbeError with NoPermission.
func (p Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	out := p.observe(ctx, t, rec)
	rec.Merge(out)
	return rec.Done(out.Class, out.Reason)
}

func (p Prober) observe(ctx context.Context, t probes.Target, rec *probes.Recorder) probes.Outcome {
	to := t.Addr.Unmap()
	if err := refuse(to); err != nil {
		return probes.Outcome{Class: probes.ProbeError, Reason: probes.LocalError, Err: err}
	}
	l, failed := p.open(to.Is6())
	if l == nil {
		rec.Step("local", fmt.Sprintf("no echo was sent: %v", failed.Err), "", "", nil)
		return failed
	}
	if p.Wire != nil {
		rec.Edit(func(o *probes.Observation) { o.Evidence.Simulated = true })
	}
	rec.Fact("icmp.way", l.way())
	x := &exchange{target: t, to: to, link: l, rec: rec, echo: newEcho(to, l.keepsID())}
	return x.run(ctx)
}

// refuse names the addresses that no echo is ever sent to. Subnet broadcasts are refused by the system,
// which wants them asked for.
func refuse(a netip.Addr) error {
	if !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return fmt.Errorf("send an echo to %s: not an address of one host", a)
	}
	return nil
}

// newEcho draws token and identifier. rand.Read never fails (crypto/rand).
func newEcho(to netip.Addr, ownID bool) echo {
	e := echo{target: to.WithZone(""), ownID: ownID}
	var id [2]byte
	_, _ = rand.Read(e.token[:])
	_, _ = rand.Read(id[:])
	e.id = binary.BigEndian.Uint16(id[:])
	return e
}

// Script lists the echoes. Identifier and token are shown as zero, and so is the checksum of ICMPv6,
// which the system fills in.
func (p Prober) Script(t probes.Target) []probes.Request {
	var out []probes.Request
	for seq := uint16(1); seq <= maxEchoes; seq++ {
		b, err := echo{target: t.Addr.Unmap().WithZone("")}.encode(seq)
		if err != nil {
			return nil
		}
		r := probes.Request{What: requestWords(seq), Bytes: b, Conversations: 1, Packets: 1}
		if seq > 1 {
			r.When = "only if the one before stayed unanswered"
		}
		out = append(out, r)
	}
	return out
}

func requestWords(seq uint16) string { return fmt.Sprintf("ICMP echo request, sequence %d", seq) }
