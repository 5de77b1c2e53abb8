package icmp

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"
)

var (
	target4 = netip.MustParseAddr("198.18.1.5")
	target6 = netip.MustParseAddr("fd00:20::5")
	router4 = netip.MustParseAddr("198.18.0.1")
	router6 = netip.MustParseAddr("fd00:20::1")
	source4 = netip.MustParseAddr("198.18.90.7")
	source6 = netip.MustParseAddr("fd00:90::7")
)

func echoTo(target netip.Addr) echo {
	e := echo{target: target, id: 0x1234, ownID: true}
	for i := range e.token {
		e.token[i] = byte(i + 1)
	}
	return e
}

func request(t testing.TB, e echo, seq uint16) []byte {
	t.Helper()
	b, err := e.encode(seq)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replyTo turns a request into its reply.
func replyTo(request []byte) []byte {
	b := append([]byte{}, request...)
	b[0] = v4Reply
	if request[0] == v6Request {
		b[0] = v6Reply
	}
	return b
}

// errorAbout makes an ICMP error that quotes a request to target, as its sender saw it.
func errorAbout(request []byte, from, to netip.Addr, icmpType, code byte) []byte {
	b := []byte{icmpType, code, 0, 0, 0, 0, 0, 0}
	if to.Is6() {
		ip := make([]byte, 40)
		ip[0], ip[6], ip[7] = 0x60, protoICMP6, 63
		copy(ip[8:], from.AsSlice())
		copy(ip[24:], to.AsSlice())
		return append(append(b, ip...), request...)
	}
	ip := make([]byte, 20)
	ip[0], ip[8], ip[9] = 0x45, 63, protoICMP
	copy(ip[12:], from.AsSlice())
	copy(ip[16:], to.AsSlice())
	return append(append(b, ip...), request...)
}

func TestRequest(t *testing.T) {
	t.Parallel()
	b := request(t, echoTo(target4), 2)
	if len(b) != 40 || b[0] != 8 || b[1] != 0 || binary.BigEndian.Uint16(b[4:]) != 0x1234 || binary.BigEndian.Uint16(b[6:]) != 2 || b[8] != 1 || b[39] != 32 {
		t.Errorf("%x", b)
	}
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if sum = sum>>16 + sum&0xffff; sum != 0xffff {
		t.Errorf("checksum: the sum is %x", sum)
	}
	if b := request(t, echoTo(target6), 1); b[0] != 128 || b[2] != 0 || b[3] != 0 || len(b) != 40 {
		t.Errorf("ICMPv6: %x", b)
	}
}

func TestDecodeReply(t *testing.T) {
	t.Parallel()
	for _, target := range []netip.Addr{target4, target6} {
		e := echoTo(target)
		good := replyTo(request(t, e, 2))
		if f, err := e.decode(good, target); err != nil || !f.reply || f.seq != 2 {
			t.Errorf("%v: %+v, %v", target, f, err)
		}
		change := func(i int) []byte { b := append([]byte{}, good...); b[i] ^= 1; return b }
		for name, c := range map[string]struct {
			in   []byte
			from netip.Addr
		}{
			"another sender": {good, router4}, "another identifier": {change(5), target}, "a code": {change(1), target},
			"another token": {change(20), target}, "a short token": {good[:39], target}, "a request": {request(t, e, 2), target},
			"cut": {good[:7], target}, "nothing": {nil, target}, "another type": {append([]byte{13}, good[1:]...), target},
		} {
			if f, err := e.decode(c.in, c.from); err == nil {
				t.Errorf("%v: %s was taken: %+v", target, name, f)
			}
		}
		e.ownID = false
		if _, err := e.decode(change(5), target); err != nil {
			t.Errorf("%v: an identifier of the kernel's: %v", target, err)
		}
	}
}

func TestDecodeError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target, router, source netip.Addr
		header                 int
		types                  []byte
	}{
		{target4, router4, source4, 20, []byte{v4Unreachable, v4Exceeded}},
		{target6, router6, source6, 40, []byte{v6Unreachable, v6Exceeded}},
	} {
		e := echoTo(c.target)
		sent := request(t, e, 1)
		for _, icmpType := range c.types {
			b := errorAbout(sent, c.source, c.target, icmpType, 1)
			f, err := e.decode(b, c.router)
			if err != nil || f.reply || f.seq != 1 || f.source != c.source ||
				f.fault.Type != icmpType || f.fault.Code != 1 || f.fault.Offender != c.router || f.fault.V6 != c.target.Is6() {
				t.Errorf("%v type %d: %+v, %v", c.target, icmpType, f, err)
			}
			if _, err := e.decode(b[:8+c.header+8], c.router); err != nil {
				t.Errorf("%v: the least quote of RFC 792: %v", c.target, err)
			}
			if _, err := e.decode(b[:8+c.header+7], c.router); !errors.Is(err, errShort) {
				t.Errorf("%v: less than that: %v", c.target, err)
			}
		}
		good := errorAbout(sent, c.source, c.target, c.types[0], 1)
		for name, i := range map[string]int{
			"another target": 8 + c.header - 1, "another identifier": 8 + c.header + 5,
			"another token": 8 + c.header + 9, "another version of IP": 8, "a reply": 8 + c.header,
		} {
			b := append([]byte{}, good...)
			b[i] ^= 0x91
			if f, err := e.decode(b, c.router); err == nil {
				t.Errorf("%v: a quote of %s was taken: %+v", c.target, name, f)
			}
		}
	}
}

func TestDecodeErrorWithOptions(t *testing.T) {
	t.Parallel()
	e := echoTo(target4)
	b := errorAbout(request(t, e, 2), source4, target4, v4Unreachable, 13)
	b = append(b[:28:28], append([]byte{1, 1, 1, 0}, b[28:]...)...)
	b[8] = 0x46
	if f, err := e.decode(b, router4); err != nil || f.seq != 2 {
		t.Errorf("IP options: %+v, %v", f, err)
	}
	b[8] = 0x4f
	if _, err := e.decode(b[:40], router4); !errors.Is(err, errShort) {
		t.Errorf("a header longer than the quote: %v", err)
	}
	b[8] = 0x44
	if _, err := e.decode(b, router4); !errors.Is(err, errForeign) {
		t.Errorf("a header shorter than any: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	e4, e6 := echoTo(target4), echoTo(target6)
	f.Add(replyTo(request(f, e4, 1)), false)
	f.Add(replyTo(request(f, e6, 1)), true)
	f.Add(errorAbout(request(f, e4, 1), source4, target4, v4Unreachable, 13), false)
	f.Add(errorAbout(request(f, e6, 2), source6, target6, v6Unreachable, 1), true)
	f.Fuzz(func(t *testing.T, b []byte, v6 bool) {
		e, from := e4, target4
		if v6 {
			e, from = e6, target6
		}
		found, err := e.decode(b, from)
		if err == nil && found.reply && string(b[8:40]) != string(e.token[:]) {
			t.Errorf("a reply without the token: %x", b)
		}
		if err == nil && !found.reply && found.fault.Offender != from {
			t.Errorf("an error of nobody: %+v", found)
		}
	})
}
