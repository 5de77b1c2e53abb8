package slp

import (
	"context"
	"net"
	"time"

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
	b, err := converse(conn, encode(askTypes, s.xid), s.target.Pace.FirstByte)
	if len(b) > 0 {
		if _, bad := s.take(b, true); bad != nil {
			s.reject(b, bad)
		}
		return probes.OpenOther, out.Reason
	}
	end := wordless(s.ctx, err)
	s.rec.Merge(end)
	return end.Class, end.Reason
}

// converse sends the request and reads one message, or what there is of it when the time is over, the
// cap is reached or the peer closes.
func converse(conn net.Conn, request []byte, patience time.Duration) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 1024)
	for {
		want := maxStream
		if n, ok := messageLength(b); ok {
			want = min(n, maxStream)
		}
		if len(b) >= want {
			return b, nil
		}
		chunk := make([]byte, min(want-len(b), 1024))
		n, err := conn.Read(chunk)
		b = append(b, chunk[:n]...)
		if err != nil {
			return b, err
		}
	}
}

// wordless names the end of a conversation in which the peer said nothing.
func wordless(ctx context.Context, err error) probes.Outcome {
	switch {
	case ctx.Err() != nil:
		return probes.LocalFailure("wait for an SLP reply", ctx.Err())
	case tcp.Mute(err):
		return probes.Outcome{Class: probes.OpenMute}
	case tcp.Cut(err):
		return probes.Outcome{Class: probes.OpenCut}
	}
	return probes.LocalFailure("talk SLP", err)
}
