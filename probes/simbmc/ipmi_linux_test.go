package simbmc

import (
	"bytes"
	"testing"

	"oobscope/probes"
)

// Published requests; rqSeq 0.
var (
	asfPing     = unhex("0600ff06 000011be 80420000")
	asfPongWant = unhex("0600ff06000011be40420010000011be000000008100000000000000")
	gcacAsked   = unhex("0600ff07000000000000000000092018c88100388e04b5")
	gcacV15     = unhex("0600ff07000000000000000000092018c88100380e0435")
)

func suitesAsked(index byte) []byte {
	q := unhex("0600ff070000000000000000000a2018c88100540e00809d")
	q[22] += index
	q[23] -= index
	return q
}

// ipmiData checks the frame of an answer and returns completion code and data.
func ipmiData(t *testing.T, answer []byte, command byte) []byte {
	t.Helper()
	if len(answer) < 22 || !bytes.HasPrefix(answer, unhex("0600ff07 00 00000000 00000000")) || int(answer[13]) != len(answer)-14 {
		t.Fatalf("not an IPMI answer: % x", answer)
	}
	m := answer[14:]
	var sum byte
	for _, b := range m[3:] {
		sum += b
	}
	if !bytes.HasPrefix(m, []byte{0x81, 0x1c, 0x63, 0x20, 0x00, command}) || sum != 0 {
		t.Fatalf("not the answer to %02x: % x", command, m)
	}
	return m[6 : len(m)-1]
}

func TestIPMI(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	for _, c := range []struct {
		personality  string
		capabilities string // completion code, channel, auth, status, extended, OEM
		v15          byte   // auth byte for a v1.5 question
		windows      []string
	}{
		{"legacy_clear_text", "00 01 14 14 00 000000 00", 0x14, []string{"c1"}},
		{"psblock", "00 01 96 04 03 000000 00", 0x16, []string{"0001 c00000 c003014181 c180010203014181", "0001"}},
		{"control_panel", "00 01 80 24 02 000000 00", 0, []string{"0001 c003014181 c011034481"}},
		{"redfish_anonymous", "00 01 80 04 02 000000 00", 0, []string{"0001 c011034481"}},
		{"ipmi_none_auth", "00 01 97 07 03 000000 00", 0x17, []string{
			"0001 c000004080 c001014080 c002014180 c0", "0001 03014181 c006024080 c008024281 c011", "0001 034481"}},
	} {
		t.Run(c.personality, func(t *testing.T) {
			t.Parallel()
			h := s.of(t, c.personality)
			if pong := ask(t, h, doorIPMI, asfPing); !bytes.Equal(pong, asfPongWant) {
				t.Errorf("pong % x", pong)
			}
			if got := ipmiData(t, ask(t, h, doorIPMI, gcacAsked), 0x38); !bytes.Equal(got, unhex(c.capabilities)) {
				t.Errorf("capabilities % x, want %s", got, c.capabilities)
			}
			if got := ipmiData(t, ask(t, h, doorIPMI, gcacV15), 0x38); got[2] != c.v15 || got[4] != 0 {
				t.Errorf("capabilities for a v1.5 console % x", got)
			}
			for i, want := range c.windows {
				if got := ipmiData(t, ask(t, h, doorIPMI, suitesAsked(byte(i))), 0x54); !bytes.Equal(got, unhex(want)) {
					t.Errorf("suites, window %d: % x, want %s", i, got, want)
				}
			}
			if truth, _ := s.Truth(h.Addr, "ipmi", probes.UDP); truth.Class != probes.OpenProto {
				t.Errorf("truth %v", truth.Class)
			}
		})
	}
}

// Sessions, RMCP+ and damaged packets meet silence.
func TestIPMIStaysOutsideSessions(t *testing.T) {
	t.Parallel()
	flip := func(i int) []byte {
		q := append([]byte(nil), gcacAsked...)
		q[i] ^= 0x10
		return q
	}
	questions := map[string][]byte{
		"open session request":    unhex("0600ff07 06100000000000000000 2000 00000000a0a2a3a4 0000000800000000 0100000800000000 0200000800000000"),
		"session challenge":       unhex("0600ff07 00 00000000 00000000 18 2018c8 810039 00 61646d696e000000000000000000000000 c0"),
		"rmcp acknowledgement":    unhex("0600ff86 000011be 80420000"),
		"asf without ping":        unhex("0600ff06 000011be 40420000"),
		"header checksum wrong":   flip(16),
		"data checksum wrong":     flip(22),
		"session id set":          flip(9),
		"length wrong":            flip(13),
		"other network function":  unhex("0600ff07000000000000000000092010d08100388e04b5"),
		"cut off":                 gcacAsked[:20],
		"nothing":                 nil,
		"a version of other days": append([]byte{5}, gcacAsked[1:]...),
	}
	for name, q := range questions {
		if a := ipmiOpen.answer(nil, q); a != nil {
			t.Errorf("%s: answered with % x", name, a)
		}
	}
}
