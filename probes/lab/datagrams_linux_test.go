package lab

import "encoding/binary"

// ipmi answers the ASF presence ping (ASF 2.0 3.2.4) and the two commands that need no session (IPMI v2.0
// 22.13, 22.15), as a controller with MD5 and cipher suite 3 would.
func ipmi(r []byte) []byte {
	if len(r) >= 12 && r[3] == 6 && r[8] == 0x80 {
		pong := []byte{6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x40, r[9], 0, 16, 0, 0, 0x11, 0xbe, 0, 0, 0, 0, 0x81, 0}
		return append(pong, make([]byte, 6)...)
	}
	if len(r) < 21 || r[3] != 7 || r[4] != 0 {
		return nil
	}
	m := r[14:]
	var data []byte
	switch m[5] {
	case 0x38:
		data = []byte{0, 1, 0x84, 0x04, 0x02, 0, 0, 0, 0}
	case 0x54:
		data = []byte{0, 1, 0xc0, 3, 0x01, 0x41, 0x81}
	default:
		data = []byte{0xc1}
	}
	body := []byte{m[3], m[1]&0xfc | 4}
	body = append(body, -sum(body))
	inner := append([]byte{m[0], m[4], m[5]}, data...)
	body = append(append(body, inner...), -sum(inner))
	return append([]byte{6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(body))}, body...)
}

func sum(b []byte) (s byte) {
	for _, c := range b {
		s += c
	}
	return s
}

// slp answers a request for service types with one type, and any other request with an empty reply
// (RFC 2608 8.1, 10.1, 10.2).
func slp(r []byte) []byte {
	if len(r) < 16 || r[0] != 2 {
		return nil
	}
	language := int(binary.BigEndian.Uint16(r[12:]))
	if len(r) < 14+language {
		return nil
	}
	function, body := byte(2), []byte{0, 0, 0, 0}
	if r[1] == 9 {
		types := "service:management-hardware.lab:controller"
		function, body = 10, append([]byte{0, 0, 0, byte(len(types))}, types...)
	}
	n := 14 + language + len(body)
	out := []byte{2, function, 0, byte(n >> 8), byte(n), 0, 0, 0, 0, 0, r[10], r[11]}
	out = append(out, r[12:14+language]...)
	return append(out, body...)
}

// dns refuses every query in the words of the query (RFC 1035 4.1.1).
func dns(r []byte) []byte {
	if len(r) < 12 {
		return nil
	}
	out := append([]byte{}, r...)
	out[2], out[3] = out[2]|0x80, out[3]&0xf0|5
	return out
}
