package views

import (
	"reflect"
	"regexp"
	"strings"
)

// A text that names a key has the default one in braces: "press {r}"; a key that means something else on other
// screens with the screen where it is meant: "press {overview.o}". The user may have put what it does on another key,
// and a text that names the wrong one would be worse than none.
var keyMark = regexp.MustCompile(`\{([^{}\s]+)\}`)

// WordsWithKeys returns the words of a language with the keys that the user has: key says for a default key on a
// screen, which is empty where any will do, which one does the same now.
func WordsWithKeys(lang string, key func(screen, standard string) string) *Words {
	w := english()
	if lang == "ja" {
		w = japanese()
	}
	fillKeys(reflect.ValueOf(w).Elem(), key)
	return w
}

// fillKeys goes through all texts. A map may be shared between all words: one that names a key is put in anew.
func fillKeys(v reflect.Value, key func(screen, standard string) string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillKeys(v.Field(i), key)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			fillKeys(v.Index(i), key)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			fillMap(v, key)
		}
	case reflect.String:
		v.SetString(withKeys(v.String(), key))
	}
}

func fillMap(v reflect.Value, key func(screen, standard string) string) {
	var filled reflect.Value
	for entry := v.MapRange(); entry.Next(); {
		text := entry.Value().String()
		if !keyMark.MatchString(text) {
			continue
		}
		if !filled.IsValid() {
			filled = reflect.MakeMap(v.Type())
			for all := v.MapRange(); all.Next(); {
				filled.SetMapIndex(all.Key(), all.Value())
			}
		}
		filled.SetMapIndex(entry.Key(), reflect.ValueOf(withKeys(text, key)).Convert(v.Type().Elem()))
	}
	if filled.IsValid() {
		v.Set(filled)
	}
}

func withKeys(text string, key func(screen, standard string) string) string {
	if !strings.Contains(text, "{") { // most texts name no key, and the search for one is dear
		return text
	}
	return keyMark.ReplaceAllStringFunc(text, func(m string) string {
		m = m[1 : len(m)-1]
		if screen, standard, ok := strings.Cut(m, "."); ok && screen != "" && standard != "" {
			return key(screen, standard)
		}
		return key("", m)
	})
}
