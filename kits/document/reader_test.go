package document

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func parsed(t *testing.T, in string) (*Node, *Reader) {
	t.Helper()
	n, err := Parse("f.yaml", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	return n, NewReader("f.yaml")
}

func TestGettersReadWhatIsThere(t *testing.T) {
	t.Parallel()
	m, r := parsed(t, "s: x\ni: -3\nb: TRUE\nl: [a, 'b']\ne: drop\nm: {k: v}\nempty:\n")
	if got := r.String(m, "s", Required); got != "x" {
		t.Errorf("String: %q", got)
	}
	if got := r.Int(m, "i", Required, -5, 5); got != -3 {
		t.Errorf("Int: %d", got)
	}
	if got := r.Bool(m, "b", Required); got == nil || !*got {
		t.Errorf("Bool: %v", got)
	}
	if got := r.Strings(m, "l", Required); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("Strings: %v", got)
	}
	if got := r.List(m, "l", Required); len(got) != 2 || got[1].Column != 8 {
		t.Errorf("List: %v", got)
	}
	if got := r.Enum(m, "e", Required, "allow", "drop"); got != "drop" {
		t.Errorf("Enum: %q", got)
	}
	if got := r.String(r.Map(m, "m", Required), "k", Required); got != "v" {
		t.Errorf("Map: %q", got)
	}
	if got := r.Field(m, Optional, "other", "s"); got == nil || got.Text != "x" {
		t.Errorf("Field with two spellings: %v", got)
	}
	for _, absent := range []any{r.String(m, "n", Optional), r.Int(m, "n", Optional, 1, 5), r.Strings(m, "n", Optional),
		r.Map(m, "n", Optional), r.Bool(m, "n", Optional), r.Enum(m, "n", Optional, "x"), r.String(nil, "n", Required), r.Field(m, Optional, "empty")} {
		if !reflect.ValueOf(absent).IsZero() {
			t.Errorf("absent value reads as %v", absent)
		}
	}
	r.Unknown(m)
	r.Unknown(nil)
	if err := r.Err(); err != nil || len(r.Warnings()) != 0 {
		t.Errorf("problems %v, warnings %v", err, r.Warnings())
	}
}

func TestGettersNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, want string
		read     func(*Reader, *Node)
	}{
		{"k: 5\n", "f.yaml:1:4: k: found 5, expected text (put it in quotes)", func(r *Reader, m *Node) { r.String(m, "k", Optional) }},
		{"k: ' '\n", `f.yaml:1:4: k: found " ", expected text`, func(r *Reader, m *Node) { r.String(m, "k", Optional) }},
		{"k: [x]\n", "f.yaml:1:4: k: found a list, expected text", func(r *Reader, m *Node) { r.String(m, "k", Optional) }},
		{"j: 5\n", `f.yaml:1:1: found no "k", which is required`, func(r *Reader, m *Node) { r.String(m, "k", Required) }},
		{"k:\n", "f.yaml:1:1: k: found nothing, expected a value", func(r *Reader, m *Node) { r.String(m, "k", Required) }},
		{"k: 6\n", "f.yaml:1:4: k: found 6, expected a whole number from 1 to 5", func(r *Reader, m *Node) { r.Int(m, "k", Optional, 1, 5) }},
		{"k: 1.5\n", "f.yaml:1:4: k: found 1.5, expected a whole number from 1 to 5", func(r *Reader, m *Node) { r.Int(m, "k", Optional, 1, 5) }},
		{"k: '3'\n", `f.yaml:1:4: k: found "3", expected a whole number from 1 to 5`, func(r *Reader, m *Node) { r.Int(m, "k", Optional, 1, 5) }},
		{"k: 99999999999999999999\n", "f.yaml:1:4: k: found 99999999999999999999, expected a whole number from 1 to 5", func(r *Reader, m *Node) { r.Int(m, "k", Optional, 1, 5) }},
		{"k: yes\n", `f.yaml:1:4: k: found "yes", expected true or false`, func(r *Reader, m *Node) { r.Bool(m, "k", Optional) }},
		{"k: x\n", `f.yaml:1:4: k: found "x", expected a list (write [x] for a list of one)`, func(r *Reader, m *Node) { r.Strings(m, "k", Optional) }},
		{"k: {a: 1}\n", "f.yaml:1:4: k: found a map, expected a list", func(r *Reader, m *Node) { r.Strings(m, "k", Optional) }},
		{"k:\n  - a\n  - 2\n", "f.yaml:3:5: k[1]: found 2, expected text (put it in quotes)", func(r *Reader, m *Node) { r.Strings(m, "k", Optional) }},
		{"k: [a, ~]\n", "f.yaml:1:8: k[1]: found nothing, expected text", func(r *Reader, m *Node) { r.Strings(m, "k", Optional) }},
		{"k: x\n", `f.yaml:1:4: k: found "x", expected a map`, func(r *Reader, m *Node) { r.Map(m, "k", Optional) }},
		{"k: rejct\n", `f.yaml:1:4: k: found "rejct", expected allow, drop or reject (did you mean "reject"?)`,
			func(r *Reader, m *Node) { r.Enum(m, "k", Optional, "allow", "drop", "reject") }},
		{"k: true\n", "f.yaml:1:4: k: found true, expected no", func(r *Reader, m *Node) { r.Enum(m, "k", Optional, "no") }},
		{"a: 1\nb: 2\n", `f.yaml:2:4: b: found a second spelling of "a" (keep one of them)`, func(r *Reader, m *Node) { r.Field(m, Optional, "a", "b") }},
		{"k: \"x\\x1b]0;\\u202eevil\\n\"\n", `f.yaml:1:4: k: found "x\x1b]0;\u{202e}evil\x0a", expected a map`, func(r *Reader, m *Node) { r.Map(m, "k", Optional) }},
	} {
		m, r := parsed(t, c.in)
		c.read(r, m)
		err := r.Err()
		if err == nil {
			t.Errorf("%q: no problem, want %s", c.in, c.want)
			continue
		}
		if err.Error() != c.want {
			t.Errorf("%q\ngot  %s\nwant %s", c.in, err, c.want)
		}
	}
}

func TestUnknownWarnsWithTheNearestKey(t *testing.T) {
	t.Parallel()
	m, r := parsed(t, "top:\n  - acton: drop\n    Action: drop\n    whatever: 1\n    \"x\\x1b\": 2\n    risk: 3\n")
	rule := r.List(m, "top", Required)[0]
	for _, k := range []string{"action", "risk", "direction"} {
		r.Field(rule, Optional, k)
	}
	r.Unknown(rule)
	r.Warn(rule.Get("risk"), "found 3, which is high", "lower it")
	r.Unknown(rule.Get("risk")) // not a map: nothing to say
	want := `f.yaml:2:5: top[0].acton: found an unknown field (did you mean "action"?)
f.yaml:3:5: top[0].Action: found an unknown field (did you mean "action"?)
f.yaml:4:5: top[0].whatever: found an unknown field
f.yaml:5:5: top[0].x\x1b: found an unknown field
f.yaml:6:11: top[0].risk: found 3, which is high (lower it)`
	if got := r.Warnings().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProblemsComeInFileOrderAndAreBounded(t *testing.T) {
	t.Parallel()
	m, r := parsed(t, "a: 1\nb: 2\nc: 3\n")
	r.String(m, "c", Required)
	r.String(m, "a", Required)
	var ps Problems
	if !errors.As(r.Err(), &ps) || len(ps) != 2 || ps[0].Path != "a" || ps[1].Line != 3 {
		t.Errorf("got %v", ps)
	}
	long, r := parsed(t, "["+strings.Repeat("1,", 5000)+"]")
	r.AsStrings(long)
	if errors.As(r.Err(), &ps); len(ps) != maxProblems {
		t.Errorf("%d problems kept, want %d", len(ps), maxProblems)
	}
	lines := strings.Split(ps.Error(), "\n")
	if len(lines) != printed+1 || lines[printed] != "and 980 more" {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
}

func TestProblemIsOneCleanLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    Problem
		want string
	}{
		{Problem{Message: "m"}, "m"},
		{Problem{File: "f", Message: "m"}, "f: m"},
		{Problem{File: "f", Line: 1, Column: 2, Path: "a.b", Message: "m", Hint: "h"}, "f:1:2: a.b: m (h)"},
		{Problem{File: "f\n", Line: 1, Column: 2, Path: "a\x1b", Message: "m\r\n\x07", Hint: "\u202eh\xff"},
			`f\x0a:1:2: a\x1b: m\x0d\x0a\x07 (\u{202e}h\xff)`},
		{Problem{Message: strings.Repeat("語", 400)}, strings.Repeat("語", 300) + "…"},
	} {
		if got := c.p.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"name", "name", 0}, {"nmae", "name", 1}, {"acton", "action", 1}, {"some", "none", 2}, {"kitten", "sitting", 3}, {"ab", "", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
