package simbmc

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// Limits of one conversation: how long it may last, and how long the server waits for the peer to close
// after the last word.
const (
	conversationTime = 30 * time.Second
	drainTime        = time.Second
	drainBytes       = 64 << 10
)

// accept serves a listening door until it is closed.
func (s *Segment) accept(h *host, st stream, ln *net.TCPListener) {
	for {
		c, err := ln.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of handles for the moment
			if !s.sleep(20 * time.Millisecond) {
				return
			}
			continue
		}
		select {
		case s.slots <- struct{}{}:
		case <-s.done:
			c.Close()
			return
		}
		s.wg.Go(func() {
			defer func() { <-s.slots }()
			s.converse(h, st, c)
		})
	}
}

func (s *Segment) converse(h *host, st stream, c *net.TCPConn) {
	if !s.hold(c) {
		return
	}
	defer func() { s.forget(c); c.Close() }()
	if c.SetDeadline(time.Now().Add(conversationTime)) != nil {
		return
	}
	if !st.tls {
		st.serve(h, c)
		drain(c)
		return
	}
	t := tls.Server(c, h.tls)
	if err := t.Handshake(); err != nil {
		if errors.As(err, new(tls.RecordHeaderError)) {
			// crypto/tls says nothing to a peer that does not speak TLS; servers in the field send an alert:
			// fatal, unexpected_message (RFC 8446 section 6).
			c.Write([]byte{0x15, 3, 1, 0, 2, 2, 10})
		}
		drain(c)
		return
	}
	st.serve(h, t)
	t.CloseWrite()
	drain(c)
}

// drain ends our side and reads what is left, so that close sends no reset that would overtake our answer.
func drain(c *net.TCPConn) {
	if c.CloseWrite() != nil || c.SetReadDeadline(time.Now().Add(drainTime)) != nil {
		return
	}
	io.Copy(io.Discard, io.LimitReader(c, drainBytes))
}

// serveMute takes everything and says nothing.
func serveMute(_ *host, c net.Conn) { io.Copy(io.Discard, c) }

// serveCut resets the connection on the first payload.
func serveCut(_ *host, c net.Conn) {
	if _, err := bufio.NewReader(c).Peek(1); err != nil {
		return
	}
	cut(c)
}

// serveCutAtOnce resets the connection before the client has said anything, as servers that speak first do
// to a peer they do not like; late enough for the client to have seen the accept.
func serveCutAtOnce(h *host, c net.Conn) {
	if h.seg.sleep(30 * time.Millisecond) {
		cut(c)
	}
}

func cut(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0)
		t.Close()
	}
}

// receive answers the datagrams of a speaking door until it is closed.
func (s *Segment) receive(h *host, dg datagram, pc *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		n, from, err := pc.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			if !s.sleep(time.Millisecond) {
				return
			}
			continue
		}
		answer := dg.answer(h, buf[:n])
		if answer == nil {
			continue
		}
		if !h.persona.slow {
			pc.WriteToUDPAddrPort(answer, from)
			continue
		}
		s.answerLater(h, pc, answer, from)
	}
}

// answerLater sends an answer of a slow host without holding up its next question. When too much is under
// way the answer is lost, as a datagram may be.
func (s *Segment) answerLater(h *host, pc *net.UDPConn, answer []byte, to netip.AddrPort) {
	select {
	case s.slots <- struct{}{}:
	default:
		return
	}
	s.wg.Go(func() {
		defer func() { <-s.slots }()
		if h.think() {
			pc.WriteToUDPAddrPort(answer, to)
		}
	})
}
