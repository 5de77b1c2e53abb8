package bundle

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

func TestBundleComesBackAsItWas(t *testing.T) {
	t.Parallel()
	want := content(t)
	raw := written(t, want, func([]byte) ([]byte, error) { return []byte("signed\n"), nil })
	b, err := Open(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if string(b.Signature) != "signed\n" || b.Manifest.Run != want.Run.ID || b.Manifest.Trail.Seq != 5 || b.Manifest.By != "netops@jump1" || len(b.Manifest.Kits) != 2 {
		t.Errorf("manifest %+v, signature %q", b.Manifest, b.Signature)
	}
	got, err := b.Content()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Run, want.Run) || !reflect.DeepEqual(got.Gates, want.Gates) || !reflect.DeepEqual(got.Inputs, want.Inputs) {
		t.Errorf("content %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(got.Scope.Plan.Groups, want.Scope.Plan.Groups) {
		t.Error("another plan")
	}
	n := 0
	err = b.Observations(&got, func(o probes.Observation) error {
		for n%3 == 2 {
			n++
		}
		if want := observation(probes.FlowID(n)); !reflect.DeepEqual(&o, want) {
			t.Errorf("flow %d is\n%+v, want\n%+v", n, o, *want)
		}
		n++
		return nil
	})
	if err != nil || n < got.Scope.Plan.Flows()-1 {
		t.Errorf("%d flows, %v", n, err)
	}
	hosts := 0
	err = b.Hosts(got.Scope.Plan, func(i int, s probes.HostState) error {
		hosts++
		if s != want.Host(i) {
			t.Errorf("host %d: %+v", i, s)
		}
		return nil
	})
	if err != nil || hosts != 2 {
		t.Errorf("%d hosts, %v", hosts, err)
	}
}

func TestBundleIsDeterministic(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(written(t, content(t), nil), written(t, content(t), nil)) {
		t.Error("the same run gives other bytes")
	}
}

// Other programs read it: it is a plain tar file, and the sums are those of sha256sum.
func TestBundleIsATarFile(t *testing.T) {
	t.Parallel()
	raw := written(t, content(t), func([]byte) ([]byte, error) { return []byte("signed\n"), nil })
	r := tar.NewReader(bytes.NewReader(raw))
	var names []string
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Mode != 0o600 || h.Typeflag != tar.TypeReg {
			t.Errorf("%s: mode %o, type %c", h.Name, h.Mode, h.Typeflag)
		}
		names = append(names, h.Name)
	}
	want := []string{"manifest.json", "manifest.json.sig", "SHA256SUMS", "run.json", "inputs.json", "site.yaml", "kits/01.kit", "kits/02.kit",
		"gates.json", "hosts.jsonl.gz", "observations.jsonl.gz"}
	if !slices.Equal(names, want) {
		t.Errorf("members %v", names)
	}
}

// Not one byte can be changed, wherever it stands, signed or not; nor can the file be cut or made longer.
func TestEveryChangedByteIsRefused(t *testing.T) {
	t.Parallel()
	for _, sign := range []Signer{nil, func([]byte) ([]byte, error) { return []byte("signed\n"), nil }} {
		raw := written(t, content(t), sign)
		for i := 0; i < len(raw); i++ {
			if i > 4096 && i%41 != 0 && os.Getenv("OOBSCOPE_EVERY_BYTE") == "" {
				continue
			}
			raw[i] ^= 1
			if _, err := Open(bytes.NewReader(raw)); !errors.Is(err, ErrChanged) && !errors.Is(err, ErrNewer) {
				t.Fatalf("byte %d of %d: %v", i, len(raw), err)
			}
			raw[i] ^= 1
		}
		for n := 0; n < len(raw); n += 499 {
			if _, err := Open(bytes.NewReader(raw[:n])); !errors.Is(err, ErrChanged) {
				t.Fatalf("cut to %d of %d: %v", n, len(raw), err)
			}
		}
		if _, err := Open(bytes.NewReader(append(bytes.Clone(raw), 0))); !errors.Is(err, ErrChanged) {
			t.Errorf("longer: %v", err)
		}
		if _, err := Open(bytes.NewReader(raw)); err != nil {
			t.Errorf("unchanged: %v", err)
		}
	}
}

// A file that changes between the check and the reading is found out.
func TestBundleChangedBehindOurBack(t *testing.T) {
	t.Parallel()
	raw := written(t, content(t), nil)
	for _, name := range []string{runName, observationsName, hostsName} {
		mine := bytes.Clone(raw)
		b, err := Open(bytes.NewReader(mine))
		if err != nil {
			t.Fatal(err)
		}
		c, err := b.Content()
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(mine, append([]byte(name), 0)) + blockSize + 12
		mine[at] ^= 0x20
		switch name {
		case runName:
			_, err = b.Content()
		case hostsName:
			err = b.Hosts(c.Scope.Plan, func(int, probes.HostState) error { return nil })
		default:
			err = b.Observations(&c, func(probes.Observation) error { return nil })
		}
		if !errors.Is(err, ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteFailures(t *testing.T) {
	t.Parallel()
	refusal := errors.New("no key")
	dir := t.TempDir()
	if _, err := Write(io.Discard, manifest(), content(t), func([]byte) ([]byte, error) { return nil, refusal }, dir); !errors.Is(err, refusal) {
		t.Errorf("no signature: %v", err)
	}
	lost := content(t)
	lost.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		return &probes.Observation{Flow: id, Evidence: probes.Evidence{Error: "damaged"}}, true
	}
	if _, err := Write(io.Discard, manifest(), lost, nil, dir); err == nil {
		t.Error("an observation that cannot be read was left out in silence")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
	stopped, stop := content(t), errors.New("stopped")
	stopped.Step = func(int, int) error { return stop }
	if _, err := Write(io.Discard, manifest(), stopped, nil, dir); !errors.Is(err, stop) {
		t.Errorf("not stopped: %v", err)
	}
	b, err := Open(bytes.NewReader(written(t, content(t), nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Observations(&stopped, func(probes.Observation) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("reading is not stopped: %v", err)
	}
	none := content(t)
	none.Scope = &audit.Scope{Site: none.Scope.Site, Plan: none.Scope.Plan}
	if _, err := Write(io.Discard, manifest(), none, nil, dir); err == nil {
		t.Error("a bundle without a kit")
	}
}
