package dns

import (
	"context"
	"encoding/binary"
	"net"
	"time"

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
	b, err := converse(conn, frame(encode(s.id)), s.target.Pace.FirstByte)
	if len(b) > 0 {
		if message, ok := unframe(b); ok {
			s.take(message)
		} else {
			s.reject(b, errFrame)
		}
		return probes.Outcome{Reason: out.Reason}
	}
	end := wordless(s.ctx, err)
	s.rec.Merge(end)
	return end
}

// converse sends the query and reads one framed message, or what there is of it when the time is over,
// the cap is reached or the peer closes.
func converse(conn net.Conn, query []byte, patience time.Duration) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 512)
	for {
		want := maxStream
		if len(b) >= prefixSize {
			want = min(prefixSize+int(binary.BigEndian.Uint16(b)), maxStream)
		}
		if len(b) >= want {
			return b, nil
		}
		chunk := make([]byte, min(want-len(b), 512))
		n, err := conn.Read(chunk)
		b = append(b, chunk[:n]...)
		if err != nil {
			return b, err
		}
	}
}

// unframe takes the length off a message; false if that is not what came.
func unframe(b []byte) ([]byte, bool) {
	if len(b) < prefixSize || len(b)-prefixSize != int(binary.BigEndian.Uint16(b)) {
		return nil, false
	}
	return b[prefixSize:], true
}

// wordless names the end of a conversation in which the server said nothing.
func wordless(ctx context.Context, err error) probes.Outcome {
	switch {
	case ctx.Err() != nil:
		return probes.LocalFailure("wait for a DNS response", ctx.Err())
	case tcp.Mute(err):
		return probes.Outcome{Class: probes.OpenMute}
	case tcp.Cut(err):
		return probes.Outcome{Class: probes.OpenCut}
	}
	return probes.LocalFailure("talk DNS", err)
}
