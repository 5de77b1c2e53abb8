package store

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

func TestRecordClampsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	o := probes.Observation{
		Class: probes.OpenMute, At: began.Add(-time.Hour), RTT: 1000 * time.Hour, Attempts: 1 << 20, Packets: -1,
	}
	b, err := appendRecord(nil, &o, began)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeRecord(b, began)
	if err != nil {
		t.Fatal(err)
	}
	want := probes.Observation{Class: probes.OpenMute, At: began, RTT: math.MaxUint32 * time.Microsecond, Attempts: math.MaxUint16}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("came back as %+v, want %+v", got, want)
	}
}

func TestRecordRefusesDamage(t *testing.T) {
	t.Parallel()
	good, err := appendRecord(nil, &probes.Observation{Flow: 77, Class: probes.RstHost}, began)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		at   int
		to   byte
		want string
	}{
		"class":         {20, 99, "flow 77: unknown class 99"},
		"no class":      {20, 0, "flow 77: nothing was observed"},
		"reason":        {21, 99, "flow 77: unknown reason 99"},
		"offender size": {23, 5, "flow 77: an offender of 5 bytes"},
		"padding":       {40, 1, "flow 77: bytes behind its end"},
		"flow":          {0, 1, "flow 16777293: a run has"},
	} {
		b := bytes.Clone(good)
		b[c.at] = c.to
		if _, err := decodeRecord(b, began); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := decodeRecord(good[:recordSize-1], began); err == nil {
		t.Error("a short record was read")
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for flow := range 20 {
		o := seen(flow)
		b, err := appendRecord(nil, &o, began)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(bytes.Repeat([]byte{0xFF}, recordSize))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := decodeRecord(b, began)
		if err != nil {
			return
		}
		again, err := appendRecord(nil, &o, began)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x was read as %+v and written as %x, %v", b, o, again, err)
		}
	})
}

func TestEvidenceIsCapped(t *testing.T) {
	t.Parallel()
	long := probes.Evidence{TLS: &probes.TLSFacts{Subject: "CN=bmc"}}
	for range 2000 {
		long.Steps = append(long.Steps, probes.Step{Dir: "got", What: "SYN-ACK", Hex: strings.Repeat("00", 64)})
	}
	steps := len(long.Steps)
	b, err := encodeEvidence(long)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeEvidence(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > maxEvidence || len(got.Steps) < 50 || got.Steps[len(got.Steps)-1].What != cutMark || got.TLS == nil {
		t.Errorf("%d bytes, %d steps, the last is %+v", len(b), len(got.Steps), got.Steps[len(got.Steps)-1])
	}
	if len(long.Steps) != steps || long.Steps[steps-1].Dir != "got" {
		t.Error("the evidence of the caller was changed")
	}
	for what, e := range map[string]probes.Evidence{
		"facts":  {Facts: make([]probes.Fact, 5000)},
		"banner": {Banner: strings.Repeat("\x01", maxEvidence), Simulated: true},
	} {
		if b, err := encodeEvidence(e); err != nil || len(b) > maxEvidence || len(b) == 0 {
			t.Errorf("%s: %d bytes, %v", what, len(b), err)
		}
	}
	if b, err := encodeEvidence(probes.Evidence{}); b != nil || err != nil {
		t.Errorf("no evidence became %q, %v", b, err)
	}
}

// A file from a stranger cannot bring control characters to the screen.
func TestEvidenceIsCleanedOnTheWayBack(t *testing.T) {
	t.Parallel()
	const evil = "\x1b]52;c;AAAA\x07\u202e"
	e := probes.Evidence{
		Banner: evil, SHA256: evil, Error: evil, Hint: evil,
		Steps: []probes.Step{{Dir: evil, What: evil, From: evil, To: evil, Hex: evil}}, Facts: []probes.Fact{{Key: evil, Value: evil}},
		TLS: &probes.TLSFacts{
			Version: evil, Suite: evil, Subject: evil, Issuer: evil, NotBefore: evil, NotAfter: evil, Key: evil, Signature: evil,
			Names: []string{evil}, Serial: evil, LeafSHA256: evil, KeySHA256: evil, Failure: evil,
		},
	}
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeEvidence(b)
	if err != nil {
		t.Fatal(err)
	}
	eachString(reflect.ValueOf(got), func(s string) {
		if strings.ContainsAny(s, "\x1b\x07\u202e") || s == "" {
			t.Errorf("%q came back", s)
		}
	})
}

// eachString visits every text in a value, so that a new field cannot be forgotten above.
func eachString(v reflect.Value, fn func(string)) {
	switch v.Kind() {
	case reflect.String:
		fn(v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			eachString(v.Elem(), fn)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), fn)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachString(v.Field(i), fn)
		}
	}
}

func FuzzDecodeEvidence(f *testing.F) {
	b, err := encodeEvidence(seen(2).Evidence)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"tls":{"names":["\u001b[2J"]},"steps":[null]}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := decodeEvidence(b)
		if err != nil {
			return
		}
		eachString(reflect.ValueOf(e), func(s string) {
			if s != probes.Clean(s, 2000) {
				t.Errorf("%q came back", s)
			}
		})
	})
}
