package simbmc

import (
	"encoding/binary"
	"io"
	"net"
)

// answerDNS answers one query (RFC 1035 4.1): an address for questions of type A, an empty answer for others.
func answerDNS(_ *host, q []byte) []byte {
	if len(q) < 17 || q[2]&0xf8 != 0 || binary.BigEndian.Uint16(q[4:]) != 1 {
		return nil
	}
	end := 12
	for end < len(q) && q[end] != 0 {
		if q[end] > 63 {
			return nil // a pointer has no place in a question
		}
		end += int(q[end]) + 1
	}
	end += 5
	if end > len(q) {
		return nil
	}
	// Response, recursion as asked and available, no error; one question, no records yet.
	a := append([]byte{q[0], q[1], 0x80 | q[2]&1, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, q[12:end]...)
	if [4]byte(q[end-4:end]) == [4]byte{0, 1, 0, 1} {
		a[7] = 1
		a = append(a, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 53)
	}
	return a
}

// serveDNS answers queries over TCP, each behind its two bytes of length (RFC 1035 4.2.2).
func serveDNS(h *host, c net.Conn) {
	size := make([]byte, 2)
	for {
		if _, err := io.ReadFull(c, size); err != nil {
			return
		}
		q := make([]byte, binary.BigEndian.Uint16(size))
		if _, err := io.ReadFull(c, q); err != nil {
			return
		}
		a := answerDNS(h, q)
		if a == nil {
			return
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(a))), a...)); err != nil {
			return
		}
	}
}
