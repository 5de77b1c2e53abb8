package tls

import "net"

// firstLimit is how much of the beginning of an answer is kept to tell what the peer speaks.
const firstLimit = 512

// firstBytes keeps the beginning of what a connection received and how reading ended.
type firstBytes struct {
	net.Conn
	got []byte
	err error
}

// Read passes through and keeps a copy of the first bytes.
func (f *firstBytes) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	if rest := firstLimit - len(f.got); rest > 0 {
		f.got = append(f.got, p[:min(n, rest)]...)
	}
	if err != nil {
		f.err = err
	}
	return n, err
}

// The record types of TLS (RFC 8446 5.1, RFC 5246 6.2.1).
const (
	recordChange    = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23
)

// LooksLikeTLS tells whether bytes begin with the header of a TLS or SSLv3 record: type, major version 3,
// a length that a record can have.
func LooksLikeTLS(b []byte) bool {
	if len(b) < 5 || b[0] < recordChange || b[0] > recordData || b[1] != 3 || b[2] > 4 {
		return false
	}
	// 2^14 of content, plus what encryption may add (RFC 5246 6.2.3).
	length := int(b[3])<<8 | int(b[4])
	return length > 0 && length <= 1<<14+2048
}

// Alert reads the alert in front of bytes that begin with a plain alert record. ok is false if they
// do not. level is 1 (warning) or 2 (fatal); code is the number of RFC 8446 6.
func Alert(b []byte) (level, code byte, ok bool) {
	if !LooksLikeTLS(b) || b[0] != recordAlert || len(b) < 7 || b[3] != 0 || b[4] != 2 {
		return 0, 0, false
	}
	return b[5], b[6], true
}
