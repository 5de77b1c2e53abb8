package cli

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

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
	t.Skip("SKIPPED: ssh-keygen is not installed (openssh-client): bundles are not signed for real")
	return ""
}

// sshKey makes a key pair and returns the private file and the public line.
func sshKey(t testing.TB) (file, pub string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "id_ed25519")
	if out, err := exec.Command(keygen(t), "-q", "-t", "ed25519", "-N", "", "-C", "auditor", "-f", file).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	line, err := os.ReadFile(file + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return file, strings.TrimSpace(string(line))
}

// Who has no oobscope checks the same signature with OpenSSH alone, as docs/handover.md says.
func TestOpenSSHVerifiesABundle(t *testing.T) {
	t.Parallel()
	key, pub := sshKey(t)
	field, _ := fieldStore(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "run.tar")
	if code, _, errs := callIn(t, field, "", "run", "export", "last", "--output", file, "--sign", key); code != exitClean {
		t.Fatal(errs)
	}
	manifest := untar(t, file, dir)
	allowed := write(t, "allowed", "auditor@example.com "+pub+"\n")
	verify := func(message []byte) error {
		cmd := exec.Command(keygen(t), "-Y", "verify", "-f", allowed, "-I", "auditor@example.com", "-n", "oobscope-run@v1", "-s", filepath.Join(dir, "manifest.json.sig"))
		cmd.Stdin = bytes.NewReader(message)
		return cmd.Run()
	}
	if err := verify(manifest); err != nil {
		t.Errorf("OpenSSH refuses it: %v", err)
	}
	if err := verify(append(manifest, ' ')); err == nil {
		t.Error("OpenSSH accepts another manifest")
	}
}

// untar unpacks a bundle into a folder and returns its manifest.
func untar(t *testing.T, file, dir string) (manifest []byte) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return manifest
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.Name == "manifest.json" {
			manifest = text
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A key of an SSH agent signs; with several, one is named.
func TestSignWithAnAgent(t *testing.T) {
	t.Parallel()
	key, _ := sshKey(t)
	second, _ := sshKey(t)
	sock := agent(t)
	add := func(file string) {
		cmd := exec.Command("ssh-add", "-q", file)
		cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+sock)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %v\n%s", err, out)
		}
	}
	field, _ := fieldStore(t)
	export := func(want string, code int, sign string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "run.tar")
		got, out, errs := callWith(t, netops, map[string]string{"OOBSCOPE_STORE": field, "SSH_AUTH_SOCK": sock}, "", "run", "export", "last", "--output", file, "--sign", sign)
		if got != code || !strings.Contains(out+errs, want) {
			t.Fatalf("--sign %s: exit %d, want %d and %q\n%s%s", sign, got, code, want, out, errs)
		}
		return out + errs
	}
	export("no agent answers, or it holds no key", exitUsage, "agent")
	add(key)
	export("signed by SHA256:", exitClean, "agent")
	add(second)
	words := export("the agent holds 2 keys", exitUsage, "agent")
	name := regexp.MustCompile(`agent:(SHA256:[A-Za-z0-9+/]+)`).FindStringSubmatch(words)
	if name == nil {
		t.Fatalf("no key is named in %s", words)
	}
	export("signed by "+name[1], exitClean, "agent:"+name[1])
	export("holds no such key", exitUsage, "agent:SHA256:x")
	export("no such file", exitUsage, "/nonexistent/key")
}

// agent starts an SSH agent of the test's own.
func agent(t *testing.T) (sock string) {
	t.Helper()
	keygen(t)
	dir, err := os.MkdirTemp("", "oob") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	sock = filepath.Join(dir, "s")
	cmd := exec.Command("ssh-agent", "-D", "-a", sock)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if _, err := out.Read(make([]byte, 1)); err != nil { // it prints its address once it listens
		t.Fatal(err)
	}
	return sock
}
