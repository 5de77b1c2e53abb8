package simbmc

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

var nobody = &host{Host: Host{Addr: netip.MustParseAddr("127.64.0.1")}, persona: &legacyClearText}

func FuzzSLP(f *testing.F) {
	f.Add(unhex("02 09 00001d 0000 000000 beef 0002 656e 0000 ffff 0007 44454641554c54"))
	f.Add(unhex("02 01 00002d 0000 000000 cafe 0002 656e 0000 000c 736572766963653a7762656d 0007 44454641554c54 0000 0000"))
	f.Add(unhex("02 06 000012 0000 000000 cafe 0002 656e 0000"))
	f.Fuzz(func(t *testing.T, q []byte) {
		a := slpClear.datagram(nobody, q)
		if a != nil && (slpLength(a) != len(a) || !bytes.Equal(a[10:12], q[10:12])) {
			t.Errorf("% x was answered with % x", q, a)
		}
	})
}

func FuzzIPMI(f *testing.F) {
	f.Add(unhex("0600ff06000011be80420000"))
	f.Add(unhex("0600ff07000000000000000000092018c88100388e04b5"))
	f.Add(unhex("0600ff070000000000000000000a2018c88100540e00809d"))
	f.Fuzz(func(t *testing.T, q []byte) {
		a := ipmiOpen.answer(nobody, q)
		if a == nil || a[3] == 6 {
			return
		}
		if int(a[13]) != len(a)-14 || ipmiSum(a[14:17]) != 0 || ipmiSum(a[17:]) != 0 || a[18] != q[18] {
			t.Errorf("% x was answered with % x", q, a)
		}
	})
}

func FuzzDNS(f *testing.F) {
	f.Add(unhex("1234010000010000000000000466686f7307657861 00 0001 0001"))
	f.Add(unhex("1234 0100 0001 0000 0000 0000 04686f7374 076578616d706c65 00 0001 0001"))
	f.Fuzz(func(t *testing.T, q []byte) {
		if a := answerDNS(nobody, q); a != nil && (!bytes.Equal(a[:2], q[:2]) || a[2]&0x80 == 0) {
			t.Errorf("% x was answered with % x", q, a)
		}
	})
}

// Whatever is read as a request has a method and a target, and every page has an answer to it.
func FuzzHTTP(f *testing.F) {
	f.Add("GET /redfish/v1/ HTTP/1.1\r\nHost: x\r\n\r\n")
	f.Add("POST /cimom HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd")
	f.Add("HEAD / HTTP/1.0\r\n\r\n")
	h := &host{Host: nobody.Host, persona: nobody.persona, seg: &Segment{}}
	f.Fuzz(func(t *testing.T, q string) {
		r, err := readRequest(bufio.NewReader(strings.NewReader(q)))
		if err != nil {
			return
		}
		if !strings.HasPrefix(q, r.method+" "+r.target+" ") {
			t.Errorf("%q was read as %q %q", q, r.method, r.target)
		}
		for _, answer := range []func(*host, request) page{redfishStrictPage, redfishOpenPage, loginPage, cimOpenPage, upnpPage, panelPage} {
			var b bytes.Buffer
			answer(h, r).write(&b, r.method)
			if !bytes.HasPrefix(b.Bytes(), []byte("HTTP/1.1 ")) {
				t.Errorf("%q was answered with %q", q, b.Bytes())
			}
		}
	})
}
