// Package bundle reads and writes the one file by which a run is handed over: the run with all its observations, the
// kits and the site that it was held against, the version of the program, and the head of the trail. docs/handover.md
// describes the format for others.
//
// A bundle comes from a stranger: nothing of it is believed before every byte of it was checked against the manifest,
// and its size, its members and their lines are capped. The package knows no store and no screen, asks no clock, and
// never sees a private key.
package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// Format is the version of the format that this program writes, and the only one that it reads.
const Format = "oobscope.bundle/v1"

// Namespace keeps a signature over a bundle from being taken for one over anything else (PROTOCOL.sshsig).
const Namespace = "oobscope-run@v1"

// The members that every bundle has, in their order. The manifest names those behind the sums, and there is nothing else.
const (
	manifestName  = "manifest.json"
	signatureName = "manifest.json.sig"
	sumsName      = "SHA256SUMS"

	runName          = "run.json"
	inputsName       = "inputs.json"
	siteName         = "site.yaml"
	gatesName        = "gates.json"
	hostsName        = "hosts.jsonl.gz"
	observationsName = "observations.jsonl.gz"
	kitPrefix        = "kits/" // then 01.kit and so on
)

// The most that a bundle may be, in bytes and numbers. A /16 takes about 11 bytes a flow, evidence of deviations aside.
const (
	maxManifest  = 256 << 10
	maxSignature = 16 << 10
	maxText      = 32 << 20 // of a member that is read as a whole
	maxPacked    = 2 << 30  // of a compressed member, as it stands in the file
	maxLine      = 64 << 10 // of one line of a compressed member
	maxKits      = 64
	maxFlows     = 1 << 24 // of a plan, as in the store
)

// Errors that callers tell apart. Both mean that nothing of the bundle may be believed.
var (
	// ErrNewer marks a bundle of a format that this program does not know yet.
	ErrNewer = errors.New("written by a newer oobscope")
	// ErrChanged marks a bundle that is not as it was written, or none at all.
	ErrChanged = errors.New("not as it was written")
)

// Manifest says what a bundle holds. Its bytes are what is signed.
type Manifest struct {
	Format        string     `json:"format"`
	Exported      time.Time  `json:"exported"`
	By            string     `json:"by,omitempty"` // login and host; empty if it was pseudonymised
	Tool          string     `json:"tool"`         // version of the program that wrote the bundle
	Run           string     `json:"run"`
	Site          string     `json:"site"`
	SiteDigest    string     `json:"site_sha256"`
	Kits          []string   `json:"kits"` // id@version
	KitDigests    []string   `json:"kit_sha256"`
	Simulated     bool       `json:"simulated,omitempty"`
	Pseudonymised bool       `json:"pseudonymised,omitempty"`
	Trail         *TrailHead `json:"trail,omitempty"`
	Members       []Member   `json:"members"`
}

// TrailHead is the last entry of the trail when the bundle was written: a trail that was cut later no longer has it.
type TrailHead struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"`
}

// Member is one file of the bundle.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Content is a run as a bundle takes it.
type Content struct {
	Run    audit.Run
	Inputs audit.Inputs // the texts of kits and site included
	Scope  *audit.Scope // planned from the inputs
	Gates  probes.Gates
	Host   func(i int) probes.HostState
	// Observation is what was seen on a flow of the scope's plan; false if nothing was.
	Observation func(probes.FlowID) (*probes.Observation, bool)
	// Step is told every thousand flows how many were handled, of how many; its error ends the work. It may be nil.
	Step func(done, all int) error
}

// Tick tells Step about a flow, if it is time.
func (c *Content) Tick(done int) error {
	if c.Step == nil || done%1000 != 0 {
		return nil
	}
	return c.Step(done, c.Scope.Plan.Flows())
}

// changed says what is wrong with a bundle. What it quotes is cleaned.
func changed(format string, args ...any) error {
	return fmt.Errorf("bundle: %w: %s", ErrChanged, probes.Clean(fmt.Sprintf(format, args...), 300))
}

// readManifest checks everything that a manifest can be checked for by itself.
func readManifest(b []byte) (Manifest, error) {
	var head struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return Manifest{}, changed("its manifest does not read: %v", err)
	}
	family, _, _ := strings.Cut(Format, "/")
	switch {
	case head.Format == Format:
	case strings.HasPrefix(head.Format, family+"/"):
		return Manifest{}, fmt.Errorf("bundle: %w: it has the format %s, this program knows %s", ErrNewer, probes.Clean(head.Format, 40), Format)
	default:
		return Manifest{}, changed("its manifest has the format %q, expected %s", head.Format, Format)
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return Manifest{}, changed("its manifest does not read: %v", err)
	}
	for _, s := range append([]*string{&m.By, &m.Tool, &m.Run, &m.Site}, pointers(m.Kits)...) {
		*s = probes.Clean(*s, 256)
	}
	return m, m.check()
}

func pointers(list []string) []*string {
	var out []*string
	for i := range list {
		out = append(out, &list[i])
	}
	return out
}

// check holds the members against the one order that there is.
func (m *Manifest) check() error {
	kits := len(m.Kits)
	if kits == 0 || kits > maxKits || len(m.KitDigests) != kits {
		return changed("its manifest names %d kits and %d digests", kits, len(m.KitDigests))
	}
	want := memberNames(kits)
	if len(m.Members) != len(want) {
		return changed("its manifest names %d members, expected %d", len(m.Members), len(want))
	}
	for i, e := range m.Members {
		limit := int64(maxText)
		if strings.HasSuffix(e.Name, ".gz") {
			limit = maxPacked
		}
		switch {
		case e.Name != want[i]:
			return changed("its manifest names %q where %s belongs", e.Name, want[i])
		case e.Size < 0 || e.Size > limit:
			return changed("%s has %d bytes, at most %d are possible", e.Name, e.Size, limit)
		case len(e.SHA256) != 64:
			return changed("%s has no SHA-256", e.Name)
		}
	}
	return nil
}

// memberNames are the members behind the sums, in their order.
func memberNames(kits int) []string {
	names := []string{runName, inputsName, siteName}
	for i := range kits {
		names = append(names, kitName(i))
	}
	return append(names, gatesName, hostsName, observationsName)
}

func kitName(i int) string { return fmt.Sprintf("%s%02d.kit", kitPrefix, i+1) }
