package document

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	second := "found a second document (one file holds one document)"
	for _, c := range []struct{ name, file, in, want string }{
		{"duplicate key", "f.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n", `f.yaml:4:3: b: found the key "c" twice, first on line 3 (keep one of them)`},
		{"duplicate key in json", "f.json", "{\"a\":1,\n \"a\":2}", `f.json:2:2: found the key "a" twice, first on line 1 (keep one of them)`},
		{"anchor", "f.yaml", "a: &x 1\n", "f.yaml:1:4: found an anchor or alias (write the value out where it is used, or put it in quotes if & or * is part of it)"},
		{"alias", "f.yaml", "a: 1\nb: *x\n", "f.yaml:2:4: found an anchor or alias (write the value out where it is used, or put it in quotes if & or * is part of it)"},
		{"merge key", "f.yaml", "a:\n  <<: 1\n", "f.yaml:2:3: found a merge key (write the keys out where they are used)"},
		{"tag", "f.yaml", "a: !!binary x\n", "f.yaml:1:4: found a tag (leave the tag out, or put the value in quotes if ! is part of it)"},
		{"directive", "f.yaml", "%YAML 1.2\n---\na: 1\n", "f.yaml:1:1: found a directive (leave the line out)"},
		{"marked key", "f.yaml", "? a\n: b\n", "f.yaml:1:1: found a key marked with a question mark (write the key plainly: key: value)"},
		{"key that is a list", "f.yaml", "[a]: b\n", "f.yaml:1:4: found broken YAML: found an invalid key for this map (check indentation and quotes)"},
		{"two documents", "f.yaml", "a: 1\n---\nb: 2\n", "f.yaml:2:1: " + second},
		{"text after the end mark", "f.yaml", "a: 1\n...\nb: 2\n", "f.yaml:3:1: " + second},
		{"value after json", "f.json", "{}\n{}", "f.json:2:1: found something after the end of the document"},
		{"open bracket", "f.yaml", "a: [1\n", "f.yaml:1:4: found broken YAML: sequence end token ']' not found (check indentation and quotes)"},
		{"open quote", "f.yaml", "a: 'b\n", "f.yaml:1:4: found broken YAML: could not find end character of single-quoted text (check indentation and quotes)"},
		{"tab as indentation", "f.yaml", "a:\n\tb: 1\n", `f.yaml:2:1: found broken YAML: found character '\x09' that cannot start any token (check indentation and quotes)`},
		{"colon in a value", "f.yaml", "a: b: c\n", "f.yaml:1:4: found broken YAML: mapping value is not allowed in this context (check indentation and quotes)"},
		{"short json", "f.json", "{\"a\": [1,", "f.json:1:10: found the end of the file, expected the rest of the document"},
		{"empty json", "f.json", "", "f.json:1:1: found the end of the file, expected the rest of the document"},
		{"broken json", "f.json", "{\"a\": 1,\n  b}", "f.json:2:3: found broken JSON: invalid character 'b'"},
		{"not utf-8", "f.yaml", "a: 1\nb: \"x\xff\"\n", "f.yaml:2:6: found a byte that is not UTF-8, expected text (save the file as UTF-8 text)"},
		{"escape sequence", "f.yaml", "a: \x1b[2J\n", "f.yaml:1:4: found a control character, expected text (save the file as UTF-8 text)"},
		{"C1 control", "f.json", "[\"\u009b\"]", "f.json:1:3: found a control character, expected text (save the file as UTF-8 text)"},
		{"long key", "f.yaml", strings.Repeat("k", 65) + ": 1\n", "f.yaml:1:66: found a key of 65 bytes, expected at most 64"},
		{"long key in json", "f.json", `{"` + strings.Repeat("k", 65) + `":1}`, "f.json:1:2: found a key of 65 bytes, expected at most 64"},
		{"2 MiB", "f.yaml", strings.Repeat("# x\n", 1<<19), "f.yaml: found 2097152 bytes, expected at most 1048576 (is this the right file?)"},
		{"hostile file name", "f\x1b[2J\n.yaml", "- [", `f\x1b[2J\x0a.yaml:1:3: found broken YAML: sequence end token ']' not found (check indentation and quotes)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.file, c.in, c.want)
		})
	}
}

// refused fails the test unless the document is refused with want: the whole message, or its beginning if
// the parser's own words follow.
func refused(t *testing.T, file, in, want string) {
	t.Helper()
	n, err := Parse(file, []byte(in))
	if err == nil || n != nil {
		t.Fatalf("read as %v, want a refusal", n)
	}
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 1 {
		t.Fatalf("error is %T %v, want one Problem", err, err)
	}
	if got := err.Error(); got != want && !(strings.Contains(want, "JSON") && strings.HasPrefix(got, want)) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Each of these costs a naive reader seconds, gigabytes or its stack. They must be refused for what they
// are, before anything expensive happens.
func TestParseRefusesBombs(t *testing.T) {
	t.Parallel()
	keys := func(n int, sep string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "k%d: 1%s", i, sep)
		}
		return b.String()
	}
	deep := "nested deeper than 32 levels"
	for _, c := range []struct{ name, file, in, want string }{
		{"aliases", "f.yaml", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "f.yaml:1:4: found an anchor or alias (write the value out where it is used, or put it in quotes if & or * is part of it)"},
		{"flow depth", "f.yaml", strings.Repeat("[", 250_000), "f.yaml:1:65: " + deep},
		{"flow depth just too much", "f.yaml", strings.Repeat("[", 33) + strings.Repeat("]", 33), "f.yaml:1:33: " + strings.Repeat("[0]", 32) + ": " + deep},
		{"list depth on one line", "f.yaml", strings.Repeat("- ", 250_000), "f.yaml:1:129: " + deep},
		{"map depth", "f.yaml", stairs(100), "f.yaml:65:66: " + deep},
		{"json depth", "f.json", strings.Repeat("[", 1<<20), "f.json:1:33: " + strings.Repeat("[0]", 32) + ": " + deep},
		{"keys", "f.yaml", keys(5000, "\n"), "f.yaml:1001:6: found more than 1000 keys in one map"},
		{"keys in a flow map", "f.yaml", "{" + keys(5000, ",") + "}", "f.yaml:1:7892: found more than 1000 keys in one map"},
		{"keys in json", "f.json", `{"a":{` + strings.TrimSuffix(jsonKeys(1001), ",") + "}}", "f.json:1:9897: a: found more than 1000 keys in one map"},
		{"values", "f.yaml", "[" + strings.Repeat("1,", 100_001) + "]", "f.yaml:1:200003: found more than 100000 values"},
		{"values in json", "f.json", "[1" + strings.Repeat(",1", 100_001) + "]", "f.json:1:200000: [99999]: found more than 100000 values"},
		{"empty entries", "f.yaml", strings.Repeat("- \n", 50_000), "f.yaml:1002:1: found more than 1000 keys or entries without a value"},
		{"empty keys", "f.yaml", "{" + strings.Repeat("x, ", 50_000) + "}", "f.yaml:1:3003: found more than 1000 keys or entries without a value"},
		{"blank lines", "f.yaml", "a: |\n  x\n" + strings.Repeat("  \n", 50_000), "f.yaml:35:1: found more than 32 blank lines in a row"},
		{"blank lines of carriage returns", "f.yaml", "a: |\n  x\n" + strings.Repeat("\r", 50_000), "f.yaml:3:1: found more than 32 blank lines in a row"},
		{"parts", "f.yaml", strings.Repeat("#\n", 1<<18), "f.yaml:150001:1: found more than 300000 parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.file, c.in, c.want)
		})
	}
}

func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "k:\n")
	}
	return b.String()
}

func jsonKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\"k%d\": 1,", i)
	}
	return b.String()
}

func TestParseTakesWhatIsJustWithinTheLimits(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"depth":       strings.Repeat("[", 32) + strings.Repeat("]", 32),
		"stairs":      stairs(31) + strings.Repeat(" ", 31) + "x\n",
		"key":         strings.Repeat("k", 64) + ": 1\n",
		"siblings":    strings.Repeat("- a:\n    b:\n      - {c: [1]}\n", 300),
		"blank lines": "a: 1" + strings.Repeat("\n", 33) + "b: 2\n",
		"addresses":   "l:\n" + strings.Repeat("  - 198.18.1.1\n", 65_536),
		"size":        "a: " + strings.Repeat("x", MaxBytes-4) + "\n",
	} {
		if _, err := Parse("f.yaml", []byte(in)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
