package kits

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"oobscope/kits/document"
)

func TestReadTakesOtherSpellings(t *testing.T) {
	t.Parallel()
	want, err := Read("k.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	head := small[:strings.Index(small, "  - ")]
	for _, rule := range []string{
		"  - {app_id: dns, risk: 2, action: allow, direction: internal, from: [management], to: [internal]}\n",
		"  - {app_id: dns, risk: 2, action: allow, direction: internal, from_zones: [management], to_zones: [internal]}\n",
		"  - {app_id: dns, risk: 2, action: allow, direction: internal, source_zones: [management], destination_zones: [internal]}\n",
		"  - {app_id: dns, risk: 2, action: allow, direction: internal, zones: {from: [management], to: [internal]}}\n",
	} {
		k, err := Read("k.yaml", []byte(head+rule))
		if err != nil {
			t.Errorf("%s%v", rule, err)
			continue
		}
		if !reflect.DeepEqual(k.Rules, want.Rules) || len(k.Warnings) != 0 {
			t.Errorf("%sread as %+v, warnings %v", rule, k.Rules, k.Warnings)
		}
	}
}

func TestAnyZoneHasTwoSpellings(t *testing.T) {
	t.Parallel()
	k, err := Read("k.yaml", []byte(with(t, "source: [management]", `source: ["*"]`)))
	if err != nil || !reflect.DeepEqual(k.Rules[0].From, []string{AnyZone}) {
		t.Errorf("got %v, %v", k, err)
	}
}

func TestReadWarns(t *testing.T) {
	t.Parallel()
	in := small + `    actions: x
    security_profiles: {ips: {acton: block}, waf: {}}
    x-oobscope:
      services: [slp, gopher]
      mitigates: [T1190, T1557]
      controls: [one, two]
      roles: {source: [appliance], destination: [bmc], both: []}
      tests: [{name: t}]
    rationale: {en: x, english: y}
mitre_attack: [{technique_id: T1557, name: n, tactic: t}]
threat_model: {key_controls: [two]}
trust_tier: gold
x-oobscope: {attack_version: "18.1", color: blue}
licence: none
`
	k, err := Read("k.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	want := `k.yaml:10:5: rules[0].actions: found an unknown field (did you mean "action"?)
k.yaml:11:31: rules[0].security_profiles.ips.acton: found an unknown field (did you mean "action"?)
k.yaml:11:46: rules[0].security_profiles.waf: found an unknown field
k.yaml:13:23: rules[0].x-oobscope.services[1]: found "gopher", which is not in the service catalogue
k.yaml:14:19: rules[0].x-oobscope.mitigates[0]: found "T1190", which is not in the kit's mitre_attack
k.yaml:15:18: rules[0].x-oobscope.controls[0]: found "one", which is not in the kit's key_controls
k.yaml:16:56: rules[0].x-oobscope.roles.both: found an unknown field
k.yaml:18:33: rules[0].rationale.english: found "english", expected a language such as en or ja
k.yaml:21:13: trust_tier: found "gold", expected community, reviewed, verified (the claim counts for nothing either way)
k.yaml:22:38: x-oobscope.color: found an unknown field
k.yaml:23:1: licence: found an unknown field`
	if got := Problems(k.Warnings).Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	r := k.Rules[0]
	if !reflect.DeepEqual([][]string{r.Services, r.Mitigates, r.Controls, r.FromRoles, r.ToRoles},
		[][]string{{"slp", "gopher"}, {"T1190", "T1557"}, {"one", "two"}, {"appliance"}, {"bmc"}}) {
		t.Errorf("extensions read as %+v", r)
	}
}

func TestTrustIsComputed(t *testing.T) {
	t.Parallel()
	for claim, want := range map[string]string{
		"":               "no signature vouches for this file",
		"community":      "no signature vouches for this file",
		"reviewed":       `the file claims "reviewed", but no signature backs it`,
		"verified":       `the file claims "verified", but no signature backs it`,
		"x\x1b[2J\u202e": `the file claims "x\x1b[2J\u{202e}", but no signature backs it`,
	} {
		if tier, why := (&Kit{TrustClaim: claim}).Trust(); tier != "community" || why != want {
			t.Errorf("claim %q gives %s, %s", claim, tier, why)
		}
	}
}

// The same kit in JSON is the same kit.
func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	for _, k := range BuiltIn() {
		root, err := document.Parse("k.yaml", k.Raw)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.MarshalIndent(plain(root), "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"machine.json", "machine"} {
			got, err := Read(name, data)
			if err != nil {
				t.Fatalf("%s as JSON: %v", k.ID, err)
			}
			if got.Digest == k.Digest || len(got.Warnings) != 0 {
				t.Errorf("%s as JSON: digest %s, warnings %v", k.ID, got.Digest, got.Warnings)
			}
			if !reflect.DeepEqual(content(got), content(k)) {
				t.Errorf("%s reads differently as JSON:\n%+v\n%+v", k.ID, content(got), content(k))
			}
		}
	}
}

// content is a kit without what tells one file from another.
func content(k *Kit) Kit {
	c := *k
	c.Origin, c.Digest, c.Raw, c.BuiltIn, c.Warnings = "", "", nil, false, nil
	c.Rules = append([]Rule(nil), k.Rules...)
	for i := range c.Rules {
		c.Rules[i].Line = 0
	}
	return c
}

// plain turns a document into what encoding/json writes.
func plain(n *document.Node) any {
	switch n.Kind {
	case document.Map:
		m := map[string]any{}
		for _, f := range n.Fields {
			m[f.Key] = plain(f.Value)
		}
		return m
	case document.List:
		l := []any{}
		for _, item := range n.Items {
			l = append(l, plain(item))
		}
		return l
	case document.Bool:
		return n.Text == "true"
	case document.Number:
		return json.Number(n.Text)
	case document.Null:
		return nil
	}
	return n.Text
}
