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
		w := WordsWithKeys(lang, func(k string) string { asked[k]++; return "<" + k + "'>" })
		if !strings.Contains(w.Empty.NoRun, "<r'>") || asked["r"] < 3 || asked["esc"] == 0 || asked["enter"] == 0 {
			t.Errorf("%s: %q, asked for %v", lang, w.Empty.NoRun, asked)
		}
		all := map[string]string{}
		texts(reflect.ValueOf(WordsFor(lang)), "", all)
		for path, text := range all {
			if keyMark.MatchString(text) {
				t.Errorf("%s%s: a mark is left: %q", lang, path, text)
			}
		}
		marked := map[string]string{}
		words := english()
		if lang == "ja" {
			words = japanese()
		}
		texts(reflect.ValueOf(words), "", marked)
		for path, text := range marked {
			if keyMark.MatchString(text) && strings.Contains(path, "[") && strings.HasSuffix(path, "]") && !strings.ContainsAny(path[strings.LastIndexByte(path, '['):], "0123456789") {
				t.Errorf("%s%s: a text of a shared map names a key: %q", lang, path, text)
			}
		}
	}
	if a, b := WordsFor("en"), english(); a == b || a.Empty.NoRun == b.Empty.NoRun {
		t.Error("the words of a language are changed in place")
	}
}
