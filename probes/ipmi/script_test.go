package ipmi

import (
	"bytes"
	"testing"

	"oobscope/probes"
)

// Whatever a probe sends stands in the script, but for tag, sequence and checksum; and it never sends
// more than the script promises.
func TestScriptCoversTheWire(t *testing.T) {
	t.Parallel()
	endless := make([]byte, 0, 16*maxSuiteRequests)
	for id := byte(1); len(endless) < cap(endless); id++ {
		endless = append(endless, 0xc0, id, 1, 0x41)
	}
	for name, c := range map[string]chip{
		"silent":  {},
		"endless": {pong: true, plain: []byte{0, 1, 0x96, 4, 3, 0, 0, 0, 0}, suites: endless},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := startBMC(t, c.answer)
			target := b.target()
			script := Prober{}.Script(target)
			conversations, packets := 0, 0
			listed := map[string]int{}
			for _, r := range script {
				conversations += r.Conversations
				packets += r.Packets
				listed[string(masked(r.Bytes))] += r.Packets
			}
			Prober{}.Probe(t.Context(), target)
			if c, p := target.Line.Totals(); c > int64(conversations) || p > int64(packets) {
				t.Errorf("%d conversations and %d packets, promised %d and %d", c, p, conversations, packets)
			}
			for _, r := range b.requests() {
				if listed[string(masked(r))]--; listed[string(masked(r))] < 0 {
					t.Errorf("not in the script, or too often: %x", r)
				}
			}
			if name == "endless" && len(b.requests()) < 2+maxSuiteRequests {
				t.Errorf("%d requests: the list was not read to its hard stop", len(b.requests()))
			}
		})
	}
}

// masked blanks what is drawn at run time.
func masked(r []byte) []byte {
	m := bytes.Clone(r)
	if m[3] == classASF {
		m[9] = 0
		return m
	}
	m[18], m[len(m)-1] = 0, 0
	return m
}

// Nothing that belongs to a login may be in the script: only App commands 38h and 54h, outside of any
// session.
func TestScriptIsHarmless(t *testing.T) {
	t.Parallel()
	for _, r := range (Prober{}).Script(probes.Target{Pace: probes.Paces()[1]}) {
		b := r.Bytes
		if b[3] == classASF {
			continue
		}
		if b[4] != 0 || !bytes.Equal(b[5:13], make([]byte, 8)) {
			t.Errorf("%s carries a session: %x", r.What, b)
		}
		if b[15] != netFnApp<<2 || b[19] != cmdAuthCapability && b[19] != cmdCipherSuites {
			t.Errorf("%s is another command: %x", r.What, b)
		}
	}
}
