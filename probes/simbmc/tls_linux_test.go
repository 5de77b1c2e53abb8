package simbmc

import (
	"crypto/rsa"
	"crypto/tls"
	"io"
	"testing"

	"oobscope/probes"
)

// What a handshake shows is what the truth counts as weak.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 24})
	keys := map[string]map[string]bool{}
	for _, h := range s.hosts {
		st := h.persona.streams[doorWeb]
		if !st.tls {
			continue
		}
		state := dialTLS(t, h, doorWeb).ConnectionState()
		leaf := state.PeerCertificates[0]
		truth, _ := s.Truth(h.Addr, "https-mgmt", probes.TCP)
		if truth.Class != probes.OpenProto {
			t.Errorf("%s: https-mgmt is %v", h.Personality, truth.Class)
		}
		rsaKey, isRSA := leaf.PublicKey.(*rsa.PublicKey)
		for w, is := range map[probes.Weakness]bool{
			probes.TLSSelfSigned:   leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil,
			probes.TLSNameMismatch: leaf.VerifyHostname(h.Addr.String()) != nil,
			probes.TLSExpired:      leaf.NotAfter.Before(validUntil),
			probes.TLSWeakKey:      isRSA && rsaKey.N.BitLen() < 2048,
			probes.TLSOldVersion:   state.Version < tls.VersionTLS12,
		} {
			if truth.Weak.Has(w) != is {
				t.Errorf("%s: %v is %v, the truth says %v", h.Personality, w, is, !is)
			}
		}
		if keys[h.Personality] == nil {
			keys[h.Personality] = map[string]bool{}
		}
		if key := string(leaf.RawSubjectPublicKeyInfo); h.persona.cert == certOwn && keys[h.Personality][key] {
			t.Errorf("%s: two hosts share a key", h.Personality)
		} else {
			keys[h.Personality][key] = true
		}
	}
	if len(keys["hardened"]) < 2 || len(keys["redfish_anonymous"]) != 1 {
		t.Errorf("hosts with own keys: %d, keys of a factory: %d", len(keys["hardened"]), len(keys["redfish_anonymous"]))
	}
}

// A peer that does not speak TLS gets a fatal alert, not an HTTP answer in clear.
func TestAlertForClearText(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 15})
	for personality, d := range map[string]door{"wrong_protocol": doorPanel, "hardened": doorWeb} {
		c := dial(t, s.of(t, personality), d)
		if _, err := io.WriteString(c, "HEAD / HTTP/1.0\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if err != nil || string(answer) != "\x15\x03\x01\x00\x02\x02\x0a" {
			t.Errorf("%s: % x, %v", personality, answer, err)
		}
	}
}
