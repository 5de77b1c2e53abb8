package slp

import (
	"context"
	"fmt"
	"math/rand/v2"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

// Prober asks for the service types first, and for the wbem services where that tells more.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe observes one flow over the transport of its endpoint. Any well-formed reply with our transaction
// number is OpenProto, also one that reports an error; other bytes are OpenOther. The amplification is
// measured over UDP alone, because nobody can forge the source of a TCP conversation.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	s := &session{
		ctx: ctx, target: t, rec: probes.NewRecorder(), xid: uint16(1 + rand.N(0xfff0)),
	}
	switch t.Endpoint.Proto {
	case probes.UDP:
		return s.overUDP()
	case probes.TCP:
		return s.overTCP()
	}
	s.rec.Merge(probes.Outcome{Err: fmt.Errorf("slp is not spoken over %s", t.Endpoint.Proto)})
	return s.rec.Done(probes.ProbeError, probes.LocalError)
}

// session is the state of one probe of one flow.
type session struct {
	ctx    context.Context
	target probes.Target
	rec    *probes.Recorder
	xid    uint16 // of the last request; never 0, which is for unsolicited adverts

	list   listing
	proven bool
	stray  []byte // the first bytes that were no valid answer
	reason probes.Reason
}

// take reads one reply into the listing; told is for the first reply to a request.
func (s *session) take(b []byte, told bool) (Answer, error) {
	a, err := decode(b, s.xid)
	if err != nil {
		return a, err
	}
	s.proven = true
	s.list.add(a)
	if told {
		s.rec.Fact("slp.reply", a.String())
	}
	if a.Code == codeBusy {
		s.reason = probes.Busy
	}
	return a, nil
}

// reject notes bytes that are no answer.
func (s *session) reject(b []byte, err error) {
	s.rec.Step("local", fmt.Sprintf("no valid SLP reply: %v", err), "", "", nil)
	if s.stray == nil {
		s.stray = append([]byte{}, b...)
	}
}

// done says what the flow is; class and why stand where nothing was said.
func (s *session) done(class probes.Class, why probes.Reason) probes.Observation {
	s.list.tell(s.rec)
	if s.reason == probes.NoReason {
		s.reason = why
	}
	switch {
	case s.proven:
		s.rec.Edit(func(o *probes.Observation) { o.Flags |= probes.Spoke })
		return s.rec.Done(probes.OpenProto, s.reason)
	case s.stray != nil:
		s.rec.Said(string(s.stray), s.stray)
		return s.rec.Done(probes.OpenOther, s.reason)
	}
	return s.rec.Done(class, s.reason)
}

// Script lists the requests. The transaction number is shown as zero.
func (Prober) Script(t probes.Target) []probes.Request {
	types, wbem := encode(askTypes, 0), encode(askWBEM, 0)
	if t.Endpoint.Proto == probes.TCP {
		n := max(t.Pace.TCPAttempts, 1)
		return []probes.Request{{
			What: askTypes.String(), When: "only if connected; once more if nothing came", Bytes: types,
			Conversations: streamTries * n, Packets: streamTries * ((n-1)*tcp.SilentPackets + streamPackets),
		}}
	}
	n := askAttempts(t.Pace)
	return []probes.Request{
		{What: askTypes.String(), Bytes: types, Conversations: n, Packets: n},
		{
			What: askWBEM.String(), Bytes: wbem, Conversations: n, Packets: n,
			When: "if the first is silent or not supported, or, once, if it lists wbem",
		},
	}
}

// askAttempts: RFC 2608 section 6.3 retransmits, we do it once at most.
func askAttempts(p probes.Pace) int { return max(1, min(2, p.UDPAttempts)) }
