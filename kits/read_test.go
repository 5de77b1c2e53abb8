package kits

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// small is the least that is a kit. Tests change a part of it.
const small = `schema_version: "1.0.0"
id: small_kit
version: 1.2.3
title: Small
rules:
  - application: {app_id: dns, risk: 2}
    action: allow
    direction: internal
    zones: {source: [management], destination: [internal]}
`

// with returns the small kit with old replaced by new.
func with(t *testing.T, old, new string) string {
	t.Helper()
	if !strings.Contains(small, old) {
		t.Fatalf("the small kit has no %q", old)
	}
	return strings.Replace(small, old, new, 1)
}

func TestReadTheLeastKit(t *testing.T) {
	t.Parallel()
	k, err := Read("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(small))
	if k.Ref() != "small_kit@1.2.3" || k.Title.In("ja") != "Small" || k.Origin != "small.yaml" || k.BuiltIn || len(k.Warnings) != 0 {
		t.Errorf("read as %+v", k)
	}
	if k.Digest != hex.EncodeToString(sum[:]) || string(k.Raw) != small {
		t.Errorf("digest %s of %d bytes", k.Digest, len(k.Raw))
	}
	r := k.Rules[0]
	if r.Line != 6 || r.Action != Allow || r.Logging.Start != nil || r.Logging.End != nil || r.Decryption.Mode != "" || r.Profiles != (Profiles{}) {
		t.Errorf("rule read as %+v", r)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "k.yaml:1:1: found an empty document, expected a kit"},
		{"not a map", "- a\n", "k.yaml:1:1: found a list, expected a map"},
		{"not YAML", "id: [x\n", "k.yaml:1:5: found broken YAML: sequence end token ']' not found (check indentation and quotes)"},
		{"major version 2", with(t, `"1.0.0"`, `"2.0.0"`), `k.yaml:1:17: schema_version: found "2.0.0", expected schema version 1.x (this program reads schema 1 only)`},
		{"schema version 10", with(t, `"1.0.0"`, `10`), `k.yaml:1:17: schema_version: found 10, expected schema version 1.x (this program reads schema 1 only)`},
		{"no id", with(t, "id: small_kit\n", ""), `k.yaml:1:1: found no "id", which is required`},
		{"no rules", "schema_version: 1.0\nid: a\nversion: 1.0.0\ntitle: t\n", `k.yaml:1:1: found no "rules", which is required`},
		{"empty rules", "schema_version: 1.0\nid: a\nversion: 1.0.0\ntitle: t\nrules: []\n", `k.yaml:5:8: rules: found no rule, expected at least one`},
		{"id with capitals", with(t, "small_kit", "Small-Kit"), `k.yaml:2:5: id: found "Small-Kit", expected lower-case words joined by underscores, 64 characters at most`},
		{"long id", with(t, "small_kit", strings.Repeat("a", 65)), `k.yaml:2:5: id: found "` + strings.Repeat("a", 60) + `…", expected lower-case words joined by underscores, 64 characters at most`},
		{"version of two parts", with(t, "1.2.3", `"1.2"`), `k.yaml:3:10: version: found "1.2", expected a semantic version such as 1.0.0`},
		{"version as a number", with(t, "1.2.3", "1.2"), `k.yaml:3:10: version: found 1.2, expected text (put it in quotes)`},
		{"title as a list", with(t, "title: Small", "title: [x]"), `k.yaml:4:8: title: found a list, expected text, or a map from language to text`},
		{"title without text", with(t, "title: Small", "title: {}"), `k.yaml:4:8: title: found an empty map, expected text in a language`},
		{"title in a language without text", with(t, "title: Small", "title: {en: x, ja: 5}"), `k.yaml:4:20: title.ja: found 5, expected text (put it in quotes)`},
		{"unknown action", with(t, "allow", "alow"), `k.yaml:7:13: rules[0].action: found "alow", expected allow, drop or reject (did you mean "allow"?)`},
		{"unknown direction", with(t, "internal\n", "sideways\n"), `k.yaml:8:16: rules[0].direction: found "sideways", expected inbound, outbound or internal`},
		{"no action", with(t, "    action: allow\n", ""), `k.yaml:6:5: rules[0]: found no "action", which is required`},
		{"risk 6", with(t, "risk: 2", "risk: 6"), `k.yaml:6:38: rules[0].application.risk: found 6, expected a whole number from 1 to 5`},
		{"no risk", with(t, ", risk: 2", ""), `k.yaml:6:18: rules[0].application: found no "risk", which is required`},
		{"rule as text", with(t, "rules:\n", "rules:\n  - x\n"), `k.yaml:6:5: rules[0]: found "x", expected a map`},
		{"application as text", with(t, "{app_id: dns, risk: 2}", "dns"), `k.yaml:6:18: rules[0].application: found "dns", expected a map`},
		{"zones as a list", with(t, "{source: [management], destination: [internal]}", "[management]"), `k.yaml:9:12: rules[0].zones: found a list, expected a map`},
		{"zone as text", with(t, "[internal]", "internal"), `k.yaml:9:48: rules[0].zones.destination: found "internal", expected a list (write [internal] for a list of one)`},
		{"no zone", with(t, "[internal]", "[]"), `k.yaml:9:48: rules[0].zones.destination: found an empty list, expected at least one zone (write [any] for every zone)`},
		{"no source", with(t, "source: [management], ", ""), `k.yaml:9:12: rules[0].zones: found no "source", which is required`},
		{"decryption mode", small + "    decryption: {mode: some}\n", `k.yaml:10:24: rules[0].decryption.mode: found "some", expected none, ssl_inbound_inspection or ssl_forward_proxy`},
		{"log_end as text", small + "    logging: {log_end: always}\n", `k.yaml:10:24: rules[0].logging.log_end: found "always", expected true or false`},
		{"technique id", small + "mitre_attack: [{technique_id: T12}]\n", `k.yaml:10:31: mitre_attack[0].technique_id: found "T12", expected a technique such as T1190 or T1542.001`},
		{"author as text", small + "authors: [me]\n", `k.yaml:10:11: authors[0]: found "me", expected a map`},
		{"duplicate key", small + "id: other\n", `k.yaml:10:1: found the key "id" twice, first on line 2 (keep one of them)`},
		{"alias", small + "x: *y\n", "k.yaml:10:4: found an anchor or alias (write the value out where it is used, or put it in quotes if & or * is part of it)"},
		{"two spellings", with(t, "source: [management]", "source: [management], from: [trust]"), `k.yaml:9:41: rules[0].zones.from: found a second spelling of "source" (keep one of them)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k, err := Read("k.yaml", []byte(c.in))
			if err == nil || k != nil {
				t.Fatalf("read as %+v, want a refusal", k)
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestReadNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	in := strings.NewReplacer("small_kit", "X", "allow", "permit", "risk: 2", "risk: high").Replace(small)
	_, err := Read("k.yaml", []byte(in))
	want := `k.yaml:2:5: id: found "X", expected lower-case words joined by underscores, 64 characters at most
k.yaml:6:38: rules[0].application.risk: found "high", expected a whole number from 1 to 5
k.yaml:7:13: rules[0].action: found "permit", expected allow, drop or reject`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 3 || ps[2].Path != "rules[0].action" {
		t.Errorf("as Problems: %v", ps)
	}
}

func TestReadFromStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	k, err := ReadFrom("k.yaml", strings.NewReader(small))
	if err != nil || k.ID != "small_kit" {
		t.Errorf("read as %v, %v", k, err)
	}
	endless := &counting{}
	_, err = ReadFrom("k.yaml", endless)
	if want := "k.yaml: found 1048577 bytes, expected at most 1048576 (is this the right file?)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if endless.n > 2<<20 {
		t.Errorf("%d bytes were read of a source without end", endless.n)
	}
	broken := errors.New("disk on fire")
	if _, err := ReadFrom("k.yaml", iotest.ErrReader(broken)); !errors.Is(err, broken) || err.Error() != "read kit k.yaml: disk on fire" {
		t.Errorf("got %v", err)
	}
}

// counting is a source of comment lines without end.
type counting struct{ n int }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	c.n += len(p)
	return len(p), nil
}

var _ io.Reader = (*counting)(nil)
