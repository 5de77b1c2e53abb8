package probes

import (
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSlugsAreDistinctAndParseBack(t *testing.T) {
	t.Parallel()
	for c := Unobserved; c < classCount; c++ {
		if got, ok := ParseClass(c.String()); !ok || got != c {
			t.Errorf("class %d: %q", c, c)
		}
	}
	for r := NoReason; r < reasonCount; r++ {
		if got, ok := ParseReason(r.String()); !ok || got != r {
			t.Errorf("reason %d: %q", r, r)
		}
	}
	for p := TCP; p <= ICMP; p++ {
		if got, ok := ParseProto(p.String()); !ok || got != p {
			t.Errorf("transport %d: %q", p, p)
		}
	}
	var all WeakSet
	for i, w := range Weaknesses() {
		if got, ok := ParseWeakness(w.String()); !ok || got != w || all.Has(w) {
			t.Errorf("weakness %d: %q", w, w)
		}
		all = all.With(w)
		if list := all.List(); len(list) != i+1 || list[i] != w {
			t.Errorf("set with %s: %v", w, list)
		}
	}
	for _, bad := range []string{"invalid", "open", "OPEN_PROTO", " "} {
		_, class := ParseClass(bad)
		_, reason := ParseReason(bad)
		_, proto := ParseProto(bad)
		_, weak := ParseWeakness(bad)
		if class || reason || proto || weak {
			t.Errorf("%q was parsed", bad)
		}
	}
	if got := classCount.String() + reasonCount.String() + weaknessCount.String() + Proto(0).String(); got != strings.Repeat("invalid", 4) {
		t.Errorf("values outside print as %s", got)
	}
	if got := Classes(); len(got) != int(classCount)-1 || got[0] != OpenProto || got[len(got)-1] != ProbeError {
		t.Errorf("classes %v", got)
	}
}

func TestPlanNumbering(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddr
	p := &Plan{Groups: []Group{
		{Role: "bmc", Addrs: []netip.Addr{addr("198.18.1.1"), addr("198.18.1.2")}, Endpoints: []Endpoint{echo, tcpPort(443), tcpPort(22)}},
		{Role: "empty", Endpoints: []Endpoint{echo}},
		{Role: "mute", Addrs: []netip.Addr{addr("198.18.2.1")}},
		{Role: "appliance", Addrs: []netip.Addr{addr("198.18.3.1"), addr("fd00::3")}, Endpoints: []Endpoint{tcpPort(443), udpPort(53)}},
	}}
	p.Seal()
	if p.Hosts() != 5 || p.Flows() != 10 {
		t.Fatalf("%d hosts, %d flows", p.Hosts(), p.Flows())
	}
	next := FlowID(0)
	for i := range p.Hosts() {
		h := p.Host(i)
		if h.Index != i || h.First != next || h.Count != len(p.Groups[h.Group].Endpoints) {
			t.Errorf("host %d: %+v, want flows from %d", i, h, next)
		}
		for slot := range h.Count {
			f := p.Flow(next)
			if f.ID != next || f.Host != i || f.Addr != h.Addr || f.Group != h.Group || f.Slot != slot || f.Endpoint != p.Groups[h.Group].Endpoints[slot] {
				t.Errorf("flow %d: %+v of host %+v", next, f, h)
			}
			next++
		}
	}
	if int(next) != p.Flows() {
		t.Errorf("the hosts have %d flows", next)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain text":        "plain text",
		"café 管理":           "café 管理",
		"a\x1b[31mb":        `a\x1b[31mb`,
		"tab\tline\n":       `tab\x09line\x0a`,
		"bad \xff byte":     `bad \xff byte`,
		"\u202egnp.exe":     `\u{202e}gnp.exe`,
		"\u0085\u200b":      `\u{85}\u{200b}`,
		"0123456789abcdefg": "0123456789abcdef…",
	} {
		if got := Clean(in, 16); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b]0;title\x07", 8)
	f.Add("\u2066\xf0\x9f", 100)
	f.Fuzz(func(t *testing.T, s string, max int) {
		got := Clean(s, max)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r != ' ' && !unicode.IsPrint(r) {
				t.Errorf("%q keeps %U", got, r)
			}
		}
		if longest := len(`\u{10ffff}`); max >= 0 && max < 1000 && utf8.RuneCountInString(got) > max*longest+1 {
			t.Errorf("%d runes from a limit of %d", utf8.RuneCountInString(got), max)
		}
	})
}

func TestRecorder(t *testing.T) {
	t.Parallel()
	r := NewRecorder()
	for range MaxSteps + 5 {
		r.Step("got", "a\x1bb", "a", "b", make([]byte, 100))
		r.Fact("key", "v\x00")
	}
	r.Merge(Outcome{Attempts: 2, Packets: 3, RTT: 5})
	r.Merge(Outcome{Attempts: 1, Packets: 1, RTT: 9, Offender: router4, ICMPType: 3, ICMPCode: 1, Err: ErrSpent, Hint: "h"})
	r.Weak(IPMIV15)
	o := r.Done(Unreach, LateAnswer)
	if len(o.Evidence.Steps) != MaxSteps || len(o.Evidence.Facts) != MaxSteps {
		t.Errorf("%d steps, %d facts", len(o.Evidence.Steps), len(o.Evidence.Facts))
	}
	if s := o.Evidence.Steps[0]; s.What != `a\x1bb` || s.Bytes != 100 || len(s.Hex) != 128 || s.AtMS < 0 {
		t.Errorf("step %+v", s)
	}
	if o.Evidence.Facts[0].Value != `v\x00` {
		t.Errorf("fact %+v", o.Evidence.Facts[0])
	}
	if o.Attempts != 3 || o.Packets != 4 || o.RTT != 5 || o.Offender != router4 || o.ICMPCode != 1 || !o.Weak.Has(IPMIV15) ||
		o.Class != Unreach || o.Reason != LateAnswer || o.Evidence.Error == "" || o.Evidence.Hint != "h" || o.At.IsZero() {
		t.Errorf("observation %+v", o)
	}
}
