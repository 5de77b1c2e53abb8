// Package signers says who signed: it checks OpenSSH signatures (PROTOCOL.sshsig) and looks the key up in a file of
// allowed signers (ssh-keygen(1), "ALLOWED SIGNERS"), so that no OpenSSH is needed where a bundle is read.
//
// It never signs, and never sees a private key: that is left to the user's own ssh-keygen, with whatever holds the key.
package signers

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// minRSA is the shortest RSA key that is believed, in bits (NIST SP 800-131A rev. 2, table 2).
const minRSA = 2048

// Key is the key of a signature that was checked.
type Key struct {
	Type        string // "ssh-ed25519"
	Fingerprint string // "SHA256:..." as ssh-keygen -l prints it
	key         ssh.PublicKey
}

// Verify checks an armored signature over a message and returns the key that made it. It says nothing of whose key that
// is. Certificates, DSA, RSA with SHA-1 and RSA keys below 2048 bits are refused.
func Verify(message, armored []byte, namespace string) (Key, error) {
	sig, err := sshsig.Unarmor(armored)
	if err != nil {
		return Key{}, fmt.Errorf("signature: %w", err)
	}
	if err := acceptable(sig); err != nil {
		return Key{}, fmt.Errorf("signature: %w", err)
	}
	if err := sshsig.Verify(bytes.NewReader(message), sig, sig.PublicKey, sig.HashAlgorithm, namespace); err != nil {
		if errors.Is(err, sshsig.ErrNamespaceMismatch) {
			err = fmt.Errorf("it was made for %q, expected %s", sig.Namespace, namespace)
		}
		return Key{}, fmt.Errorf("signature: %w", err)
	}
	return Key{Type: sig.PublicKey.Type(), Fingerprint: ssh.FingerprintSHA256(sig.PublicKey), key: sig.PublicKey}, nil
}

// acceptable refuses what must not be believed although it would verify.
func acceptable(sig *sshsig.Signature) error {
	switch format := sig.Signature.Format; format {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKECDSA256:
		if format != sig.PublicKey.Type() {
			return fmt.Errorf("an %s signature by a key of type %s", format, sig.PublicKey.Type())
		}
		return nil
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512:
		pub, ok := sig.PublicKey.(ssh.CryptoPublicKey)
		if !ok {
			return fmt.Errorf("an %s signature by a key of type %s", format, sig.PublicKey.Type())
		}
		key, ok := pub.CryptoPublicKey().(*rsa.PublicKey)
		if !ok || sig.PublicKey.Type() != ssh.KeyAlgoRSA {
			return fmt.Errorf("an %s signature by a key of type %s", format, sig.PublicKey.Type())
		}
		if bits := key.N.BitLen(); bits < minRSA {
			return fmt.Errorf("an RSA key of %d bits, expected at least %d", bits, minRSA)
		}
		return nil
	default:
		return fmt.Errorf("made with %q, which is not accepted: use an Ed25519, ECDSA or RSA key without a certificate", format)
	}
}
