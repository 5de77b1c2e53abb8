package kits

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"oobscope/kits/document"
)

// The forms that identifiers of a kit take. Versions follow semver.org 2.0.0, technique ids attack.mitre.org.
var (
	kitID       = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	semver      = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)
	schemaOne   = regexp.MustCompile(`^1(\.\d+){0,2}$`)
	techniqueID = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
	language    = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

const (
	extension = "x-oobscope" // the one key for what we add to the published layout
	maxID     = 64
)

// ReadFrom reads a kit from r, which is read no further than one byte past the size limit. File names
// the source in messages. A kit that is refused gives Problems.
func ReadFrom(file string, r io.Reader) (*Kit, error) {
	data, err := io.ReadAll(io.LimitReader(r, document.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read kit %s: %w", file, err)
	}
	return Read(file, data)
}

// Read reads a kit, schema 1.x, from YAML or JSON (formats.md 2). File names the source in messages and
// is not opened. Fields that are not known are listed in the kit's Warnings; anything else that is wrong
// refuses the kit with Problems.
func Read(file string, data []byte) (*Kit, error) {
	root, err := document.Parse(file, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	k := &Kit{Origin: file, Digest: hex.EncodeToString(sum[:]), Raw: slices.Clone(data)}
	r := &reader{Reader: document.NewReader(file), kit: k}
	if root.Kind == document.Null {
		r.Fail(root, "found an empty document, expected a kit", "")
	} else if m := r.AsMap(root); m != nil {
		r.top(m)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	k.Warnings = r.Warnings()
	return k, nil
}

// reader gives a document the meaning of a kit.
type reader struct {
	*document.Reader
	kit *Kit
}

func (r *reader) top(m *document.Node) {
	k := r.kit
	k.SchemaVersion = r.schema(m)
	k.ID = r.matching(m, "id", kitID, "lower-case words joined by underscores, 64 characters at most")
	k.Version = r.matching(m, "version", semver, "a semantic version such as 1.0.0")
	k.TrustClaim = r.claim(m)
	k.Title = r.text(r.Field(m, document.Required, "title"))
	k.Description = r.text(r.Field(m, document.Optional, "description"))
	for _, n := range r.List(m, "authors", document.Optional) {
		k.Authors = append(k.Authors, r.author(n))
	}
	for _, n := range r.List(m, "mitre_attack", document.Optional) {
		k.Techniques = append(k.Techniques, r.technique(n))
	}
	r.threat(r.Map(m, "threat_model", document.Optional))
	for _, n := range r.List(m, "references", document.Optional) {
		k.References = append(k.References, r.reference(n))
	}
	if x := r.Map(m, extension, document.Optional); x != nil {
		k.AttackVersion = r.String(x, "attack_version", document.Optional)
		r.Field(x, document.Optional, "tests") // cases for those who work on the kit; they decide nothing here
		r.Unknown(x)
	}
	rules := r.Field(m, document.Required, "rules")
	for _, n := range r.AsList(rules) {
		k.Rules = append(k.Rules, r.rule(n))
	}
	if rules != nil && rules.Kind == document.List && len(rules.Items) == 0 {
		r.Fail(rules, "found no rule, expected at least one", "")
	}
	r.Unknown(m)
}

// schema reads the version of the layout. Unquoted, 1.0 is a number to YAML and a version to people.
func (r *reader) schema(m *document.Node) string {
	n := r.Field(m, document.Required, "schema_version")
	if n == nil {
		return ""
	}
	if n.Kind != document.Number && n.Kind != document.String || !schemaOne.MatchString(n.Text) {
		r.Fail(n, "found "+n.Found()+", expected schema version 1.x", "this program reads schema 1 only")
		return ""
	}
	return n.Text
}

// matching reads a required text of a certain form.
func (r *reader) matching(m *document.Node, key string, form *regexp.Regexp, what string) string {
	n := r.Field(m, document.Required, key)
	s := r.AsString(n)
	if s == "" {
		return ""
	}
	if len(s) > maxID || !form.MatchString(s) {
		r.Fail(n, "found "+n.Found()+", expected "+what, "")
		return ""
	}
	return s
}

func (r *reader) claim(m *document.Node) string {
	n := r.Field(m, document.Optional, "trust_tier")
	s := r.AsString(n)
	if s != "" && !slices.Contains(tiers[:], s) {
		r.Warn(n, "found "+n.Found()+", expected "+strings.Join(tiers[:], ", "), "the claim counts for nothing either way")
	}
	return s
}

// text reads prose: a map from language to text, or a plain string.
func (r *reader) text(n *document.Node) Text {
	switch {
	case n == nil:
		return nil
	case n.Kind == document.String:
		return Text{"": r.AsString(n)}
	case n.Kind != document.Map:
		r.Fail(n, "found "+n.Found()+", expected text, or a map from language to text", "")
		return nil
	}
	if len(n.Fields) == 0 {
		r.Fail(n, "found an empty map, expected text in a language", "")
	}
	t := Text{}
	for _, f := range n.Fields {
		if !language.MatchString(f.Key) {
			r.Warn(f.Value, "found "+document.Quote(f.Key)+", expected a language such as en or ja", "")
		}
		if s := r.AsString(r.Field(n, document.Required, f.Key)); s != "" {
			t[f.Key] = s
		}
	}
	return t
}

func (r *reader) author(n *document.Node) Author {
	m := r.AsMap(n)
	defer r.Unknown(m)
	return Author{
		Name:  r.String(m, "name", document.Required),
		Email: r.String(m, "email", document.Optional),
		Org:   r.String(m, "org", document.Optional),
	}
}

func (r *reader) technique(n *document.Node) Technique {
	m := r.AsMap(n)
	defer r.Unknown(m)
	return Technique{
		ID:     r.matching(m, "technique_id", techniqueID, "a technique such as T1190 or T1542.001"),
		Name:   r.String(m, "name", document.Optional),
		Tactic: r.String(m, "tactic", document.Optional),
	}
}

func (r *reader) threat(m *document.Node) {
	r.kit.Threat = ThreatModel{
		Summary:      r.text(r.Field(m, document.Optional, "summary")),
		AttackerGoal: r.text(r.Field(m, document.Optional, "attacker_goal")),
		KeyControls:  r.Strings(m, "key_controls", document.Optional),
	}
	r.Unknown(m)
}

func (r *reader) reference(n *document.Node) Reference {
	m := r.AsMap(n)
	defer r.Unknown(m)
	return Reference{
		Title:     r.String(m, "title", document.Required),
		URL:       r.String(m, "url", document.Optional),
		Retrieved: r.String(m, "retrieved", document.Optional),
		Endpoints: r.Strings(m, "endpoints", document.Optional),
	}
}
