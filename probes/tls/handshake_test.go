package tls_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	gotls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/tls"
)

// weakKey is an RSA key that no one should use; 1024 bits are made fast.
func weakKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func observe(t *testing.T, p *peer.Peer) probes.Observation {
	t.Helper()
	return tls.Prober{}.Probe(t.Context(), p.Target("tls", true))
}

func weak(list ...probes.Weakness) (s probes.WeakSet) {
	for _, w := range list {
		s = s.With(w)
	}
	return s
}

func TestCertificateFindings(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, c := range []struct {
		name   string
		config func(t *testing.T) *gotls.Config
		want   probes.WeakSet
		key    string
	}{
		{"sound", func(t *testing.T) *gotls.Config { return peer.Sound(t) }, weak(probes.TLSSelfSigned), "ECDSA P-256"},
		{"expired", func(t *testing.T) *gotls.Config {
			c := peer.Template()
			c.NotBefore, c.NotAfter = now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0)
			return peer.Config(t, c, peer.Key(t), nil)
		}, weak(probes.TLSSelfSigned, probes.TLSExpired), "ECDSA P-256"},
		{"not yet valid", func(t *testing.T) *gotls.Config {
			c := peer.Template()
			c.NotBefore, c.NotAfter = now.AddDate(1, 0, 0), now.AddDate(2, 0, 0)
			return peer.Config(t, c, peer.Key(t), nil)
		}, weak(probes.TLSSelfSigned, probes.TLSExpired), "ECDSA P-256"},
		{"short key", func(t *testing.T) *gotls.Config {
			return peer.Config(t, peer.Template(), weakKey(t), nil)
		}, weak(probes.TLSSelfSigned, probes.TLSWeakKey), "RSA 1024"},
		{"another name", func(t *testing.T) *gotls.Config {
			c := peer.Template()
			c.IPAddresses = []net.IP{net.IPv4(198, 18, 0, 1)}
			return peer.Config(t, c, peer.Key(t), nil)
		}, weak(probes.TLSSelfSigned, probes.TLSNameMismatch), "ECDSA P-256"},
		{"address as common name", func(t *testing.T) *gotls.Config {
			c := peer.Template()
			c.IPAddresses, c.Subject.CommonName = nil, "127.0.0.1"
			return peer.Config(t, c, peer.Key(t), nil)
		}, weak(probes.TLSSelfSigned), "ECDSA P-256"},
		{"old version", func(t *testing.T) *gotls.Config {
			c := peer.Sound(t)
			c.MinVersion, c.MaxVersion = gotls.VersionTLS10, gotls.VersionTLS10
			return c
		}, weak(probes.TLSSelfSigned, probes.TLSOldVersion), "ECDSA P-256"},
		{"RSA key exchange with 3DES", func(t *testing.T) *gotls.Config {
			c := peer.Config(t, peer.Template(), weakKey(t), nil)
			c.MinVersion, c.MaxVersion = gotls.VersionTLS10, gotls.VersionTLS12
			c.CipherSuites = []uint16{gotls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
			return c
		}, weak(probes.TLSSelfSigned, probes.TLSWeakKey), "RSA 1024"},
		{"own name, foreign signature", func(t *testing.T) *gotls.Config {
			c := peer.Config(t, peer.Template(), peer.Key(t), nil)
			other := peer.Config(t, peer.Template(), peer.Key(t), nil)
			der := c.Certificates[0].Certificate[0]
			copy(der[len(der)-40:], other.Certificates[0].Certificate[0][len(der)-40:])
			return c
		}, 0, "ECDSA P-256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := observe(t, peer.ServeTLS(t, c.config(t), peer.Silent))
			f := o.Evidence.TLS
			if o.Class != probes.OpenProto || f == nil || f.Failure != "" {
				t.Fatalf("class %v facts %+v", o.Class, f)
			}
			if o.Weak != c.want || f.Key != c.key {
				t.Errorf("weaknesses %v key %q, want %v %q", o.Weak.List(), f.Key, c.want.List(), c.key)
			}
			if len(f.LeafSHA256) != 64 || len(f.KeySHA256) != 64 || f.Version == "" || f.Suite == "" || f.Serial != "7a11" {
				t.Errorf("facts %+v", f)
			}
		})
	}
}

// Another issuer's name or another issuer's key: either one means that the certificate is not self-signed.
func TestIssuedCertificateIsNotSelfSigned(t *testing.T) {
	t.Parallel()
	authority, key := peer.Template(), peer.Key(t)
	authority.Subject = pkix.Name{CommonName: "inspection\x1b[31m authority"}
	for name, leafKey := range map[string]crypto.Signer{"own key": key, "another key": peer.Key(t)} {
		der, err := x509.CreateCertificate(rand.Reader, peer.Template(), authority, leafKey.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		o := observe(t, peer.ServeTLS(t, &gotls.Config{
			Certificates: []gotls.Certificate{{Certificate: [][]byte{der}, PrivateKey: leafKey}},
		}, peer.Silent))
		if o.Weak != 0 || o.Evidence.TLS.SelfSigned {
			t.Errorf("%s: weaknesses %v", name, o.Weak.List())
		}
		if i := o.Evidence.TLS.Issuer; strings.Contains(i, "\x1b") || !strings.Contains(i, "inspection") {
			t.Errorf("%s: issuer %q", name, i)
		}
	}
}

// negativeSerial turns the serial number 7a11 of Template into a negative one, in place.
func negativeSerial(der []byte) {
	at := strings.Index(string(der), "\x02\x02\x7a\x11")
	der[at+2] = 0xfa
}

// Without the program's setting the library cannot parse such a certificate; that must come out as the
// finding it is, and as TLS spoken.
func TestNegativeSerialIsAFinding(t *testing.T) {
	for _, setting := range []string{"x509negativeserial=0", "x509negativeserial=1"} {
		t.Run(setting, func(t *testing.T) {
			t.Setenv("GODEBUG", setting)
			o := observe(t, peer.ServeTLS(t, peer.Config(t, peer.Template(), peer.Key(t), negativeSerial), peer.Silent))
			if o.Class != probes.OpenProto || !o.Weak.Has(probes.TLSNegativeSerial) {
				t.Fatalf("class %v weaknesses %v facts %+v", o.Class, o.Weak.List(), o.Evidence.TLS)
			}
			if parsed := o.Evidence.TLS.Serial != ""; parsed != strings.HasSuffix(setting, "1") {
				t.Errorf("serial %q failure %q", o.Evidence.TLS.Serial, o.Evidence.TLS.Failure)
			}
		})
	}
}

func TestVeryShortKeyIsAFinding(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0") // to make one at all
	key, err := rsa.GenerateKey(rand.Reader, 512)
	if err != nil {
		t.Fatal(err)
	}
	config := peer.Config(t, peer.Template(), key, nil)
	config.MaxVersion = gotls.VersionTLS12
	config.CipherSuites = []uint16{gotls.TLS_RSA_WITH_AES_128_CBC_SHA}
	o := observe(t, peer.ServeTLS(t, config, peer.Silent))
	if o.Class != probes.OpenProto || !o.Weak.Has(probes.TLSWeakKey) || o.Evidence.TLS.Key != "RSA 512" {
		t.Errorf("class %v weaknesses %v facts %+v", o.Class, o.Weak.List(), o.Evidence.TLS)
	}
}
