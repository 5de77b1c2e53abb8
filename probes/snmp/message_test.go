package snmp

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// Vectors: the request as RFC 3414 section 4 wants it, and what an agent on Net-SNMP 5.9 made of it.
const (
	id      = 0x4a69e1d2
	request = "303d020103301002044a69e1d2020205c004010402010304" +
		"10300e0400020100020100040004000400" +
		"301404000400a00e02044a69e1d20201000201003000"
	report = "3071020103301102044a69e1d2020300ffe3040100020103" +
		"0421301f041180001f8880d9b66f353ad1096b000000000201010201020400040004003036041180001f8880d9b66f353ad1096b00000000" +
		"0400a81f020437f07fb10201000201003011300f060a2b060106030f01010400410101"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRequestByteByByte(t *testing.T) {
	t.Parallel()
	if got := hex.EncodeToString(encode(id)); got != request {
		t.Errorf("\n%s, want\n%s", got, request)
	}
	if b := encode(0); len(b) >= 484 {
		t.Errorf("%d bytes", len(b))
	}
}

func TestDecodeTheReportOfAnAgent(t *testing.T) {
	t.Parallel()
	a, err := decode(unhex(t, report), id)
	if err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(a.Engine) != "80001f8880d9b66f353ad1096b00000000" || a.Boots != 1 || a.Time != 2 || !a.Report || a.Secret {
		t.Errorf("%+v", a)
	}
	if objectWords(a.Object) != "usmStatsUnknownEngineIDs" || a.Count != 1 {
		t.Errorf("object %s = %d", a.Object, a.Count)
	}
	if n, words := engineWords(a.Engine); n != 8072 || words != "enterprise's own, 128" {
		t.Errorf("%d, %s", n, words)
	}
}

// long writes the length of the outermost value in four bytes, as agents do that fill it in last.
func long(b []byte) []byte {
	n := len(b) - 2
	return append([]byte{b[0], 0x84, 0, 0, byte(n >> 8), byte(n)}, b[2:]...)
}

// with returns the report with some bytes replaced once.
func with(t testing.TB, old, new string) []byte {
	t.Helper()
	if strings.Count(report, old) == 0 || len(old) != len(new) {
		t.Fatalf("%s is not in the report, or longer than %s", old, new)
	}
	return unhex(t, strings.Replace(report, old, new, 1))
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	good := unhex(t, report)
	for name, b := range map[string][]byte{
		"nothing":                       nil,
		"one byte":                      {0x30},
		"our own request, come back":    unhex(t, request),
		"another id":                    with(t, "4a69e1d2", "4a69e1d3"),
		"SNMPv2c":                       unhex(t, "302602010104067075626c6963a21902044a69e1d2020100020100300b300906052b060102010500"),
		"version 3 in the words of v2c": unhex(t, "302602010304067075626c6963a21902044a69e1d2020100020100300b300906052b060102010500"),
		"another security model":        with(t, "04010002010304", "04010002010104"),
		"two bytes of flags":            with(t, "0401000201030421", "0402000201030421"),
		"a negative number of boots":    with(t, "0201010201020400", "0201810201020400"),
		"an engine of one byte":         with(t, "041180001f8880d9b66f353ad1096b00000000020101", "040180041e8880d9b66f353ad1096b00000000020101"),
		"bytes behind it":               append(slices.Clone(good), 0),
		"an indefinite length":          append([]byte{0x30, 0x80}, good[2:]...),
		"a length of five bytes":        append([]byte{0x30, 0x85, 0, 0, 0, 0, byte(len(good) - 2)}, good[2:]...),
		"a length beyond all memory":    append([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, good[2:]...),
		"a tag of several bytes":        {0x1f, 0x81, 0x01, 0x00},
		"no PDU":                        with(t, "0400a81f", "0400021f"),
		"a PDU of no type":              with(t, "0400a81f", "0400a91f"),
		"more than a datagram can hold": make([]byte, maxMessage+1),
		"an HTTP server":                []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
	} {
		if a, err := decode(b, id); err == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
	for n := range good {
		if a, err := decode(good[:n], id); err == nil {
			t.Errorf("cut off after %d bytes: %+v", n, a)
		}
	}
}

func TestDecodeTakesOtherForms(t *testing.T) {
	t.Parallel()
	if a, err := decode(long(unhex(t, report)), id); err != nil || len(a.Engine) != 17 {
		t.Errorf("a length in four bytes: %+v, %v", a, err)
	}
	if a, err := decode(with(t, "0400a81f", "0400a21f"), id); err != nil || a.Report || a.Object != "" {
		t.Errorf("a response: %+v, %v", a, err)
	}
	if a, err := decode(with(t, "3011300f06", "3011300f04"), id); err != nil || !a.Report || a.Object != "" {
		t.Errorf("a report with a damaged object: %+v, %v", a, err)
	}
	secret := unhex(t, "3037020103301102044a69e1d2020300ffe3040103020103"+"0417301504058000000001"+"0201010201020400040004000406010203040506")
	secret[1] = byte(len(secret) - 2)
	secret = bytes.Replace(secret, unhex(t, "0417301504058000000001"), unhex(t, "0415301304058000000001"), 1)
	if a, err := decode(secret, id); err != nil || !a.Secret || len(a.Engine) != 5 {
		t.Errorf("an encrypted answer: %+v, %v", a, err)
	}
}

func TestEngineWords(t *testing.T) {
	t.Parallel()
	for engine, want := range map[string]string{
		"8000000001c6120105":                         "IPv4 address 198.18.1.5",
		"8000000002fd000020000000000000000000000005": "IPv6 address fd00:20::5",
		"800002a203001b21aabbcc":                     "MAC address 00:1b:21:aa:bb:cc",
		"8000000b0461001b62":                         `text a\x00\x1bb`,
		"8000000b05c0ffee":                           "octets c0ffee",
		"8000000b1101":                               "unknown, 17",
		"8000000b0101":                               "unknown, 1",
		"0000000c0000000000000000":                   "as of SNMPv3's first draft, enterprise's own",
		"800001":                                     "",
	} {
		if _, got := engineWords(unhex(t, engine)); got != want {
			t.Errorf("%s: %q, want %q", engine, got, want)
		}
	}
	if n, _ := engineWords(unhex(t, "800002a203001b21aabbcc")); n != 674 {
		t.Errorf("enterprise %d", n)
	}
}

func TestDotted(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2b060106030f01010400": unknownEngines, "2b8f7f": "1.3.2047", "00": "0.0", "8837": "2.56.55", "": "", "2b8f": "",
		"2bffffffffff7f": "", strings.Repeat("2b", 65): "",
	} {
		if got := dotted(unhex(t, in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestIntegers(t *testing.T) {
	t.Parallel()
	for n, want := range map[uint32]string{0: "020100", 127: "02017f", 128: "02020080", 256: "02020100", 1<<31 - 1: "02047fffffff", 1 << 31: "02050080000000"} {
		if got := hex.EncodeToString(integer(n)); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
		r := reader{integer(n)}
		if got, err := r.number(); (err == nil) != (n < 1<<31) || err == nil && got != n {
			t.Errorf("%d comes back as %d, %v", n, got, err)
		}
	}
	if got := value(tagOctets, make([]byte, 300)); !bytes.HasPrefix(got, []byte{tagOctets, 0x82, 1, 44}) {
		t.Errorf("% x", got[:4])
	}
	if got := value(tagOctets, make([]byte, 200)); !bytes.HasPrefix(got, []byte{tagOctets, 0x81, 200}) {
		t.Errorf("% x", got[:4])
	}
}
