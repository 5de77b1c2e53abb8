package peer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	gotls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// Template is a sound certificate for 127.0.0.1: valid for a day around now.
func Template() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(0x7a11),
		Subject:      pkix.Name{CommonName: "bmc", Organization: []string{"Example"}},
		NotBefore:    time.Now().Add(-12 * time.Hour), NotAfter: time.Now().Add(12 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, DNSNames: []string{"bmc.example"},
	}
}

// Key makes a cheap key.
func Key(tb testing.TB) crypto.Signer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// Config signs the template with its own key and makes a server's configuration of it. change may alter
// the certificate's bytes behind the signature; nil leaves them.
func Config(tb testing.TB, template *x509.Certificate, key crypto.Signer, change func([]byte)) *gotls.Config {
	tb.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	if change != nil {
		change(der)
	}
	return &gotls.Config{Certificates: []gotls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// Sound is the configuration of a server with nothing wrong but being self-signed.
func Sound(tb testing.TB) *gotls.Config {
	tb.Helper()
	return Config(tb, Template(), Key(tb), nil)
}
