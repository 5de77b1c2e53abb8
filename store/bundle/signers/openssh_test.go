package signers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const namespace = "oobscope-run@v1"

// keygen is the user's ssh-keygen. Where there is none the test is skipped, loudly; in CI it must be there.
func keygen(t testing.TB) string {
	t.Helper()
	tool, err := exec.LookPath("ssh-keygen")
	if err == nil {
		return tool
	}
	if os.Getenv("CI") != "" {
		t.Fatal("ssh-keygen is missing: install openssh-client")
	}
	t.Skip("SKIPPED: ssh-keygen is not installed (openssh-client): signatures are not held against OpenSSH")
	return ""
}

// newKey makes a key pair without a passphrase and returns the path of the private half.
func newKey(t testing.TB, kind, bits string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "id_"+kind)
	args := []string{"-q", "-t", kind, "-N", "", "-C", "test", "-f", file}
	if bits != "" {
		args = append(args, "-b", bits)
	}
	if out, err := exec.Command(keygen(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	return file
}

// sign signs as a user would.
func sign(t testing.TB, key, ns string, message []byte) []byte {
	t.Helper()
	cmd := exec.Command(keygen(t), "-q", "-Y", "sign", "-f", key, "-n", ns)
	cmd.Stdin = bytes.NewReader(message)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ssh-keygen -Y sign: %v", err)
	}
	return out
}

func fingerprint(t testing.TB, key string) string {
	t.Helper()
	out, err := exec.Command(keygen(t), "-l", "-f", key+".pub").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))[1]
}

// What OpenSSH signed is accepted, with the fingerprint that OpenSSH prints; a changed byte and another namespace are not.
func TestVerifyWhatOpenSSHSigned(t *testing.T) {
	t.Parallel()
	message := []byte("a manifest\n")
	for _, c := range []struct{ kind, bits, want string }{
		{"ed25519", "", ""}, {"ecdsa", "256", ""}, {"ecdsa", "521", ""}, {"rsa", "2048", ""}, {"rsa", "1024", "1024 bits, expected at least 2048"},
	} {
		t.Run(c.kind+c.bits, func(t *testing.T) {
			t.Parallel()
			file := newKey(t, c.kind, c.bits)
			sig := sign(t, file, namespace, message)
			key, err := Verify(message, sig, namespace)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
				return
			}
			if err != nil || key.Fingerprint != fingerprint(t, file) {
				t.Fatalf("%v, %+v", err, key)
			}
			if _, err := Verify([]byte("a manifest\r"), sig, namespace); err == nil {
				t.Error("another message is believed")
			}
			if _, err := Verify(message, sig, "file"); err == nil || !strings.Contains(err.Error(), `made for "oobscope-run@v1", expected file`) {
				t.Errorf("another namespace: %v", err)
			}
		})
	}
}

// The list of allowed signers means here what it means to OpenSSH: whatever ssh-keygen -Y verify says of a key, a
// namespace and a time, we say too.
func TestAllowedSignersAgreeWithOpenSSH(t *testing.T) {
	t.Parallel()
	message := []byte("a manifest\n")
	file, other := newKey(t, "ed25519", ""), newKey(t, "ed25519", "")
	pub, foreign := readPub(t, file), readPub(t, other)
	sig := sign(t, file, namespace, message)
	key, err := Verify(message, sig, namespace)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{
		"auditor@example.com " + pub,
		"auditor@example.com,ops@example.com " + pub + " with a comment",
		"# a comment\n\nauditor@example.com " + pub,
		"\tauditor@example.com\t" + pub,
		"auditor@example.com " + foreign,
		"someone@example.com " + foreign + "\nauditor@example.com " + pub,
		"auditor@example.com namespaces=\"oobscope-run@v1\" " + pub,
		"auditor@example.com namespaces=\"file,oobscope-*\" " + pub,
		"auditor@example.com NAMESPACES=\"oobscope-run@v?\" " + pub,
		"auditor@example.com namespaces=\"file\" " + pub,
		"auditor@example.com namespaces=\"!oobscope-run@v1,*\" " + pub,
		"auditor@example.com namespaces=\"*,!oobscope-run@v1\" " + pub,
		"auditor@example.com namespaces=\"!file\" " + pub,
		"auditor@example.com valid-after=\"20261101Z\" " + pub,
		"auditor@example.com valid-after=\"20261201Z\" " + pub,
		"auditor@example.com valid-before=\"20261201Z\" " + pub,
		"auditor@example.com valid-before=\"20261101Z\" " + pub,
		"auditor@example.com valid-after=\"20261101Z\",valid-before=\"20261201Z\" " + pub,
		"auditor@example.com valid-before=\"202611221000Z\" " + pub,
		"auditor@example.com valid-before=\"20261122095959Z\" " + pub,
		"auditor@example.com namespaces=\"file\" " + pub + "\nauditor@example.com " + pub,
		"auditor@example.com cert-authority " + pub,
	} {
		allowed := filepath.Join(t.TempDir(), "allowed")
		if err := os.WriteFile(allowed, []byte(list+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		sigFile := allowed + ".sig"
		if err := os.WriteFile(sigFile, sig, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(keygen(t), "-q", "-Y", "verify", "-f", allowed, "-I", "auditor@example.com", "-n", namespace, "-s", sigFile, "-O", "verify-time=20261122100000Z")
		cmd.Stdin = bytes.NewReader(message)
		theirs := cmd.Run() == nil
		a, err := ReadAllowed("allowed", []byte(list), time.UTC)
		if err != nil {
			t.Errorf("%s: %v", list, err)
			continue
		}
		_, err = a.Principals(key, namespace, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
		if ours := err == nil; ours != theirs {
			t.Errorf("OpenSSH accepts %v, we %v (%v): %s", theirs, ours, err, list)
		}
	}
}

func readPub(t testing.TB, key string) string {
	t.Helper()
	b, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	f := strings.Fields(string(b))
	return f[0] + " " + f[1]
}
