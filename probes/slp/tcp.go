package slp

import (
	"oobscope/probes"
	"oobscope/probes/tcp"
)

const (
	// streamTries is how many conversations are had at most.
	streamTries = 2
	// maxStream is how much of an answer is read over TCP: far more than a list of types needs.
	maxStream = 16 << 10
	// streamPackets bounds one accepted conversation: opening and closing, the request and its copies
	// while nothing acknowledges it, and an acknowledgement for each full segment of the answer.
	streamPackets = tcp.KnockPackets + 1 + 6 + (maxStream+1199)/1200
)

// overTCP asks for the types in one conversation, and in a second one if the first was accepted and then
// silent: one may be a lost segment, two are an observation.
func (s *session) overTCP() probes.Observation {
	class, why := s.askStream()
	if class == probes.OpenMute {
		class, why = s.askStream()
	}
	return s.done(class, why)
}

// askStream has one conversation. The class says how it ended if nothing valid came.
func (s *session) askStream() (probes.Class, probes.Reason) {
	conn, out := tcp.Dial(s.ctx, s.target, s.rec)
	s.rec.Merge(out)
	if conn == nil {
		return out.Class, out.Reason
	}
	defer conn.Close()
	s.xid++
	s.rec.Step("local", askTypes.String(), "", "", nil)
	b, err := tcp.Framed(conn, encode(askTypes, s.xid), s.target.Pace.FirstByte, maxStream, messageLength)
	if len(b) > 0 {
		if _, bad := s.take(b, true); bad != nil {
			s.reject(b, bad)
		}
		return probes.OpenOther, out.Reason
	}
	end := tcp.Wordless(s.ctx, "SLP", err)
	s.rec.Merge(end)
	return end.Class, end.Reason
}
