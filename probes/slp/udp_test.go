package slp

import (
	"context"
	"slices"
	"strings"
	"testing"

	"oobscope/probes"
)

// byQuestion answers type requests and service requests; nil stands for silence.
func byQuestion(types, services func(xid uint16) [][]byte) func([]byte, int) [][]byte {
	return func(r []byte, _ int) [][]byte {
		answer := services
		if r[1] == funcTypeRqst {
			answer = types
		}
		if answer == nil {
			return nil
		}
		return answer(xidOf(r))
	}
}

func one(make func(xid uint16) []byte) func(uint16) [][]byte {
	return func(xid uint16) [][]byte { return [][]byte{make(xid)} }
}

func TestOverUDP(t *testing.T) {
	t.Parallel()
	plain := one(func(xid uint16) []byte { return typesReply(xid, "service:x") })
	clearURL := one(func(xid uint16) []byte { return urlsReply(xid, "service:wbem:http://h:5988\x1b") })
	for name, c := range map[string]struct {
		types, services func(uint16) [][]byte
		class           probes.Class
		reason          probes.Reason
		weak            []probes.Weakness
		requests        int
		facts           map[string]string
	}{
		"small answer": {
			types: plain, class: probes.OpenProto, requests: 1,
			facts: map[string]string{
				"slp.reply": "SrvTypeRply", "slp.amplification": "1.0", "slp.datagrams": "1",
				"slp.bytes": "29 for 29 asked", "slp.type": "service:x", "slp.overflow": "",
			},
		},
		"wbem is asked for its URLs": {
			types:    one(func(xid uint16) []byte { return typesReply(xid, "service:wbem:http,service:y") }),
			services: clearURL, class: probes.OpenProto, requests: 2,
			weak: []probes.Weakness{probes.SLPAdvertisesClear},
			facts: map[string]string{
				"slp.reply": "SrvTypeRply | SrvRply", "slp.type": "service:wbem:http | service:y",
				"slp.url": `service:wbem:http://h:5988\x1b`, "slp.amplification": "1.6",
			},
		},
		"wbem stays silent": {
			types: one(func(xid uint16) []byte { return typesReply(xid, "service:wbem:https") }),
			class: probes.OpenProto, requests: 2,
		},
		"types not supported": {
			types:    one(func(xid uint16) []byte { return message(funcTypeRply, 0, xid, 0, 14) }),
			services: one(func(xid uint16) []byte { return urlsReply(xid) }),
			class:    probes.OpenProto, requests: 2,
			facts: map[string]string{"slp.reply": "SrvTypeRply, error 14 (message not supported) | SrvRply"},
		},
		"silent on types": {
			services: clearURL, class: probes.OpenProto, requests: 3, weak: []probes.Weakness{probes.SLPAdvertisesClear},
			facts: map[string]string{"slp.reply": "SrvRply", "slp.bytes": "53 for 45 asked", "slp.amplification": "1.2"},
		},
		"amplifier": {
			types: one(func(xid uint16) []byte { return typesReply(xid, "service:"+strings.Repeat("x", 262)) }),
			class: probes.OpenProto, requests: 1, weak: []probes.Weakness{probes.SLPAmplifier},
			facts: map[string]string{"slp.amplification": "10.0"},
		},
		"strong amplifier of several datagrams": {
			types: func(xid uint16) [][]byte {
				b := typesReply(xid, "service:"+strings.Repeat("x", 700))
				return [][]byte{b, b, []byte("whatever follows")}
			},
			class: probes.OpenProto, requests: 1, weak: []probes.Weakness{probes.SLPStrongAmplifier},
			facts: map[string]string{"slp.datagrams": "3", "slp.amplification": "50.8"},
		},
		"datagram above the limit": {
			types: one(func(xid uint16) []byte { return typesReply(xid, strings.Repeat("y", 1400)) }),
			class: probes.OpenProto, requests: 1, weak: []probes.Weakness{probes.SLPStrongAmplifier},
			facts: map[string]string{"slp.datagram_limit": "a datagram of 1420 bytes, 1400 is the limit"},
		},
		"overflow": {
			types: one(func(xid uint16) []byte { return message(funcTypeRply, 0x8000, xid, 0, 0, 0, 1, 'z') }),
			class: probes.OpenProto, requests: 1, facts: map[string]string{"slp.overflow": "yes: the agent cut its answer"},
		},
		"busy": {
			types: one(func(xid uint16) []byte { return message(funcTypeRply, 0, xid, 0, 11) }),
			class: probes.OpenProto, reason: probes.Busy, requests: 1,
		},
		"another protocol": {
			types: one(func(uint16) []byte { return []byte("220 hello") }), class: probes.OpenOther, requests: 2,
		},
		"answer to somebody else": {
			types: one(func(xid uint16) []byte { return typesReply(xid+1, "service:x") }), class: probes.OpenOther, requests: 2,
		},
		"silent": {class: probes.SilenceUnproven, requests: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startUDP(t, byQuestion(c.types, c.services))
			target := a.target()
			o := Prober{}.Probe(t.Context(), target)
			if o.Class != c.class || o.Reason != c.reason || !slices.Equal(o.Weak.List(), c.weak) {
				t.Errorf("%v %q %v, want %v %q %v", o.Class, o.Reason, o.Weak.List(), c.class, c.reason, c.weak)
			}
			for key, want := range c.facts {
				if got := facts(o, key); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
			if n := len(a.requests()); n != c.requests || o.Packets != n {
				t.Errorf("%d requests, %d packets, want %d", n, o.Packets, c.requests)
			}
			if spoke := o.Flags&probes.Spoke != 0; spoke == o.Class.Silent() {
				t.Errorf("spoke is %v for %v", spoke, o.Class)
			}
		})
	}
}

// A repeated request gets two answers; the factor is that of one.
func TestAmplificationOfARepeatedRequest(t *testing.T) {
	t.Parallel()
	a := startUDP(t, func(r []byte, nth int) [][]byte {
		if nth == 1 {
			return nil
		}
		b := typesReply(xidOf(r), "service:x")
		return [][]byte{b, b}
	})
	o := Prober{}.Probe(t.Context(), a.target())
	if got := facts(o, "slp.amplification"); got != "1.0" || facts(o, "slp.datagrams") != "1" {
		t.Errorf("factor %s of %s datagrams, want 1.0 of 1", got, facts(o, "slp.datagrams"))
	}
}

func TestListsAreCapped(t *testing.T) {
	t.Parallel()
	var types, urls []string
	for c := range 40 {
		types = append(types, "service:wbem:"+string(rune('a'+c%26))+strings.Repeat("b", c/26))
		urls = append(urls, types[c]+"://h")
	}
	a := startUDP(t, byQuestion(
		one(func(xid uint16) []byte { return typesReply(xid, strings.Join(types, ",")) }),
		one(func(xid uint16) []byte { return urlsReply(xid, urls...) })))
	o := Prober{}.Probe(t.Context(), a.target())
	if n := strings.Count(facts(o, "slp.type"), "|"); n != maxTypesTold-1 {
		t.Errorf("%d types told", n+1)
	}
	if n := strings.Count(facts(o, "slp.url"), "|"); n != maxURLsTold-1 {
		t.Errorf("%d URLs told", n+1)
	}
	if got := facts(o, "slp.not_shown"); got != "24 more types or URLs" {
		t.Errorf("not shown: %q", got)
	}
}

func TestCancelledOverUDP(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	a := startUDP(t, func([]byte, int) [][]byte { cancel(); return nil })
	if o := (Prober{}).Probe(ctx, a.target()); o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("%v %q", o.Class, o.Reason)
	}
}

func TestUnknownTransport(t *testing.T) {
	t.Parallel()
	o := Prober{}.Probe(t.Context(), probes.Target{Endpoint: probes.Endpoint{Proto: probes.ICMP}})
	if o.Class != probes.ProbeError || o.Reason != probes.LocalError || o.Evidence.Error == "" {
		t.Errorf("%+v", o)
	}
}
