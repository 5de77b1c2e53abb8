package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"oobscope/probes"
)

// forge writes a bundle whose parts a stranger made, with sums that fit: alter works on the parts, then on the manifest.
func forge(t testing.TB, parts func(*builder), manifestOf func(*Manifest)) []byte {
	t.Helper()
	c := content(t)
	b := builder{dir: t.TempDir()}
	defer b.discard()
	if err := b.members(&c); err != nil {
		t.Fatal(err)
	}
	if parts != nil {
		parts(&b)
	}
	m := manifest()
	m.Format, m.Run, m.Site, m.SiteDigest = Format, c.Run.ID, c.Run.Site, c.Scope.Site.Digest
	for _, k := range c.Scope.Kits {
		m.Kits, m.KitDigests = append(m.Kits, k.Ref()), append(m.KitDigests, k.Digest)
	}
	for _, p := range b.parts {
		m.Members = append(m.Members, p.Member)
	}
	if manifestOf != nil {
		manifestOf(&m)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.write(&out, raw, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// replace puts another text in place of a part.
func (b *builder) replace(name string, text []byte) {
	for i := range b.parts {
		if b.parts[i].Name == name {
			fresh := builder{}
			fresh.text(name, text)
			b.parts[i] = fresh.parts[0]
		}
	}
}

// repack puts lines in place of a compressed part.
func (b *builder) repack(t testing.TB, name string, lines ...string) {
	t.Helper()
	fresh := builder{dir: b.dir}
	err := fresh.packed(name, func(line func(any) error) error {
		for _, l := range lines {
			if err := line(json.RawMessage(l)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.parts {
		if b.parts[i].Name == name {
			b.parts[i] = fresh.parts[0]
		}
	}
}

// readAll does everything that an import does.
func readAll(raw []byte) error {
	b, err := Open(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	c, err := b.Content()
	if err != nil {
		return err
	}
	return errors.Join(b.Hosts(c.Scope.Plan, func(int, probes.HostState) error { return nil }),
		b.Observations(&c, func(probes.Observation) error { return nil }))
}

const goodLine = `{"flow":0,"target":"198.18.1.5","service":"redfish","proto":"tcp","port":443,"at_ms":1,"class":"open_proto"}`

// Whoever can make the sums fit still cannot make us do or believe what a run cannot be.
func TestHostileBundles(t *testing.T) {
	t.Parallel()
	line := func(old, new string) func(*builder) {
		return func(b *builder) { b.repack(t, observationsName, strings.Replace(goodLine, old, new, 1)) }
	}
	for _, c := range []struct {
		name     string
		parts    func(*builder)
		manifest func(*Manifest)
		want     string
	}{
		{"newer", nil, func(m *Manifest) { m.Format = "oobscope.bundle/v2" }, "written by a newer oobscope"},
		{"another format", nil, func(m *Manifest) { m.Format = "x" }, "expected oobscope.bundle/v1"},
		{"a path that leaves", nil, func(m *Manifest) { m.Members[6].Name = "../../etc/passwd" }, "where hosts.jsonl.gz belongs"},
		{"a member twice", func(b *builder) { b.parts[1].Name = runName }, nil, "where inputs.json belongs"},
		{"one more", func(b *builder) { b.text("more", nil) }, nil, "names 9 members, expected 8"},
		{"one less", func(b *builder) { b.parts = b.parts[1:] }, nil, "expected 8"},
		{"no kit", nil, func(m *Manifest) { m.Kits, m.KitDigests = nil, nil }, "names 0 kits"},
		{"a kit of another name", nil, func(m *Manifest) { m.Kits[0] = "x@1" }, "kit 1 is not the one"},
		{"a huge member", nil, func(m *Manifest) { m.Members[0].Size = 1 << 40 }, "at most"},
		{"a negative size", nil, func(m *Manifest) { m.Members[0].Size = -1 }, "at most"},
		{"a run of another id", func(b *builder) { b.replace(runName, []byte(`{"ID":"x","Site":"bench","State":"complete"}`)) }, nil, `about run "x"`},
		{"a run that goes on", func(b *builder) {
			b.replace(runName, []byte(`{"ID":"01JDAAAAAAAAAAAAAAAAAAAAAA","Site":"bench","State":"running"}`))
		}, nil, "expected complete or partial"},
		{"not JSON", func(b *builder) { b.replace(gatesName, []byte("{")) }, nil, "gates.json does not read"},
		{"a site that asks too often", func(b *builder) {
			b.replace(siteName, []byte(benchSite+"probe: {per_host_gap: 1ms}\n"))
		}, nil, "1.1s"},
		{"a segment said to be simulated", func(b *builder) {
			b.replace(inputsName, bytes.Replace(b.parts[1].text, []byte(`"options"`), []byte(`"simulated":true,"options"`), 1))
		}, nil, "claims to be simulated"},
		{"not packed", func(b *builder) { b.replace(observationsName, []byte("hello")) }, nil, "observations.jsonl.gz: "},
		{"a flow that is not planned", line(`"flow":0`, `"flow":9999`), nil, "its plan has"},
		{"a flow of another host", line(`198.18.1.5`, `198.18.1.6`), nil, "its plan says"},
		{"an unknown class", line(`open_proto`, `wide_open`), nil, "does not read"},
		{"nothing observed", line(`open_proto`, `unobserved`), nil, "does not read"},
		{"a time that overflows", line(`"at_ms":1`, `"at_ms":9223372036854775807`), nil, "does not read"},
		{"an unknown weakness", line(`"class"`, `"weaknesses":["x"],"class"`), nil, "unknown weakness"},
		{"a flow twice", func(b *builder) { b.repack(t, observationsName, goodLine, goodLine) }, nil, "twice or out of order"},
		{"more hosts than planned", func(b *builder) {
			h := `{"host":%,"target":"198.18.1.%"}`
			b.repack(t, hostsName, strings.NewReplacer("%", "0").Replace(h))
		}, nil, "not in its place"},
	} {
		if err := readAll(forge(t, c.parts, c.manifest)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if err := readAll(forge(t, func(b *builder) { b.repack(t, observationsName, goodLine) }, nil)); err != nil {
		t.Errorf("the good line: %v", err)
	}
}

// What unpacks to a thousand times its size costs no more than the flows of its plan allow.
func TestZipBombs(t *testing.T) {
	t.Parallel()
	raw := forge(t, func(b *builder) {
		zeros := strings.Repeat(" ", maxLine-200)
		b.repack(t, observationsName, `{"flow":0`+zeros+`,"target":"x"}`)
	}, nil)
	if err := readAll(raw); !errors.Is(err, ErrChanged) {
		t.Errorf("a long line: %v", err)
	}
	raw = forge(t, func(b *builder) { b.replace(observationsName, packed(t, bytes.Repeat([]byte("\n"), 64<<20))) }, nil)
	if err := readAll(raw); !errors.Is(err, ErrChanged) {
		t.Errorf("64 MiB of empty lines: %v", err)
	}
	raw = forge(t, func(b *builder) { b.replace(observationsName, packed(t, bytes.Repeat([]byte("x"), 64<<20))) }, nil)
	if err := readAll(raw); !errors.Is(err, ErrChanged) {
		t.Errorf("64 MiB in one line: %v", err)
	}
	raw = forge(t, func(b *builder) { b.replace(observationsName, append(packed(t, []byte(goodLine+"\n")), "more"...)) }, nil)
	if err := readAll(raw); !errors.Is(err, ErrChanged) {
		t.Errorf("bytes behind the end of a member: %v", err)
	}
}

// FuzzOpen: no file makes us panic or read without end, and a file that is believed has nothing but what it names.
func FuzzOpen(f *testing.F) {
	raw := written(f, content(f), nil)
	f.Add(raw)
	f.Add(raw[:2048])
	f.Add(forge(f, func(b *builder) { b.repack(f, observationsName, goodLine) }, nil))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, err := Open(bytes.NewReader(file))
		if err != nil {
			return
		}
		var total int64
		for _, m := range b.Manifest.Members {
			total += m.Size
		}
		if total > int64(len(file)) {
			t.Errorf("%d bytes out of %d", total, len(file))
		}
		_ = readAll(file)
	})
}

// FuzzLines feeds the lines of a bundle that is sound otherwise.
func FuzzLines(f *testing.F) {
	f.Add([]byte(goodLine + "\n"))
	f.Add([]byte("{}\n"))
	c := content(f)
	f.Fuzz(func(t *testing.T, lines []byte) {
		text := packed(t, lines)
		b := &Bundle{at: map[string]*io.SectionReader{observationsName: io.NewSectionReader(bytes.NewReader(text), 0, int64(len(text)))}}
		n := 0
		_ = b.Observations(&c, func(o probes.Observation) error {
			if n++; int64(o.Flow) >= int64(c.Scope.Plan.Flows()) || o.Class == probes.Unobserved {
				t.Errorf("flow %d, class %s", o.Flow, o.Class)
			}
			return nil
		})
		if n > c.Scope.Plan.Flows() {
			t.Errorf("%d observations", n)
		}
	})
}
