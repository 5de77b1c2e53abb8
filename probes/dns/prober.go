package dns

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"oobscope/probes"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
)

// queryWords names the request in the packet story.
const queryWords = "DNS query, localhost. A, recursion not desired"

// Prober asks the one question.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe observes one flow over the transport of its endpoint. Any response with our id and question is
// OpenProto, also a refusal; other bytes are OpenOther.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	s := &session{ctx: ctx, target: t, rec: probes.NewRecorder(), id: uint16(rand.N(1 << 16))}
	var out probes.Outcome
	switch t.Endpoint.Proto {
	case probes.UDP:
		out = s.overUDP()
	case probes.TCP:
		if out = s.overTCP(); out.Class == probes.OpenMute {
			out = s.overTCP()
		}
	default:
		out = probes.LocalFailure("ask a resolver", fmt.Errorf("dns is not spoken over %s", t.Endpoint.Proto))
		s.rec.Merge(out)
	}
	return s.done(out)
}

// session is the state of one probe of one flow.
type session struct {
	ctx    context.Context
	target probes.Target
	rec    *probes.Recorder
	id     uint16

	reply *Reply
	stray []byte // the first bytes that were no valid response
}

// take reads a message; false if it is no response to our query.
func (s *session) take(b []byte) bool {
	r, err := decode(b, s.id)
	if err != nil {
		s.reject(b, err)
		return false
	}
	s.reply = &r
	return true
}

// reject notes bytes that are no response to our query.
func (s *session) reject(b []byte, err error) {
	s.rec.Step("local", fmt.Sprintf("no valid DNS response: %v", err), "", "", nil)
	if s.stray == nil {
		s.stray = append([]byte{}, b...)
	}
}

func (s *session) overUDP() probes.Outcome {
	_, out := udp.Exchange(s.ctx, s.target, s.rec, udp.Question{
		What: queryWords, Payload: encode(s.id), Accept: s.take,
	})
	s.rec.Merge(out)
	return out
}

// done says what the flow is.
func (s *session) done(out probes.Outcome) probes.Observation {
	switch {
	case s.reply != nil:
		s.tell(*s.reply)
		s.rec.Edit(func(o *probes.Observation) { o.Flags |= probes.Spoke })
		return s.rec.Done(probes.OpenProto, out.Reason)
	case s.stray != nil:
		s.rec.Said(string(s.stray), s.stray)
		return s.rec.Done(probes.OpenOther, out.Reason)
	}
	return s.rec.Done(out.Class, out.Reason)
}

func (s *session) tell(r Reply) {
	s.rec.Fact("dns.rcode", codeName(r.Code))
	s.rec.Fact("dns.recursion_available", fmt.Sprint(r.Recursion))
	s.rec.Fact("dns.authoritative", fmt.Sprint(r.Authoritative))
	if r.Truncated {
		s.rec.Fact("dns.truncated", "true")
	}
	if len(r.Answers) == 0 {
		return
	}
	var words []string
	elsewhere := false
	for _, a := range r.Answers {
		words = append(words, a.String())
		elsewhere = elsewhere || !a.IsLoopback()
	}
	s.rec.Fact("dns.localhost", strings.Join(words, ", "))
	if elsewhere {
		s.rec.Fact("dns.note", "localhost. leads elsewhere than to loopback (RFC 6761 6.3)")
	}
}

// Script lists the query. Its id is shown as zero.
func (Prober) Script(t probes.Target) []probes.Request {
	if t.Endpoint.Proto == probes.TCP {
		n := max(t.Pace.TCPAttempts, 1)
		return []probes.Request{{
			What: queryWords, When: "only if connected; once more if nothing came", Bytes: frame(encode(0)),
			Conversations: streamTries * n, Packets: streamTries * ((n-1)*tcp.SilentPackets + streamPackets),
		}}
	}
	n := max(t.Pace.UDPAttempts, 1)
	return []probes.Request{{What: queryWords, Bytes: encode(0), Conversations: n, Packets: n}}
}
