package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/crypto/ssh"

	"oobscope/store/bundle"
	"oobscope/store/bundle/signers"
)

// agentKey is what --sign takes for a key that an SSH agent holds; a fingerprint may follow behind a colon.
const agentKey = "agent"

const installHint = "install OpenSSH (openssh-client), or export without --sign"

// signer signs with the user's own ssh-keygen, so that passphrases, agents and hardware keys work as they are used to.
// We never open a private key. key is a file, private or public, or agent; signed takes the key that signed.
func (p *program) signer(ctx context.Context, key string, signed *signers.Key) bundle.Signer {
	return func(manifest []byte) ([]byte, error) {
		file, done, err := p.keyFile(ctx, key)
		if err != nil {
			return nil, err
		}
		defer done()
		cmd := p.openSSH(ctx, "ssh-keygen", "-q", "-Y", "sign", "-f", file, "-n", bundle.Namespace)
		cmd.Stdin = bytes.NewReader(manifest)
		cmd.Stderr = p.stderr // it may ask for a touch
		sig, err := cmd.Output()
		switch {
		case errors.Is(err, exec.ErrNotFound):
			return nil, usage(errors.New("--sign: ssh-keygen is not installed"), installHint)
		case err != nil:
			return nil, usage(fmt.Errorf("--sign %s: ssh-keygen did not sign: %w", clean(key), err), "nothing was written; try: ssh-keygen -Y sign -f "+clean(key)+" -n test SOMEFILE")
		}
		if *signed, err = signers.Verify(manifest, sig, bundle.Namespace); err != nil {
			return nil, usage(fmt.Errorf("--sign %s: %w", clean(key), err), "nobody could import a bundle signed so")
		}
		return sig, nil
	}
}

// openSSH is a program of OpenSSH with the user's agent.
func (p *program) openSSH(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = os.Environ()
	if sock := p.getenv("SSH_AUTH_SOCK"); sock != "" {
		cmd.Env = append(cmd.Env, "SSH_AUTH_SOCK="+sock)
	}
	return cmd
}

// keyFile is the file that ssh-keygen is given: the user's own, or the public half of a key that the agent holds.
func (p *program) keyFile(ctx context.Context, key string) (file string, done func(), err error) {
	which, fromAgent := strings.CutPrefix(key, agentKey)
	if !fromAgent || which != "" && which[0] != ':' {
		if _, err := os.Stat(key); err != nil {
			return "", nil, usage(fmt.Errorf("--sign %s: %w", clean(key), err), "name a key file, private or public, or agent")
		}
		return key, func() {}, nil
	}
	out, err := p.openSSH(ctx, "ssh-add", "-L").Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", nil, usage(errors.New("--sign agent: ssh-add is not installed"), installHint)
	case err != nil:
		return "", nil, usage(errors.New("--sign agent: no agent answers, or it holds no key"), "start one and add a key: ssh-add; or name a key file")
	}
	line, err := chooseKey(out, strings.TrimPrefix(which, ":"))
	if err != nil {
		return "", nil, err
	}
	f, err := os.CreateTemp("", "oobscope-*.pub")
	if err != nil {
		return "", nil, incomplete(err, "")
	}
	done = func() { _ = os.Remove(f.Name()) }
	if _, err := f.WriteString(line + "\n"); err != nil {
		done()
		return "", nil, incomplete(errors.Join(err, f.Close()), "")
	}
	return f.Name(), done, incomplete(f.Close(), "")
}

// chooseKey picks one key of those that ssh-add -L listed, by its fingerprint if one is given.
func chooseKey(listed []byte, fingerprint string) (string, error) {
	var lines, prints []string
	for line := range strings.Lines(string(listed)) {
		key, comment, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
		if err != nil {
			continue
		}
		print := ssh.FingerprintSHA256(key)
		if fingerprint != "" && print != fingerprint {
			continue
		}
		lines, prints = append(lines, strings.TrimSpace(line)), append(prints, print+" ("+clean(comment)+")")
	}
	switch len(lines) {
	case 0:
		return "", usage(fmt.Errorf("--sign agent: the agent holds no such key"), "see: ssh-add -l")
	case 1:
		return lines[0], nil
	}
	return "", usage(fmt.Errorf("--sign agent: the agent holds %d keys", len(lines)), "name one: --sign agent:"+strings.Join(prints, ", or agent:"))
}
