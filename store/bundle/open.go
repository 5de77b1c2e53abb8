package bundle

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// Bundle is a file of which every byte was checked against its manifest.
type Bundle struct {
	Manifest  Manifest
	Raw       []byte // the manifest as it stands in the file: what was signed
	Signature []byte // armored; nil if nobody signed

	r  io.ReaderAt
	at map[string]*io.SectionReader
}

// Open checks a bundle from its first byte to its last: the manifest, the sums, each member against its digest, and that
// there is nothing else. An error is ErrChanged, ErrNewer or the reader's. Who signed is for Verify to say.
func Open(r io.ReaderAt) (*Bundle, error) {
	b := &Bundle{r: r, at: map[string]*io.SectionReader{}}
	t := &tarReader{r: r}
	var err error
	if b.Raw, err = b.whole(t, manifestName, maxManifest); err != nil {
		return nil, err
	}
	if b.Manifest, err = readManifest(b.Raw); err != nil {
		return nil, err
	}
	if b.Signature, err = b.whole(t, signatureName, maxSignature); err != nil && !errors.Is(err, ErrChanged) {
		return nil, err
	}
	sums, err := b.whole(t, sumsName, maxManifest)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(sums, sumsOf(b.Raw, b.Signature)) {
		return nil, changed("the sums of its manifest do not fit")
	}
	for _, m := range b.Manifest.Members {
		from, err := t.next(m.Name, m.Size)
		if err != nil {
			return nil, err
		}
		b.at[m.Name] = io.NewSectionReader(r, from, m.Size)
		if err := checkDigest(b.at[m.Name], m); err != nil {
			return nil, err
		}
	}
	return b, t.end()
}

// whole reads a member whose size only its header tells. If it is another one, the reader stays where it is.
func (b *Bundle) whole(t *tarReader, name string, limit int64) ([]byte, error) {
	begin := t.at
	size, err := t.size(name, limit)
	if err != nil {
		t.at = begin
		return nil, err
	}
	from, err := t.next(name, size)
	if err != nil {
		return nil, err
	}
	text := make([]byte, size)
	if _, err := b.r.ReadAt(text, from); err != nil && err != io.EOF {
		return nil, err
	}
	return text, nil
}

func checkDigest(r *io.SectionReader, m Member) error {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(r, 0, r.Size())); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		return changed("%s does not have the SHA-256 that the manifest names", m.Name)
	}
	return nil
}

// text reads a member as a whole and checks its digest again: the file may have changed since it was opened.
func (b *Bundle) text(name string) ([]byte, error) {
	r := b.at[name]
	text := make([]byte, r.Size())
	if _, err := r.ReadAt(text, 0); err != nil && err != io.EOF {
		return nil, err
	}
	sum := sha256.Sum256(text)
	for _, m := range b.Manifest.Members {
		if m.Name == name && m.SHA256 == hex.EncodeToString(sum[:]) {
			return text, nil
		}
	}
	return nil, changed("%s changed while it was read", name)
}

// Content is what the bundle holds, planned again. Its observations are read by Observations.
func (b *Bundle) Content() (Content, error) {
	var c Content
	for _, part := range []struct {
		name string
		into any
	}{{runName, &c.Run}, {inputsName, &c.Inputs}, {gatesName, &c.Gates}} {
		text, err := b.text(part.name)
		if err != nil {
			return c, err
		}
		if err := json.Unmarshal(text, part.into); err != nil {
			return c, changed("%s does not read: %v", part.name, err)
		}
	}
	if err := b.sources(&c.Inputs); err != nil {
		return c, err
	}
	scope, err := c.Inputs.Rebuild()
	if err != nil {
		return c, fmt.Errorf("bundle: %w", err)
	}
	if n := scope.Plan.Flows(); n > maxFlows {
		return c, changed("its plan has %d flows, at most %d are possible", n, maxFlows)
	}
	c.Scope = scope
	return c, b.agrees(&c)
}

// sources puts the texts of site and kits back to where a plan is made from.
func (b *Bundle) sources(in *audit.Inputs) (err error) {
	if len(in.Kits) != len(b.Manifest.Kits) {
		return changed("it was planned with %d kits and holds %d", len(in.Kits), len(b.Manifest.Kits))
	}
	if in.Site.Raw, err = b.text(siteName); err != nil {
		return err
	}
	for i := range in.Kits {
		if in.Kits[i].Raw, err = b.text(kitName(i)); err != nil {
			return err
		}
	}
	return nil
}

// agrees checks that what the manifest says of the run is what the run says of itself.
func (b *Bundle) agrees(c *Content) error {
	m := &b.Manifest
	switch {
	case c.Run.ID != m.Run || c.Run.Site != m.Site || c.Scope.Site.Name != m.Site:
		return changed("its manifest is about run %q of site %q, its content about run %q of site %q", m.Run, m.Site, c.Run.ID, c.Scope.Site.Name)
	case c.Scope.Site.Digest != m.SiteDigest:
		return changed("its site is not the one that the manifest names")
	case c.Inputs.Simulated != m.Simulated || c.Run.Simulated != m.Simulated:
		return changed("it does not agree with itself on whether the segment was simulated")
	case c.Run.State != audit.RunComplete && c.Run.State != audit.RunPartial:
		return changed("its run is %q, expected complete or partial", c.Run.State)
	}
	for i, k := range c.Scope.Kits {
		if k.Digest != m.KitDigests[i] || k.Ref() != m.Kits[i] {
			return changed("its kit %d is not the one that the manifest names", i+1)
		}
	}
	return nil
}

// Hosts hands out what was noted about hosts of the plan.
func (b *Bundle) Hosts(plan *probes.Plan, fn func(int, probes.HostState) error) error {
	next := 0
	return b.lines(hostsName, plan.Hosts(), func(raw []byte) error {
		var l hostLine
		if err := json.Unmarshal(raw, &l); err != nil {
			return changed("%s: %v", hostsName, err)
		}
		if l.Host < next || l.Host >= plan.Hosts() || plan.Host(l.Host).Addr != l.Target {
			return changed("%s: host %d is not in its place, or not the one of its plan", hostsName, l.Host)
		}
		next = l.Host + 1
		return fn(l.Host, probes.HostState{Flags: probes.HostFlags(l.Flags), ControlSent: l.ControlSent, ControlLost: l.ControlLost})
	})
}

// Observations hands out what was seen, each flow at most once, in the order of the plan.
func (b *Bundle) Observations(c *Content, fn func(probes.Observation) error) error {
	next := int64(0)
	plan := c.Scope.Plan
	return b.lines(observationsName, plan.Flows(), func(raw []byte) error {
		var l flowLine
		if err := json.Unmarshal(raw, &l); err != nil {
			return changed("%s: %v", observationsName, err)
		}
		if int64(l.Flow) < next {
			return changed("%s: flow %d comes twice or out of order", observationsName, l.Flow)
		}
		next = int64(l.Flow) + 1
		if err := c.Tick(int(l.Flow)); err != nil {
			return err
		}
		o, err := l.observation(plan, c.Run.Started)
		if err != nil {
			return changed("%s: %v", observationsName, err)
		}
		return fn(o)
	})
}

// EachLine hands out every text of the bundle behind its sums, and its manifest, line by line; kit is the number of the
// kit that the line belongs to, -1 for any other member.
func (b *Bundle) EachLine(fn func(member string, kit, line int, text string) error) error {
	each := func(name string, kit int, text []byte) error {
		n := 0
		for line := range bytes.Lines(text) {
			n++
			if err := fn(name, kit, n, string(line)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := each(manifestName, -1, b.Raw); err != nil {
		return err
	}
	kits := 0
	for _, m := range b.Manifest.Members {
		if strings.HasSuffix(m.Name, ".gz") {
			n := 0
			err := b.lines(m.Name, maxFlows, func(line []byte) error { n++; return fn(m.Name, -1, n, string(line)) })
			if err != nil {
				return err
			}
			continue
		}
		text, err := b.text(m.Name)
		if err != nil {
			return err
		}
		kit := -1
		if strings.HasPrefix(m.Name, kitPrefix) {
			kit, kits = kits, kits+1
		}
		if err := each(m.Name, kit, text); err != nil {
			return err
		}
	}
	return nil
}

// lines unpacks a member line by line: at most as many as there can be, each of a bounded length, so that what unpacks to
// more than it may is refused after that much work. The digest is checked again on the way.
func (b *Bundle) lines(name string, most int, fn func([]byte) error) error {
	section := b.at[name]
	sum := sha256.New()
	packed := bufio.NewReader(io.TeeReader(io.NewSectionReader(section, 0, section.Size()), sum))
	zip, err := gzip.NewReader(packed)
	if err != nil {
		return changed("%s: %v", name, err)
	}
	zip.Multistream(false)
	in := bufio.NewReaderSize(zip, maxLine)
	for n := 0; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return b.unpacked(name, packed, sum.Sum)
		case err != nil:
			return changed("%s: line %d: %v", name, n+1, err)
		case n >= most:
			return changed("%s has more than %d lines", name, most)
		}
		if err := fn(line); err != nil {
			return err
		}
	}
}

// unpacked checks that a compressed member ends where its content does, and that it is still the one that was checked.
func (b *Bundle) unpacked(name string, packed io.Reader, sum func([]byte) []byte) error {
	if n, err := io.Copy(io.Discard, packed); err != nil || n > 0 {
		return changed("%s: %d bytes stand behind its end", name, n)
	}
	for _, m := range b.Manifest.Members {
		if m.Name == name && m.SHA256 == hex.EncodeToString(sum(nil)) {
			return nil
		}
	}
	return changed("%s changed while it was read", name)
}
