package views

import (
	"reflect"
	"regexp"
)

// A text that names a key has the default one in braces: "press {r}". The user may have put what it does on
// another key, and a text that names the wrong one would be worse than none.
var keyMark = regexp.MustCompile(`\{([^{}\s]+)\}`)

// WordsWithKeys returns the words of a language with the keys that the user has: key says for a default key which
// one does the same now.
func WordsWithKeys(lang string, key func(standard string) string) *Words {
	w := english()
	if lang == "ja" {
		w = japanese()
	}
	fillKeys(reflect.ValueOf(w).Elem(), key)
	return w
}

// fillKeys goes through all texts. Maps hold names of closed sets, shared between all words, and name no key.
func fillKeys(v reflect.Value, key func(string) string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillKeys(v.Field(i), key)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			fillKeys(v.Index(i), key)
		}
	case reflect.String:
		if text := v.String(); keyMark.MatchString(text) {
			v.SetString(keyMark.ReplaceAllStringFunc(text, func(m string) string { return key(m[1 : len(m)-1]) }))
		}
	}
}
