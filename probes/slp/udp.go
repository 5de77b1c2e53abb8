package slp

import (
	"net/netip"
	"time"

	"oobscope/probes"
	"oobscope/probes/udp"
)

// collectFor is how long the datagrams of one answer are gathered, unless the pace is shorter.
const collectFor = 2 * time.Second

// maxAnswer is where the collecting stops, however much more would come.
const maxAnswer = 64 << 10

func (s *session) overUDP() probes.Observation {
	n := askAttempts(s.target.Pace)
	first, out := s.ask(askTypes, n, true)
	switch {
	case s.reason != probes.NoReason || s.ctx.Err() != nil:
	case out.Class.Silent():
		_, out = s.ask(askWBEM, n, true)
	case first.Code == codeNoSuch:
		s.rec.Step("local", "the agent does not list types; it is asked for wbem", "", "", nil)
		_, _ = s.ask(askWBEM, n, false)
	case namesWBEM(first.Types):
		s.rec.Step("local", "the types name wbem; its URLs are asked for once", "", "", nil)
		_, _ = s.ask(askWBEM, 1, false)
	}
	return s.done(out.Class, out.Reason)
}

// ask makes one exchange and gathers every datagram of the answer. It returns the first valid reply.
func (s *session) ask(q question, attempts int, measured bool) (Answer, probes.Outcome) {
	s.xid++ // a late reply to the request before must not pass for one to this
	request := encode(q, s.xid)
	answered := false
	answers, out := udp.Exchange(s.ctx, s.target, s.rec, udp.Question{
		What: q.String(), Payload: request, Attempts: attempts, MaxSize: maxAnswer,
		Linger: min(collectFor, s.target.Pace.Connect),
		Accept: func(b []byte) bool {
			_, err := decode(b, s.xid)
			if err != nil && !answered {
				s.reject(b, err)
			}
			answered = answered || err == nil
			return answered // whatever follows a valid reply belongs to the answer's size
		},
	})
	if s.proven { // an ICMP error after a valid reply decides nothing
		out.Offender = netip.Addr{}
	}
	s.rec.Merge(out)
	if len(answers) == 0 {
		return Answer{}, out
	}
	var first Answer
	for i, b := range answers {
		if a, err := s.take(b, i == 0); err == nil && i == 0 {
			first = a
		}
	}
	if measured {
		measureAnswer(request, answers, out.Attempts).tell(s.rec)
	}
	return first, out
}
