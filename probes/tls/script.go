package tls

import (
	"bytes"
	gotls "crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"time"

	"oobscope/probes"
	"oobscope/probes/tcp"
)

// Retransmissions bounds how often the system repeats an unanswered segment inside the deadlines of a
// pace: it starts at 200 ms and doubles (RFC 6298), so 8 s hold five, and one more for the close.
const Retransmissions = 6

// HelloPackets bounds what a handshake costs behind the connection: ClientHello, our second flight, the
// acknowledgements of a chain of certificates of about 8 KiB, and what is repeated.
const HelloPackets = 3 + 7 + Retransmissions

// Connects bounds what it costs to have that many connections accepted and closed: the attempts of the
// pace that nobody answers come on top of the one that is accepted.
func Connects(t probes.Target, tries int) (conversations, packets int) {
	attempts := max(t.Pace.TCPAttempts, 1)
	return tries * attempts, tries * ((attempts-1)*tcp.SilentPackets + tcp.KnockPackets)
}

// Hello is the line of a script for that many handshakes.
func Hello(t probes.Target, when string, tries int) probes.Request {
	conversations, packets := Connects(t, tries)
	return probes.Request{
		What: "TLS ClientHello", When: when, Bytes: ClientHello(),
		Conversations: conversations, Packets: packets + tries*HelloPackets,
	}
}

// ClientHello returns the first flight that Handshake sends, record header included, with the fields
// that are drawn anew each time (random, session id, key shares) set to zero.
func ClientHello() []byte { return bytes.Clone(hello()) }

var hello = sync.OnceValue(func() []byte {
	var sent capture
	// The handshake fails at its first read, by design: the flight is all that is wanted.
	_ = gotls.Client(&sent, wide()).Handshake()
	b := sent.Bytes()
	blank(b)
	return b
})

// blank clears what is random in a ClientHello (RFC 8446 4.1.2): 5 bytes of record header, 4 of
// handshake header and 2 of version stand in front of the random.
func blank(b []byte) {
	const random = 5 + 4 + 2
	if len(b) < random+33 {
		return
	}
	clear(b[random : random+32])
	at := random + 32
	at = skip(b, at, 1, true)  // session id
	at = skip(b, at, 2, false) // cipher suites
	at = skip(b, at, 1, false) // compression methods
	for at += 2; at+4 <= len(b); {
		kind := binary.BigEndian.Uint16(b[at:])
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		if kind == 51 && at+4+size <= len(b) {
			blankShares(b[at+4 : at+4+size])
		}
		at += 4 + size
	}
}

// skip passes over a vector with a length of that many bytes, and clears it if asked to.
func skip(b []byte, at, width int, wipe bool) int {
	if at+width > len(b) {
		return len(b)
	}
	n := int(b[at])
	if width == 2 {
		n = int(binary.BigEndian.Uint16(b[at:]))
	}
	end := min(at+width+n, len(b))
	if wipe {
		clear(b[at+width : end])
	}
	return end
}

// blankShares clears the keys of a key_share extension (RFC 8446 4.2.8) and leaves group and length.
func blankShares(b []byte) {
	for at := 2; at+4 <= len(b); {
		end := min(at+4+int(binary.BigEndian.Uint16(b[at+2:])), len(b))
		clear(b[at+4 : end])
		at = end
	}
}

// capture is a connection to nobody: it keeps what is written and has nothing to read.
type capture struct{ bytes.Buffer }

func (*capture) Read([]byte) (int, error)         { return 0, io.EOF }
func (*capture) Close() error                     { return nil }
func (*capture) LocalAddr() net.Addr              { return nil }
func (*capture) RemoteAddr() net.Addr             { return nil }
func (*capture) SetDeadline(time.Time) error      { return nil }
func (*capture) SetReadDeadline(time.Time) error  { return nil }
func (*capture) SetWriteDeadline(time.Time) error { return nil }
