package http1

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"oobscope/probes"
	"oobscope/probes/tcp"
	"oobscope/probes/tls"
)

// Ask is one question and how much of the answer may be read.
type Ask struct {
	Request
	TLS  bool
	Body int // most bytes of the body to read; 0 leaves it unread
	// Blind reads byte by byte and stops at the end of the head, so that nothing behind it is ever
	// taken from the system, and at the first byte of an answer that is not HTTP.
	Blind bool
}

// Answer is how a conversation ended.
type Answer struct {
	// Class is Unobserved if an HTTP answer came. Otherwise it says how far the conversation got, see
	// Do; what that is worth is for the prober to say.
	Class  probes.Class
	Reason probes.Reason
	Head   *Head
	Body   []byte
	Whole  bool        // the body ended where it should, inside the cap
	TLS    *tls.Result // nil if no handshake was tried
	First  []byte      // the first bytes of an answer that is not HTTP
	err    error       // how the talk ended, if not with an HTTP answer
}

// HTTP tells whether an HTTP answer came.
func (a *Answer) HTTP() bool { return a.Head != nil }

// Do has one conversation with the target: connect, shake hands if asked to, send, read, close.
//
// Without an HTTP answer the class is that of the connection attempt; OpenMute or OpenCut if no byte of
// the peer came; OpenOther if the peer spoke something else, or TLS with nothing behind it; OpenProto if
// it spoke TLS but not to the end; ProbeError if ctx ended.
func Do(ctx context.Context, t probes.Target, rec *probes.Recorder, ask Ask) Answer {
	conn, out := tcp.Dial(ctx, t, rec)
	rec.Merge(out)
	if conn == nil {
		return Answer{Class: out.Class, Reason: out.Reason}
	}
	defer conn.Close()
	if ask.TLS {
		return inside(ctx, t, rec, ask, conn)
	}
	// Requests are written down in words, so they go out past the recorder, which knows only bytes. A blind
	// answer is read past it, too: each of its bytes would be a step of the story.
	p := pipe{Conn: conn.Conn, src: conn}
	if ask.Blind {
		p.src = conn.Conn
	}
	return talk(ctx, t, rec, ask, p)
}

// pipe is a connection to talk over: requests go out through Conn, answers are read from src.
type pipe struct {
	net.Conn
	src   io.Reader
	where string // " in TLS", or nothing
}

// First is Do, with one repetition in a new conversation if nothing came back: a single silent
// connection may be a lost segment, two are an observation (verdicts.md 2, open_mute).
func First(ctx context.Context, t probes.Target, rec *probes.Recorder, ask Ask) Answer {
	a := Do(ctx, t, rec, ask)
	if a.Class != probes.OpenMute {
		return a
	}
	b := Do(ctx, t, rec, ask)
	if tls.Supersedes(b.Class, b.Reason) {
		return b
	}
	a.Reason = b.Reason
	return a
}

func inside(ctx context.Context, t probes.Target, rec *probes.Recorder, ask Ask, conn net.Conn) Answer {
	res := tls.Handshake(ctx, conn, t, time.Now())
	if res.Conn == nil {
		if res.Class == probes.ProbeError {
			return cancelled()
		}
		return Answer{Class: res.Class, TLS: &res, First: res.First}
	}
	a := talk(ctx, t, rec, ask, pipe{Conn: res.Conn, src: res.Conn, where: " in TLS"})
	a.TLS = &res
	switch {
	case refused(a.err):
		// TLS 1.3 says only behind the handshake that it wants a client certificate (RFC 8446 4.4.2.4).
		res.Facts.Failure = probes.Clean(a.err.Error(), 200)
		a.Class = probes.OpenProto
	case a.Class == probes.OpenMute:
		rec.Fact("http", "silent behind a finished TLS handshake")
		a.Class = probes.OpenOther
	case a.Class == probes.OpenCut:
		rec.Fact("http", "closed behind a finished TLS handshake")
		a.Class = probes.OpenOther
	}
	return a
}

// refused tells whether an error is an alert that the peer sent.
func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// talk sends the request over conn and reads the answer. The first byte has the pace's FirstByte, the
// rest of the answer the same again, so that a server cannot hold the line by dripping.
func talk(ctx context.Context, t probes.Target, rec *probes.Recorder, ask Ask, p pipe) Answer {
	wait := func() { _ = p.SetDeadline(time.Now().Add(t.Pace.FirstByte)) }
	wait()
	own, peer := p.LocalAddr().String(), t.AddrPort().String()
	payload := ask.Bytes(t.AddrPort(), ask.TLS)
	_, err := p.Write(payload)
	rec.Step("sent", ask.Name()+p.where, own, peer, payload)
	var buffered *bufio.Reader
	if !ask.Blind {
		buffered = readers.Get().(*bufio.Reader)
		buffered.Reset(p.src)
		defer func() {
			buffered.Reset(nil) // what came from one host must not wait for the next one
			readers.Put(buffered)
		}()
		p.src = buffered
	}
	// A server may speak first and close at once: then our write fails, and what it said is still there.
	raw, readErr := finalHead(p.src, ask.Blind, wait)
	if err == nil || len(raw) > 0 {
		err = readErr
	}
	a := weigh(ctx, raw, err)
	if ask.Blind {
		a.First = nil
	}
	if !a.HTTP() {
		return a
	}
	if ask.TLS || ask.Blind {
		rec.Step("got", a.Head.Line()+p.where, peer, own, raw)
	}
	if ask.Body > 0 && !ask.Blind && !a.Head.Cut {
		a.Body, a.Whole = readBody(buffered, a.Head, ask.Method, ask.Body)
	}
	return a
}

// readers are the buffers of conversations that are over.
var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

// finalHead reads heads until one is not an interim answer (RFC 9110 15.2), four at most.
func finalHead(r io.Reader, blind bool, more func()) (raw []byte, err error) {
	for range 4 {
		if raw, err = readHead(r, blind, more); err != nil {
			return raw, err
		}
		if h, bad := ParseHead(raw); bad != nil || h.Status >= 200 {
			return raw, nil
		}
	}
	return raw, nil
}

// weigh says what the bytes that came, and the error behind them, amount to.
func weigh(ctx context.Context, raw []byte, err error) Answer {
	if h, bad := ParseHead(raw); bad == nil {
		return Answer{Head: h}
	}
	switch {
	case ctx.Err() != nil:
		return cancelled()
	case len(raw) > 0:
		return Answer{Class: probes.OpenOther, First: raw, err: err}
	case tcp.Mute(err):
		return Answer{Class: probes.OpenMute, err: err}
	}
	return Answer{Class: probes.OpenCut, err: err}
}

// cancelled is the answer of a conversation that the end of the run cut short.
func cancelled() Answer { return Answer{Class: probes.ProbeError, Reason: probes.Cancelled} }

// Settle gives the class of a ladder that ended early. A cancelled run must ask again, so what it saw is
// no observation; every other early end leaves standing what had been proved.
func Settle(class probes.Class, why probes.Reason) (probes.Class, probes.Reason) {
	if why == probes.Cancelled {
		return probes.ProbeError, why
	}
	return class, why
}
