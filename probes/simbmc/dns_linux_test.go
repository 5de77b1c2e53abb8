package simbmc

import (
	"bytes"
	"io"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A query for host.example. type A, as any resolver library would send it.
var dnsAsked = unhex("1234 0100 0001 0000 0000 0000 04686f7374 076578616d706c65 00 0001 0001")

func checkDNS(t *testing.T, answer []byte) {
	t.Helper()
	var m dnsmessage.Message
	if err := m.Unpack(answer); err != nil {
		t.Fatalf("% x: %v", answer, err)
	}
	if m.ID != 0x1234 || !m.Response || !m.RecursionDesired || !m.RecursionAvailable || m.RCode != dnsmessage.RCodeSuccess {
		t.Errorf("header %+v", m.Header)
	}
	if len(m.Questions) != 1 || m.Questions[0].Name.String() != "host.example." || len(m.Answers) != 1 {
		t.Fatalf("message %+v", m)
	}
	if a, ok := m.Answers[0].Body.(*dnsmessage.AResource); !ok || a.A != [4]byte{192, 0, 2, 53} {
		t.Errorf("answer %+v", m.Answers[0])
	}
}

func TestDNS(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: MinHosts})
	h := s.of(t, "resolver")
	checkDNS(t, ask(t, h, doorDNS, dnsAsked))

	c := dial(t, h, doorDNS)
	if _, err := c.Write(append([]byte{0, byte(len(dnsAsked))}, dnsAsked...)); err != nil {
		t.Fatal(err)
	}
	size := make([]byte, 2)
	if _, err := io.ReadFull(c, size); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, int(size[0])<<8|int(size[1]))
	if _, err := io.ReadFull(c, answer); err != nil {
		t.Fatal(err)
	}
	checkDNS(t, answer)
}

func TestDNSTakesNoNonsense(t *testing.T) {
	t.Parallel()
	other := bytes.Clone(dnsAsked)
	other[len(other)-3] = 2 // type NS: no records, and no error
	if a := answerDNS(nil, other); len(a) != len(other) || a[7] != 0 || a[2] != 0x81 {
		t.Errorf("NS: % x", a)
	}
	response, pointer := bytes.Clone(dnsAsked), bytes.Clone(dnsAsked)
	response[2] |= 0x80
	pointer[12] = 0xc0
	for _, q := range [][]byte{nil, dnsAsked[:12], dnsAsked[:20], dnsAsked[:len(dnsAsked)-1], response, pointer} {
		if a := answerDNS(nil, q); a != nil {
			t.Errorf("% x was answered with % x", q, a)
		}
	}
}
