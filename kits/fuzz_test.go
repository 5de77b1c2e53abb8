package kits

import (
	"errors"
	"strings"
	"testing"
	"unicode"
)

// Whatever the bytes, Read gives a kit that every getter can work on, or Problems that print cleanly.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		small, "", "rules: []", "schema_version: 1\nid: a\nversion: 1.0.0\ntitle: {en: x}\nrules: [{app_id: x, risk: 1, action: drop, direction: inbound, from: ['*'], to: [any]}]\n",
		`{"schema_version":"1.0.0","id":"a","version":"1.0.0-rc.1+b","title":"t","rules":[{"application":{"app_id":"dns","risk":5},"action":"reject","direction":"outbound","zones":{"from":["a"],"to":["b"]},"x-oobscope":{"services":["slp"],"roles":{"source":["bmc"]}}}]}`,
		small + "    security_profiles: {sandboxing: {enabled: true}, dns_security: {sinkhole: 1}}\n", "x-oobscope: 5\nthreat_model: []\nmitre_attack: [1]\n",
	} {
		f.Add("k.yaml", []byte(s))
	}
	for _, k := range BuiltIn() {
		f.Add("k.yaml", k.Raw)
	}
	f.Fuzz(func(t *testing.T, file string, data []byte) {
		k, err := Read(file, data)
		if err != nil {
			var ps Problems
			if k != nil || !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("kit %v, error %T %v", k, err, err)
			}
			checkClean(t, err.Error())
			return
		}
		if len(k.Rules) == 0 || k.ID == "" || k.Version == "" || k.Title.In("ja") == "" || string(k.Raw) != string(data) {
			t.Fatalf("incomplete kit %+v", k)
		}
		for i := range k.Rules {
			r := &k.Rules[i]
			if r.App.ID == "" || r.App.Risk < 1 || r.App.Risk > 5 || r.Action < Allow || r.Action > Reject || len(r.From) == 0 || len(r.To) == 0 || r.Line < 1 {
				t.Fatalf("incomplete rule %+v", r)
			}
			ServicesFor(r)
		}
		_, why := k.Trust()
		checkClean(t, why)
		checkClean(t, Problems(k.Warnings).Error())
	})
}

func checkClean(t *testing.T, s string) {
	t.Helper()
	for line := range strings.Lines(s) {
		if strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
			t.Fatalf("message is not clean: %q", line)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	raw := BuiltIn()[0].Raw
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("k.yaml", raw); err != nil {
			b.Fatal(err)
		}
	}
}
