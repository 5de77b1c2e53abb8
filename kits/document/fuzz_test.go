package document

import (
	"errors"
	"strings"
	"testing"
	"unicode"
)

// Whatever the bytes, Parse gives either a tree within its limits or Problems that print as clean lines.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a: 1\nb:\n  - {c: [x, 'y']}\n  - |\n    t\n", "---\na: \"\\x1b\"\n...\n", "{\"a\":[1,null,\"\\ud83d\"]}", "a: &x [*x]\n",
		"<<: {a: 1}\n", "- - - - x\n", "? [a]\n: b\n", "a:\n\tb: 1\n", "%TAG ! x\n---\n!x a\n", "a: >+2\n\n   x\n\n", "日本: 語\r\n", "[{a: b: c}]",
		"a: 'it''s'\n", "a: b\n c\n  d: e\n", "{a, b: , c}", "- # x\n- \n-\ta\n", "\"a\": 1, b\n", "a: |-\n", "key: [\n]\n", ": x\n", "a: @b\n", "\ufeff{}",
	} {
		f.Add("f.yaml", []byte(s))
		f.Add("f.json", []byte(s))
	}
	f.Fuzz(func(t *testing.T, file string, data []byte) {
		n, err := Parse(file, data)
		if err != nil {
			var ps Problems
			if n != nil || !errors.As(err, &ps) || len(ps) == 0 {
				t.Fatalf("tree %v, error %T %v", n, err, err)
			}
			if s := err.Error(); strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
				t.Fatalf("message is not clean: %q", s)
			}
			return
		}
		nodes := 0
		checkTree(t, n, 1, &nodes)
		r := NewReader(file)
		r.Strings(n, "a", Required)
		r.Int(n, "b", Optional, 1, 5)
		r.Unknown(n)
		_, _ = r.Err(), r.Warnings()
	})
}

func checkTree(t *testing.T, n *Node, depth int, nodes *int) {
	t.Helper()
	*nodes++
	if depth > MaxDepth || *nodes > MaxNodes || n.Line < 1 || n.Column < 1 {
		t.Fatalf("depth %d, %d nodes, at %d:%d", depth, *nodes, n.Line, n.Column)
	}
	seen := map[string]bool{}
	for _, f := range n.Fields {
		if seen[f.Key] || n.Kind != Map || n.Get(f.Key) != f.Value {
			t.Fatalf("key %q of %s at %d:%d", f.Key, n.Kind, n.Line, n.Column)
		}
		seen[f.Key] = true
		checkTree(t, f.Value, depth+1, nodes)
	}
	for _, item := range n.Items {
		checkTree(t, item, depth+1, nodes)
	}
}
