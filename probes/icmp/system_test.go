package icmp

import (
	"net/netip"
	"testing"

	"oobscope/probes"
)

// The kernel answers echo on loopback. Where it gives us no socket, that must be said as such.
func TestSystemSockets(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"127.0.0.1", "::1"} {
		o := Prober{}.Probe(t.Context(), targetAt(netip.MustParseAddr(a)))
		switch {
		case o.Class == probes.ProbeError && (o.Reason == probes.NoPermission || o.Reason == probes.NoRoute):
			t.Logf("SKIPPED: %s was not asked: %s", a, o.Evidence.Error)
		case o.Class != probes.OpenProto || o.RTT <= 0 || o.Evidence.Simulated:
			t.Errorf("%s: %v %q, rtt %v, %+v", a, o.Class, o.Reason, o.RTT, o.Evidence)
		default:
			checkReply(t, a, o)
		}
	}
}

func checkReply(t *testing.T, a string, o probes.Observation) {
	t.Helper()
	found := map[string]string{}
	for _, f := range o.Evidence.Facts {
		found[f.Key] = f.Value
	}
	if found["icmp.reply_ttl"] != "64" || found["icmp.way"] == "" {
		t.Errorf("%s: facts %v", a, found)
	}
}

// Both kinds of socket are tried by themselves, because a machine that allows the first never reaches
// the second.
func TestEachWay(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(bool) (link, error){wayRaw: openRaw, wayPing: openPing} {
		for _, a := range []string{"127.0.0.1", "::1"} {
			to := netip.MustParseAddr(a)
			l, err := open(to.Is6())
			if err != nil {
				t.Logf("SKIPPED: no %s here: %v", name, err)
				continue
			}
			x := &exchange{target: targetAt(to), to: to, link: l, rec: probes.NewRecorder(), echo: newEcho(to, l.keepsID())}
			if out := x.run(t.Context()); out.Class != probes.OpenProto || l.way() != name {
				t.Errorf("%s over a %s: %+v", a, l.way(), out)
			}
		}
	}
}
