package tui_test

import (
	"slices"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/teatest"
)

// The names that a site, a certificate, a banner and an answer give away are hidden on every screen and in what is copied,
// the same way each time, and come back when the mask is taken off.
func TestNamesAreMasked(t *testing.T) {
	t.Parallel()
	e := teatest.NewEngine(t)
	s := teatest.Start(t, e.Config(), 120, 40)
	s.Sees("Overview", "dc1", "jump1").Press("r").Sees("enter: yes").Press("enter")
	run := e.Launched()
	run.Says(probes.Evidence{
		Banner: "220 kestrel-12.osaka.example.net ready",
		TLS:    &probes.TLSFacts{Version: "TLS 1.2", Subject: "CN=heron-3,O=Acme", Issuer: "CN=ca.osaka.example.net", Names: []string{"heron-3.osaka.example.net"}},
		Facts:  []probes.Fact{{Key: "redfish.hostname", Value: "egret9"}, {Key: "url", Value: "service:wbem://stork.example.org:5989"}},
		Steps:  []probes.Step{{Dir: "sent", What: "hello", Bytes: 2, Hex: "6869"}, {AtMS: 1, Dir: "got", What: "220", Bytes: 6, Hex: "6b65737472656c"}},
	})
	run.Finish()
	s.Sees("✓ complete").Press("7", "enter").Sees("ca.osaka.example.net", "heron-3", "egret9", "stork.example.org")
	secrets := []string{"kestrel", "osaka", "heron", "egret9", "stork", "dc1", "jump1", "10.20"}
	missesAll(s.Press("#").Sees("MASKED"), secrets...)
	s.Press("b").Sees("The bytes are left out while names are masked").Misses("6b 65 73")
	s.Press("y").Sees("addresses and names masked").Copies(func(got string) bool {
		return strings.Contains(got, "exposed") && !slices.ContainsFunc(secrets, func(x string) bool { return strings.Contains(got, x) })
	})
	s.Press("8").Sees("Runs")
	missesAll(s, "dc1", "jump1")
	missesAll(s.Press("1").Sees("Overview"), "dc1", "jump1")
	s.Press("7", "enter", "#").Sees("ca.osaka.example.net", "heron-3", "dc1").Misses("MASKED")
}

func missesAll(s *teatest.Session, texts ...string) {
	for _, text := range texts {
		s.Misses(text)
	}
}
