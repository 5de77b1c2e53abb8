package dns

import (
	"encoding/binary"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

const (
	// streamTries is how many conversations are had at most: a second one if the first was accepted and
	// then silent.
	streamTries = 2
	// maxStream is how much of a response is read over TCP.
	maxStream = 4 << 10
	// streamPackets bounds one accepted conversation: opening and closing, the query and its copies while
	// nothing acknowledges it, and an acknowledgement for each full segment of the response.
	streamPackets = tcp.KnockPackets + 1 + 6 + (maxStream+1199)/1200
)

// overTCP has one conversation. Unobserved means that bytes came; take or reject has judged them.
func (s *session) overTCP() probes.Outcome {
	conn, out := tcp.Dial(s.ctx, s.target, s.rec)
	s.rec.Merge(out)
	if conn == nil {
		return out
	}
	defer conn.Close()
	s.rec.Step("local", queryWords, "", "", nil)
	b, err := tcp.Framed(conn, frame(encode(s.id)), s.target.Pace.FirstByte, maxStream, frameLength)
	if len(b) > 0 {
		if message, ok := unframe(b); ok {
			s.take(message)
		} else {
			s.reject(b, errFrame)
		}
		return probes.Outcome{Reason: out.Reason}
	}
	end := tcp.Wordless(s.ctx, "DNS", err)
	s.rec.Merge(end)
	return end
}

// frameLength is the length that a message over TCP begins with, and those two bytes (RFC 1035 4.2.2).
func frameLength(b []byte) (int, bool) {
	if len(b) < prefixSize {
		return 0, false
	}
	return prefixSize + int(binary.BigEndian.Uint16(b)), true
}

// unframe takes the length off a message; false if that is not what came.
func unframe(b []byte) ([]byte, bool) {
	if len(b) < prefixSize || len(b)-prefixSize != int(binary.BigEndian.Uint16(b)) {
		return nil, false
	}
	return b[prefixSize:], true
}
