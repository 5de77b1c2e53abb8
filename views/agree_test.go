package views

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format string
		values []any
		want   string
	}{
		{"%s [flow|flows]", []any{"1"}, "1 flow"},
		{"%s [flow|flows]", []any{"0"}, "0 flows"},
		{"%s [flow|flows]", []any{"11"}, "11 flows"},
		{"%s [flow|flows]", []any{"1,001"}, "1,001 flows"},
		{"%d [host|hosts], %s [flow|flows]", []any{1, "2"}, "1 host, 2 flows"},
		{"%s of %s [flow|flows]", []any{"2", "1"}, "2 of 1 flow"},
		{"%s [was|were] left out, 5 %% of [it|them]", []any{"1"}, "1 was left out, 5 % of it"},
		{"%s [day|days] left", []any{"[a|b] %s"}, "[a|b] %s days left"},
		{"exclude: [...] of %s", []any{"1"}, "exclude: [...] of 1"},
		{"an open [bracket|of %s", []any{"1"}, "an open [bracket|of 1"},
		{"no number", nil, "no number"},
	} {
		if got := agreed(c.format, c.values...); got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.format, c.values, got, c.want)
		}
	}
}

var choiceOfForms = regexp.MustCompile(`\[[^\]|]*\|[^\]]*\]`)

// A choice between forms follows a number; before one it would always be the plural.
func TestChoicesFollowANumber(t *testing.T) {
	t.Parallel()
	for _, w := range []*Words{English(), Japanese()} {
		list, n := map[string]string{}, 0
		texts(reflect.ValueOf(w), "", list)
		for path, text := range list {
			for _, at := range choiceOfForms.FindAllStringIndex(text, -1) {
				n++
				if !strings.Contains(text[:at[0]], "%") {
					t.Errorf("%s%s: no number before the choice: %q", w.Lang, path, text)
				}
			}
		}
		if w.Lang == "en" && n < 20 {
			t.Errorf("only %d choices were found: the walk is broken", n)
		}
	}
}
