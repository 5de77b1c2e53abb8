package tcp

import (
	"context"
	"net"
	"time"

	"oobscope/probes"
)

// Framed sends a request and reads one message, or what there is of it when patience is over, most bytes
// have come or the peer closes. length tells how long the message is, its own header included, from its
// first bytes; false as long as there are too few of them. The error is why reading ended early.
func Framed(conn net.Conn, request []byte, patience time.Duration, most int, length func(b []byte) (int, bool)) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 1024)
	for {
		want := most
		if n, ok := length(b); ok {
			want = min(n, most)
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

// Wordless names the end of an accepted connection on which the peer said nothing: OpenMute, OpenCut, or a
// local failure. protocol is for the words of that.
func Wordless(ctx context.Context, protocol string, err error) probes.Outcome {
	switch {
	case ctx.Err() != nil:
		return probes.LocalFailure("wait for an answer in "+protocol, ctx.Err())
	case Mute(err):
		return probes.Outcome{Class: probes.OpenMute}
	case Cut(err):
		return probes.Outcome{Class: probes.OpenCut}
	}
	return probes.LocalFailure("talk "+protocol, err)
}
