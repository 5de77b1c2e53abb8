package ipmi

import (
	"errors"
	"fmt"
	"strings"
)

// Suite is one record of the list of cipher suites (IPMI v2.0 22.15.1). The algorithm lists are empty
// where the record names none: some controllers send the bare number.
type Suite struct {
	ID     byte
	OEM    bool
	IANA   uint32 // OEM suites only
	Auth   []byte // 0 none, 1 HMAC-SHA1, 2 HMAC-MD5, 3 HMAC-SHA256
	Integ  []byte // 0 none, 1 HMAC-SHA1-96, 2 HMAC-MD5-128, 3 MD5-128, 4 HMAC-SHA256-128
	Crypto []byte // 0 none, 1 AES-CBC-128, 2 xRC4-128, 3 xRC4-40
}

const (
	startStandard = 0xc0
	startOEM      = 0xc1
)

var errSuites = errors.New("list of cipher suites is malformed")

// decodeSuites reads the joined windows of the list. Records vary in length: a start byte, the number
// (and three bytes of IANA number, low byte first, for OEM suites), then tagged algorithm bytes until
// the next start byte. On an error the suites before the damage are returned.
func decodeSuites(b []byte) ([]Suite, error) {
	var out []Suite
	for i := 0; i < len(b); {
		s := Suite{OEM: b[i] == startOEM}
		need := 2
		if s.OEM {
			need = 5
		}
		if b[i] != startStandard && !s.OEM || len(b)-i < need {
			return out, errSuites
		}
		s.ID = b[i+1]
		if s.OEM {
			s.IANA = uint32(b[i+2]) | uint32(b[i+3])<<8 | uint32(b[i+4])<<16
		}
		i += need
		for ; i < len(b) && b[i]>>6 != 3; i++ {
			s.tag(b[i])
		}
		out = append(out, s)
	}
	return out, nil
}

func (s *Suite) tag(b byte) {
	switch algorithm := b & 0x3f; b >> 6 {
	case 0:
		s.Auth = append(s.Auth, algorithm)
	case 1:
		s.Integ = append(s.Integ, algorithm)
	case 2:
		s.Crypto = append(s.Crypto, algorithm)
	}
}

// zero tells whether this is cipher suite 0 (CVE-2013-4782): the standard number, and no algorithm in
// the record that contradicts it.
func (s Suite) zero() bool {
	return !s.OEM && s.ID == 0 && onlyNone(s.Auth) && onlyNone(s.Integ) && onlyNone(s.Crypto)
}

// rakp tells whether sessions of this suite are opened with RAKP messages keyed by the user's password
// (CVE-2013-4786).
func (s Suite) rakp() bool {
	for _, a := range s.Auth {
		if a >= 1 && a <= 3 {
			return true
		}
	}
	return false
}

func onlyNone(algorithms []byte) bool {
	for _, a := range algorithms {
		if a != 0 {
			return false
		}
	}
	return true
}

var (
	authNames   = []string{"none", "HMAC-SHA1", "HMAC-MD5", "HMAC-SHA256"}
	integNames  = []string{"none", "SHA1-96", "HMAC-MD5-128", "MD5-128", "SHA256-128"}
	cryptoNames = []string{"none", "AES-CBC-128", "xRC4-128", "xRC4-40"}
)

// String names the suite and its algorithms: "3 (HMAC-SHA1, SHA1-96, AES-CBC-128)".
func (s Suite) String() string {
	var parts []string
	for _, a := range s.Auth {
		parts = append(parts, algorithmName(authNames, a))
	}
	for _, a := range s.Integ {
		parts = append(parts, algorithmName(integNames, a))
	}
	for _, a := range s.Crypto {
		parts = append(parts, algorithmName(cryptoNames, a))
	}
	name := fmt.Sprint(s.ID)
	if s.OEM {
		name = fmt.Sprintf("OEM %d/%d", s.IANA, s.ID)
	}
	if len(parts) == 0 {
		return name
	}
	return name + " (" + strings.Join(parts, ", ") + ")"
}

func algorithmName(names []string, a byte) string {
	if int(a) < len(names) {
		return names[a]
	}
	return fmt.Sprintf("algorithm %d", a)
}
