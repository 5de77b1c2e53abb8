package sftp

import (
	"bytes"
	"context"
	"net"
	"strings"
	"time"

	"oobscope/probes"
	"oobscope/probes/tcp"
	"oobscope/probes/tls"
)

// greetingLimit is how much of a greeting is read.
const greetingLimit = 256

// Prober connects and listens.
type Prober struct{}

var _ probes.Prober = Prober{}

// Probe reports OpenProto for a greeting of RFC 913, OpenOther for any other first bytes, OpenCut if the
// server closed without a word, OpenMute if it kept silent twice.
func (Prober) Probe(ctx context.Context, t probes.Target) probes.Observation {
	rec := probes.NewRecorder()
	greeting, class, why := listen(ctx, t, rec)
	if class == probes.OpenMute {
		second, class2, reason := listen(ctx, t, rec)
		if why = reason; tls.Supersedes(class2, reason) {
			greeting, class = second, class2
		}
	}
	if len(greeting) == 0 {
		return rec.Done(class, why)
	}
	rec.Said(string(greeting), greeting)
	class, what, clearText := classify(greeting)
	rec.Fact("greeting", what)
	if clearText {
		rec.Weak(probes.ClearTextLogin)
	}
	return rec.Done(class, probes.NoReason)
}

// listen has one conversation. Without a greeting the class says how it ended.
func listen(ctx context.Context, t probes.Target, rec *probes.Recorder) ([]byte, probes.Class, probes.Reason) {
	conn, out := tcp.Dial(ctx, t, rec)
	rec.Merge(out)
	if conn == nil {
		return nil, out.Class, out.Reason
	}
	defer conn.Close()
	// An error here shows again in the first read.
	_ = conn.SetReadDeadline(time.Now().Add(t.Pace.FirstByte))
	greeting, err := readGreeting(conn)
	switch {
	case ctx.Err() != nil:
		return nil, probes.ProbeError, probes.Cancelled
	case len(greeting) > 0:
		return greeting, probes.Unobserved, probes.NoReason
	case tcp.Mute(err):
		return nil, probes.OpenMute, probes.NoReason
	}
	return nil, probes.OpenCut, probes.NoReason
}

// readGreeting reads to the end of the first line, NUL or LF, or to the limit.
func readGreeting(conn net.Conn) ([]byte, error) {
	buf := make([]byte, 0, greetingLimit)
	for len(buf) < greetingLimit {
		n, err := conn.Read(buf[len(buf):greetingLimit])
		buf = buf[:len(buf)+n]
		if err != nil {
			return buf, err
		}
		if bytes.ContainsAny(buf, "\x00\n") {
			return buf, nil
		}
	}
	return buf, nil
}

// classify says what a greeting is and whether passwords would follow it in clear text. RFC 913 ends
// its lines with NUL; that tells its "+" from the "+OK" of POP3 and the "-" from chance.
func classify(greeting []byte) (class probes.Class, what string, clearText bool) {
	s := string(greeting)
	switch {
	case strings.HasPrefix(s, "SSH-"):
		return probes.OpenOther, "encrypted SSH", false
	case strings.HasPrefix(s, "220 "), strings.HasPrefix(s, "220-"):
		if strings.Contains(strings.ToUpper(s), "SMTP") {
			return probes.OpenOther, "SMTP, clear text", true
		}
		return probes.OpenOther, "FTP, clear text", true
	case s != "" && (s[0] == '+' || s[0] == '-') && strings.IndexByte(s, 0) > 0:
		if s[0] == '-' {
			return probes.OpenProto, "RFC 913, clear text, refuses service", true
		}
		return probes.OpenProto, "RFC 913, clear text", true
	}
	return probes.OpenOther, tls.Describe(greeting), false
}

// Script lists the connection, which carries nothing.
func (Prober) Script(t probes.Target) []probes.Request {
	const tries, acks = 2, 2
	conversations, packets := tls.Connects(t, tries)
	return []probes.Request{{
		What: "connect and listen", Conversations: conversations, Packets: packets + tries*acks,
	}}
}
