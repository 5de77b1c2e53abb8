package simbmc

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

// The two questions of the field, as published: all service types, and who serves wbem.
var (
	slpTypesAsked = unhex("02 09 00001d 0000 000000 beef 0002 656e 0000 ffff 0007 44454641554c54")
	slpWBEMAsked  = unhex("02 01 00002d 0000 000000 cafe 0002 656e 0000 000c 736572766963653a7762656d 0007 44454641554c54 0000 0000")
)

// slpBody checks the header of an answer to question and returns what follows it.
func slpBody(t *testing.T, question, answer []byte, function byte) []byte {
	t.Helper()
	if len(answer) < 18 || answer[0] != 2 || answer[1] != function || string(answer[10:16]) != string(question[10:14])+"en" {
		t.Fatalf("not an answer to the question: % x", answer)
	}
	if n := int(answer[2])<<16 | int(binary.BigEndian.Uint16(answer[3:])); n != len(answer) {
		t.Fatalf("length %d in a message of %d bytes", n, len(answer))
	}
	return answer[16:]
}

func ask(t *testing.T, h *host, d door, question []byte) []byte {
	t.Helper()
	c, err := net.Dial("udp4", h.addrPort(d).String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	answer, err := askUDP(c, question, patience)
	if err != nil {
		t.Fatalf("%s: %v", h.Personality, err)
	}
	return answer
}

func TestSLPDatagrams(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15, Slow: time.Millisecond})
	for _, c := range []struct {
		personality   string
		code          byte
		types         string // must begin so
		url           string
		least, atMost float64 // amplification
	}{
		{"legacy_clear_text", 0, "service:wbem:http,", "service:wbem:http://%s:5988", 0, 10},
		{"redfish_anonymous", 0, "service:wbem:https", "service:wbem:https://%s:5989", 0, 10},
		{"control_panel", 0, "service:inventory.Example:module-00,", "service:wbem:https://%s:5989", 10, 50},
		{"ipmi_none_auth", 0, "service:inventory.Example:module-00,", "", 50, 1000},
		{"slow", 14, "", "service:wbem:https://%s:5989", 0, 10},
	} {
		t.Run(c.personality, func(t *testing.T) {
			t.Parallel()
			h := s.of(t, c.personality)
			answer := ask(t, h, doorSLP, slpTypesAsked)
			body := slpBody(t, slpTypesAsked, answer, 10)
			if body[0] != 0 || body[1] != c.code {
				t.Errorf("error code % x", body[:2])
			}
			if c.code == 0 {
				list := string(body[4:])
				if int(binary.BigEndian.Uint16(body[2:])) != len(list) || !strings.HasPrefix(list, c.types) {
					t.Errorf("types %q", list)
				}
			}
			factor := float64(len(answer)) / float64(len(slpTypesAsked))
			if factor < c.least || factor > c.atMost {
				t.Errorf("amplification %.1f, want %v to %v", factor, c.least, c.atMost)
			}
			checkURL(t, h, slpBody(t, slpWBEMAsked, ask(t, h, doorSLP, slpWBEMAsked), 2), c.url)
			truth, _ := s.Truth(h.Addr, "slp", probes.UDP)
			if strong := truth.Weak.Has(probes.SLPStrongAmplifier); strong != (factor > 50 || len(answer) > 1400) {
				t.Errorf("%d bytes: strong amplifier is %v", len(answer), strong)
			}
			if truth.Weak.Has(probes.SLPAdvertisesClear) != strings.Contains(c.url, "http:") {
				t.Errorf("advertises clear text: %v", truth.Weak.List())
			}
		})
	}
}

func checkURL(t *testing.T, h *host, body []byte, want string) {
	t.Helper()
	if want == "" {
		if string(body) != "\x00\x00\x00\x00" {
			t.Errorf("want no URL, got % x", body)
		}
		return
	}
	want = strings.ReplaceAll(want, "%s", h.Addr.String())
	if string(body[:5]) != "\x00\x00\x00\x01\x00" || string(body[9:len(body)-1]) != want {
		t.Errorf("want %q, got %q", want, body)
	}
}

func TestSLPOverTCP(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15, Slow: time.Millisecond})
	for _, personality := range []string{"legacy_clear_text", "redfish_anonymous", "slow"} {
		c := dial(t, s.of(t, personality), doorSLP)
		for _, q := range [][]byte{slpTypesAsked, slpWBEMAsked} { // two questions in one conversation
			if _, err := c.Write(q); err != nil {
				t.Fatal(err)
			}
			head := make([]byte, 5)
			if _, err := io.ReadFull(c, head); err != nil {
				t.Fatalf("%s: %v", personality, err)
			}
			rest := make([]byte, int(binary.BigEndian.Uint16(head[3:]))-5)
			if _, err := io.ReadFull(c, rest); err != nil {
				t.Fatal(err)
			}
			slpBody(t, q, append(head, rest...), q[1]+1)
		}
	}
}

func TestSLPIgnoresWritesAndDamage(t *testing.T) {
	t.Parallel()
	registration := append([]byte(nil), slpWBEMAsked...)
	registration[1] = 3
	longTag := append([]byte(nil), slpTypesAsked...)
	longTag[12] = 0xff
	for _, m := range [][]byte{nil, {2}, registration, slpTypesAsked[:20], longTag, []byte(strings.Repeat("x", 40))} {
		if a := slpClear.datagram(&host{}, m); a != nil {
			t.Errorf("% x was answered with % x", m, a)
		}
	}
}
