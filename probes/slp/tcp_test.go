package slp

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"

	"oobscope/probes"
)

// answering reads one request and writes what reply makes of it.
func answering(reply func(xid uint16) []byte) func(net.Conn, int) {
	return func(c net.Conn, _ int) {
		buf := make([]byte, 29)
		if _, err := io.ReadFull(c, buf); err != nil {
			return
		}
		if _, err := c.Write(reply(xidOf(buf))); err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, c) // until the prober closes
	}
}

func TestOverTCP(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve func(net.Conn, int)
		class probes.Class
		weak  []probes.Weakness
		types string
	}{
		"types": {
			serve: answering(func(xid uint16) []byte { return typesReply(xid, "service:wbem:http,service:x") }),
			class: probes.OpenProto, weak: []probes.Weakness{probes.SLPAdvertisesClear}, types: "service:wbem:http | service:x",
		},
		"large answer is no amplification here": {
			serve: answering(func(xid uint16) []byte { return typesReply(xid, string(bytes.Repeat([]byte("z"), 3000))) }),
			class: probes.OpenProto, types: string(bytes.Repeat([]byte("z"), 256)),
		},
		"message cut short": {
			serve: func(c net.Conn, _ int) {
				buf := make([]byte, 29)
				if _, err := io.ReadFull(c, buf); err == nil {
					_, _ = c.Write(typesReply(xidOf(buf), "service:x")[:20])
				}
			},
			class: probes.OpenProto,
		},
		"endless message": {
			serve: answering(func(xid uint16) []byte {
				return append(message(funcTypeRply, 0x8000, xid)[:2], append([]byte{0xff, 0xff, 0xff}, append(message(funcTypeRply, 0x8000, xid)[5:], make([]byte, 2*maxStream)...)...)...)
			}),
			class: probes.OpenProto,
		},
		"another protocol": {
			serve: answering(func(uint16) []byte { return []byte("HTTP/1.0 400 no\r\n\r\n") }), class: probes.OpenOther,
		},
		"mute": {serve: func(c net.Conn, _ int) { _, _ = io.Copy(io.Discard, c) }, class: probes.OpenMute},
		"cut":  {serve: func(c net.Conn, _ int) { _, _ = c.Read(make([]byte, 64)) }, class: probes.OpenCut},
		"mute once": {
			serve: func(c net.Conn, nth int) {
				if nth == 1 {
					_, _ = io.Copy(io.Discard, c)
					return
				}
				answering(func(xid uint16) []byte { return typesReply(xid, "service:x") })(c, nth)
			},
			class: probes.OpenProto, types: "service:x",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startTCP(t, c.serve)
			target := a.target()
			o := Prober{}.Probe(t.Context(), target)
			if o.Class != c.class || !slices.Equal(o.Weak.List(), c.weak) {
				t.Errorf("%v %v, want %v %v", o.Class, o.Weak.List(), c.class, c.weak)
			}
			if got := facts(o, "slp.type"); got != c.types {
				t.Errorf("types %q, want %q", got, c.types)
			}
			if facts(o, "slp.amplification") != "" {
				t.Error("amplification was measured over TCP")
			}
			promised := Prober{}.Script(target)[0]
			if n, p := target.Line.Totals(); n > int64(promised.Conversations) || p > int64(promised.Packets) || int64(o.Packets) != p {
				t.Errorf("%d conversations, %d packets (%d in the record), promised %d and %d", n, p, o.Packets, promised.Conversations, promised.Packets)
			}
			for _, r := range a.requests() {
				r[10], r[11] = 0, 0
				if !bytes.Equal(r, promised.Bytes) {
					t.Errorf("not in the script: %x", r)
				}
			}
		})
	}
}

func TestClosedTCPPort(t *testing.T) {
	t.Parallel()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{addr: l.Addr().(*net.TCPAddr).AddrPort(), proto: probes.TCP}
	l.Close()
	if o := (Prober{}).Probe(t.Context(), a.target()); !slices.Contains([]probes.Class{probes.RstUnknown, probes.RstHost}, o.Class) {
		t.Errorf("%v", o.Class)
	}
}

// Over UDP, too, nothing leaves that the script does not list.
func TestScriptOverUDP(t *testing.T) {
	t.Parallel()
	for name, types := range map[string]func(uint16) [][]byte{
		"silent": nil,
		"wbem":   one(func(xid uint16) []byte { return typesReply(xid, "service:wbem") }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := startUDP(t, byQuestion(types, nil))
			target := a.target()
			Prober{}.Probe(t.Context(), target)
			left := map[string]int{}
			for _, r := range (Prober{}).Script(target) {
				left[string(r.Bytes)] += r.Packets
			}
			for _, r := range a.requests() {
				r[10], r[11] = 0, 0
				if left[string(r)]--; left[string(r)] < 0 {
					t.Errorf("not in the script, or too often: %x", r)
				}
			}
		})
	}
}
