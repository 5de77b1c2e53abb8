package snmp

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"

	"oobscope/probes"
	"oobscope/probes/udp"
)

// requestWords names the request in the packet story.
const requestWords = "SNMPv3 engine discovery, no user, no object"

// Prober asks the one question, over UDP.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe observes one flow. Any whole SNMPv3 answer with our message id is OpenProto, other bytes are OpenOther,
// and an ICMP error or silence stands as it came.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	s := &session{rec: probes.NewRecorder(), id: rand.Uint32N(maxID) + 1}
	if t.Endpoint.Proto != probes.UDP {
		out := probes.LocalFailure("ask an agent", fmt.Errorf("snmp is not spoken over %s", t.Endpoint.Proto))
		s.rec.Merge(out)
		return s.rec.Done(out.Class, out.Reason)
	}
	_, out := udp.Exchange(ctx, t, s.rec, udp.Question{What: requestWords, Payload: encode(s.id), MaxSize: maxMessage, Accept: s.take})
	s.rec.Merge(out)
	return s.done(out)
}

// session is the state of one probe of one flow.
type session struct {
	rec *probes.Recorder
	id  uint32

	answer *Answer
	bytes  []byte // of the answer, else the first that were none
}

// take reads a message; false if it is no answer to our request.
func (s *session) take(b []byte) bool {
	a, err := decode(b, s.id)
	if err == nil {
		s.answer, s.bytes = &a, append([]byte{}, b...)
		return true
	}
	s.rec.Step("local", fmt.Sprintf("no valid SNMPv3 answer: %v", err), "", "", nil)
	if s.bytes == nil {
		s.bytes = append([]byte{}, b...)
	}
	return false
}

// done says what the flow is.
func (s *session) done(out probes.Outcome) probes.Observation {
	if s.bytes == nil {
		return s.rec.Done(out.Class, out.Reason)
	}
	class, mark, banner := probes.OpenOther, s.bytes, string(s.bytes)
	if s.answer != nil {
		class, mark, banner = probes.OpenProto, s.answer.Engine, "" // all else in it changes from answer to answer
		s.tell(*s.answer)
	}
	s.rec.Said(banner, mark)
	return s.rec.Done(class, out.Reason)
}

func (s *session) tell(a Answer) {
	switch {
	case a.Report && a.Object != "":
		s.rec.Fact("snmp.report", fmt.Sprintf("%s = %d", objectWords(a.Object), a.Count))
	case a.Report:
		s.rec.Fact("snmp.report", "without an object")
	case a.Secret:
		s.rec.Fact("snmp.answer", "encrypted")
	default:
		s.rec.Fact("snmp.answer", "no report")
	}
	if len(a.Engine) > 0 {
		enterprise, format := engineWords(a.Engine)
		s.rec.Fact("snmp.engine_id", hex.EncodeToString(a.Engine))
		s.rec.Fact("snmp.enterprise", fmt.Sprint(enterprise))
		s.rec.Fact("snmp.engine_format", format)
	}
	s.rec.Fact("snmp.engine_boots", fmt.Sprint(a.Boots))
	s.rec.Fact("snmp.engine_time", fmt.Sprintf("%d s", a.Time))
}

// Script lists the request. Its ids are shown as zero.
func (Prober) Script(t probes.Target) []probes.Request {
	n := max(t.Pace.UDPAttempts, 1)
	return []probes.Request{{What: requestWords, Bytes: encode(0), Conversations: n, Packets: n}}
}
