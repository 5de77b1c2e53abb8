package tls

import (
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 only to name the key of an old certificate
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"oobscope/probes"
)

const (
	textLimit   = 200 // runes of a name
	namesLimit  = 16
	serialLimit = 96
)

// certificate fills in what the leaf says and returns its weaknesses. addr is the address that was
// dialled; a name counts as fitting only if it is that address, since no name was looked up.
func certificate(f *probes.TLSFacts, leaf *x509.Certificate, addr netip.Addr, now time.Time) (weak probes.WeakSet) {
	f.Subject = probes.Clean(leaf.Subject.String(), textLimit)
	f.Issuer = probes.Clean(leaf.Issuer.String(), textLimit)
	f.NotBefore = leaf.NotBefore.UTC().Format(time.RFC3339)
	f.NotAfter = leaf.NotAfter.UTC().Format(time.RFC3339)
	f.Signature = leaf.SignatureAlgorithm.String()
	f.Serial = probes.Clean(leaf.SerialNumber.Text(16), serialLimit)
	f.LeafSHA256 = digest(leaf.Raw)
	f.KeySHA256 = digest(leaf.RawSubjectPublicKeyInfo)
	f.Names = names(leaf)
	var short bool
	if f.Key, short = key(leaf.PublicKey); short {
		weak = weak.With(probes.TLSWeakKey)
	}
	if f.SelfSigned = selfSigned(leaf); f.SelfSigned {
		weak = weak.With(probes.TLSSelfSigned)
	}
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		weak = weak.With(probes.TLSExpired)
	}
	if leaf.SerialNumber.Sign() < 0 {
		weak = weak.With(probes.TLSNegativeSerial)
	}
	if !fits(leaf, addr) {
		weak = weak.With(probes.TLSNameMismatch)
	}
	return weak
}

// key names a public key and tells whether it is an RSA key below 2048 bits.
func key(pub any) (name string, short bool) {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen()), k.N.BitLen() < 2048
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Params().Name, false
	case ed25519.PublicKey:
		return "Ed25519", false
	case *dsa.PublicKey:
		return fmt.Sprintf("DSA %d", k.P.BitLen()), false
	}
	return "unknown", false
}

// selfSigned tells whether the issuer is the subject and the signature verifies with the certificate's
// own key. The library refuses to look at MD5, which the oldest controllers still sign with.
func selfSigned(c *x509.Certificate) bool {
	if string(c.RawIssuer) != string(c.RawSubject) {
		return false
	}
	if pub, ok := c.PublicKey.(*rsa.PublicKey); ok && c.SignatureAlgorithm == x509.MD5WithRSA {
		sum := md5.Sum(c.RawTBSCertificate)
		return rsa.VerifyPKCS1v15(pub, crypto.MD5, sum[:], c.Signature) == nil
	}
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// fits tells whether the certificate was made out for the address.
func fits(c *x509.Certificate, addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, ip := range c.IPAddresses {
		if a, ok := netip.AddrFromSlice(ip); ok && a.Unmap() == addr {
			return true
		}
	}
	for _, n := range append([]string{c.Subject.CommonName}, c.DNSNames...) {
		if a, err := netip.ParseAddr(strings.Trim(n, "[]")); err == nil && a.Unmap() == addr {
			return true
		}
	}
	return false
}

// names lists the alternative names, cleaned.
func names(c *x509.Certificate) []string {
	var out []string
	add := func(n string) {
		if len(out) < namesLimit {
			out = append(out, probes.Clean(n, textLimit))
		}
	}
	for _, n := range c.DNSNames {
		add(n)
	}
	for _, ip := range c.IPAddresses {
		add(ip.String())
	}
	return out
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
