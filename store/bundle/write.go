package bundle

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"oobscope/audit"
	"oobscope/probes"
)

// Signer signs the bytes of a manifest and returns an armored OpenSSH signature of the namespace Namespace.
type Signer func(manifest []byte) ([]byte, error)

// Write writes a bundle. m says who exports it, when and with what; the rest of it is filled in from the content. sign
// may be nil. dir is a folder for what is too large for memory; nothing stays there. The same m and content give the same
// bytes.
func Write(w io.Writer, m Manifest, c Content, sign Signer, dir string) (Manifest, error) {
	b := builder{dir: dir}
	defer b.discard()
	if err := b.members(&c); err != nil {
		return m, fmt.Errorf("bundle: %w", err)
	}
	m.Format, m.Run, m.Site, m.Simulated = Format, c.Run.ID, c.Run.Site, c.Inputs.Simulated
	m.SiteDigest, m.Kits, m.KitDigests, m.Members = c.Scope.Site.Digest, nil, nil, nil
	for _, k := range c.Scope.Kits {
		m.Kits, m.KitDigests = append(m.Kits, k.Ref()), append(m.KitDigests, k.Digest)
	}
	for _, p := range b.parts {
		m.Members = append(m.Members, p.Member)
	}
	if err := m.check(); err != nil {
		return m, err
	}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fmt.Errorf("bundle: %w", err)
	}
	raw = append(raw, '\n')
	var sig []byte
	if sign != nil {
		if sig, err = sign(raw); err != nil {
			return m, err
		}
	}
	return m, b.write(w, raw, sig)
}

// builder gathers the members before the first byte is written: the manifest stands in front and names them all.
type builder struct {
	dir   string
	parts []part
}

// part is a member, in memory or in a file.
type part struct {
	Member
	text []byte
	file *os.File
}

func (b *builder) discard() {
	for _, p := range b.parts {
		if p.file != nil {
			_ = p.file.Close() // it has no name any more
		}
	}
}

func (b *builder) text(name string, text []byte) {
	sum := sha256.Sum256(text)
	b.parts = append(b.parts, part{Member{name, int64(len(text)), hex.EncodeToString(sum[:])}, text, nil})
}

func (b *builder) json(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		b.text(name, append(text, '\n'))
	}
	return err
}

// packed adds a compressed member of many lines.
func (b *builder) packed(name string, fill func(line func(any) error) error) error {
	f, err := os.CreateTemp(b.dir, ".oobscope-bundle-*")
	if err != nil {
		return err
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return err
	}
	b.parts = append(b.parts, part{Member: Member{Name: name}, file: f})
	p := &b.parts[len(b.parts)-1]
	sum := sha256.New()
	zip := gzip.NewWriter(io.MultiWriter(f, sum)) // without a name and a time in its header
	err = fill(func(v any) error {
		line, err := json.Marshal(v)
		if err != nil {
			return err
		}
		if len(line) >= maxLine {
			return fmt.Errorf("%s: a line of %d bytes", name, len(line))
		}
		_, err = zip.Write(append(line, '\n'))
		return err
	})
	if err := errors.Join(err, zip.Close()); err != nil {
		return err
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	p.Size, err = f.Seek(0, io.SeekCurrent)
	return err
}

// members adds everything that stands behind the sums, in the order of memberNames.
func (b *builder) members(c *Content) error {
	in := c.Inputs
	in.Site.Raw, in.Kits = nil, append([]audit.Source(nil), in.Kits...)
	for i := range in.Kits {
		in.Kits[i].Raw = nil
	}
	if err := errors.Join(b.json(runName, c.Run), b.json(inputsName, in)); err != nil {
		return err
	}
	b.text(siteName, c.Inputs.Site.Raw)
	for i := range c.Inputs.Kits {
		b.text(kitName(i), c.Inputs.Kits[i].Raw)
	}
	if err := b.json(gatesName, c.Gates); err != nil {
		return err
	}
	plan := c.Scope.Plan
	err := b.packed(hostsName, func(line func(any) error) error {
		for i := range plan.Hosts() {
			if s := c.Host(i); s != (probes.HostState{}) {
				if err := line(hostLine{i, plan.Host(i).Addr, uint8(s.Flags), s.ControlSent, s.ControlLost}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.packed(observationsName, func(line func(any) error) error {
		for id := range plan.Flows() {
			if err := c.Tick(id); err != nil {
				return err
			}
			o, ok := c.Observation(probes.FlowID(id))
			if !ok {
				continue
			}
			if o.Class == probes.Unobserved {
				return fmt.Errorf("flow %d cannot be read: %s", id, o.Evidence.Error)
			}
			if err := line(lineOf(o, plan.Flow(probes.FlowID(id)), c.Run.Started)); err != nil {
				return err
			}
		}
		return nil
	})
}

// write writes the whole file.
func (b *builder) write(w io.Writer, manifest, sig []byte) error {
	t := tarWriter{w: w}
	t.member(manifestName, int64(len(manifest)), bytes.NewReader(manifest))
	if sig != nil {
		t.member(signatureName, int64(len(sig)), bytes.NewReader(sig))
	}
	sums := sumsOf(manifest, sig)
	t.member(sumsName, int64(len(sums)), bytes.NewReader(sums))
	for i := range b.parts {
		p := &b.parts[i]
		var content io.Reader = bytes.NewReader(p.text)
		if p.file != nil {
			content = io.NewSectionReader(p.file, 0, p.Size)
		}
		t.member(p.Name, p.Size, content)
	}
	return t.close()
}

// sumsOf is what sha256sum -c reads. It shows a changed byte of the manifest and its signature where nobody signed.
func sumsOf(manifest, sig []byte) []byte {
	var out []byte
	for _, f := range []struct {
		name string
		text []byte
	}{{manifestName, manifest}, {signatureName, sig}} {
		if f.text != nil {
			sum := sha256.Sum256(f.text)
			out = fmt.Appendf(out, "%x  %s\n", sum, f.name)
		}
	}
	return out
}
