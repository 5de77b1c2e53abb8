package simbmc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"time"

	"oobscope/probes"
)

// certKind says what a personality shows in its TLS handshakes.
type certKind uint8

const (
	certNone   certKind = iota
	certOwn             // issued by the segment's authority for the host's address, own key
	certShared          // self-signed, one key and one name for many hosts (CVE-2013-3619 is that fault)
	certLegacy          // self-signed, RSA 1024, run out, nothing above TLS 1.1
)

func (k certKind) weak() probes.WeakSet {
	switch k {
	case certShared:
		return weaknesses(probes.TLSSelfSigned, probes.TLSNameMismatch)
	case certLegacy:
		return weaknesses(probes.TLSSelfSigned, probes.TLSNameMismatch, probes.TLSExpired, probes.TLSWeakKey,
			probes.TLSOldVersion)
	}
	return 0
}

// certificates makes what the servers of one segment show. Keys are new at every start.
type certificates struct {
	authority *x509.Certificate
	key       *ecdsa.PrivateKey
	shared    *tls.Config
	legacy    *tls.Config
}

var (
	validFrom  = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	validUntil = time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC)
	ranOut     = time.Date(2019, 6, 30, 0, 0, 0, 0, time.UTC)
)

func newCertificates() (*certificates, error) {
	c := &certificates{}
	var err error
	if c.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("make a key for the simulated segment: %w", err)
	}
	c.authority = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Simulated segment authority"},
		NotBefore: validFrom, NotAfter: validUntil, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	if c.shared, err = c.makeShared(); err != nil {
		return nil, err
	}
	if c.legacy, err = c.makeLegacy(); err != nil {
		return nil, err
	}
	return c, nil
}

// server returns what a host of that kind shows; nil for hosts without TLS.
func (c *certificates) server(kind certKind, addr netip.Addr) (*tls.Config, error) {
	switch kind {
	case certOwn:
		return c.makeOwn(addr)
	case certShared:
		return c.shared, nil
	case certLegacy:
		return c.legacy, nil
	}
	return nil, nil
}

func (c *certificates) makeOwn(addr netip.Addr) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for %v: %w", addr, err)
	}
	four := addr.As4()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(int64(binary.BigEndian.Uint32(four[:]))),
		Subject:      pkix.Name{CommonName: addr.String(), Organization: []string{"Simulated segment"}},
		NotBefore:    validFrom, NotAfter: validUntil, IPAddresses: []net.IP{four[:]},
	}
	return serverWith(leaf, c.authority, key, c.key, tls.VersionTLS12, tls.VersionTLS13)
}

func (c *certificates) makeShared() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the shared key of the simulated segment: %w", err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "console.factory.example"},
		NotBefore: validFrom, NotAfter: validUntil, DNSNames: []string{"console.factory.example"},
	}
	return serverWith(leaf, leaf, key, key, tls.VersionTLS12, tls.VersionTLS13)
}

func (c *certificates) makeLegacy() (*tls.Config, error) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		return nil, fmt.Errorf("make the short RSA key of the simulated segment: %w", err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "rackmind.factory.example"},
		NotBefore: ranOut.AddDate(-10, 0, 0), NotAfter: ranOut,
	}
	return serverWith(leaf, leaf, key, key, tls.VersionTLS10, tls.VersionTLS11)
}

func serverWith(leaf, parent *x509.Certificate, key, signer crypto.Signer, oldest, newest uint16) (*tls.Config, error) {
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("make the certificate %q: %w", leaf.Subject.CommonName, err)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion:   oldest, MaxVersion: newest, SessionTicketsDisabled: true,
	}, nil
}
