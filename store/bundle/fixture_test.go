package bundle

import (
	"bytes"
	"compress/gzip"
	"net/netip"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

const benchSite = `schema: oobscope.site/v1
name: bench
zones:
  management: [198.18.0.0/22]
  internet: ["*"]
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.5, 198.18.1.6]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {style: port, on_link: true}
`

var began = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// content is a run in which a few flows were observed, with evidence of every kind.
func content(t testing.TB) Content {
	t.Helper()
	site, err := audit.ReadSite("bench.yaml", []byte(benchSite))
	if err != nil {
		t.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.0.9"), Interface: "eth0"}, true
	}}
	scope, err := audit.NewScope(kits.BuiltIn(), site, v, audit.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	c := Content{
		Run: audit.Run{ID: "01JDAAAAAAAAAAAAAAAAAAAAAA", Site: "bench", Kits: []string{"a@1"}, Vantage: "jump1", Started: began,
			Ended: began.Add(time.Minute), State: audit.RunComplete, Flows: scope.Plan.Flows()},
		Inputs: audit.InputsOf(scope, "1.2.3"), Scope: scope,
		Gates: probes.Gates{CanarySent: 1, CanaryAnswered: []string{"198.18.3.250:443"}, PacketsSent: 60},
		Host: func(i int) probes.HostState {
			return probes.HostState{Flags: probes.HostDone | probes.HostUDPControl, ControlSent: uint8(i * 5)}
		},
	}
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) { return observation(id), id%3 != 2 }
	return c
}

// observation is what was seen on a flow: each field is set on some of them.
func observation(id probes.FlowID) *probes.Observation {
	o := &probes.Observation{Flow: id, Class: probes.Class(1 + id%16), At: began.Add(time.Duration(id) * 250 * time.Millisecond), Attempts: int(id % 4), Packets: int(id)}
	if id%2 == 0 {
		o.RTT, o.Flags, o.Reason = 1234*time.Microsecond, probes.Spoke, probes.Busy
		o.Offender, o.ICMPType, o.ICMPCode = netip.MustParseAddr("198.18.1.1"), 3, 13
		o.Weak = o.Weak.With(probes.CIMNoLogin).With(probes.TLSExpired)
		o.Evidence = probes.Evidence{Banner: "HTTP/1.1 200 OK", SHA256: "aa", TLS: &probes.TLSFacts{Subject: "CN=x", Names: []string{"x"}},
			Steps: []probes.Step{{AtMS: 0.5, Dir: "sent", What: "SYN"}}}
		o.Evidence.Add("status", "200")
	}
	return o
}

func manifest() Manifest {
	return Manifest{Exported: began.Add(time.Hour), By: "netops@jump1", Tool: "1.2.3", Trail: &TrailHead{Seq: 5, Hash: "00"}}
}

// written is a bundle of the content, unsigned.
func written(t testing.TB, c Content, sign Signer) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(&b, manifest(), c, sign, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packed compresses text.
func packed(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
