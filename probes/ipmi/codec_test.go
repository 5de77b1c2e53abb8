package ipmi

import (
	"encoding/hex"
	"errors"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatalf("test vector %q: %v", s, err)
	}
	return b
}

// What OpenIPMI's simulator answered to the capabilities request with sequence 0.
const simAnswer = "0600ff0700000000000000000010811c632000380001170500000000008b"

func TestRequestsByteByByte(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		got  []byte
		want string
	}{
		"ping":                     {encodePing(0x42), "0600ff06000011be80420000"},
		"capabilities, v2.0":       {encodeAuthCapabilities(0, true), "0600ff07000000000000000000092018c88100388e04b5"},
		"capabilities, v1.5":       {encodeAuthCapabilities(0, false), "0600ff07000000000000000000092018c88100380e0435"},
		"cipher suites, window 0":  {encodeCipherSuites(0, 0), "0600ff070000000000000000000a2018c88100540e00809d"},
		"capabilities, sequence 1": {encodeAuthCapabilities(1, true), "0600ff07000000000000000000092018c88104388e04b1"},
	} {
		if got := hex.EncodeToString(c.got); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestDecodePong(t *testing.T) {
	t.Parallel()
	good := "0600ff06000011be40420010000011be000000008100000000000000"
	swapped := "0600ff06be11000040420010be110000000000008120000000000000"
	for name, c := range map[string]struct {
		in   string
		want Pong
		err  error
	}{
		"as the standard says": {in: good, want: Pong{Enterprise: 4542, IPMI: true, ASFVersion: 1}},
		"as OpenBMC sends it":  {in: swapped, want: Pong{Enterprise: 4542, HostOrder: true, IPMI: true, ASFVersion: 1, DASH: true}},
		"secure extensions": {
			in:   "0600ff06000011be4042001000000157000000000180000000000000",
			want: Pong{Enterprise: 343, ASFVersion: 1, Secure: true},
		},
		"another tag":    {in: "0600ff06000011be40410010000011be000000008100000000000000", err: errForeign},
		"a ping":         {in: "0600ff06000011be80420010000011be000000008100000000000000", err: errForeign},
		"another vendor": {in: "0600ff060000015740420010000011be000000008100000000000000", err: errForeign},
		"acknowledgment": {in: "0600ff86000011be40420010000011be000000008100000000000000", err: errClass},
		"IPMI class":     {in: "0600ff07000011be40420010000011be000000008100000000000000", err: errClass},
		"other version":  {in: "0500ff06000011be40420010000011be000000008100000000000000", err: errNotRMCP},
		"length small":   {in: "0600ff06000011be4042000f000011be000000008100000000000000", err: errLength},
		"length large":   {in: "0600ff06000011be40420011000011be000000008100000000000000", err: errLength},
		"cut":            {in: good[:54], err: errShort},
		"nothing":        {in: "", err: errShort},
	} {
		got, err := decodePong(unhex(t, c.in), 0x42)
		if !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v, %v", name, got, err, c.want, c.err)
		}
	}
}

func TestDecodeReply(t *testing.T) {
	t.Parallel()
	r, err := decodeReply(unhex(t, simAnswer), 0, cmdAuthCapability)
	if err != nil || r.completion != 0 || hex.EncodeToString(r.data) != "0117050000000000" {
		t.Fatalf("simulator's answer: %+v, %v", r, err)
	}
	if _, err := decodeReply(append(unhex(t, simAnswer), 0), 0, cmdAuthCapability); err != nil {
		t.Errorf("with a padding byte: %v", err)
	}
	if _, err := decodeReply(unhex(t, simAnswer), 1, cmdAuthCapability); !errors.Is(err, errForeign) {
		t.Errorf("another sequence: %v", err)
	}
	if _, err := decodeReply(unhex(t, simAnswer), 0, cmdCipherSuites); !errors.Is(err, errForeign) {
		t.Errorf("another command: %v", err)
	}
}

// No single damaged byte of the message, its framing or its version may pass. The sequence and session
// fields (1, 2 and 5 to 12) are the peer's own affair, and so are unused bits.
func TestDecodeReplyRefusesDamage(t *testing.T) {
	t.Parallel()
	for i := range unhex(t, simAnswer) {
		if i == 1 || i == 2 || i >= 5 && i <= 12 {
			continue
		}
		b := unhex(t, simAnswer)
		b[i] ^= 0x40
		if r, err := decodeReply(b, 0, cmdAuthCapability); err == nil {
			t.Errorf("byte %d damaged: %+v was accepted", i, r)
		}
	}
	for n := range unhex(t, simAnswer) {
		if _, err := decodeReply(unhex(t, simAnswer)[:n], 0, cmdAuthCapability); err == nil {
			t.Errorf("cut to %d bytes: accepted", n)
		}
	}
}

func TestDecodeCapabilities(t *testing.T) {
	t.Parallel()
	c, err := decodeCapabilities(unhex(t, "0196040345530000"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Extended || !c.V15 || !c.V20 || c.None || !c.MD2 || !c.MD5 || !c.Password || c.OEM ||
		c.KeySet || !c.NamedUsers || c.NullUser || c.Anonymous || c.IANA != 0x5345 || c.Channel != 1 {
		t.Errorf("a board's answer: %+v", c)
	}
	if c, err = decodeCapabilities(unhex(t, "0180243200000000")); err != nil || !c.KeySet || c.V15 || !c.V20 {
		t.Errorf("with a key: %+v, %v", c, err)
	}
	if c, err = decodeCapabilities(unhex(t, "0117050300000000")); err != nil || c.V15 || c.V20 || !c.acceptsV15() {
		t.Errorf("connections without the v2.0 bit: %+v, %v", c, err)
	}
	if _, err = decodeCapabilities(unhex(t, "01960403455300")); !errors.Is(err, errShort) {
		t.Errorf("7 bytes: %v", err)
	}
}

func TestCanned(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"0180040200000000": true,
		"0180000200000000": true,
		"0180240200000000": false,
		"0180040300000000": false,
		"0184040200000000": false,
		"0180040200570100": false,
	} {
		c, err := decodeCapabilities(unhex(t, in))
		if err != nil || c.canned() != want {
			t.Errorf("%s: %v, %v; want %v", in, c.canned(), err, want)
		}
	}
}
