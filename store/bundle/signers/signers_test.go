package signers

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// ownKey signs without OpenSSH, for what needs none.
func ownKey(t testing.TB, message []byte) (pub string, sig []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshsig.Sign(bytes.NewReader(message), signer, sshsig.HashSHA512, namespace)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))), sshsig.Armor(s)
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	message := []byte("m")
	_, sig := ownKey(t, message)
	for name, bad := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "another block": []byte("-----BEGIN SSH KEY-----\nAAAA\n-----END SSH KEY-----\n"),
		"cut": sig[:len(sig)/2], "a byte changed": bytes.Replace(sig, sig[60:61], []byte{sig[60] ^ 1}, 1),
	} {
		if _, err := Verify(message, bad, namespace); err == nil {
			t.Errorf("%s was believed", name)
		}
	}
	if _, err := Verify(message, sig, namespace); err != nil {
		t.Error(err)
	}
}

func TestReadAllowedRefuses(t *testing.T) {
	t.Parallel()
	pub, _ := ownKey(t, nil)
	for _, c := range []struct{ list, want string }{
		{"", "found no key"},
		{"# only a comment\n", "found no key"},
		{"auditor", "allowed:1: found one word"},
		{pub + "\n", "allowed:1: "},
		{"a " + pub + "\nb ssh-ed25519 AAAA\n", "allowed:2: found"},
		{"a namespace=\"x\" " + pub, `found the option "namespace"`},
		{"a valid-after=\"tomorrow\" " + pub, "YYYYMMDD"},
		{"a valid-after=\"20261301\" " + pub, "YYYYMMDD"},
		{"a cert-authority=yes " + pub, "expected none"},
		{"\"a " + pub, "without an end"},
		{strings.Repeat("x", 2<<20), "at most 1048576"},
	} {
		if _, err := ReadAllowed("allowed", []byte(c.list), time.UTC); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: %v, want %q", c.list, err, c.want)
		}
	}
}

func TestPrincipals(t *testing.T) {
	t.Parallel()
	message := []byte("m")
	pub, sig := ownKey(t, message)
	key, err := Verify(message, sig, namespace)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct{ list, want, err string }{
		{"auditor@example.com " + pub, "auditor@example.com", ""},
		{`"the auditor" ` + pub, "the auditor", ""},
		{"a\x1bb " + pub, `a\x1bb`, ""},
		{"a namespaces=\"file\" " + pub, "", "does not accept it for"},
		{"a valid-after=\"20270101\" " + pub, "", "only from 2027-01-01T00:00:00Z on"},
		{"a valid-before=\"20260101\" " + pub, "", "only until 2026-01-01T00:00:00Z"},
	} {
		a, err := ReadAllowed("allowed", []byte(c.list), time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Principals(key, namespace, at)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%.40q: %q, %v, want %q %q", c.list, got, err, c.want, c.err)
		}
	}
	a, err := ReadAllowed("allowed", []byte("a "+pub), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Principals(Key{}, namespace, at); err == nil {
		t.Error("no key is accepted")
	}
}

// FuzzVerify: no signature, however made, makes us panic, and none over another message is believed.
func FuzzVerify(f *testing.F) {
	message := []byte("m")
	_, sig := ownKey(f, message)
	f.Add(sig)
	f.Add([]byte("-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n"))
	f.Fuzz(func(t *testing.T, armored []byte) {
		if _, err := Verify([]byte("another message"), armored, namespace); err == nil {
			t.Error("believed")
		}
	})
}

// FuzzAllowed: no list makes us panic, and what reads is no wider than its lines.
func FuzzAllowed(f *testing.F) {
	pub, _ := ownKey(f, nil)
	f.Add([]byte("a,b namespaces=\"x\",valid-after=\"20260101Z\" " + pub + " comment"))
	f.Add([]byte("# x\n\"a b\" cert-authority " + pub))
	f.Fuzz(func(t *testing.T, list []byte) {
		a, err := ReadAllowed("allowed", list, time.UTC)
		if err == nil && len(a.lines) > bytes.Count(list, []byte("\n"))+1 {
			t.Errorf("%d keys", len(a.lines))
		}
	})
}
