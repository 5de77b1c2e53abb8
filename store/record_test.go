package store

import (
	"bytes"
	"encoding/json"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

// framed writes observations as one value of a log, in the order in which they are handed in.
func framed(t testing.TB, number uint32, list ...probes.Observation) []byte {
	t.Helper()
	return framedBy(t, newFramer(), list, inTurn(len(list)), number)
}

func framedBy(t testing.TB, w *framer, list []probes.Observation, order []int32, number uint32) (b []byte) {
	t.Helper()
	for len(order) > 0 {
		var taken int
		var err error
		if b, taken, err = w.frame(b, list, order, number); err != nil {
			t.Fatal(err)
		}
		order, number = order[taken:], number+uint32(taken)
	}
	return b
}

func newFramer() *framer {
	return &framer{started: began, evidence: evidencePacker{shapes: newShapes(nil)}}
}

func inTurn(n int) (order []int32) {
	for i := range n {
		order = append(order, int32(i))
	}
	return order
}

// unframed reads the records of a value back, with their evidence.
func unframed(b []byte, list shapeList) (out []probes.Observation, err error) {
	for len(b) > 0 {
		f, rest, err := wholeFrame(b)
		if err != nil {
			return out, err
		}
		err = eachRecord(f, began, func(seq uint32, _ *probes.Observation) error {
			o, err := oneRecord(f, seq, began, list)
			out = append(out, o)
			return err
		})
		if err != nil {
			return out, err
		}
		b = rest
	}
	return out, nil
}

func TestRecordsRoundTrip(t *testing.T) {
	t.Parallel()
	var list []probes.Observation
	for flow := range 500 {
		list = append(list, seen(flow))
	}
	list = append(list, list[499]) // a flow may come twice
	w := newFramer()
	b := framedBy(t, w, list, w.inOrder(list), 7)
	got, err := unframed(b, w.evidence.shapes.all())
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%d of %d observations came back, %v", len(got), len(list), err)
	}
}

func TestRecordClampsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	o := probes.Observation{
		Class: probes.OpenMute, At: began.Add(-time.Hour), RTT: 1000 * time.Hour, Attempts: 1 << 20, Packets: -1,
	}
	late := probes.Observation{Flow: 3, Class: probes.OpenMute, At: began.Add(100 * 24 * time.Hour)}
	got, err := unframed(framed(t, 0, o, late), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Times are kept as they are: a clock may be set back, and a run may be resumed months later.
	want := []probes.Observation{
		{Class: probes.OpenMute, At: o.At, RTT: math.MaxUint32 * time.Microsecond, Attempts: math.MaxUint16}, late,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("came back as %+v, want %+v", got, want)
	}
}

// A machine that slept has a monotonic clock that knows nothing of it: what counts is the clock on the wall.
func TestTimesAreThoseOnTheWall(t *testing.T) {
	t.Parallel()
	started := time.Now()
	if o := (probes.Observation{At: started.Add(time.Minute).Round(0)}); sinceStart(&o, started) != 60_000 {
		t.Errorf("a minute became %d ms", sinceStart(&o, started))
	}
	slept := started.Add(2 * time.Hour) // moves both clocks; Round drops the monotonic one
	if o := (probes.Observation{At: slept.Round(0)}); sinceStart(&o, started) != 7_200_000 {
		t.Errorf("two hours became %d ms", sinceStart(&o, started))
	}
}

// reframe changes the first part of a frame and sets its checksum right: what only an attacker writes.
func reframe(t *testing.T, b []byte, change func(f *frame)) []byte {
	t.Helper()
	f, _, err := wholeFrame(b)
	if err != nil {
		t.Fatal(err)
	}
	f.first, f.second = bytes.Clone(f.first), bytes.Clone(f.second)
	change(&f)
	out, err := f.append(nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRecordRefusesDamage(t *testing.T) {
	t.Parallel()
	good := framed(t, 0, probes.Observation{
		Flow: 77, Class: probes.RstHost, At: began, Offender: netip.MustParseAddr("198.18.0.1"), Evidence: probes.Evidence{Banner: "SSH-2.0"},
	})
	// base | bases | class | fields | flow | ms | place of the offender | its length | address | counts | evidence
	for what, c := range map[string]struct {
		change func(f *frame)
		want   string
	}{
		"class":           {func(f *frame) { f.first[2] = 99 }, "flow 77: unknown class 99"},
		"no class":        {func(f *frame) { f.first[2] = 0 }, "flow 77: nothing was observed"},
		"reason":          {func(f *frame) { f.first[3] = hasReason; f.first[6] = 99 }, "flow 77: unknown reason 99"},
		"offender size":   {func(f *frame) { f.first[7] = 3 }, "an offender that is no address"},
		"offender place":  {func(f *frame) { f.first[6] = 1 }, "too large"},
		"newer field":     {func(f *frame) { f.first[3] |= 128 }, "fields of a newer program"},
		"flow":            {func(f *frame) { f.first = append(f.first[:4], 0xFF, 0xFF, 0xFF, 0x0F) }, "too large"},
		"cut":             {func(f *frame) { f.first = f.first[:5] }, "cut short"},
		"more behind":     {func(f *frame) { f.first = append(f.first, 0) }, "bytes behind its last record"},
		"count":           {func(f *frame) { f.count = 2 }, "missing"},
		"evidence cut":    {func(f *frame) { f.second = f.second[:3] }, "its evidence is cut short"},
		"evidence shape":  {func(f *frame) { f.second[0] = 9 }, "its shape 7 is lost"},
		"evidence packed": {func(f *frame) { f.second[0] = evidenceDeflated }, "flow 77: evidence: "},
		"bases":           {func(f *frame) { f.first[1] = 4 }, "unknown family"},
	} {
		if _, err := unframed(reframe(t, good, c.change), nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for at := range good { // any bit that turns is noticed
		bad := bytes.Clone(good)
		bad[at] ^= 0x10
		if got, err := unframed(bad, nil); err == nil {
			t.Errorf("byte %d was turned, and read as %+v", at, got)
		}
	}
	if _, err := unframed(good[:len(good)-1], nil); err == nil {
		t.Error("a short frame was read")
	}
}

func FuzzReadFrames(f *testing.F) {
	var list []probes.Observation
	for flow := range 40 {
		list = append(list, seen(flow))
	}
	f.Add(framed(f, 0, list...))
	hosts, err := appendHosts(nil, map[int]probes.HostState{1: {ControlSent: 2}, 4000: {Flags: probes.HostDone}}, 40)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hosts)
	f.Add([]byte(frameMagic))
	f.Add([]byte{})
	shape := &shape{Text: probes.Evidence{Steps: []probes.Step{{From: ":" + markPort}}}, After: []int64{1}, Load: [][]byte{{1, 2}}}
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > frameHead {
			part, rest, err := nextFrame(b)
			if err != nil { // the fuzzer would hardly ever hit upon a right head
				part, rest = frame{kind: frameKind(b[0]%7 + 1), count: uint16(b[1]), first: b[2 : len(b)/2], second: b[len(b)/2:]}, nil
			}
			if part.kind == hostFrame {
				_ = eachHost(part, func(int, probes.HostState) error { return nil }) // any error will do: it must come back
			}
			reframes(t, part, shapeList{nil, shape})
			b = rest
		}
	})
}

// reframes holds that what could be read is the same after it was written and read again.
func reframes(t *testing.T, part frame, shapes shapeList) {
	t.Helper()
	var list []probes.Observation
	err := eachRecord(part, began, func(seq uint32, _ *probes.Observation) error {
		o, err := oneRecord(part, seq, began, shapes)
		list = append(list, o)
		return err
	})
	if err != nil || len(list) == 0 {
		return
	}
	w := newFramer()
	b := framedBy(t, w, list, w.inOrder(list), 0)
	again, err := unframed(b, w.evidence.shapes.all())
	if err != nil || !reflect.DeepEqual(again, list) {
		t.Errorf("%+v was written and came back as %+v, %v", list, again, err)
	}
}

func TestEvidenceIsCapped(t *testing.T) {
	t.Parallel()
	long := probes.Evidence{TLS: &probes.TLSFacts{Subject: "CN=bmc"}}
	for range 2000 {
		long.Steps = append(long.Steps, probes.Step{Dir: "got", What: "SYN-ACK", Hex: strings.Repeat("00", 64)})
	}
	steps := len(long.Steps)
	b, err := encodeEvidence(&long)
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
		if b, err := encodeEvidence(&e); err != nil || len(b) > maxEvidence || len(b) == 0 {
			t.Errorf("%s: %d bytes, %v", what, len(b), err)
		}
	}
	if b, err := encodeEvidence(&probes.Evidence{}); b != nil || err != nil {
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
	e := seen(2).Evidence
	b, err := encodeEvidence(&e)
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

func checkSame(t testing.TB, got, want *probes.Observation) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("flow %d came back as\n%+v, want\n%+v", want.Flow, *got, *want)
	}
}
