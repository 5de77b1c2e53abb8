package views

import (
	"reflect"
	"strings"
	"testing"
)

// Texts name the keys that the user has, and no mark of one is ever shown.
func TestWordsNameTheUsersKeys(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		asked := map[string]int{}
		w := WordsWithKeys(lang, func(screen, k string) string { asked[screen+k]++; return "<" + k + "'>" })
		if !strings.Contains(w.Empty.NoRun, "<r'>") || asked["r"] < 3 || asked["esc"] == 0 || asked["overviewo"] == 0 || asked["runsR"] == 0 || asked["enter"] == 0 {
			t.Errorf("%s: %q, asked for %v", lang, w.Empty.NoRun, asked)
		}
		all := map[string]string{}
		texts(reflect.ValueOf(WordsFor(lang)), "", all)
		for path, text := range all {
			if keyMark.MatchString(text) {
				t.Errorf("%s%s: a mark is left: %q", lang, path, text)
			}
		}
		if got := WordsFor(lang).Trouble.Next["run"]; !strings.Contains(got, "R") || strings.Contains(got, "{") || got == w.Trouble.Next["run"] {
			t.Errorf("%s: a text of a map is %q", lang, got)
		}
	}
	if a, b := WordsFor("en"), english(); a == b || a.Empty.NoRun == b.Empty.NoRun {
		t.Error("the words of a language are changed in place")
	}
}
