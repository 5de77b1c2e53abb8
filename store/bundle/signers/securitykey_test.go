package signers

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// What a FIDO authenticator says of a signature (PROTOCOL.u2f): somebody touched it, somebody gave a PIN.
const (
	userPresent  = 0x01
	userVerified = 0x04
)

const skApplication = "ssh:"

// securityKey is a FIDO key in software: the bytes of its public half, and what its authenticator signs with.
type securityKey struct {
	kind   string
	public []byte
	sign   func(signed []byte) []byte // the inner signature, as its kind writes it
}

func skEd25519(t *testing.T) securityKey {
	t.Helper()
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := securityKey{kind: ssh.KeyAlgoSKED25519, sign: func(b []byte) []byte { return ed25519.Sign(private, b) }}
	k.public = ssh.Marshal(struct {
		Kind        string
		Key         []byte
		Application string
	}{k.kind, pub, skApplication})
	return k
}

func skECDSA(t *testing.T) securityKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	k := securityKey{kind: ssh.KeyAlgoSKECDSA256}
	k.sign = func(b []byte) []byte {
		signer, err := ssh.NewSignerFromKey(private)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signer.Sign(rand.Reader, b) // hashes with SHA-256, as the authenticator's does
		if err != nil {
			t.Fatal(err)
		}
		return sig.Blob
	}
	k.public = ssh.Marshal(struct {
		Kind, Curve string
		Point       []byte
		Application string
	}{k.kind, "nistp256", point, skApplication})
	return k
}

// signature makes an armored signature as ssh-keygen makes one with an authenticator that reports these flags: it signs
// the digest of the application, the flags, a counter, and the digest of what OpenSSH signs (PROTOCOL.sshsig).
func (k securityKey) signature(message []byte, flags byte, counter uint32) []byte {
	digest := sha512.Sum512(message)
	toSign := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace, Reserved, Hash string
		Digest                    []byte
	}{namespace, "", "sha512", digest[:]})...)
	application, inner := sha256.Sum256([]byte(skApplication)), sha256.Sum256(toSign)
	tail := ssh.Marshal(struct {
		Flags   byte
		Counter uint32
	}{flags, counter})
	signed := append(append(append([]byte{}, application[:]...), tail...), inner[:]...)
	blob := append(ssh.Marshal(struct {
		Kind string
		Sig  []byte
	}{k.kind, k.sign(signed)}), tail...)
	return armored(append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version                   uint32
		Public                    []byte
		Namespace, Reserved, Hash string
		Signature                 []byte
	}{1, k.public, namespace, "", "sha512", blob})...))
}

func armored(b []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: b})
}

// openSSHAccepts is what ssh-keygen -Y verify says of a signature by a key that is allowed.
func openSSHAccepts(t *testing.T, k securityKey, message, sig []byte) bool {
	t.Helper()
	dir := t.TempDir()
	pub, err := ssh.ParsePublicKey(k.public)
	if err != nil {
		t.Fatal(err)
	}
	line := "auditor@example.com " + string(ssh.MarshalAuthorizedKey(pub))
	for name, b := range map[string][]byte{"allowed": []byte(line), "sig": sig} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := ReadAllowed("allowed", []byte(line), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := a.Principals(Key{Fingerprint: ssh.FingerprintSHA256(pub), key: pub}, namespace, time.Now()); err != nil || who != "auditor@example.com" {
		t.Errorf("the key is allowed for %q, %v", who, err)
	}
	cmd := exec.Command(keygen(t), "-q", "-Y", "verify", "-f", filepath.Join(dir, "allowed"), "-I", "auditor@example.com", "-n", namespace, "-s", filepath.Join(dir, "sig"))
	cmd.Stdin = bytes.NewReader(message)
	return cmd.Run() == nil
}

// A signature by a FIDO key is believed if its authenticator says that somebody was there, by us and by OpenSSH; without
// that we do not believe it. A changed byte, wherever it is, is refused by both.
func TestVerifyASecurityKey(t *testing.T) {
	t.Parallel()
	message := []byte("a manifest\n")
	for _, k := range []securityKey{skEd25519(t), skECDSA(t)} {
		t.Run(k.kind, func(t *testing.T) {
			t.Parallel()
			for _, c := range []struct {
				flags byte
				ours  bool
			}{{userPresent, true}, {userPresent | userVerified, true}, {0, false}, {userVerified, false}} {
				sig := k.signature(message, c.flags, 7)
				key, err := Verify(message, sig, namespace)
				if ours := err == nil; ours != c.ours || ours && (key.Type != k.kind || !strings.HasPrefix(key.Fingerprint, "SHA256:")) {
					t.Errorf("flags %#02x: %+v, %v", c.flags, key, err)
				}
				if c.ours && !openSSHAccepts(t, k, message, sig) {
					t.Errorf("flags %#02x: OpenSSH does not believe what we believe", c.flags)
				}
			}
			good := k.signature(message, userPresent, 7)
			if _, err := Verify([]byte("A manifest\n"), good, namespace); err == nil || openSSHAccepts(t, k, []byte("A manifest\n"), good) {
				t.Error("another message is believed")
			}
			refuseEachByte(t, k, message, good)
		})
	}
}

// refuseEachByte changes each byte of a signature in turn; some of them are held against OpenSSH as well.
func refuseEachByte(t *testing.T, k securityKey, message, good []byte) {
	t.Helper()
	block, _ := pem.Decode(good)
	for i := range block.Bytes {
		changed := bytes.Clone(block.Bytes)
		changed[i] ^= 0x40
		sig := armored(changed)
		key, err := Verify(message, sig, namespace)
		if err == nil && !bytes.Equal(key.key.Marshal(), k.public) {
			continue // another key's signature, which nobody allows
		}
		if err == nil {
			t.Errorf("byte %d of %d changed, and it is believed", i, len(changed))
		}
		if i%16 == 0 && openSSHAccepts(t, k, message, sig) {
			t.Errorf("byte %d of %d changed, and OpenSSH believes it", i, len(changed))
		}
	}
}
